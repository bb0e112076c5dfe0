use std::rc::Rc;

use crate::{
    dom::{El, el},
    logic::quality,
};

/// A level of sound, 0–1, as amplitude.
#[must_use]
pub fn meter(label: &str, level: impl Fn() -> f64 + 'static) -> El {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 0–100")]
    let share = Rc::new(move || (quality::meter(level()) * 100.0).round() as u32);
    let shown = share.clone();
    let bar = el("div").class("meter-bar").bind("style", move || Some(format!("transform:scaleX(calc({}/100))", shown())));
    el("div")
        .class("meter")
        .attr("role", "meter")
        .attr("aria-label", label)
        .attr("aria-valuemin", "0")
        .attr("aria-valuemax", "100")
        .bind("aria-valuenow", move || Some(share().to_string()))
        .add(bar)
}
