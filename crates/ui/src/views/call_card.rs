use leptos::{ev::KeyboardEvent, html, prelude::*};
use patchcord_messages::{Call, CallId, CallState, Command, DialSource, Direction, EndReason, Hold, Peer};

use crate::{
    components::{Button, Icon, Keypad, Kind, Shape, Timer, Who},
    logic::{
        controls::{self, Controls, HoldControl, Rank},
        dial,
        quality::{self, Grade},
        time,
    },
    phone::Phone,
    words,
};

/// What the card shows for a call that has just left the snapshot.
fn gone(id: CallId) -> Call {
    let state = CallState::Ended { at: 0, talked: None, reason: EndReason::HungUp };
    Call {
        id,
        direction: Direction::Outbound,
        peer: Peer::default(),
        state,
        muted: false,
        digits: String::new(),
        quality: None,
        problem: None,
        headers: vec![],
    }
}

/// One call with its controls. The same elements serve all its states, so that the keyboard's focus stays where it is when the state changes.
#[component]
pub(super) fn CallCard(
    /// Which.
    id: CallId,
) -> impl IntoView {
    let phone = Phone::here();
    let call = phone.call(id);
    let call = Memo::new(move |before: Option<&Call>| call.get().or_else(|| before.cloned()).unwrap_or_else(|| gone(id)));
    let controls = Memo::new(move |_| call.with(Controls::of));
    let rank = Memo::new(move |_| call.with(controls::rank));
    let peer = Memo::new(move |_| call.with(|call| call.peer.clone()));
    let word = Memo::new(move |_| call.with(words::state));
    let span = Memo::new(move |_| call.with(|call| time::timer(call, phone.now.get())));
    let keypad = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let card = NodeRef::<html::Article>::new();

    // Whatever was pressed may vanish with the state it brings about: the focus goes to the card, not to nowhere.
    let act = move |command: Command| {
        failed.set(None);
        phone.ask(command, move |problem| failed.set(problem.map(|problem| words::say(&problem.text()))));
    };
    let act_and_stay = move |command: Command| {
        act(command);
        if let Some(card) = card.get_untracked() {
            let _ = card.focus();
        }
    };
    Effect::new(move |_| {
        if !controls.get().keypad {
            keypad.set(false);
        }
    });

    let class = move || match rank.get() {
        Rank::Incoming => "call call-incoming",
        Rank::Active => "call call-active",
        Rank::Held => "call call-held",
        Rank::Over => "call call-over",
    };
    let trouble = move || {
        failed.get().or_else(|| {
            call.with(|call| {
                let poor = || match call.quality.as_ref().map(quality::grade)? {
                    Grade::Good => None,
                    Grade::Poor => Some(t!("qualityPoor")),
                    Grade::Bad => Some(t!("qualityBad")),
                };
                call.problem
                    .as_ref()
                    .map(|problem| words::say(&problem.text()))
                    .or_else(|| if call.state.is_live() { poor() } else { None })
            })
        })
    };
    view! {
        <article node_ref=card class=class tabindex="-1" role="group" aria-label=move || t!("callWith", words::who(&peer.get()))>
            <div class="call-top">
                <span class="call-state">{move || words::say(&word.get())}</span>
                <Timer span=span />
            </div>
            <div class="call-who">{move || view! { <Who peer=peer.get() /> }}</div>
            {move || trouble().map(|text| view! { <p class="call-trouble" role="status">{text}</p> })}
            <Show when=move || controls.get().answer>
                <div class="call-answer">
                    <Button label=t!("buttonDecline") icon=Icon::HangUp kind=Kind::End on_press=move |_| act_and_stay(Command::Decline { call: id }) />
                    <Button label=t!("buttonAnswer") icon=Icon::Call kind=Kind::Call on_press=move |_| act_and_stay(Command::Answer { call: id }) />
                </div>
            </Show>
            <Show when=move || { let c = controls.get(); c.hang_up || c.mute || c.keypad }>
                <div class="call-controls">
                    <MuteButton call=call controls=controls act=Callback::new(act) />
                    <HoldButton call=call controls=controls act=Callback::new(act) />
                    <Show when=move || controls.get().keypad>
                        <Button
                            label=t!("buttonKeypad")
                            icon=Icon::Keypad
                            shape=Shape::Tile
                            expanded=keypad
                            on_press=move |_| keypad.update(|open| *open = !*open)
                        />
                    </Show>
                    <Show when=move || controls.get().hang_up>
                        <Button
                            label=t!("buttonHangUp")
                            icon=Icon::HangUp
                            kind=Kind::End
                            shape=Shape::Tile
                            on_press=move |_| act_and_stay(Command::HangUp { call: id })
                        />
                    </Show>
                </div>
            </Show>
            <Show when=move || keypad.get() && controls.get().keypad>
                <TonePad call=call act=Callback::new(act) close=Callback::new(move |()| keypad.set(false)) />
            </Show>
            <Show when=move || controls.get().over>
                <div class="call-after">
                    <Show when=move || !peer.with(|peer| peer.number.is_empty())>
                        <Button
                            label=t!("buttonCallAgain")
                            icon=Icon::Redial
                            kind=Kind::Plain
                            on_press=move |_| act(Command::Dial { number: peer.with_untracked(|peer| peer.number.clone()), source: DialSource::Redial })
                        />
                    </Show>
                    <Button label=t!("buttonDismiss") kind=Kind::Quiet on_press=move |_| act(Command::Dismiss { call: id }) />
                </div>
            </Show>
        </article>
    }
    .into_any()
}

