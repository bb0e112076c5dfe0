use std::rc::Rc;

use leptos::reactive::{
    graph::untrack,
    signal::RwSignal,
    traits::{Get, Set, Update},
};
use patchcord_messages::{Call, CallId, CallState, Command, DialSource, Direction, EndReason, Hold, Peer};
use web_sys::KeyboardEvent;

use crate::{
    components::{Icon, Kind, Shape, button, keypad, timer, who},
    dom::{El, el, follow, live},
    logic::{
        controls::{self, Controls, HoldControl, Rank},
        dial,
        quality::{self, Grade},
        time,
    },
    phone::Phone,
    words,
};

/// A call on the screen. One that has just left the snapshot is shown as over until its card is gone.
#[derive(Clone, Copy)]
struct Shown {
    id: CallId,
    phone: Phone,
    failed: RwSignal<Option<String>>,
    keypad: RwSignal<bool>,
}

impl Shown {
    fn read<T>(self, read: impl Fn(&Call) -> T) -> T {
        self.phone.call(self.id, &read).unwrap_or_else(|| {
            let state = CallState::Ended { at: 0, talked: None, reason: EndReason::HungUp };
            let (direction, peer) = (Direction::Outbound, Peer::default());
            read(&Call {
                id: self.id,
                direction,
                peer,
                state,
                muted: false,
                digits: String::new(),
                quality: None,
                problem: None,
                headers: vec![],
            })
        })
    }

    fn controls(self) -> Controls {
        self.read(Controls::of)
    }

    fn peer(self) -> Peer {
        self.read(|call| call.peer.clone())
    }

    fn act(self, command: Command) {
        self.failed.set(None);
        self.phone.ask(command, move |problem| self.failed.set(problem.map(|problem| words::say(&problem.text()))));
    }

    /// What is wrong: the last wish, else the call, else its sound.
    fn trouble(self) -> Option<String> {
        self.failed.get().or_else(|| {
            self.read(|call| {
                let said = call.problem.as_ref().map(|problem| words::say(&problem.text()));
                said.or_else(|| match call.quality.as_ref().filter(|_| call.state.is_live()).map(quality::grade)? {
                    Grade::Good => None,
                    Grade::Poor => Some(t!("qualityPoor")),
                    Grade::Bad => Some(t!("qualityBad")),
                })
            })
        })
    }
}

/// One call with its controls. The same card serves all its states, and where a press makes the pressed button go, the focus goes to the card.
pub(super) fn call_card(id: CallId) -> El {
    let shown = Shown { id, phone: Phone::here(), failed: RwSignal::new(None), keypad: RwSignal::new(false) };
    follow(move || {
        if !shown.controls().keypad {
            shown.keypad.set(false);
        }
    });
    let class = move || match shown.read(controls::rank) {
        Rank::Incoming => "call call-incoming",
        Rank::Active => "call call-active",
        Rank::Held => "call call-held",
        Rank::Over => "call call-over",
    };
    let card = el("article")
        .bind("class", move || Some(class().to_owned()))
        .attr("tabindex", "-1")
        .attr("role", "group")
        .say("aria-label", live(move || t!("callWith", words::who(&shown.peer()))));
    let stay = {
        let card = card.clone();
        Rc::new(move |command: Command| {
            shown.act(command);
            card.focus();
        })
    };
    let top = el("div")
        .class("call-top")
        .add(el("span").class("call-state").text(live(move || words::say(&shown.read(words::state)))))
        .add(timer(move || shown.read(|call| time::timer(call, shown.phone.now.get()))));
    let (answering, hanging) = (stay.clone(), stay);
    card.add(top)
        .add(el("div").class("call-who").redo(move || shown.peer(), |peer| vec![who(peer)]))
        .redo(
            move || shown.trouble(),
            |trouble| trouble.iter().map(|text| el("p").class("call-trouble").attr("role", "status").text(text.as_str())).collect(),
        )
        .when(move || shown.controls().answer, move || answer_or_decline(id, answering.clone()))
        .when(
            move || {
                let controls = shown.controls();
                controls.hang_up || controls.mute || controls.keypad
            },
            move || running(shown, hanging.clone()),
        )
        .when(move || shown.keypad.get() && shown.controls().keypad, move || tone_pad(shown))
        .when(move || shown.controls().over, move || after(shown))
}

