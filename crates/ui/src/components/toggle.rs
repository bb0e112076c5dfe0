use leptos::prelude::*;

/// A switch with its words: the whole line is the target.
#[component]
pub fn Toggle(
    /// The words: its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// How it stands.
    #[prop(into)]
    on: Signal<bool>,
    /// Called with what the user wants; the switch follows `on`, not the finger.
    change: impl Fn(bool) + 'static,
    /// More about it, in small print.
    #[prop(into, optional)]
    hint: MaybeProp<String>,
    /// A wish is on its way.
    #[prop(into, optional)]
    busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="toggle"
            role="switch"
            aria-label=move || label.get()
            aria-checked=move || on.get().to_string()
            aria-busy=move || busy.get().then_some("true")
            on:click=move |_| {
                if !busy.get_untracked() {
                    change(!on.get_untracked());
                }
            }
        >
            <span class="toggle-words">
                <span class="toggle-label">{move || label.get()}</span>
                {move || hint.get().map(|hint| view! { <span class="hint">{hint}</span> })}
            </span>
            <span class="toggle-track" aria-hidden="true">
                <span class="toggle-thumb"></span>
            </span>
        </button>
    }
    .into_any()
}
