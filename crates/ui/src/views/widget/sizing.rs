use std::cell::Cell;

use patchcord_messages::ViewMessage;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

use crate::{dom::El, logic::frame, phone::Phone};

/// Tells the content script, through the phone, how large the frame should be, now and whenever the content changes.
pub(super) fn report(phone: Phone, root: &El) {
    let measured = root.html();
    let told = Cell::new(None);
    let changed = Closure::<dyn Fn()>::new(move || {
        // Fractions count: half a pixel too little would bring scroll bars.
        let content = measured.get_bounding_client_rect();
        let size = frame::size(content.width(), content.height());
        if let Some(size) = size
            && told.get() != Some(size)
        {
            told.set(Some(size));
            phone.stand(ViewMessage::Frame { size });
        }
    });
    // The observer, and with it the closure, lives as long as the root is in the document.
    if let Ok(observer) = ResizeObserver::new(changed.into_js_value().unchecked_ref()) {
        observer.observe(&root.html());
    }
}
