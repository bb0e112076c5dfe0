use core::fmt;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Why a call of an extension API failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChromeError {
    /// The extension was reloaded, updated or removed while this context lived on (content scripts only). Nothing will work again: go quiet.
    Invalidated,
    /// Nobody listens at the other end: no such context, or it has not begun yet.
    NobodyThere,
    /// A message or stored value does not have the expected form.
    Form(String),
    /// Anything else, in the browser's own words.
    Refused(String),
}

impl ChromeError {
    /// Tells the browser's errors apart. Chromium has no codes for them, only messages (`extensions/renderer`), stable for years.
    pub(crate) fn from_message(message: &str) -> Self {
        if message.contains("Extension context invalidated") || message.contains("Cannot read properties of undefined") {
            // After a reload `chrome.runtime` itself goes away in some worlds: the TypeError means the same.
            Self::Invalidated
        } else if message.contains("Receiving end does not exist") || message.contains("message port closed before a response") {
            Self::NobodyThere
        } else {
            Self::Refused(message.to_owned())
        }
    }
}

impl From<JsValue> for ChromeError {
    fn from(value: JsValue) -> Self {
        let message = Reflect::get(&value, &JsValue::from_str("message")).ok().and_then(|message| message.as_string());
        Self::from_message(&message.or_else(|| value.as_string()).unwrap_or_default())
    }
}

impl fmt::Display for ChromeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalidated => f.write_str("the extension was reloaded"),
            Self::NobodyThere => f.write_str("nobody listens"),
            Self::Form(what) => write!(f, "unexpected form: {what}"),
            Self::Refused(what) => f.write_str(what),
        }
    }
}

impl core::error::Error for ChromeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_browsers_messages_apart() {
        assert_eq!(ChromeError::from_message("Extension context invalidated."), ChromeError::Invalidated);
        assert_eq!(ChromeError::from_message("Cannot read properties of undefined (reading 'connect')"), ChromeError::Invalidated);
        let nobody = "Could not establish connection. Receiving end does not exist.";
        assert_eq!(ChromeError::from_message(nobody), ChromeError::NobodyThere);
        assert_eq!(ChromeError::from_message("The message port closed before a response was received."), ChromeError::NobodyThere);
        assert_eq!(ChromeError::from_message("No tab with id: 7."), ChromeError::Refused("No tab with id: 7.".to_owned()));
    }
}
