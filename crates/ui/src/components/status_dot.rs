use crate::dom::{El, el};

/// What a dot says. The words beside it say the same, so colour is never alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dot {
    /// Nothing to say: logged out.
    #[default]
    Off,
    /// Calls come.
    Ready,
    /// Calls are turned away.
    Away,
    /// Something is wrong.
    Trouble,
    /// In a call.
    Busy,
}

/// A coloured dot; each state has its own shape as well, for eyes that tell no colours apart.
#[must_use]
pub fn status_dot(dot: impl Fn() -> Dot + 'static) -> El {
    let class = move || match dot() {
        Dot::Off => "dot dot-off",
        Dot::Ready => "dot dot-ready",
        Dot::Away => "dot dot-away",
        Dot::Trouble => "dot dot-trouble",
        Dot::Busy => "dot dot-busy",
    };
    el("span").bind("class", move || Some(class().to_owned())).attr("aria-hidden", "true")
}
