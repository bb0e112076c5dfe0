use js_sys::{Object, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use super::ChromeError;

/// A Rust value as a plain JavaScript one. Maps become objects, since the JSON that `chrome.runtime` sends its messages as loses ES `Map`s.
///
/// # Errors
/// [`ChromeError::Form`] for what JSON can't say (an integer beyond 2^53).
pub fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, ChromeError> {
    value.serialize(&Serializer::json_compatible()).map_err(|error| ChromeError::Form(error.to_string()))
}

/// A JavaScript value as a Rust one.
///
/// # Errors
/// [`ChromeError::Form`] where it has another form.
pub fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, ChromeError> {
    serde_wasm_bindgen::from_value(value).map_err(|error| ChromeError::Form(error.to_string()))
}

/// A property, or `undefined` where there is none (or no object).
#[must_use]
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a string.
#[must_use]
pub fn get_string(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// A plain object with these properties: what most extension APIs take.
#[must_use]
pub fn object<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh plain object can't fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &value);
    }
    object.into()
}
