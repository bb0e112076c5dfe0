use leptos::prelude::*;

use crate::{components::Card, host};

/// What this is, its version and its licences.
#[component]
pub(super) fn AboutCard() -> impl IntoView {
    view! {
        <Card id="about" title=t!("optionsAbout")>
            <p>{t!("aboutVersion", host::get().version())}</p>
            <p>{t!("aboutLicence")}</p>
            <p>{t!("aboutPrivacy")}</p>
        </Card>
    }
    .into_any()
}
