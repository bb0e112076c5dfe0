use crate::{
    components::card,
    dom::{El, el},
    host,
};

/// What this is, its version and its licences.
pub(super) fn about_card() -> El {
    card("about", t!("optionsAbout"), None)
        .add(el("p").text(t!("aboutVersion", host::get().version())))
        .add(el("p").text(t!("aboutLicence")))
        .add(el("p").text(t!("aboutPrivacy")))
}
