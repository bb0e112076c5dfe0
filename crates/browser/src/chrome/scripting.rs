//! `chrome.scripting`: the content script, on the sites that the user switched on.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::{ChromeError, call::call, object};

const ID: &str = "content";

fn strings<S: AsRef<str>>(strings: &[S]) -> JsValue {
    strings.iter().map(|string| JsValue::from_str(string.as_ref())).collect::<Array>().into()
}

fn list(value: JsValue) -> JsValue {
    Array::of1(&value).into()
}

/// Registers `file` as the content script of exactly these match patterns, in all frames, for this and every later start of the browser. None: nowhere.
///
/// # Errors
/// In the browser's words: a pattern is none.
pub async fn register<S: AsRef<str>>(file: &str, patterns: &[S]) -> Result<(), ChromeError> {
    let filter = object([("ids", strings(&[ID]))]);
    let registered = Array::from(&call("scripting", "getRegisteredContentScripts", core::slice::from_ref(&filter)).await?).length() > 0;
    if patterns.is_empty() {
        return if registered { call("scripting", "unregisterContentScripts", &[filter]).await.map(|_| ()) } else { Ok(()) };
    }
    let script = object([
        ("id", ID.into()),
        ("js", strings(&[file])),
        ("matches", strings(patterns)),
        ("allFrames", true.into()),
        // about:blank and srcdoc frames of the site belong to it as well.
        ("matchOriginAsFallback", true.into()),
        ("persistAcrossSessions", true.into()),
        // As soon as there is text; `document_idle` would wait for a slow page's pictures.
        ("runAt", "document_end".into()),
    ]);
    call("scripting", if registered { "updateContentScripts" } else { "registerContentScripts" }, &[list(script)]).await.map(|_| ())
}

/// Runs `file` now in all frames of a tab that we may see.
///
/// # Errors
/// In the browser's words: the tab shows an error page or was closed.
pub async fn inject(file: &str, tab: i32) -> Result<(), ChromeError> {
    let target = object([("tabId", tab.into()), ("allFrames", true.into())]);
    call("scripting", "executeScript", &[object([("target", target), ("files", strings(&[file]))])]).await.map(|_| ())
}