#[component]
fn MuteButton(call: Memo<Call>, controls: Memo<Controls>, act: Callback<Command>) -> impl IntoView {
    let muted = Memo::new(move |_| call.with(|call| call.muted));
    view! {
        <Show when=move || controls.get().mute>
            <Button
                label=t!("buttonMute")
                icon=Signal::derive(move || Some(if muted.get() { Icon::Muted } else { Icon::Microphone }))
                shape=Shape::Tile
                pressed=muted
                on_press=move |_| act.run(Command::SetMuted { call: call.with_untracked(|call| call.id), muted: !muted.get_untracked() })
            />
        </Show>
    }
    .into_any()
}

/// Hold and Resume are two names of one button, not a pressed state: with several calls, Resume is how one goes over to another.
#[component]
fn HoldButton(call: Memo<Call>, controls: Memo<Controls>, act: Callback<Command>) -> impl IntoView {
    let hold = Memo::new(move |_| controls.get().hold);
    let held = Memo::new(move |_| call.with(|call| matches!(call.state, CallState::Connected { hold: Hold { local: true, .. }, .. })));
    let resumes = move || match hold.get() {
        HoldControl::Resume => true,
        HoldControl::Busy(_) => held.get(),
        _ => false,
    };
    view! {
        <Show when=move || hold.get() != HoldControl::None>
            <Button
                label=Signal::derive(move || if resumes() { t!("buttonResume") } else { t!("buttonHold") })
                icon=Signal::derive(move || Some(if resumes() { Icon::Resume } else { Icon::Hold }))
                shape=Shape::Tile
                disabled=Signal::derive(move || matches!(hold.get(), HoldControl::Busy(_)))
                on_press=move |_| act.run(Command::SetHold { call: call.with_untracked(|call| call.id), hold: !held.get_untracked() })
            />
        </Show>
    }
    .into_any()
}

/// The keypad for tones, with what was sent so far. Digits typed while it has the focus are sent as well; Esc puts it away.
#[component]
fn TonePad(call: Memo<Call>, act: Callback<Command>, close: Callback<()>) -> impl IntoView {
    let whole = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(whole) = whole.get() {
            let _ = whole.focus();
        }
    });
    let press = move |digit: char| act.run(Command::SendDigits { call: call.with_untracked(|call| call.id), digits: digit.to_string() });
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        if let Some(digit) = dial::tone_of_key(&key) {
            press(digit);
        } else if key == "Escape" {
            close.run(());
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="tones" node_ref=whole tabindex="-1" on:keydown=on_key>
            <output class="tones-sent" aria-label=t!("tonesSent")>{move || call.with(|call| call.digits.clone())}</output>
            <Keypad label=t!("tonesKeypad") press=press />
        </div>
    }
    .into_any()
}
