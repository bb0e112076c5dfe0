use leptos::prelude::*;

/// Ties labels to their fields: ids that nobody else has on the page.
fn fresh_id() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("field{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A line of text with its label above.
#[component]
pub fn Field(
    /// The label: its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
    /// HTML's `type`: `text`, `password`, `url`, `tel`.
    #[prop(default = "text")]
    kind: &'static str,
    /// HTML's `autocomplete`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// An example, shown while empty.
    #[prop(into, optional)]
    example: MaybeProp<String>,
    /// More about it, in small print.
    #[prop(into, optional)]
    hint: MaybeProp<String>,
    /// What is wrong with it. Spoken with the field.
    #[prop(into, optional)]
    problem: MaybeProp<String>,
    /// Focused as the view opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let id = fresh_id();
    let note = format!("{id}-note");
    let described = note.clone();
    let field = NodeRef::<leptos::html::Input>::new();
    if autofocus {
        Effect::new(move |_| {
            if let Some(field) = field.get() {
                let _ = field.focus();
            }
        });
    }
    view! {
        <div class="field">
            <label for=id.clone()>{move || label.get()}</label>
            <input
                node_ref=field
                id=id
                type=kind
                autocomplete=autocomplete
                spellcheck="false"
                autocapitalize="off"
                placeholder=move || example.get()
                aria-invalid=move || problem.get().is_some().then_some("true")
                aria-describedby=move || (problem.get().is_some() || hint.get().is_some()).then(|| described.clone())
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            />
            <span id=note class="hint" class:hint-problem=move || problem.get().is_some()>
                {move || problem.get().or_else(|| hint.get())}
            </span>
        </div>
    }
    .into_any()
}

/// Lines of text with their label above.
#[component]
pub fn TextArea(
    /// The label: its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
    /// Called when the user leaves it after a change.
    done: impl Fn(String) + 'static,
    /// An example, shown while empty.
    #[prop(into, optional)]
    example: MaybeProp<String>,
    /// More about it, in small print.
    #[prop(into, optional)]
    hint: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    problem: MaybeProp<String>,
) -> impl IntoView {
    let id = fresh_id();
    let note = format!("{id}-note");
    view! {
        <div class="field">
            <label for=id.clone()>{move || label.get()}</label>
            <textarea
                id=id
                rows="3"
                spellcheck="false"
                placeholder=move || example.get()
                aria-invalid=move || problem.get().is_some().then_some("true")
                aria-describedby=note.clone()
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
                on:change:target=move |event| done(event.target().value())
            ></textarea>
            <span id=note class="hint" class:hint-problem=move || problem.get().is_some()>
                {move || problem.get().or_else(|| hint.get())}
            </span>
        </div>
    }
    .into_any()
}

/// One of the values of a [`Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it stands for.
    pub value: String,
    /// What the user reads.
    pub label: String,
}

/// One of several, with its label above.
#[component]
pub fn Select(
    /// The label: its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// What there is to choose from.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the value that the user chose.
    change: impl Fn(String) + 'static,
    /// More about it, in small print.
    #[prop(into, optional)]
    hint: MaybeProp<String>,
) -> impl IntoView {
    let id = fresh_id();
    let note = format!("{id}-note");
    view! {
        <div class="field">
            <label for=id.clone()>{move || label.get()}</label>
            <div class="select">
                <select id=id aria-describedby=note.clone() on:change:target=move |event| change(event.target().value())>
                    {move || {
                        let chosen = value.get();
                        choices
                            .get()
                            .into_iter()
                            .map(|choice| {
                                let selected = choice.value == chosen;
                                view! { <option value=choice.value selected=selected>{choice.label}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </div>
            <span id=note class="hint">{move || hint.get()}</span>
        </div>
    }
    .into_any()
}

/// A share from nothing to all, with its label above.
#[component]
pub fn Range(
    /// The label: its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The share, 0–1.
    #[prop(into)]
    value: Signal<f64>,
    /// Called with the share that the user wants, when the slider is let go.
    change: impl Fn(f64) + 'static,
) -> impl IntoView {
    let id = fresh_id();
    let percent = move || (value.get() * 100.0).round();
    view! {
        <div class="field">
            <label for=id.clone()>{move || label.get()}</label>
            <input
                id=id
                type="range"
                min="0"
                max="100"
                step="5"
                prop:value=move || percent().to_string()
                on:change:target=move |event| {
                    if let Ok(percent) = event.target().value().parse::<f64>() {
                        change((percent / 100.0).clamp(0.0, 1.0));
                    }
                }
            />
        </div>
    }
    .into_any()
}
