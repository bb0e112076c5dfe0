use wasm_bindgen::prelude::*;
use web_sys::{AddEventListenerOptions, Event, EventTarget};

/// Hears an event until it is dropped.
#[must_use = "dropping it stops listening"]
pub struct On {
    target: EventTarget,
    name: &'static str,
    capture: bool,
    closure: Closure<dyn FnMut(Event)>,
}

/// Hears `name` at `target`. With `capture` before the page does; a listener that is not `passive` may prevent the default.
pub fn on(target: &EventTarget, name: &'static str, capture: bool, passive: bool, handler: impl FnMut(Event) + 'static) -> On {
    let closure = Closure::<dyn FnMut(Event)>::new(handler);
    let options = AddEventListenerOptions::new();
    options.set_capture(capture);
    options.set_passive(passive);
    let function = closure.as_ref().unchecked_ref();
    // It fails only for a target that is none.
    let _ = target.add_event_listener_with_callback_and_add_event_listener_options(name, function, &options);
    On { target: target.clone(), name, capture, closure }
}

impl Drop for On {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback_and_bool(self.name, function, self.capture);
    }
}
