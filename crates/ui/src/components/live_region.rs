use leptos::reactive::traits::Get;

use crate::{
    dom::{El, el, live},
    logic::announce::Announcement,
    phone::Phone,
    words,
};

/// Speaks what the phone's changes mean. Unseen. Two regions, made with the page: one that waits for a pause, one that does not.
pub(crate) fn live_region() -> [El; 2] {
    let phone = Phone::here();
    let loud = live(move || match phone.said.get() {
        Some(Announcement::Incoming(peer)) => t!("announceIncoming", words::who(&peer)),
        _ => String::new(),
    });
    let quiet = live(move || match phone.said.get() {
        Some(Announcement::Call(peer, state)) => t!("announceCall", words::who(&peer), words::say(&state)),
        Some(Announcement::Phone(text)) => words::say(&text),
        _ => String::new(),
    });
    [
        el("div").class("unseen").attr("role", "alert").attr("aria-live", "assertive").text(loud),
        el("div").class("unseen").attr("role", "status").attr("aria-live", "polite").text(quiet),
    ]
}
