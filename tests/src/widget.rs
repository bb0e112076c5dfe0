use crate::page::Page;
use crate::wait::{Timing, until};

/// Opens the widget where it is folded.
///
/// # Panics
/// When it shows neither its pill nor its panel.
pub fn unfold(widget: &Page) {
    until("the widget shows something", Timing::SCREEN, || {
        (widget.has("button", "Open phone") || widget.has("button", "Fold phone")).then_some(())
    });
    if widget.has("button", "Open phone") {
        widget.click("button", "Open phone");
    }
    widget.control("button", "Fold phone");
}

/// The seconds that a call's timer shows, if there is one.
#[must_use]
pub fn timer(view: &Page) -> Option<u64> {
    let text = view.eval("document.querySelector('[role=timer]')?.textContent ?? ''").ok()?.as_str()?.trim().to_owned();
    text.split(':').try_fold(0, |total, part| Some(total * 60 + part.parse::<u64>().ok()?))
}
