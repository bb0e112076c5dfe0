use core::fmt;

use js_sys::{JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};

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
    /// Tells the browser's errors apart by what their messages contain. Chromium has no codes for them, and has not changed the messages for years.
    fn telling(contains: impl Fn(&str) -> bool, message: impl FnOnce() -> String) -> Self {
        // After a reload `chrome.runtime` itself goes away in some worlds: the TypeError means the same.
        if contains("Extension context invalidated") || contains("Cannot read properties of undefined") {
            Self::Invalidated
        } else if contains("Receiving end does not exist") || contains("message port closed before a response") {
            Self::NobodyThere
        } else {
            Self::Refused(message())
        }
    }
}

impl From<JsValue> for ChromeError {
    fn from(value: JsValue) -> Self {
        let message = Reflect::get(&value, &JsValue::from_str("message")).ok().filter(JsValue::is_string).unwrap_or(value);
        // The browser's own search: Rust's is larger than a content script should be.
        let text = message.dyn_into::<JsString>().unwrap_or_else(|_| "".into());
        Self::telling(|part| text.includes(part, 0), || String::from(&text))
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

    fn told(message: &str) -> ChromeError {
        ChromeError::telling(|part| message.contains(part), || message.to_owned())
    }

    #[test]
    fn tells_the_browsers_messages_apart() {
        assert_eq!(told("Extension context invalidated."), ChromeError::Invalidated);
        assert_eq!(told("Cannot read properties of undefined (reading 'connect')"), ChromeError::Invalidated);
        let nobody = "Could not establish connection. Receiving end does not exist.";
        assert_eq!(told(nobody), ChromeError::NobodyThere);
        assert_eq!(told("The message port closed before a response was received."), ChromeError::NobodyThere);
        assert_eq!(told("No tab with id: 7."), ChromeError::Refused("No tab with id: 7.".to_owned()));
    }
}
