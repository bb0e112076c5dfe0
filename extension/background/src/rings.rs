//! Notifications: it rings, a call was missed, something went wrong.

use patchcord_browser::chrome::{
    Listener, action, i18n,
    notifications::{self, Notification},
};
use patchcord_messages::{CallId, Command, Peer, Problem};
use wasm_bindgen_futures::spawn_local;

use crate::offscreen;

/// What a notification's id says about it: the id is all that a worker that was started by a press on it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Ring(CallId),
    Missed(CallId),
    Trouble,
}

impl About {
    fn id(self) -> String {
        match self {
            Self::Ring(call) => format!("ring-{call}"),
            Self::Missed(call) => format!("missed-{call}"),
            Self::Trouble => "trouble".to_owned(),
        }
    }

    fn parse(id: &str) -> Option<Self> {
        match id.split_once('-') {
            None => (id == "trouble").then_some(Self::Trouble),
            Some((kind, call)) => {
                let call = CallId(call.parse().ok()?);
                match kind {
                    "ring" => Some(Self::Ring(call)),
                    "missed" => Some(Self::Missed(call)),
                    _ => None,
                }
            }
        }
    }

    /// What a press on a button (none: on the notification itself) asks of the phone.
    fn command(self, button: Option<u32>) -> Option<Command> {
        match (self, button) {
            (Self::Ring(call), Some(0)) => Some(Command::Answer { call }),
            (Self::Ring(call), Some(1)) => Some(Command::Decline { call }),
            _ => None,
        }
    }
}

/// `Name · number`, or what there is of it.
fn caller(peer: &Peer, unknown: impl FnOnce() -> String) -> String {
    match (peer.name.as_deref().unwrap_or_default(), peer.number.as_str()) {
        ("", "") => unknown(),
        ("", number) => number.to_owned(),
        (name, number) if number.is_empty() || name == number => name.to_owned(),
        (name, number) => format!("{name} · {number}"),
    }
}

fn words(peer: &Peer) -> String {
    caller(peer, || i18n::plain("notificationUnknownCaller"))
}

/// It rings.
pub(crate) async fn ring(call: CallId, peer: &Peer) -> bool {
    let notification = Notification {
        title: i18n::plain("notificationIncoming"),
        message: words(peer),
        buttons: vec![i18n::plain("notificationAnswer"), i18n::plain("notificationDecline")],
        stays: true,
    };
    notifications::show(&About::Ring(call).id(), &notification).await.is_ok()
}

/// It no longer rings.
pub(crate) async fn ring_over(call: CallId, missed: Option<&Peer>) -> bool {
    let cleared = notifications::clear(&About::Ring(call).id()).await;
    if let Some(peer) = missed {
        let notification = Notification { title: i18n::plain("notificationMissed"), message: words(peer), ..Notification::default() };
        return notifications::show(&About::Missed(call).id(), &notification).await.is_ok();
    }
    cleared.is_ok()
}

/// Something that the user asked for outside our pages did not work.
pub(crate) async fn trouble(problem: &Problem) {
    let notification = Notification { title: i18n::plain("extName"), message: i18n::problem(problem), ..Notification::default() };
    // The user has switched our notifications off: there is no other place to say it.
    let _ = notifications::show(&About::Trouble.id(), &notification).await;
}

/// Takes away what an earlier offscreen document, which counted its calls from one as well, has left ringing.
pub(crate) async fn clear_stale() {
    for id in notifications::ids().await.unwrap_or_default() {
        if matches!(About::parse(&id), Some(About::Ring(_))) {
            let _ = notifications::clear(&id).await;
        }
    }
}

/// Listens to presses.
pub(crate) fn listen() -> Vec<Listener> {
    notifications::on_pressed(|id, button| spawn_local(pressed(id, button)))
}

async fn pressed(id: String, button: Option<u32>) {
    let Some(about) = About::parse(&id) else { return };
    // At once, so that nobody presses twice.
    let _ = notifications::clear(&id).await;
    if let Some(command) = about.command(button) {
        if let Some(problem) = offscreen::command(command).await {
            trouble(&problem).await;
        }
    } else if button.is_none() {
        // The popup says more. It does not open where no window of the browser has the focus.
        let _ = action::open_popup().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_it_is_about() {
        for about in [About::Ring(CallId(1)), About::Missed(CallId(u32::MAX)), About::Trouble] {
            assert_eq!(About::parse(&about.id()), Some(about));
        }
        for id in ["", "ring", "ring-", "ring-x", "ring--1", "other-1"] {
            assert_eq!(About::parse(id), None, "{id}");
        }
    }

    #[test]
    fn only_a_ringing_call_has_buttons() {
        let call = CallId(3);
        assert_eq!(About::Ring(call).command(Some(0)), Some(Command::Answer { call }));
        assert_eq!(About::Ring(call).command(Some(1)), Some(Command::Decline { call }));
        assert_eq!(About::Ring(call).command(Some(2)), None);
        assert_eq!(About::Ring(call).command(None), None, "a press beside the buttons must not answer");
        assert_eq!(About::Missed(call).command(Some(0)), None);
    }

    #[test]
    fn a_caller_is_told_by_what_is_known() {
        let peer = |number: &str, name: Option<&str>| Peer { number: number.to_owned(), name: name.map(str::to_owned), place: None };
        let unknown = || "unknown".to_owned();
        assert_eq!(caller(&peer("1002", Some("Bob")), unknown), "Bob · 1002");
        assert_eq!(caller(&peer("1002", Some("1002")), unknown), "1002");
        assert_eq!(caller(&peer("1002", None), unknown), "1002");
        assert_eq!(caller(&peer("", Some("Bob")), unknown), "Bob");
        assert_eq!(caller(&peer("", None), unknown), "unknown");
    }
}
