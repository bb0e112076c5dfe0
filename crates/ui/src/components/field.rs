use std::rc::Rc;

use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, Set},
};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

use crate::dom::{El, Words, el, follow};

/// Ties labels to their fields: ids that nobody else has on the page.
fn fresh_id() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("field{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

type Note = Rc<dyn Fn() -> Option<String>>;

/// The frame of a field: label above, the control, small print below.
fn frame(id: &str, label: Words, control: El, hint: Option<Words>, problem: Option<Note>) -> El {
    let note = format!("{id}-note");
    let wrong = problem.clone();
    let control = match wrong {
        Some(wrong) => control.flag("aria-invalid", move || wrong().is_some()),
        None => control,
    };
    let control = control.attr("id", id).attr("aria-describedby", &note);
    let shown = problem.clone();
    let words = crate::dom::live(move || {
        let problem = shown.as_ref().and_then(|problem| problem());
        problem.or_else(|| hint.as_ref().map(Words::now)).unwrap_or_default()
    });
    let class =
        move || Some(if problem.as_ref().is_some_and(|problem| problem().is_some()) { "hint hint-problem" } else { "hint" }.to_owned());
    // A select is wrapped for its arrow.
    let control = if control.html().tag_name() == "SELECT" { el("div").class("select").add(control) } else { control };
    el("div")
        .class("field")
        .add(el("label").attr("for", id).text(label))
        .add(control)
        .add(el("span").attr("id", &note).bind("class", class).text(words))
}

/// What the user has put into a control.
fn value(event: &Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    match target.dyn_into::<HtmlInputElement>() {
        Ok(input) => input.value(),
        Err(other) => match other.dyn_into::<HtmlSelectElement>() {
            Ok(select) => select.value(),
            Err(other) => other.unchecked_into::<HtmlTextAreaElement>().value(),
        },
    }
}

/// A line of text under construction.
#[must_use]
pub struct Field {
    label: Words,
    value: RwSignal<String>,
    kind: &'static str,
    autocomplete: &'static str,
    example: &'static str,
    hint: Option<Words>,
    problem: Option<Note>,
    autofocus: bool,
    done: Option<Rc<dyn Fn(String)>>,
}

/// A line of text with its label, its accessible name, above.
pub fn field(label: impl Into<Words>, value: RwSignal<String>) -> Field {
    Field {
        label: label.into(),
        value,
        kind: "text",
        autocomplete: "off",
        example: "",
        hint: None,
        problem: None,
        autofocus: false,
        done: None,
    }
}

impl Field {
    /// HTML's `type`: `text`, `password`, `url`.
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// HTML's `autocomplete`.
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// An example, shown while empty.
    pub fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// More about it, in small print.
    pub fn hint(mut self, hint: impl Into<Words>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What is wrong with it, in place of the small print. Spoken with the field.
    pub fn problem(mut self, problem: impl Fn() -> Option<String> + 'static) -> Self {
        self.problem = Some(Rc::new(problem));
        self
    }

    /// Focused as the view opens.
    pub fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }

    /// The field; `done` hears its text when the user leaves it after a change.
    #[must_use]
    pub fn done(mut self, done: impl Fn(String) + 'static) -> El {
        self.done = Some(Rc::new(done));
        self.make()
    }

    /// The field.
    #[must_use]
    pub fn make(self) -> El {
        let text = self.value;
        let input = el("input")
            .attr("type", self.kind)
            .attr("autocomplete", self.autocomplete)
            .attr("spellcheck", "false")
            .attr("autocapitalize", "off")
            .attr("placeholder", self.example)
            .on("input", move |event| text.set(value(&event)));
        let input = match self.done {
            Some(done) => input.on("change", move |event| done(value(&event))),
            None => input,
        };
        shows(&input, text);
        if self.autofocus {
            input.focus_soon();
        }
        frame(&fresh_id(), self.label, input, self.hint, self.problem)
    }
}

/// Keeps an input's text as the signal has it, without touching it while it is the same: the caret stays.
pub(crate) fn shows(input: &El, text: RwSignal<String>) {
    let control: HtmlInputElement = input.html().unchecked_into();
    follow(move || {
        let text = text.get();
        if control.value() != text {
            control.set_value(&text);
        }
    });
}

/// Lines of text with their label above. `done` hears them when the user leaves the field after a change.
#[must_use]
pub fn text_area(
    label: impl Into<Words>,
    text: RwSignal<String>,
    example: &str,
    hint: impl Into<Words>,
    problem: impl Fn() -> Option<String> + 'static,
    done: impl Fn(String) + 'static,
) -> El {
    let area = el("textarea")
        .attr("rows", "3")
        .attr("spellcheck", "false")
        .attr("placeholder", example)
        .on("change", move |event| done(value(&event)));
    let control: HtmlTextAreaElement = area.html().unchecked_into();
    follow(move || {
        let text = text.get();
        if control.value() != text {
            control.set_value(&text);
        }
    });
    frame(&fresh_id(), label.into(), area, Some(hint.into()), Some(Rc::new(problem)))
}

/// One of the values of a [`select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it stands for.
    pub value: String,
    /// What the user reads.
    pub label: String,
}

/// One of several, with its label above. `change` hears the value that the user chose; what is shown follows `chosen`.
#[must_use]
pub fn select(
    label: impl Into<Words>,
    choices: impl Fn() -> Vec<Choice> + 'static,
    chosen: impl Fn() -> String + 'static,
    hint: Option<Words>,
    change: impl Fn(String) + 'static,
) -> El {
    let state = move || (choices(), chosen());
    let options = |(choices, chosen): &(Vec<Choice>, String)| {
        let option = |choice: &Choice| {
            let option = el("option").attr("value", &choice.value).text(choice.label.as_str());
            if choice.value == *chosen { option.attr("selected", "") } else { option }
        };
        choices.iter().map(option).collect()
    };
    let control = el("select").redo(state, options).on("change", move |event| change(value(&event)));
    frame(&fresh_id(), label.into(), control, hint, None)
}

/// A share from nothing to all, 0–1, with its label above. `change` hears it when the slider is let go.
#[must_use]
pub fn range(label: impl Into<Words>, share: impl Fn() -> f64 + 'static, change: impl Fn(f64) + 'static) -> El {
    let slider = el("input").attr("type", "range").attr("min", "0").attr("max", "100").attr("step", "5");
    let control: HtmlInputElement = slider.html().unchecked_into();
    follow(move || control.set_value_as_number((share() * 100.0).round()));
    let slider = slider.on("change", move |event| {
        if let Some(control) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            change((control.value_as_number() / 100.0).clamp(0.0, 1.0));
        }
    });
    frame(&fresh_id(), label.into(), slider, None, None)
}
