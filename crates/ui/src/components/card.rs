use leptos::prelude::*;

use super::Icon;

/// A part of a page with its heading.
#[component]
pub fn Card(
    /// The heading: the accessible name of the region.
    #[prop(into)]
    title: Signal<String>,
    /// What it is about, below the heading.
    #[prop(into, optional)]
    about: MaybeProp<String>,
    /// The target of links to it.
    #[prop(default = "")]
    id: &'static str,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" id=(!id.is_empty()).then_some(id) aria-label=move || title.get()>
            <h2 class="card-title">{move || title.get()}</h2>
            {move || about.get().map(|about| view! { <p class="card-about">{about}</p> })}
            {children()}
        </section>
    }
    .into_any()
}

/// A heading that shows and hides what is below it.
#[component]
pub fn Disclosure(
    /// The heading: the accessible name of the button.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// An icon before the heading.
    #[prop(optional)]
    icon: Option<Icon>,
    /// A count, small, after the heading.
    #[prop(into, optional)]
    count: MaybeProp<usize>,
    /// The content; made when it is opened.
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <div class="disclosure" class:disclosure-open=move || open.get()>
            <button type="button" class="disclosure-head" aria-label=move || label.get() aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                {icon.map(Icon::draw)}
                <span class="disclosure-label">{move || label.get()}</span>
                {move || count.get().map(|count| view! { <span class="count">{count}</span> })}
                <span class="disclosure-mark">{Icon::Chevron.draw()}</span>
            </button>
            <Show when=move || open.get()>
                <div class="disclosure-body">{children()}</div>
            </Show>
        </div>
    }
    .into_any()
}
