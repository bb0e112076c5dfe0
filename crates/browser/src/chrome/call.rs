use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{ChromeError, event::chrome, get};

/// Calls `chrome.AREA.NAME(…args)` and waits for its promise.
///
/// One way for all methods, instead of a binding each, keeps the glue of the service worker small.
pub(crate) async fn call(area: &str, name: &str, args: &[JsValue]) -> Result<JsValue, ChromeError> {
    settle(call_now(&get(&chrome(), area), name, args)?).await
}

/// Calls a method of any object.
pub(crate) fn call_now(object: &JsValue, name: &str, args: &[JsValue]) -> Result<JsValue, ChromeError> {
    let method: Function = get(object, name)
        .dyn_into()
        .map_err(|_| if super::runtime::is_valid() { ChromeError::Refused(name.to_owned()) } else { ChromeError::Invalidated })?;
    let args: Array = args.iter().collect();
    Ok(Reflect::apply(&method, object, &args)?)
}

/// What a promise comes to; other values are themselves.
pub(crate) async fn settle(value: JsValue) -> Result<JsValue, ChromeError> {
    match value.dyn_into::<Promise>() {
        Ok(promise) => Ok(JsFuture::from(promise).await?),
        Err(value) => Ok(value),
    }
}
