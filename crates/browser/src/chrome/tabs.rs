//! `chrome.tabs` and the one call of `chrome.windows` that goes with it.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::{
    ChromeError,
    call::{call, call_now},
    event::chrome,
    get, get_string, object, runtime,
};

/// A tab, as far as it interests us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// The browser's id of it.
    pub id: i32,
    /// The window that it is in.
    pub window: i32,
    /// Its URL; none where we have no permission to see it.
    pub url: Option<String>,
}

impl Tab {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self { id: integer(&get(value, "id"))?, window: integer(&get(value, "windowId"))?, url: get_string(value, "url") })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the browser's ids are 32-bit integers")]
fn integer(value: &JsValue) -> Option<i32> {
    value.as_f64().map(|number| number as i32)
}

async fn query(filter: JsValue) -> Result<Vec<Tab>, ChromeError> {
    let tabs: Array = Array::from(&call("tabs", "query", &[filter]).await?);
    Ok(tabs.iter().filter_map(|tab| Tab::read(&tab)).collect())
}

/// The tab that the user sees. Its URL is known in the popup, by `activeTab`.
///
/// # Errors
/// In the browser's words.
pub async fn current() -> Result<Option<Tab>, ChromeError> {
    Ok(query(object([("active", true.into()), ("lastFocusedWindow", true.into())])).await?.into_iter().next())
}

/// The tabs whose page a match pattern covers.
///
/// # Errors
/// In the browser's words: the pattern is none.
pub async fn matching(pattern: &str) -> Result<Vec<Tab>, ChromeError> {
    query(object([("url", pattern.into())])).await
}

/// All tabs.
///
/// # Errors
/// In the browser's words.
pub async fn all() -> Result<Vec<Tab>, ChromeError> {
    query(object([])).await
}

/// Opens a page of this extension in a new tab.
///
/// # Errors
/// In the browser's words.
pub async fn open(page: &str) -> Result<(), ChromeError> {
    call("tabs", "create", &[object([("url", runtime::url(page)?.into())])]).await.map(|_| ())
}

/// Brings a tab to the front.
///
/// # Errors
/// In the browser's words: it was closed meanwhile.
pub async fn show(tab: i32, window: i32) -> Result<(), ChromeError> {
    call("tabs", "update", &[tab.into(), object([("active", true.into())])]).await?;
    call("windows", "update", &[window.into(), object([("focused", true.into())])]).await.map(|_| ())
}

/// Says something to the content scripts of all frames of a tab, without waiting for an answer.
///
/// # Errors
/// [`ChromeError::Form`].
pub fn tell<T: serde::Serialize>(tab: i32, message: &T) -> Result<(), ChromeError> {
    let sent = call_now(&get(&chrome(), "tabs"), "sendMessage", &[tab.into(), runtime::address(runtime::Context::Content, message)?])?;
    // A tab without a content script is no error; an unhandled rejection would end up on the extension's error page.
    wasm_bindgen_futures::spawn_local(async move {
        let _ = super::call::settle(sent).await;
    });
    Ok(())
}
