use leptos::prelude::*;

use crate::{logic::announce::Announcement, phone::Phone, words};

/// Speaks what the phone's changes mean. Unseen. Two regions, made with the page: one that waits for a pause, one that does not.
#[component]
pub fn LiveRegion() -> impl IntoView {
    let phone = Phone::here();
    let loud = move || match phone.said.get() {
        Some(Announcement::Incoming(peer)) => t!("announceIncoming", words::who(&peer)),
        _ => String::new(),
    };
    let quiet = move || match phone.said.get() {
        Some(Announcement::Call(peer, state)) => t!("announceCall", words::who(&peer), words::say(&state)),
        Some(Announcement::Phone(text)) => words::say(&text),
        _ => String::new(),
    };
    view! {
        <div class="unseen" role="alert" aria-live="assertive">{loud}</div>
        <div class="unseen" role="status" aria-live="polite">{quiet}</div>
    }
    .into_any()
}
