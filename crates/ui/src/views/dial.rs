use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, GetUntracked, Set, Update},
};
use patchcord_messages::{Command, DialSource};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::{
    components::{Icon, Kind, Shape, button, keypad, number, shows},
    dom::{El, el, live},
    logic::dial::{self, Wish},
    phone::Phone,
    views::calls,
    words,
};
use leptos::reactive::graph::untrack;

/// The dial field's state, so that keys pressed elsewhere in the view can reach it.
#[derive(Clone, Copy)]
pub(super) struct DialState {
    phone: Phone,
    /// What is in the field.
    text: RwSignal<String>,
    /// What was wrong with it the last time.
    problem: RwSignal<Option<String>>,
    last: RwSignal<Option<String>>,
    source: DialSource,
}

impl DialState {
    /// An empty field of the view that `source` names.
    pub(super) fn new(source: DialSource) -> Self {
        let phone = Phone::here();
        Self { phone, text: RwSignal::new(String::new()), problem: RwSignal::new(None), last: calls::last_dialled(phone), source }
    }

    /// Adds a digit at the end.
    pub(super) fn add(self, digit: char) {
        self.problem.set(None);
        self.text.update(|text| {
            if text.chars().count() < dial::MAX_LENGTH {
                text.push(digit);
            }
        });
    }

    fn call(self, number: String, source: DialSource) {
        self.problem.set(None);
        let dialled = number.clone();
        self.phone.ask(Command::Dial { number, source }, move |answer| match answer {
            Some(wrong) => self.problem.set(Some(words::say(&wrong.text()))),
            // Unless something else was typed meanwhile.
            None => self.text.update(|text| {
                if dial::clean(text) == dialled {
                    text.clear();
                }
            }),
        });
    }

    fn submit(self) {
        if !untrack(|| self.phone.can_dial()) {
            return;
        }
        let last = self.last.get_untracked();
        match dial::to_dial(&self.text.get_untracked(), last.as_deref()) {
            Some(Wish::Dial(number)) => {
                let source = if last.as_ref() == Some(&number) { DialSource::Redial } else { self.source };
                self.call(number, source);
            }
            Some(Wish::Recall(number)) => self.text.set(number),
            None => {}
        }
    }
}

/// A field for a number, and Call. With `pad`, the twelve keys below it.
pub(super) fn dial(state: DialState, pad: bool) -> El {
    let DialState { phone, text, problem, last, .. } = state;
    let none = move || !phone.can_dial();
    let empty = move || text.get().is_empty();
    let input = el("input")
        .class("dial-field")
        .attr("type", "text")
        .attr("inputmode", "tel")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("aria-label", &t!("fieldNumber"))
        .attr("placeholder", &t!("fieldNumber"))
        .attr("maxlength", "512")
        .attr("aria-describedby", "dial-problem")
        .flag("aria-invalid", move || problem.get().is_some())
        .on("input", move |event| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                problem.set(None);
                text.set(input.value());
            }
        });
    shows(&input, text);
    let erase = move || {
        problem.set(None);
        text.update(|text| {
            text.pop();
        });
    };
    let delete = move || button(t!("buttonDelete")).icon(Icon::Delete).kind(Kind::Quiet).shape(Shape::Round).press(erase);
    let line = el("div")
        .class("dial-line")
        .add(el("div").class("dial-box").add(input).when(move || pad && !empty(), delete))
        .add(button(t!("buttonCall")).icon(Icon::Call).kind(Kind::Call).disabled(none).submit());
    let redial = move |last: &Option<String>| last.iter().map(|number| redial(state, number.clone())).collect();
    el("form")
        .class("dial")
        .on("submit", move |event| {
            event.prevent_default();
            state.submit();
        })
        .add(line)
        .add(
            el("p")
                .attr("id", "dial-problem")
                .class("dial-problem")
                .attr("role", "alert")
                .text(live(move || problem.get().unwrap_or_default())),
        )
        .redo(move || last.get().filter(|_| empty()), redial)
        .maybe(pad.then(|| keypad(&t!("dialPad"), move |digit| state.add(digit))))
}

fn redial(state: DialState, last: String) -> El {
    let none = move || !state.phone.can_dial();
    el("button")
        .attr("type", "button")
        .class("redial")
        .attr("aria-label", &t!("buttonRedialNumber", last))
        .flag("aria-disabled", none)
        .add(Icon::Redial.draw())
        .add(number(&last))
        .on("click", move |_| {
            if !untrack(none) {
                state.call(last.clone(), DialSource::Redial);
            }
        })
}
