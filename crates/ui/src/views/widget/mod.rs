//! The frame on a CRM's page: a pill that unfolds to a dial pad and the current calls.

mod drag;
mod head;
mod numbers;
mod pill;
mod sizing;

use std::cell::RefCell;

use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, GetUntracked, Set},
};
use patchcord_messages::{DialSource, LogIn};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::{
    components::{Banner, Icon, Kind, Tone, banner, button, disclosure, live_region},
    dom::{El, el, follow, listen},
    host::{self, Page},
    logic::dial as keys,
    memory,
    phone::Phone,
    views::{
        calls::calls,
        dial::{DialState, dial},
        trouble::trouble,
    },
};

/// The widget, and how it is folded.
#[derive(Clone, Copy)]
struct Widget {
    phone: Phone,
    open: RwSignal<bool>,
    /// Whether the dial pad is unfolded while a call wants the room.
    another: RwSignal<bool>,
    dial: DialState,
}

impl Widget {
    fn fold(self, folded: bool) {
        self.open.set(!folded);
        memory::set_folded(folded);
    }
}

/// The widget.
pub(super) fn widget() -> El {
    let phone = Phone::here();
    let widget =
        Widget { phone, open: RwSignal::new(!memory::folded()), another: RwSignal::new(false), dial: DialState::new(DialSource::DialPad) };
    unfold_for_calls(widget);
    if let Some(window) = web_sys::window() {
        listen(&window, "keydown", Box::new(move |event| on_key(widget, event.unchecked_ref())));
    }
    let root = el("div")
        .class("widget")
        .all(live_region())
        .redo(move || widget.open.get(), move |open| vec![if *open { panel(widget) } else { pill::pill(move || widget.fold(false)) }]);
    sizing::report(phone, &root);
    root
}

fn panel(widget: Widget) -> El {
    let body = el("div").class("panel-body").add(trouble()).add(calls());
    let body = body
        .redo(move || widget.phone.read(|s| s.map(|s| matches!(s.log_in, LogIn::In { .. }))), move |logged_in| below(widget, *logged_in));
    el("div").class("panel").attr("role", "region").attr("aria-label", &t!("extName")).add(head::head(move || widget.fold(true))).add(body)
}

/// What is below the calls: dial pad and page's numbers; folded away while a call wants the room; a hint where nobody is logged in.
fn below(widget: Widget, logged_in: Option<bool>) -> Vec<El> {
    let open = || host::get().open(Page::Options);
    match logged_in {
        None => vec![el("p").class("opening").attr("role", "status").text(t!("linkOpening"))],
        Some(false) => {
            vec![banner(&Banner::new(Tone::Info, t!("widgetLoggedOut")), || {}), button(t!("buttonLogIn")).kind(Kind::Primary).press(open)]
        }
        Some(true) => {
            let calling = move || widget.phone.part(|s| s.calls.iter().any(|call| call.state.is_live()));
            let pad = move |calling: &bool| {
                let pad = move || dial(widget.dial, true);
                vec![if *calling { disclosure(t!("newCall"), widget.another, Some(Icon::Plus), None, move || vec![pad()]) } else { pad() }]
            };
            vec![el("div").redo(calling, pad), numbers::numbers()]
        }
    }
}

/// A call that begins unfolds the widget; when the last has gone, it folds again if the agent keeps it folded.
fn unfold_for_calls(widget: Widget) {
    let Widget { phone, open, another, .. } = widget;
    let before = RefCell::new((Vec::new(), false));
    follow(move || {
        let (live, some) = phone.part(|s| {
            let live: Vec<u32> = s.calls.iter().filter(|call| call.state.is_live()).map(|call| call.id.0).collect();
            (live, !s.calls.is_empty())
        });
        let (old, had_some) = before.replace((live.clone(), some));
        if live.iter().any(|id| !old.contains(id)) {
            open.set(true);
        }
        if live.is_empty() {
            another.set(false);
        }
        if had_some && !some {
            open.set(!memory::folded());
        }
    });
}

/// Keys pressed anywhere in the widget: digits go to the dial field, Esc folds. Fields, buttons and keypads take theirs first.
fn on_key(widget: Widget, event: &KeyboardEvent) {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || !widget.open.get_untracked() {
        return;
    }
    let key = event.key();
    if key == "Escape" {
        widget.fold(true);
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let typing = target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    if !typing && let Some(digit) = keys::digit_of_key(&key) {
        widget.another.set(true);
        widget.dial.add(digit);
        event.prevent_default();
    }
}
