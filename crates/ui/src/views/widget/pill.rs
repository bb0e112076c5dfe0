use leptos::reactive::{graph::untrack, traits::Get};
use patchcord_messages::{Call, Command};

use super::drag::Drag;
use crate::{
    components::{Icon, Kind, Shape, button, count, status_dot, timer},
    dom::{El, el, live},
    logic::{controls, controls::Controls, time},
    phone::{Link, Phone},
    views::status,
    words,
};

/// Reads the call that the pill speaks of, if there is one.
fn foremost<T>(phone: Phone, read: impl FnOnce(&Call) -> T) -> Option<T> {
    phone.read(|s| controls::foremost(&s?.calls).map(read))
}

/// The widget folded: how the phone stands, in one line. Pressed, it unfolds; pulled, it moves.
pub(super) fn pill(unfold: impl Fn() + 'static) -> El {
    let phone = Phone::here();
    let drag = Drag::new(phone);
    let text = live(move || {
        if phone.link.get() == Link::Lost {
            return t!("linkLostShort");
        }
        foremost(phone, |call| words::who(&call.peer)).unwrap_or_else(|| phone.read(status::word))
    });
    let title = move || foremost(phone, |call| format!("{} · {}", words::who(&call.peer), words::say(&words::state(call))));
    let missed = move || phone.part(|s| if controls::foremost(&s.calls).is_none() { s.missed.len() } else { 0 });
    let dragged = drag.clone();
    let open = el("button")
        .attr("type", "button")
        .class("pill-open")
        .attr("aria-label", &t!("buttonOpenPhone"))
        .attr("aria-expanded", "false")
        .attr("aria-describedby", "pill-text")
        .bind("title", title)
        .add(el("span").class("pill-grip").add(Icon::Grip.draw()))
        .add(status_dot(move || phone.part(status::dot)))
        .add(el("span").attr("id", "pill-text").class("pill-text").text(text))
        .add(timer(move || foremost(phone, |call| time::timer(call, phone.now.get())).flatten()))
        .when(
            move || missed() > 0,
            move || count(live(move || missed().to_string())).class("count count-missed").attr("title", &t!("missedTitle")),
        )
        .on("click", move |_| {
            if !dragged.was_drag() {
                unfold();
            }
        });
    let hang_up = move || {
        if let Some(call) = untrack(|| foremost(phone, |call| call.id)) {
            phone.send(Command::HangUp { call });
        }
    };
    let hang_up = move || button(t!("buttonHangUp")).icon(Icon::HangUp).kind(Kind::End).shape(Shape::Round).press(hang_up);
    el("div")
        .class("pill")
        .add(drag.nudges(drag.pulls(open)))
        .when(move || foremost(phone, |call| Controls::of(call).hang_up).unwrap_or_default(), hang_up)
}
