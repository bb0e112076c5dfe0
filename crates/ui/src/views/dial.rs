use leptos::{ev::SubmitEvent, html, prelude::*};
use patchcord_messages::{Command, DialSource};

use crate::{
    components::{Button, Icon, Keypad, Kind, Number, Shape},
    logic::dial::{self, Wish},
    phone::Phone,
    views::calls,
    words,
};

/// The dial field's state, so that keys pressed elsewhere in the view can reach it.
#[derive(Clone, Copy)]
pub(super) struct DialState {
    /// What is in the field.
    pub(super) text: RwSignal<String>,
    /// What was wrong with it the last time.
    problem: RwSignal<Option<String>>,
    field: NodeRef<html::Input>,
}

impl DialState {
    /// An empty field.
    pub(super) fn new() -> Self {
        Self { text: RwSignal::new(String::new()), problem: RwSignal::new(None), field: NodeRef::new() }
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

    /// Puts the keyboard into the field.
    pub(super) fn focus(self) {
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }
}

/// A field for a number, and Call. With `pad`, the twelve keys below it.
#[component]
pub(super) fn Dial(
    /// Its state.
    state: DialState,
    /// Which view this is.
    source: DialSource,
    /// With keys to press.
    #[prop(optional)]
    pad: bool,
) -> impl IntoView {
    let phone = Phone::here();
    let can_dial = phone.can_dial();
    let last = calls::last_dialled(phone);
    let DialState { text, problem, field } = state;
    let call = move |number: String, source: DialSource| {
        problem.set(None);
        let dialled = number.clone();
        phone.ask(Command::Dial { number, source }, move |answer| match answer {
            Some(wrong) => problem.set(Some(words::say(&wrong.text()))),
            // Unless something else was typed meanwhile.
            None => text.update(|text| {
                if dial::clean(text) == dialled {
                    text.clear();
                }
            }),
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !can_dial.get_untracked() {
            return;
        }
        match dial::to_dial(&text.get_untracked(), last.get_untracked().as_deref()) {
            Some(Wish::Dial(number)) => {
                let redial = last.with_untracked(|last| last.as_deref() == Some(number.as_str()));
                call(number, calls::source(redial, source));
            }
            Some(Wish::Recall(number)) => text.set(number),
            None => state.focus(),
        }
    };
    let none = Signal::derive(move || !can_dial.get());
    let redial = move || {
        last.get().filter(|_| text.with(String::is_empty)).map(|number| {
            let again = number.clone();
            view! {
                <button
                    type="button"
                    class="redial"
                    aria-label=t!("buttonRedialNumber", number)
                    aria-disabled=move || none.get().then_some("true")
                    on:click=move |_| if !none.get_untracked() { call(again.clone(), DialSource::Redial) }
                >
                    {Icon::Redial.draw()}
                    <Number number=number.clone() />
                </button>
            }
        })
    };
    view! {
        <form class="dial" on:submit=submit>
            <div class="dial-line">
                <div class="dial-box">
                    <input
                        node_ref=field
                        class="dial-field"
                        type="text"
                        inputmode="tel"
                        autocomplete="off"
                        spellcheck="false"
                        aria-label=t!("fieldNumber")
                        placeholder=t!("fieldNumber")
                        maxlength="512"
                        aria-invalid=move || problem.get().is_some().then_some("true")
                        aria-describedby="dial-problem"
                        prop:value=move || text.get()
                        on:input:target=move |event| {
                            problem.set(None);
                            text.set(event.target().value());
                        }
                    />
                    <Show when=move || pad && !text.with(String::is_empty)>
                        <Button
                            label=t!("buttonDelete")
                            icon=Icon::Delete
                            kind=Kind::Quiet
                            shape=Shape::Round
                            on_press=move |_| {
                                problem.set(None);
                                text.update(|text| {
                                    text.pop();
                                });
                            }
                        />
                    </Show>
                </div>
                <Button label=t!("buttonCall") icon=Icon::Call kind=Kind::Call submit=true disabled=none on_press=|_| {} />
            </div>
            <p id="dial-problem" class="dial-problem" role="alert">{move || problem.get()}</p>
            {redial}
            {pad.then(|| view! { <Keypad label=t!("dialPad") press=move |digit| state.add(digit) /> })}
        </form>
    }
    .into_any()
}
