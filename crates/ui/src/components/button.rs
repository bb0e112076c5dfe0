use std::rc::Rc;

use super::Icon;
use crate::dom::{El, When, Words, el};

/// What a button is for: its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// One of several.
    #[default]
    Plain,
    /// The one that leads on.
    Primary,
    /// Begins or takes a call.
    Call,
    /// Ends or refuses one.
    End,
    /// Hardly there until pointed at.
    Quiet,
}

/// How a button is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Icon, if any, and words side by side.
    #[default]
    Line,
    /// The icon above small words: a call's controls.
    Tile,
    /// The icon alone; the words are its name and tooltip.
    Round,
}

/// A button under construction. Its words are its accessible name, whatever its shape.
#[must_use]
pub struct Button {
    label: Words,
    name: Option<Words>,
    icon: Option<Rc<dyn Fn() -> Icon>>,
    kind: Kind,
    shape: Shape,
    disabled: Option<When>,
    pressed: Option<When>,
    expanded: Option<When>,
    submit: bool,
}

/// A button with these words.
pub fn button(label: impl Into<Words>) -> Button {
    Button {
        label: label.into(),
        name: None,
        icon: None,
        kind: Kind::default(),
        shape: Shape::default(),
        disabled: None,
        pressed: None,
        expanded: None,
        submit: false,
    }
}

impl Button {
    /// The icon before, above or instead of the words.
    pub fn icon(self, icon: Icon) -> Self {
        self.live_icon(move || icon)
    }

    /// An icon that follows signals.
    pub fn live_icon(mut self, icon: impl Fn() -> Icon + 'static) -> Self {
        self.icon = Some(Rc::new(icon));
        self
    }

    /// What it is for.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// How it is laid out.
    pub fn shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    /// Not usable while this holds. It keeps its place and its focus, so that keyboards don't lose theirs.
    pub fn disabled(mut self, when: impl Fn() -> bool + 'static) -> Self {
        self.disabled = Some(Rc::new(when));
        self
    }

    /// It stays pressed while this holds.
    pub fn pressed(mut self, when: impl Fn() -> bool + 'static) -> Self {
        self.pressed = Some(Rc::new(when));
        self
    }

    /// It shows something while this holds.
    pub fn expanded(mut self, when: impl Fn() -> bool + 'static) -> Self {
        self.expanded = Some(Rc::new(when));
        self
    }

    /// A longer name, where the words alone would not tell this button from its siblings.
    pub fn name(mut self, name: impl Into<Words>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// It sends the form that it is in.
    pub fn submit(mut self) -> El {
        self.submit = true;
        self.make(Box::new(|| {}))
    }

    /// What a press does.
    #[must_use]
    pub fn press(self, act: impl Fn() + 'static) -> El {
        self.make(Box::new(act))
    }

    fn make(self, act: Box<dyn Fn()>) -> El {
        let Self { label, name, icon, kind, shape, disabled, pressed, expanded, submit } = self;
        let kind = match kind {
            Kind::Plain => "plain",
            Kind::Primary => "primary",
            Kind::Call => "call",
            Kind::End => "end",
            Kind::Quiet => "quiet",
        };
        let round = shape == Shape::Round;
        let shape = match shape {
            Shape::Line => "line",
            Shape::Tile => "tile",
            Shape::Round => "round",
        };
        let mut made =
            el("button").attr("type", if submit { "submit" } else { "button" }).class(&format!("button button-{kind} button-{shape}"));
        if let Some(name) = name.or_else(|| round.then(|| label.clone())) {
            made = made.say("aria-label", name);
        }
        if round {
            made = made.say("title", label.clone());
        }
        if let Some(pressed) = pressed {
            made = made.state("aria-pressed", move || pressed());
        }
        if let Some(expanded) = expanded {
            made = made.state("aria-expanded", move || expanded());
        }
        if let Some(disabled) = disabled.clone() {
            made = made.flag("aria-disabled", move || disabled());
        }
        if let Some(icon) = icon {
            made = made.redo(move || icon(), |icon| vec![icon.draw()]);
        }
        if !round {
            made = made.add(el("span").class("button-label").text(label));
        }
        made.on("click", move |event| {
            if disabled.as_ref().is_some_and(|disabled| leptos::reactive::graph::untrack(|| disabled())) {
                event.prevent_default();
            } else {
                act();
            }
        })
    }
}
