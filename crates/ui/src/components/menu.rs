use std::rc::Rc;

use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, Set, Update},
};
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent, Node};

use super::{Icon, Kind, Shape, button};
use crate::dom::{El, el};

/// An entry of a [`menu`].
#[derive(Clone)]
pub struct Item {
    /// The words.
    pub label: String,
    /// The icon before them.
    pub icon: Option<Icon>,
    /// For one of several states: whether it holds.
    pub checked: Option<bool>,
    /// What choosing it does.
    pub act: Rc<dyn Fn()>,
}

/// A button with a menu below it: arrows move, Enter chooses, Esc closes (WAI-ARIA menu button pattern). The entries are made when it opens.
#[must_use]
pub fn menu(label: String, icon: Icon, items: impl Fn() -> Vec<Item> + 'static) -> El {
    let open = RwSignal::new(false);
    let opener = button(label.as_str()).icon(icon).kind(Kind::Quiet).shape(Shape::Round).expanded(move || open.get());
    let opener = opener.press(move || open.update(|open| *open = !*open));
    let whole = el("div").class("menu-anchor").add(opener.clone());
    let back = opener.clone();
    let close = Rc::new(move || {
        open.set(false);
        back.focus();
    });
    let closed = close.clone();
    let entries = move || {
        let menu = el("div").class("menu").attr("role", "menu").attr("aria-label", &label);
        let menu = menu.all(items().into_iter().map(|item| entry(item, closed.clone())));
        let first = menu.clone();
        wasm_bindgen_futures::spawn_local(async move { step(&first.html(), 0) });
        menu
    };
    let around = whole.clone();
    let keys = whole.clone();
    whole
        .when(move || open.get(), entries)
        .on_as("keydown", move |event: KeyboardEvent| {
            let Some(menu) = keys.html().query_selector("[role=menu]").ok().flatten().and_then(|menu| menu.dyn_into().ok()) else { return };
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
        })
        .on_as("focusout", move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
            if !around.html().contains(to.as_ref()) {
                open.set(false);
            }
        })
}

fn entry(item: Item, close: Rc<dyn Fn()>) -> El {
    let Item { label, icon, checked, act } = item;
    let entry = el("button").attr("type", "button").class("menu-item").attr("tabindex", "-1");
    let entry = match checked {
        Some(on) => {
            let mark = if on { Icon::Check.draw() } else { el("span").class("icon") };
            entry.attr("role", "menuitemradio").attr("aria-checked", if on { "true" } else { "false" }).add(mark)
        }
        None => entry.attr("role", "menuitem").maybe(icon.map(Icon::draw)),
    };
    entry.add(el("span").text(label)).on("click", move |_| {
        close();
        act();
    })
}

/// Moves the focus: 0 to the first entry, ±1 on or back around the end, −2 to the last.
fn step(menu: &HtmlElement, by: i32) {
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
    if let Some(item) = items.item(next).and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}
