use leptos::prelude::*;

use crate::logic::dial::KEYS;

/// The twelve keys of a telephone.
#[component]
pub fn Keypad(
    /// The accessible name of the group.
    #[prop(into)]
    label: String,
    /// Called with the digit of the key pressed.
    press: impl Fn(char) + Copy + 'static,
) -> impl IntoView {
    let keys = KEYS
        .into_iter()
        .map(|(digit, letters)| {
            view! {
                <button type="button" class="key" aria-label=digit.to_string() on:click=move |_| press(digit)>
                    <span class="key-digit">{digit.to_string()}</span>
                    <span class="key-letters" aria-hidden="true">{letters}</span>
                </button>
            }
            .into_any()
        })
        .collect_view();
    view! { <div class="keypad" role="group" aria-label=label>{keys}</div> }.into_any()
}
