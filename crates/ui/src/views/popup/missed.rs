use patchcord_messages::{Command, DialSource, MissedCall};

use crate::{
    components::{Icon, Kind, Shape, button, count, list, row, who},
    dom::{El, el, live},
    host,
    logic::time,
    phone::Phone,
    words,
};
use leptos::reactive::graph::untrack;

/// The calls that nobody took, the latest first, each with a button that calls back.
pub(super) fn missed() -> El {
    let phone = Phone::here();
    let calls = move || phone.part(|s| s.missed.clone());
    let how_many = live(move || phone.part(|s| s.missed.len()).to_string());
    let seen = button(t!("buttonMarkSeen")).kind(Kind::Quiet).press(move || phone.send(Command::ClearMissed));
    let head = el("div").class("section-head").add(el("h2").text(t!("missedTitle")).add(count(how_many))).add(seen);
    let rows = move |calls: &Vec<MissedCall>| {
        let (now, wall) = (untrack(|| phone.part(|s| s.now)), host::get().ms_of_day());
        calls.iter().rev().map(|call| one(phone, call, time::time_of_day(call.at, now, wall))).collect()
    };
    el("section")
        .class("missed")
        .attr("aria-label", &t!("missedTitle"))
        .bind("hidden", move || phone.part(|s| s.missed.is_empty()).then(String::new))
        .add(head)
        .add(list(&t!("missedTitle")).redo(calls, rows))
}

fn one(phone: Phone, call: &MissedCall, at: String) -> El {
    let number = call.peer.number.clone();
    let back = (!number.is_empty()).then(|| {
        let back = button(t!("buttonCallNumber", words::who(&call.peer))).icon(Icon::Call).kind(Kind::Quiet).shape(Shape::Round);
        back.disabled(move || !phone.can_dial())
            .press(move || phone.send(Command::Dial { number: number.clone(), source: DialSource::Redial }))
    });
    row([el("span").class("missed-at").text(at), who(&call.peer)], back)
}
