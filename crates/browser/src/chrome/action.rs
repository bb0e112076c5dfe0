//! `chrome.action`: the toolbar button.

use wasm_bindgen::JsValue;

use super::{ChromeError, call::call, object};

/// Shows a badge (four characters at most, empty for none) in a colour (`#rrggbb`), and a tooltip.
///
/// # Errors
/// In the browser's words.
pub async fn set_badge(text: &str, color: &str, title: &str) -> Result<(), ChromeError> {
    if !text.is_empty() {
        call("action", "setBadgeBackgroundColor", &[object([("color", color.into())])]).await?;
        call("action", "setBadgeTextColor", &[object([("color", "#ffffff".into())])]).await?;
    }
    call("action", "setBadgeText", &[object([("text", text.into())])]).await?;
    call("action", "setTitle", &[object([("title", title.into())])]).await.map(|_| ())
}

/// Opens the popup in the window that has the focus.
///
/// # Errors
/// In the browser's words: no window has it.
pub async fn open_popup() -> Result<(), ChromeError> {
    call("action", "openPopup", &[] as &[JsValue]).await.map(|_| ())
}
