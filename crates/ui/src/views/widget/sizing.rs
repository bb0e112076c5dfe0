use leptos::{html, prelude::*};
use patchcord_messages::ViewMessage;
use wasm_bindgen::{JsCast, closure::Closure};

use crate::{logic::frame, phone::Phone};

/// Tells the content script, through the phone, how large the frame should be, now and whenever the content changes.
pub(super) fn report(phone: Phone, root: NodeRef<html::Div>) {
    let told = StoredValue::new(None);
    Effect::new(move |_| {
        let Some(root) = root.get() else { return };
        let element: web_sys::HtmlElement = root.unchecked_into();
        let measured = element.clone();
        let tell = move || {
            let size = frame::size(f64::from(measured.offset_width()), f64::from(measured.offset_height()));
            if let Some(size) = size
                && told.get_value() != Some(size)
            {
                told.set_value(Some(size));
                phone.stand(ViewMessage::Frame { size });
            }
        };
        let changed = Closure::<dyn FnMut()>::new(tell);
        if let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&element);
        }
        // The root lives as long as the document.
        changed.forget();
    });
}
