use crate::{
    dom::{El, el},
    logic::dial::KEYS,
};

/// The twelve keys of a telephone. `press` hears the digit of the key pressed.
#[must_use]
pub fn keypad(label: &str, press: impl Fn(char) + Copy + 'static) -> El {
    let keys = KEYS.into_iter().map(|(digit, letters)| {
        el("button")
            .attr("type", "button")
            .class("key")
            .attr("aria-label", &digit.to_string())
            .add(el("span").class("key-digit").text(digit.to_string()))
            .add(el("span").class("key-letters").attr("aria-hidden", "true").text(letters))
            .on("click", move |_| press(digit))
    });
    el("div").class("keypad").attr("role", "group").attr("aria-label", label).all(keys)
}
