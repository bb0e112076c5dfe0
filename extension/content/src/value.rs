//! Messages as JavaScript values.

use js_sys::Array;
use patchcord_browser::chrome;
use wasm_bindgen::{JsCast, JsValue};

use crate::wire::Value;

impl Value for JsValue {
    fn string(text: &str) -> Self {
        Self::from_str(text)
    }

    fn number(number: f64) -> Self {
        Self::from_f64(number)
    }

    fn flag(flag: bool) -> Self {
        Self::from_bool(flag)
    }

    fn list(items: Vec<Self>) -> Self {
        items.into_iter().collect::<Array>().into()
    }

    fn object<const N: usize>(properties: [(&str, Self); N]) -> Self {
        chrome::object(properties)
    }

    fn get(&self, name: &str) -> Option<Self> {
        let value = chrome::get(self, name);
        if value.is_null() || value.is_undefined() { None } else { Some(value) }
    }

    fn as_text(&self) -> Option<String> {
        self.as_string()
    }

    fn as_number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn as_flag(&self) -> Option<bool> {
        self.as_bool()
    }

    fn as_list(&self) -> Option<Vec<Self>> {
        self.dyn_ref::<Array>().map(Array::to_vec)
    }
}
