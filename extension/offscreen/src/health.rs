//! What happens after a panic: it is logged, and the document goes on where it can. Calls may be up.

use std::rc::Rc;

use patchcord_browser::timer::Alarm;
use wasm_bindgen::prelude::*;

use crate::driver::Driver;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);

    #[wasm_bindgen(js_namespace = location)]
    fn reload();

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn uptime() -> f64;
}

/// Milliseconds in which a document counts as young.
const YOUNG: f64 = 10_000.0;
/// When a young one is begun anew, in milliseconds.
const LATER: u64 = 30_000;

thread_local! {
    static DRIVER: std::cell::RefCell<std::rc::Weak<Driver>> = std::cell::RefCell::default();
}

/// From now on a panic stops only what it happened in. If that was the phone, the document starts anew and logs in with what the worker remembers.
pub(crate) fn watch(driver: &Rc<Driver>) {
    DRIVER.set(Rc::downgrade(driver));
    std::panic::set_hook(Box::new(|panic| {
        error(&format!("Patchcord: {panic}"));
        // Not now: the stack of the panic is still standing.
        let check = Alarm::after(0, || {
            let whole = DRIVER.with_borrow(std::rc::Weak::upgrade).is_some_and(|driver| driver.recover());
            if !whole {
                // What breaks a young document would break the next one too: not in a tight loop.
                let delay = if uptime() < YOUNG { LATER } else { 0 };
                core::mem::forget(Alarm::after(delay, reload));
            }
        });
        core::mem::forget(check);
    }));
}
