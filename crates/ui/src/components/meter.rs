use leptos::prelude::*;

use crate::logic::quality;

/// A level of sound.
#[component]
pub fn Meter(
    /// Its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The level, 0–1, as amplitude.
    #[prop(into)]
    level: Signal<f64>,
) -> impl IntoView {
    let share = Memo::new(move |_| (quality::meter(level.get()) * 100.0).round());
    view! {
        <div class="meter" role="meter" aria-label=move || label.get() aria-valuemin="0" aria-valuemax="100" aria-valuenow=move || share.get().to_string()>
            <div class="meter-bar" style:transform=move || format!("scaleX({})", share.get() / 100.0)></div>
        </div>
    }
    .into_any()
}
