use super::{Icon, button};
use crate::dom::{El, Words, el};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Something does not work as it should; the phone or the agent can mend it.
    Warning,
    /// Nothing works until somebody acts.
    Problem,
    /// Done.
    Success,
}

/// What a [`banner`] tells: what is wrong, or good to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// How bad it is.
    pub tone: Tone,
    /// What.
    pub text: String,
    /// The words of its button, if there is something to do.
    pub action: Option<String>,
}

impl Banner {
    /// One without a button.
    #[must_use]
    pub fn new(tone: Tone, text: String) -> Self {
        Self { tone, text, action: None }
    }
}

/// A banner; `act` is what its button does. Spoken when it appears.
#[must_use]
pub fn banner(told: &Banner, act: impl Fn() + 'static) -> El {
    let (class, icon) = match told.tone {
        Tone::Info => ("banner banner-info", Icon::Info),
        Tone::Warning => ("banner banner-warning", Icon::Warning),
        Tone::Problem => ("banner banner-problem", Icon::Warning),
        Tone::Success => ("banner banner-success", Icon::Check),
    };
    let text: Words = told.text.as_str().into();
    el("div")
        .class(class)
        .attr("role", if told.tone == Tone::Problem { "alert" } else { "status" })
        .add(icon.draw())
        .add(el("p").class("banner-text").text(text))
        .maybe(told.action.clone().map(|action| button(action).press(act)))
}
