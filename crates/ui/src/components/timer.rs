use std::rc::Rc;

use patchcord_messages::Millis;

use crate::{
    dom::{El, el, live},
    logic::time,
};

/// How long something has lasted; nothing where there is nothing to count. Its digits keep their width, so nothing moves as it counts.
#[must_use]
pub fn timer(span: impl Fn() -> Option<Millis> + 'static) -> El {
    let span = Rc::new(span);
    let machine = span.clone();
    el("time")
        .class("timer")
        .attr("role", "timer")
        .attr("aria-live", "off")
        .bind("datetime", move || machine().map(time::iso_duration))
        .text(live(move || span().map(time::duration).unwrap_or_default()))
}
