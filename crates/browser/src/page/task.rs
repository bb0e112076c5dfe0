use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page began, W3C `performance.now()`.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;

    #[wasm_bindgen(js_name = requestAnimationFrame)]
    fn request_animation_frame(handler: &Function) -> f64;

    #[wasm_bindgen(js_name = cancelAnimationFrame)]
    fn cancel_animation_frame(id: f64);

    #[wasm_bindgen(js_name = requestIdleCallback)]
    fn request_idle_callback(handler: &Function, options: &JsValue) -> f64;

    #[wasm_bindgen(js_name = cancelIdleCallback)]
    fn cancel_idle_callback(id: f64);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Function, milliseconds: f64) -> f64;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: f64);
}

#[derive(Clone, Copy)]
enum Kind {
    Frame,
    Idle,
    Timeout,
}

/// Something to be done later, once. Not done if it is dropped before.
#[must_use = "dropping it cancels it"]
pub struct Task {
    kind: Kind,
    id: f64,
    _closure: Closure<dyn FnMut()>,
}

impl Task {
    fn start(kind: Kind, work: impl FnOnce() + 'static, ask: impl FnOnce(&Function) -> f64) -> Self {
        let closure = Closure::once(work);
        let id = ask(closure.as_ref().unchecked_ref());
        Self { kind, id, _closure: closure }
    }

    /// Before the next frame is drawn.
    pub fn at_frame(work: impl FnOnce() + 'static) -> Self {
        Self::start(Kind::Frame, work, request_animation_frame)
    }

    /// When the page has nothing to do, at the latest after so many milliseconds.
    pub fn when_idle(timeout: f64, work: impl FnOnce() + 'static) -> Self {
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &"timeout".into(), &timeout.into());
        Self::start(Kind::Idle, work, |handler| request_idle_callback(handler, &options))
    }

    /// After so many milliseconds.
    pub fn after(milliseconds: f64, work: impl FnOnce() + 'static) -> Self {
        Self::start(Kind::Timeout, work, |handler| set_timeout(handler, milliseconds))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        match self.kind {
            Kind::Frame => cancel_animation_frame(self.id),
            Kind::Idle => cancel_idle_callback(self.id),
            Kind::Timeout => clear_timeout(self.id),
        }
    }
}
