//! DOM events, listened to for as long as a handle lives.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone, Debug)]
    type EventTarget;

    #[wasm_bindgen(method, js_name = addEventListener, catch)]
    fn add_event_listener(this: &EventTarget, name: &str, listener: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = removeEventListener, catch)]
    fn remove_event_listener(this: &EventTarget, name: &str, listener: &Function) -> Result<(), JsValue>;
}

/// Stops listening when dropped.
#[must_use = "dropping it stops listening"]
pub(crate) struct Listening {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(JsValue)>,
}

/// Calls `handler` with each event `name` of `target`. Where `target` is no event target, none ever comes.
pub(crate) fn listen(target: &JsValue, name: &'static str, handler: impl FnMut(JsValue) + 'static) -> Listening {
    let target: EventTarget = target.clone().unchecked_into();
    let closure = Closure::<dyn FnMut(JsValue)>::new(handler);
    let _ = target.add_event_listener(name, closure.as_ref().unchecked_ref());
    Listening { target, name, closure }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener(self.name, self.closure.as_ref().unchecked_ref());
    }
}

/// A property, or `undefined` where there is none (or no object).
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a string; empty where it is none.
pub(crate) fn get_text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// A plain object with these properties.
pub(crate) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh plain object can't fail.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), &value);
    }
    object.into()
}
