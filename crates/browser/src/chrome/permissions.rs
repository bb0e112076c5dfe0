//! `chrome.permissions`, for origins only.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::{ChromeError, Event, Listener, call::call, object};

fn origins(pattern: &str) -> JsValue {
    let origins: Array = core::iter::once(JsValue::from_str(pattern)).collect();
    object([("origins", origins.into())])
}

/// Whether we may see the pages of a match pattern (`https://crm.example.com/*`).
///
/// # Errors
/// In the browser's words: the pattern is none.
pub async fn contains(pattern: &str) -> Result<bool, ChromeError> {
    Ok(call("permissions", "contains", &[origins(pattern)]).await?.is_truthy())
}

/// Asks the user for it. Only from a page's handler of a user event, before anything is awaited.
///
/// # Errors
/// In the browser's words: no user event, or the pattern is none.
pub async fn request(pattern: &str) -> Result<bool, ChromeError> {
    Ok(call("permissions", "request", &[origins(pattern)]).await?.is_truthy())
}

/// Gives it back.
///
/// # Errors
/// In the browser's words.
pub async fn remove(pattern: &str) -> Result<(), ChromeError> {
    call("permissions", "remove", &[origins(pattern)]).await.map(|_| ())
}

/// Calls `handler` when the user has given permissions, in a prompt of ours or in the browser's own settings.
pub fn on_added(handler: impl FnMut() + 'static) -> Option<Listener> {
    on("onAdded", handler)
}

/// Calls `handler` when the user has taken permissions away.
pub fn on_removed(handler: impl FnMut() + 'static) -> Option<Listener> {
    on("onRemoved", handler)
}

fn on(event: &str, mut handler: impl FnMut() + 'static) -> Option<Listener> {
    Some(Event::of("permissions", event)?.listen(move |_, _, _| {
        handler();
        JsValue::UNDEFINED
    }))
}
