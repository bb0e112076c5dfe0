//! The frame on a CRM's page: a pill that unfolds to a dial pad and the current calls.

mod drag;
mod head;
mod numbers;
mod pill;
mod sizing;

use leptos::{
    ev::{self, KeyboardEvent},
    html,
    prelude::*,
};
use patchcord_messages::{CallId, DialSource, LogIn};
use wasm_bindgen::JsCast;

use crate::{
    components::{Banner, Button, Disclosure, Icon, Kind, LiveRegion, Tone},
    host::{self, Page},
    logic::dial as keys,
    memory,
    phone::Phone,
    views::{
        calls::Calls,
        dial::{Dial, DialState},
        trouble::Trouble,
    },
};

/// The widget.
#[component]
pub(super) fn Widget() -> impl IntoView {
    let phone = Phone::here();
    let open = RwSignal::new(!memory::folded());
    unfold_for_calls(phone, open);
    let root = NodeRef::<html::Div>::new();
    sizing::report(phone, root);
    let fold = Callback::new(move |folded: bool| {
        open.set(!folded);
        memory::set_folded(folded);
    });
    let dial = DialState::new();
    let keyboard = window_event_listener(ev::keydown, move |event| on_key(&event, open, fold, dial));
    on_cleanup(move || keyboard.remove());
    view! {
        <div class="widget" node_ref=root>
            <LiveRegion />
            <Show when=move || open.get() fallback=move || view! { <pill::Pill unfold=Callback::new(move |()| fold.run(false)) /> }>
                <div class="panel" role="region" aria-label=t!("extName")>
                    <head::Head fold=Callback::new(move |()| fold.run(true)) />
                    <div class="panel-body">
                        <Trouble />
                        <Calls />
                        <Below dial=dial />
                    </div>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// What is below the calls: dial pad and page's numbers; folded away while a call wants the room; a hint where nobody is logged in.
#[component]
fn Below(dial: DialState) -> impl IntoView {
    let phone = Phone::here();
    let logged_in = phone.part(None, |s| Some(matches!(s.log_in, LogIn::In { .. })));
    let calling = phone.part(false, |s| s.calls.iter().any(|call| call.state.is_live()));
    let another = RwSignal::new(false);
    Effect::new(move |_| {
        if !calling.get() {
            another.set(false);
        }
    });
    let pad = move || {
        if calling.get() {
            view! {
                <Disclosure label=t!("newCall") icon=Icon::Plus open=another>
                    <Dial state=dial source=DialSource::DialPad pad=true />
                </Disclosure>
            }
            .into_any()
        } else {
            view! { <Dial state=dial source=DialSource::DialPad pad=true /> }.into_any()
        }
    };
    move || match logged_in.get() {
        Some(true) => view! {
            {pad}
            <numbers::Numbers />
        }
        .into_any(),
        Some(false) => view! {
            <Banner tone=Tone::Info text=t!("widgetLoggedOut") />
            <Button label=t!("buttonLogIn") kind=Kind::Primary on_press=|_| host::get().open(Page::Options) />
        }
        .into_any(),
        None => view! { <p class="opening" role="status">{t!("linkOpening")}</p> }.into_any(),
    }
}

/// A call that begins unfolds the widget; when the last has gone, it folds again if the agent keeps it folded.
fn unfold_for_calls(phone: Phone, open: RwSignal<bool>) {
    let live = phone.part(Vec::new(), |s| s.calls.iter().filter(|call| call.state.is_live()).map(|call| call.id).collect::<Vec<CallId>>());
    let none = phone.part(true, |s| s.calls.is_empty());
    Effect::new(move |before: Option<Vec<CallId>>| {
        let now = live.get();
        if now.iter().any(|id| before.as_ref().is_none_or(|before| !before.contains(id))) {
            open.set(true);
        }
        now
    });
    Effect::new(move |before: Option<bool>| {
        let none = none.get();
        if none && before == Some(false) {
            open.set(!memory::folded());
        }
        none
    });
}

/// Keys pressed anywhere in the widget: digits go to the dial field, Esc folds. Fields, buttons and keypads take theirs first.
fn on_key(event: &KeyboardEvent, open: RwSignal<bool>, fold: Callback<bool>, dial: DialState) {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || !open.get_untracked() {
        return;
    }
    let key = event.key();
    if key == "Escape" {
        fold.run(true);
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let typing = target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    if !typing && let Some(digit) = keys::digit_of_key(&key) {
        dial.add(digit);
        dial.focus();
        event.prevent_default();
    }
}
