//! Who may say what to the worker, and who answers.

use patchcord_browser::chrome::{
    Listener, Sender, offscreen as document,
    runtime::{self, Context},
    tabs,
};
use patchcord_messages::{Configuration, SiteState, ToWorker};
use serde::Serialize;

use crate::{offscreen, remember, rings, sites, toolbar};

/// Who speaks, by the browser's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// The phone.
    Offscreen,
    /// The popup, the options, the microphone page.
    Page,
    /// The widget's frame, inside a page of the web.
    Widget,
    /// A content script: as much to be trusted as the page whose process it shares.
    Content,
    /// Another extension, or something that we do not know.
    Stranger,
}

fn role(sender: &Sender) -> Role {
    if sender.is_own_page() {
        if sender.is_own_page_named(document::PAGE) {
            Role::Offscreen
        } else if ["popup.html", "options.html", "microphone.html"].iter().any(|page| sender.is_own_page_named(page)) {
            Role::Page
        } else {
            Role::Widget
        }
    } else if sender.tab.is_some() && sender.extension.as_deref() == Some(runtime::id().as_str()) {
        Role::Content
    } else {
        Role::Stranger
    }
}

fn may_say(role: Role, message: &ToWorker) -> bool {
    match message {
        ToWorker::Hello | ToWorker::Placed { .. } => role == Role::Content,
        ToWorker::Wake => matches!(role, Role::Page | Role::Widget),
        ToWorker::SiteOn { .. } | ToWorker::SiteOff { .. } => role == Role::Page,
        _ => role == Role::Offscreen,
    }
}

/// What goes back.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Done(bool),
    Site(SiteState),
    Configuration(Box<Configuration>),
}

/// Listens to all messages for the worker. Whoever may not say something hears nothing.
pub(crate) fn listen() -> Option<Listener> {
    runtime::on_message(Context::Worker, |message: ToWorker, sender| {
        may_say(role(&sender), &message).then(|| answer(message, sender.origin))
    })
}

async fn answer(message: ToWorker, origin: Option<String>) -> Answer {
    Answer::Done(match message {
        ToWorker::Wake => offscreen::ensure().await,
        ToWorker::Hello => return Answer::Site(sites::state(origin).await),
        ToWorker::Placed { place } => sites::placed(origin, place).await,
        ToWorker::SiteOn { origin } => sites::on(origin).await,
        ToWorker::SiteOff { origin } => sites::off(origin).await,
        ToWorker::Configure => {
            // A new phone: it is not logged in, and whatever rang rings no more.
            remember::set_live(false).await;
            rings::clear_stale().await;
            return Answer::Configuration(Box::new(remember::configuration().await));
        }
        ToWorker::Badge { badge } => toolbar::show(badge).await,
        ToWorker::Live { live } => {
            let kept = remember::set_live(live).await;
            sites::tell_pages().await;
            kept
        }
        ToWorker::Ring { call, peer } => rings::ring(call, &peer).await,
        ToWorker::RingOver { call, missed } => rings::ring_over(call, missed.as_ref()).await,
        ToWorker::MicrophoneNeeded => show_microphone_page().await,
        ToWorker::Remember { remembered } => remember::keep(remembered).await,
        _ => false,
    })
}

/// Opens the page that asks for the microphone, or brings it to the front where it is open already.
async fn show_microphone_page() -> bool {
    const PAGE: &str = "microphone.html";
    match document::tab_of(PAGE).await {
        Ok(Some((tab, window))) => tabs::show(tab, window).await.is_ok(),
        _ => tabs::open(PAGE).await.is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use patchcord_messages::{Badge, CallId, Peer, WidgetPlace};

    use super::*;

    fn all() -> Vec<ToWorker> {
        let origin = || "https://crm.test".to_owned();
        vec![
            ToWorker::Wake,
            ToWorker::Hello,
            ToWorker::Placed { place: WidgetPlace { left: false, height: 1.0 } },
            ToWorker::SiteOn { origin: origin() },
            ToWorker::SiteOff { origin: origin() },
            ToWorker::Configure,
            ToWorker::Badge { badge: Badge::Off },
            ToWorker::Live { live: true },
            ToWorker::Ring { call: CallId(1), peer: Peer::default() },
            ToWorker::RingOver { call: CallId(1), missed: None },
            ToWorker::MicrophoneNeeded,
            ToWorker::Remember { remembered: None },
        ]
    }

    fn may(role: Role) -> Vec<String> {
        let name = |message: &ToWorker| format!("{message:?}").split([' ', '{']).next().unwrap_or_default().to_owned();
        all().iter().filter(|message| may_say(role, message)).map(name).collect()
    }

    #[test]
    fn everybody_may_say_what_is_theirs_to_say() {
        assert_eq!(may(Role::Content), ["Hello", "Placed"]);
        assert_eq!(may(Role::Page), ["Wake", "SiteOn", "SiteOff"]);
        assert_eq!(may(Role::Widget), ["Wake"]);
        assert_eq!(may(Role::Offscreen), ["Configure", "Badge", "Live", "Ring", "RingOver", "MicrophoneNeeded", "Remember"]);
        assert!(may(Role::Stranger).is_empty());
    }
}
