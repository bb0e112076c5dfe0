use leptos::prelude::*;
use patchcord_messages::Millis;

use crate::logic::time;

/// How long something has lasted. Its digits keep their width, so nothing moves as it counts.
#[component]
pub fn Timer(
    /// The span; nothing is shown without one.
    #[prop(into)]
    span: Signal<Option<Millis>>,
) -> impl IntoView {
    let words = Memo::new(move |_| span.get().map(time::duration));
    let machine = Memo::new(move |_| span.get().map(time::iso_duration));
    view! { <time class="timer" role="timer" aria-live="off" datetime=move || machine.get()>{move || words.get()}</time> }.into_any()
}
