use leptos::{ev::MouseEvent, prelude::*};

use super::Icon;

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

fn class(kind: Kind, shape: Shape) -> String {
    let kind = match kind {
        Kind::Plain => "plain",
        Kind::Primary => "primary",
        Kind::Call => "call",
        Kind::End => "end",
        Kind::Quiet => "quiet",
    };
    let shape = match shape {
        Shape::Line => "line",
        Shape::Tile => "tile",
        Shape::Round => "round",
    };
    format!("button button-{kind} button-{shape}")
}

/// A button. Its words are its accessible name, whatever its shape.
#[component]
pub fn Button(
    /// The words.
    #[prop(into)]
    label: Signal<String>,
    /// What a press does.
    on_press: impl Fn(MouseEvent) + 'static,
    /// The icon before, above or instead of the words.
    #[prop(into, optional)]
    icon: MaybeProp<Icon>,
    /// What it is for.
    #[prop(optional)]
    kind: Kind,
    /// How it is laid out.
    #[prop(optional)]
    shape: Shape,
    /// Not usable now. It keeps its place and its focus, so that keyboards don't lose theirs.
    #[prop(into, optional)]
    disabled: Signal<bool>,
    /// For a button that stays pressed.
    #[prop(into, optional)]
    pressed: MaybeProp<bool>,
    /// For a button that shows and hides something.
    #[prop(into, optional)]
    expanded: MaybeProp<bool>,
    /// A longer name where the words alone would not tell this button from its siblings.
    #[prop(into, optional)]
    name: MaybeProp<String>,
    /// True for the button that sends a form.
    #[prop(optional)]
    submit: bool,
) -> impl IntoView {
    let round = shape == Shape::Round;
    let name = move || name.get().or_else(|| round.then(|| label.get()));
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=class(kind, shape)
            aria-label=name
            title=move || round.then(|| label.get())
            aria-disabled=move || disabled.get().then_some("true")
            aria-pressed=move || pressed.get().map(|on| on.to_string())
            aria-expanded=move || expanded.get().map(|on| on.to_string())
            on:click=move |event| {
                if disabled.get_untracked() {
                    event.prevent_default();
                } else {
                    on_press(event);
                }
            }
        >
            {move || icon.get().map(Icon::draw)}
            {(!round).then(|| view! { <span class="button-label">{move || label.get()}</span> })}
        </button>
    }
    .into_any()
}