fn answer_or_decline(id: CallId, act: Rc<dyn Fn(Command)>) -> El {
    let decline = act.clone();
    el("div")
        .class("call-answer")
        .add(button(t!("buttonDecline")).icon(Icon::HangUp).kind(Kind::End).press(move || decline(Command::Decline { call: id })))
        .add(button(t!("buttonAnswer")).icon(Icon::Call).kind(Kind::Call).press(move || act(Command::Answer { call: id })))
}

/// The controls of a call that is going on.
fn running(shown: Shown, stay: Rc<dyn Fn(Command)>) -> El {
    let call = shown.id;
    el("div")
        .class("call-controls")
        .when(move || shown.controls().mute, move || mute(shown))
        .when(move || shown.controls().hold != HoldControl::None, move || hold(shown))
        .when(
            move || shown.controls().keypad,
            move || {
                let keypad = button(t!("buttonKeypad")).icon(Icon::Keypad).shape(Shape::Tile).expanded(move || shown.keypad.get());
                keypad.press(move || shown.keypad.update(|open| *open = !*open))
            },
        )
        .when(
            move || shown.controls().hang_up,
            move || {
                let stay = stay.clone();
                button(t!("buttonHangUp"))
                    .icon(Icon::HangUp)
                    .kind(Kind::End)
                    .shape(Shape::Tile)
                    .press(move || stay(Command::HangUp { call }))
            },
        )
}

fn mute(shown: Shown) -> El {
    let muted = move || shown.read(|call| call.muted);
    button(t!("buttonMute"))
        .live_icon(move || if muted() { Icon::Muted } else { Icon::Microphone })
        .shape(Shape::Tile)
        .pressed(muted)
        .press(move || shown.act(Command::SetMuted { call: shown.id, muted: !untrack(muted) }))
}

/// Hold and Resume are two names of one button, not a pressed state: with several calls, Resume is how one goes over to another.
fn hold(shown: Shown) -> El {
    let held = move || shown.read(|call| matches!(call.state, CallState::Connected { hold: Hold { local: true, .. }, .. }));
    button(live(move || if held() { t!("buttonResume") } else { t!("buttonHold") }))
        .live_icon(move || if held() { Icon::Resume } else { Icon::Hold })
        .shape(Shape::Tile)
        .disabled(move || matches!(shown.controls().hold, HoldControl::Busy(_)))
        .press(move || shown.act(Command::SetHold { call: shown.id, hold: !untrack(held) }))
}

/// The keypad for tones, with what was sent so far. Digits typed while it has the focus are sent as well; Esc puts it away.
fn tone_pad(shown: Shown) -> El {
    let press = move |digit: char| shown.act(Command::SendDigits { call: shown.id, digits: digit.to_string() });
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        if let Some(digit) = dial::tone_of_key(&key) {
            press(digit);
        } else if key == "Escape" {
            shown.keypad.set(false);
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let sent =
        el("output").class("tones-sent").attr("aria-label", &t!("tonesSent")).text(live(move || shown.read(|call| call.digits.clone())));
    let pad = el("div").class("tones").attr("tabindex", "-1").add(sent).add(keypad(&t!("tonesKeypad"), press)).on_as("keydown", on_key);
    pad.focus_soon();
    pad
}

/// What can be done with a call that is over.
fn after(shown: Shown) -> El {
    let again = move || {
        let number = untrack(|| shown.peer()).number;
        shown.act(Command::Dial { number, source: DialSource::Redial });
    };
    let again = move || button(t!("buttonCallAgain")).icon(Icon::Redial).press(again);
    el("div")
        .class("call-after")
        .when(move || !shown.peer().number.is_empty(), again)
        .add(button(t!("buttonDismiss")).kind(Kind::Quiet).press(move || shown.act(Command::Dismiss { call: shown.id })))
}
