//! `chrome.offscreen`, and `runtime.getContexts`, which tells what is open.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::{ChromeError, call::call, get, get_string, object, runtime};

/// The document's file.
pub const PAGE: &str = "offscreen.html";

/// Whether the document exists. It may not take ports yet.
///
/// # Errors
/// In the browser's words.
pub async fn exists() -> Result<bool, ChromeError> {
    let types = Array::of1(&"OFFSCREEN_DOCUMENT".into());
    let contexts = call("runtime", "getContexts", &[object([("contextTypes", types.into())])]).await?;
    Ok(Array::from(&contexts).length() > 0)
}

/// Makes the document; resolves after its `load` event.
///
/// With `AUDIO_PLAYBACK` alone Chromium closes it after half a minute of silence, so all three reasons that hold are given.
///
/// # Errors
/// In the browser's words: there is one already.
pub async fn create() -> Result<(), ChromeError> {
    let reasons: Array = ["USER_MEDIA", "WEB_RTC", "AUDIO_PLAYBACK"].into_iter().map(JsValue::from).collect();
    let justification = "Keeps the agent's calls alive while pages come and go: microphone, WebRTC and ringing.";
    let options = object([("url", PAGE.into()), ("reasons", reasons.into()), ("justification", justification.into())]);
    call("offscreen", "createDocument", &[options]).await.map(|_| ())
}

/// The tab (and its window) in which a page of this extension is open.
///
/// # Errors
/// In the browser's words.
pub async fn tab_of(page: &str) -> Result<Option<(i32, i32)>, ChromeError> {
    let types = Array::of1(&"TAB".into());
    let contexts = Array::from(&call("runtime", "getContexts", &[object([("contextTypes", types.into())])]).await?);
    let url = runtime::url(page)?;
    #[expect(clippy::cast_possible_truncation, reason = "the browser's ids are 32-bit integers")]
    let number = |context: &JsValue, name: &str| get(context, name).as_f64().map(|number| number as i32);
    let found =
        contexts.iter().find(|context| get_string(context, "documentUrl").is_some_and(|open| open.split(['?', '#']).next() == Some(&url)));
    Ok(found.and_then(|context| Some((number(&context, "tabId")?, number(&context, "windowId")?))))
}
