//! Whether the browser has a network.

use wasm_bindgen::JsValue;

use crate::events::{Listening, listen};

/// Tells about the network until it is dropped.
#[must_use = "dropping it stops listening"]
pub struct NetworkWatch {
    _listening: [Listening; 2],
}

impl NetworkWatch {
    /// Calls `handler` with true when there is a network again, with false when it is gone.
    pub fn new(handler: impl Fn(bool) + Clone + 'static) -> Self {
        let global: JsValue = js_sys::global().into();
        let online = handler.clone();
        Self { _listening: [listen(&global, "online", move |_| online(true)), listen(&global, "offline", move |_| handler(false))] }
    }
}
