use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::get;

#[wasm_bindgen]
extern "C" {
    /// An event of the extension API (`chrome.runtime.onMessage`, a port's `onDisconnect`, …).
    #[derive(Clone, Debug)]
    pub type Event;

    #[wasm_bindgen(method, js_name = addListener, catch)]
    fn add_listener(this: &Event, listener: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = removeListener, catch)]
    fn remove_listener(this: &Event, listener: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(thread_local_v2, js_name = chrome)]
    static CHROME: JsValue;
}

/// The object `chrome`.
pub(crate) fn chrome() -> JsValue {
    CHROME.with(JsValue::clone)
}

type Handler = dyn FnMut(JsValue, JsValue, JsValue) -> JsValue;

/// Listens to an event until it is dropped.
#[must_use = "dropping it stops listening"]
pub struct Listener {
    event: Event,
    closure: Closure<Handler>,
}

impl Event {
    /// `chrome.AREA.NAME`; none where this context has no such API (an offscreen document has `runtime` alone).
    #[must_use]
    pub fn of(area: &str, name: &str) -> Option<Self> {
        Self::in_object(&get(&chrome(), area), name)
    }

    /// The event `name` of an object, such as a port.
    #[must_use]
    pub(crate) fn in_object(object: &JsValue, name: &str) -> Option<Self> {
        let event = get(object, name);
        event.is_object().then(|| event.unchecked_into())
    }

    /// Calls `handler` with the event's first three arguments (`undefined` where it has fewer); what it returns goes back to the browser.
    pub fn listen(self, handler: impl FnMut(JsValue, JsValue, JsValue) -> JsValue + 'static) -> Listener {
        let closure = Closure::<Handler>::new(handler);
        // It fails only in an invalidated context, where no event comes anyway.
        let _ = self.add_listener(closure.as_ref().unchecked_ref());
        Listener { event: self, closure }
    }
}

impl Listener {
    /// Listens as long as the context lives.
    pub fn forever(self) {
        core::mem::forget(self);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.event.remove_listener(self.closure.as_ref().unchecked_ref());
    }
}
