use serde::{Deserialize, Serialize};

use crate::{Badge, CallId, Peer, Remembered, WidgetPlace};

/// What the service worker is told, by `runtime.sendMessage`. Every message carries `to: "worker"`, since all contexts hear all messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
#[non_exhaustive]
pub enum ToWorker {
    /// From a view: see to it that the offscreen document exists. Answered (`true`) when it takes ports.
    Wake,
    /// From a content script that has just begun, or was told [`SiteNews::Changed`](crate::SiteNews::Changed). Answered with a [`SiteState`](crate::SiteState).
    Hello,
    /// From a content script: the user dragged the widget there. Kept for the sender's origin.
    Placed {
        /// Where it is now.
        place: WidgetPlace,
    },
    /// From the popup: the user granted the origin; register the content script there and start it in the tabs that are open.
    SiteOn {
        /// The site's origin.
        origin: String,
    },
    /// From the popup or the options: no longer on this site.
    SiteOff {
        /// The site's origin.
        origin: String,
    },
    /// From the offscreen document, once its ports are open. Answered with a [`Configuration`](crate::Configuration).
    Configure,
    /// From the offscreen document: what the toolbar shows.
    Badge {
        /// What.
        badge: Badge,
    },
    /// From the offscreen document: the agent is logged in (or no longer), so content scripts on switched-on sites may connect.
    Live {
        /// Logged in.
        live: bool,
    },
    /// From the offscreen document: show a notification with Answer and Decline.
    Ring {
        /// Which call.
        call: CallId,
        /// Who calls.
        peer: Peer,
    },
    /// From the offscreen document: it no longer rings; take the notification away.
    RingOver {
        /// Which call.
        call: CallId,
        /// Nobody took it: leave a notification that says so.
        missed: Option<Peer>,
    },
    /// From the offscreen document: a call needs the microphone and there is none, or we may not. Opens the microphone page or says so.
    MicrophoneNeeded,
    /// From the offscreen document: keep this in `storage.session` (and, where the user said "remember me", encrypted in `storage.local`). None: forget both.
    Remember {
        /// What a crash must not lose.
        remembered: Option<Remembered>,
    },
}

/// How a [`ToWorker`] travels: one flat object. An enum tagged from inside would look the same, but serde buffers the whole of such a
/// message before it knows its kind, which costs the worker more code than all the rest of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form {
    to_worker: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<WidgetPlace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<Badge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<CallId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<Peer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missed: Option<Peer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remembered: Option<Remembered>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Wake,
    Hello,
    Placed,
    SiteOn,
    SiteOff,
    Configure,
    Badge,
    Live,
    Ring,
    RingOver,
    MicrophoneNeeded,
    Remember,
}

impl From<ToWorker> for Form {
    fn from(message: ToWorker) -> Self {
        let of = |to_worker| Self {
            to_worker,
            origin: None,
            place: None,
            badge: None,
            live: None,
            call: None,
            peer: None,
            missed: None,
            remembered: None,
        };
        match message {
            ToWorker::Wake => of(Kind::Wake),
            ToWorker::Hello => of(Kind::Hello),
            ToWorker::Placed { place } => Self { place: Some(place), ..of(Kind::Placed) },
            ToWorker::SiteOn { origin } => Self { origin: Some(origin), ..of(Kind::SiteOn) },
            ToWorker::SiteOff { origin } => Self { origin: Some(origin), ..of(Kind::SiteOff) },
            ToWorker::Configure => of(Kind::Configure),
            ToWorker::Badge { badge } => Self { badge: Some(badge), ..of(Kind::Badge) },
            ToWorker::Live { live } => Self { live: Some(live), ..of(Kind::Live) },
            ToWorker::Ring { call, peer } => Self { call: Some(call), peer: Some(peer), ..of(Kind::Ring) },
            ToWorker::RingOver { call, missed } => Self { call: Some(call), missed, ..of(Kind::RingOver) },
            ToWorker::MicrophoneNeeded => of(Kind::MicrophoneNeeded),
            ToWorker::Remember { remembered } => Self { remembered, ..of(Kind::Remember) },
        }
    }
}

impl TryFrom<Form> for ToWorker {
    type Error = &'static str;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let Form { origin, place, badge, live, call, peer, missed, remembered, .. } = form;
        Ok(match form.to_worker {
            Kind::Wake => Self::Wake,
            Kind::Hello => Self::Hello,
            Kind::Placed => Self::Placed { place: place.ok_or("no place")? },
            Kind::SiteOn => Self::SiteOn { origin: origin.ok_or("no origin")? },
            Kind::SiteOff => Self::SiteOff { origin: origin.ok_or("no origin")? },
            Kind::Configure => Self::Configure,
            Kind::Badge => Self::Badge { badge: badge.ok_or("no badge")? },
            Kind::Live => Self::Live { live: live.ok_or("not said")? },
            Kind::Ring => Self::Ring { call: call.ok_or("no call")?, peer: peer.ok_or("no peer")? },
            Kind::RingOver => Self::RingOver { call: call.ok_or("no call")?, missed },
            Kind::MicrophoneNeeded => Self::MicrophoneNeeded,
            Kind::Remember => Self::Remember { remembered },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_message_is_one_flat_object() {
        let peer = || Peer { number: "139".into(), ..Peer::default() };
        let number = json!({"number": "139", "name": null, "place": null});
        let origin = || "https://crm.test".to_owned();
        for (message, mut expected) in [
            (ToWorker::Wake, json!({"toWorker": "wake"})),
            (ToWorker::Hello, json!({"toWorker": "hello"})),
            (
                ToWorker::Placed { place: WidgetPlace { left: true, height: 0.5 } },
                json!({"toWorker": "placed", "place": {"left": true, "height": 0.5}}),
            ),
            (ToWorker::SiteOn { origin: origin() }, json!({"toWorker": "siteOn", "origin": "https://crm.test"})),
            (ToWorker::SiteOff { origin: origin() }, json!({"toWorker": "siteOff", "origin": "https://crm.test"})),
            (ToWorker::Configure, json!({"toWorker": "configure"})),
            (ToWorker::Badge { badge: Badge::Ready }, json!({"toWorker": "badge", "badge": "ready"})),
            (ToWorker::Badge { badge: Badge::InCall { minutes: 3 } }, json!({"toWorker": "badge", "badge": {"inCall": {"minutes": 3}}})),
            (ToWorker::Live { live: false }, json!({"toWorker": "live", "live": false})),
            (ToWorker::Ring { call: CallId(7), peer: peer() }, json!({"toWorker": "ring", "call": 7, "peer": number})),
            (ToWorker::RingOver { call: CallId(7), missed: None }, json!({"toWorker": "ringOver", "call": 7})),
            (ToWorker::RingOver { call: CallId(7), missed: Some(peer()) }, json!({"toWorker": "ringOver", "call": 7, "missed": number})),
            (ToWorker::MicrophoneNeeded, json!({"toWorker": "microphoneNeeded"})),
            (ToWorker::Remember { remembered: None }, json!({"toWorker": "remember"})),
        ] {
            assert_eq!(serde_json::to_value(&message).unwrap(), expected);
            expected["to"] = json!("worker");
            assert_eq!(serde_json::from_value::<ToWorker>(expected).unwrap(), message);
        }
        for bad in
            [json!(null), json!({}), json!({"toWorker": "explode"}), json!({"toWorker": "ring"}), json!({"toWorker": "live", "live": 1})]
        {
            assert!(serde_json::from_value::<ToWorker>(bad.clone()).is_err(), "{bad}");
        }
    }
}
