//! `chrome.i18n`: the texts of `_locales`, in the browser's language. Works in every context but the offscreen document.

use js_sys::Array;
use patchcord_messages::{Problem, Text};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getMessage, catch)]
    fn get_message(key: &str, substitutions: &Array) -> Result<JsValue, JsValue>;
}

/// The text of `key` with `args` for its placeholders; empty for an unknown key, or in an invalidated context.
#[must_use]
pub fn message<S: AsRef<str>>(key: &str, args: &[S]) -> String {
    let substitutions: Array = args.iter().map(|arg| JsValue::from_str(arg.as_ref())).collect();
    get_message(key, &substitutions).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// The text of `key`, which has no placeholders.
#[must_use]
pub fn plain(key: &str) -> String {
    message::<&str>(key, &[])
}

/// A [`Text`] in words.
#[must_use]
pub fn text(text: &Text) -> String {
    message(&text.key, &text.args)
}

/// A [`Problem`] in words.
#[must_use]
pub fn problem(problem: &Problem) -> String {
    text(&problem.text())
}
