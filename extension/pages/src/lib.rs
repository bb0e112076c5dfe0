//! The extension's visible pages: one wasm for all of them. It looks at `<html data-page>`, installs the real browser as the views' host, and draws.

#[cfg_attr(feature = "gallery", allow(dead_code, reason = "the gallery has a host of its own"))]
mod host;
#[cfg_attr(feature = "gallery", allow(dead_code, reason = "and makes no sound"))]
mod sound;

use wasm_bindgen::prelude::wasm_bindgen;

/// Draws the page that this document is.
#[wasm_bindgen(start)]
pub fn start() {
    let Some(window) = web_sys::window() else { return };
    #[cfg(feature = "gallery")]
    patchcord_ui::gallery::start(&window.location().search().unwrap_or_default());
    #[cfg(not(feature = "gallery"))]
    {
        use wasm_bindgen::JsCast;
        let root = window
            .document()
            .and_then(|document| document.document_element())
            .and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
        let page = root.and_then(|root| root.dataset().get("page")).and_then(|name| patchcord_ui::Page::parse(&name));
        if let Some(page) = page {
            patchcord_ui::host::install(std::rc::Rc::new(host::Browser));
            patchcord_ui::mount(page);
        }
    }
}
