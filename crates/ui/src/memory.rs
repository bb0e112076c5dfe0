//! What a view remembers of its own: in the extension page's `localStorage`. Nothing that matters: where the browser gives a frame no storage, it is forgotten.

use gloo_storage::{LocalStorage, Storage};

const FOLDED: &str = "widgetFolded";
const LAST_DIALLED: &str = "lastDialled";

/// False where the browser refuses storage to this frame (third-party storage blocked); gloo would panic there.
fn there() -> bool {
    web_sys::window().is_some_and(|window| window.local_storage().is_ok_and(|storage| storage.is_some()))
}

/// Whether the widget was folded when last seen; at first it is.
pub(crate) fn folded() -> bool {
    !there() || LocalStorage::get(FOLDED).unwrap_or(true)
}

/// Remembers whether the widget is folded.
pub(crate) fn set_folded(folded: bool) {
    if there() {
        let _ = LocalStorage::set(FOLDED, folded);
    }
}

/// The number dialled last, for redial.
pub(crate) fn last_dialled() -> Option<String> {
    if there() { LocalStorage::get(LAST_DIALLED).ok() } else { None }
}

/// Remembers the number dialled last; none forgets it, as logging out must.
pub(crate) fn set_last_dialled(number: Option<&str>) {
    if !there() {
        return;
    }
    match number {
        Some(number) => drop(LocalStorage::set(LAST_DIALLED, number)),
        None => LocalStorage::delete(LAST_DIALLED),
    }
}
