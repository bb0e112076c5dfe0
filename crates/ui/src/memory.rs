//! What a view remembers of its own: in the extension page's `localStorage`. Nothing that matters: where the browser gives a frame no storage, it is forgotten.

use gloo_storage::{LocalStorage, Storage as _};
use web_sys::Storage;

const FOLDED: &str = "widgetFolded";
const LAST_DIALLED: &str = "lastDialled";

/// None where the browser refuses storage to this frame (third-party storage blocked): gloo would panic there.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?.map(|_| LocalStorage::raw())
}

/// Whether the widget was folded when last seen; at first it is.
pub(crate) fn folded() -> bool {
    storage().and_then(|storage| storage.get_item(FOLDED).ok().flatten()).as_deref() != Some("false")
}

/// Remembers whether the widget is folded.
pub(crate) fn set_folded(folded: bool) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(FOLDED, if folded { "true" } else { "false" });
    }
}

/// The number dialled last, for redial.
pub(crate) fn last_dialled() -> Option<String> {
    storage()?.get_item(LAST_DIALLED).ok().flatten()
}

/// Remembers the number dialled last; none forgets it, as logging out must.
pub(crate) fn set_last_dialled(number: Option<&str>) {
    let Some(storage) = storage() else { return };
    let _ = match number {
        Some(number) => storage.set_item(LAST_DIALLED, number),
        None => storage.remove_item(LAST_DIALLED),
    };
}
