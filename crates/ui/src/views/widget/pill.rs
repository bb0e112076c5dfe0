use leptos::prelude::*;
use patchcord_messages::{CallId, Command};

use super::drag::Drag;
use crate::{
    components::{Button, Dot, Icon, Kind, Shape, StatusDot, Timer},
    logic::{controls, controls::Controls, time},
    phone::{Link, Phone},
    views::status,
    words,
};

/// What the pill says of the foremost call.
#[derive(Clone, PartialEq)]
struct Line {
    id: CallId,
    who: String,
    state: String,
    hang_up: bool,
}

/// The widget folded: how the phone stands, in one line. Pressed, it unfolds; pulled, it moves.
#[component]
pub(super) fn Pill(
    /// Unfolds the widget.
    unfold: Callback<()>,
) -> impl IntoView {
    let phone = Phone::here();
    let drag = Drag::new(phone);
    let dot = phone.part(Dot::Off, status::dot);
    let word = phone.part(key!("linkOpening"), status::word);
    let line = phone.part(None, |s| {
        controls::foremost(&s.calls).map(|call| Line {
            id: call.id,
            who: words::who(&call.peer),
            state: words::say(&words::state(call)),
            hang_up: Controls::of(call).hang_up,
        })
    });
    let span = Memo::new(move |_| {
        phone.snapshot.with(|s| s.as_ref().and_then(|s| controls::foremost(&s.calls)).and_then(|call| time::timer(call, phone.now.get())))
    });
    let missed = phone.part(0, |s| s.missed.len());
    let text = Memo::new(move |_| match (phone.link.get(), line.get()) {
        (Link::Lost, _) => t!("linkLostShort"),
        (_, Some(line)) => line.who,
        _ => words::look_up(word.get(), &[]),
    });
    view! {
        <div class="pill" class:pill-call=move || line.get().is_some()>
            <button
                type="button"
                class="pill-open"
                aria-label=t!("buttonOpenPhone")
                aria-expanded="false"
                aria-describedby="pill-text"
                title=move || line.get().map(|line| format!("{} · {}", line.who, line.state))
                on:pointerdown=move |event| drag.down(&event)
                on:pointermove=move |event| drag.moved(&event)
                on:pointerup=move |_| drag.up()
                on:pointercancel=move |_| drag.up()
                on:keydown=move |event| drag.key(&event)
                on:click=move |_| {
                    if !drag.was_drag() {
                        unfold.run(());
                    }
                }
            >
                <span class="pill-grip">{Icon::Grip.draw()}</span>
                <StatusDot dot=dot />
                <span id="pill-text" class="pill-text">{move || text.get()}</span>
                <Timer span=span />
                <Show when=move || line.get().is_none() && missed.get() != 0>
                    <span class="count count-missed" title=t!("missedTitle")>{move || missed.get()}</span>
                </Show>
            </button>
            <Show when=move || line.get().is_some_and(|line| line.hang_up)>
                <Button
                    label=t!("buttonHangUp")
                    icon=Icon::HangUp
                    kind=Kind::End
                    shape=Shape::Round
                    on_press=move |_| {
                        if let Some(line) = line.get_untracked() {
                            phone.send(Command::HangUp { call: line.id });
                        }
                    }
                />
            </Show>
        </div>
    }
    .into_any()
}
