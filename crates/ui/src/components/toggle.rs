use std::rc::Rc;

use leptos::reactive::graph::untrack;

use crate::dom::{El, When, Words, el};

/// A switch under construction.
#[must_use]
pub struct Toggle {
    label: Words,
    hint: Option<Words>,
    on: When,
    busy: When,
}

/// A switch with its words, its accessible name: the whole line is the target. It follows `on`, not the finger.
pub fn toggle(label: impl Into<Words>, on: impl Fn() -> bool + 'static) -> Toggle {
    Toggle { label: label.into(), hint: None, on: Rc::new(on), busy: Rc::new(|| false) }
}

impl Toggle {
    /// More about it, in small print.
    pub fn hint(mut self, hint: impl Into<Words>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A wish is on its way while this holds.
    pub fn busy(mut self, when: impl Fn() -> bool + 'static) -> Self {
        self.busy = Rc::new(when);
        self
    }

    /// Called with what the user wants.
    #[must_use]
    pub fn change(self, change: impl Fn(bool) + 'static) -> El {
        let Self { label, hint, on, busy } = self;
        let (checked, waiting) = (on.clone(), busy.clone());
        let words = el("span").class("toggle-words").add(el("span").class("toggle-label").text(label.clone()));
        let words = words.maybe(hint.map(|hint| el("span").class("hint").text(hint)));
        el("button")
            .attr("type", "button")
            .class("toggle")
            .attr("role", "switch")
            .say("aria-label", label)
            .state("aria-checked", move || checked())
            .flag("aria-busy", move || waiting())
            .add(words)
            .add(el("span").class("toggle-track").attr("aria-hidden", "true").add(el("span").class("toggle-thumb")))
            .on("click", move |_| {
                if !untrack(|| busy()) {
                    change(!untrack(|| on()));
                }
            })
    }
}
