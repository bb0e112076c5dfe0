use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{Button, Icon, Kind, Shape};

/// An entry of a [`Menu`].
#[derive(Clone)]
pub struct Item {
    /// The words.
    pub label: String,
    /// The icon before them.
    pub icon: Option<Icon>,
    /// For one of several states: whether it holds.
    pub checked: Option<bool>,
    /// What choosing it does.
    pub act: Callback<()>,
}

/// A button with a menu below it: arrows move, Enter chooses, Esc closes (WAI-ARIA menu button pattern).
#[component]
pub fn Menu(
    /// The button's words: its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The entries; made when it opens.
    items: impl Fn() -> Vec<Item> + Send + Sync + 'static,
    /// The button's icon.
    #[prop(default = Icon::More)]
    icon: Icon,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let menu = NodeRef::<html::Div>::new();
    let whole = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(menu) = menu.get() {
            step(&menu, 0);
        }
    });
    let close = move || {
        open.set(false);
        if let Some(button) = whole.get_untracked().and_then(|whole| whole.query_selector("button").ok().flatten())
            && let Some(button) = button.dyn_ref::<web_sys::HtmlElement>()
        {
            let _ = button.focus();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(menu) = menu.get_untracked() else { return };
        match event.key().as_str() {
            "ArrowDown" => step(&menu, 1),
            "ArrowUp" => step(&menu, -1),
            "Home" => step(&menu, 0),
            "End" => step(&menu, -2),
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let entries = move || {
        items()
            .into_iter()
            .map(|Item { label, icon, checked, act }| {
                view! {
                    <button
                        type="button"
                        class="menu-item"
                        role=if checked.is_some() { "menuitemradio" } else { "menuitem" }
                        aria-checked=checked.map(|on| on.to_string())
                        tabindex="-1"
                        on:click=move |_| {
                            close();
                            act.run(());
                        }
                    >
                        {match checked {
                            Some(true) => Icon::Check.draw(),
                            Some(false) => view! { <span class="icon"></span> }.into_any(),
                            None => icon.map(Icon::draw).into_any(),
                        }}
                        <span>{label}</span>
                    </button>
                }
                .into_any()
            })
            .collect_view()
    };
    let entries = StoredValue::new(entries);
    view! {
        <div
            class="menu-anchor"
            node_ref=whole
            on:keydown=on_key
            on:focusout=move |event| {
                let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
                if !whole.get_untracked().is_some_and(|whole| whole.contains(to.as_ref())) {
                    open.set(false);
                }
            }
        >
            <Button label=label icon=icon kind=Kind::Quiet shape=Shape::Round expanded=open on_press=move |_| open.update(|o| *o = !*o) />
            <Show when=move || open.get()>
                <div class="menu" role="menu" aria-label=move || label.get() node_ref=menu>
                    {move || entries.with_value(|entries| entries())}
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// Moves the focus: 0 to the first entry, ±1 on or back around the end, −2 to the last.
fn step(menu: &web_sys::HtmlElement, by: i32) {
    let Ok(items) = menu.query_selector_all("[role^=menuitem]") else { return };
    let count = items.length();
    if count == 0 {
        return;
    }
    let focused = menu.owner_document().and_then(|document| document.active_element());
    let at = (0..count).find(|&i| items.item(i).and_then(|node| node.dyn_into().ok()) == focused);
    let next = match (by, at) {
        (0, _) | (1, None) => 0,
        (1, Some(at)) => (at + 1) % count,
        (-1, Some(at)) => (at + count - 1) % count,
        _ => count - 1,
    };
    if let Some(item) = items.item(next).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = item.focus();
    }
}
