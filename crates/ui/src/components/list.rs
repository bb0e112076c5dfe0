use leptos::prelude::*;

/// A list of rows.
#[component]
pub fn List(
    /// Its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    view! { <ul class="list" aria-label=move || label.get()>{children()}</ul> }.into_any()
}

/// A row: something, and what can be done with it at its end.
#[component]
pub fn Row(
    /// What it is.
    #[prop(into)]
    what: ViewFn,
    /// What can be done with it.
    children: Children,
) -> impl IntoView {
    view! {
        <li class="row">
            <span class="row-what">{what.run()}</span>
            <span class="row-actions">{children()}</span>
        </li>
    }
    .into_any()
}
