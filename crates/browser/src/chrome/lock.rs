use core::{cell::RefCell, future::Future};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::{
    ChromeError,
    call::{call_now, settle},
    get,
};

/// Runs `work` while no other context of the extension holds the Web Lock `name`: what reads, changes and writes back needs it.
///
/// # Errors
/// Where the lock manager is gone (the context is being torn down).
pub async fn locked<T: 'static, F: Future<Output = T> + 'static>(name: &str, work: impl FnOnce() -> F + 'static) -> Result<T, ChromeError> {
    let result = Rc::new(RefCell::new(None));
    let slot = Rc::clone(&result);
    let callback = Closure::once(move |_: JsValue| {
        future_to_promise(async move {
            let done = work().await;
            *slot.borrow_mut() = Some(done);
            Ok(JsValue::UNDEFINED)
        })
    });
    let locks = get(&get(&js_sys::global(), "navigator"), "locks");
    settle(call_now(&locks, "request", &[name.into(), callback.as_ref().clone()])?).await?;
    result.borrow_mut().take().ok_or_else(|| ChromeError::Refused("lock".to_owned()))
}
