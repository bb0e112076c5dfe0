use leptos::prelude::*;

use super::{Button, Icon, Kind};

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

/// What is wrong, or good to know, with at most one thing to do about it. Spoken when it appears.
#[component]
pub fn Banner(
    /// How bad it is.
    tone: Tone,
    /// What.
    #[prop(into)]
    text: Signal<String>,
    /// The words of the button, if there is something to do.
    #[prop(into, optional)]
    action: Option<String>,
    /// What that does.
    #[prop(optional, into)]
    on_action: Option<Callback<()>>,
) -> impl IntoView {
    let (class, icon) = match tone {
        Tone::Info => ("banner banner-info", Icon::Info),
        Tone::Warning => ("banner banner-warning", Icon::Warning),
        Tone::Problem => ("banner banner-problem", Icon::Warning),
        Tone::Success => ("banner banner-success", Icon::Check),
    };
    let button = action
        .zip(on_action)
        .map(|(label, on_action)| view! { <Button label=label kind=Kind::Plain on_press=move |_| on_action.run(()) /> });
    view! {
        <div class=class role=if tone == Tone::Problem { "alert" } else { "status" }>
            {icon.draw()}
            <p class="banner-text">{move || text.get()}</p>
            {button}
        </div>
    }
    .into_any()
}
