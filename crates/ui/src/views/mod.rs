//! The pages.

mod call_card;
mod calls;
mod dial;
mod log_in;
mod microphone;
mod options;
mod popup;
mod status;
mod trouble;
mod widget;

use reactive_graph::owner::Owner;

use crate::{host, host::Page, phone::Phone, prefs::Prefs};

/// Draws a page into the document's body. The page's [`Host`](crate::Host) must have been installed.
pub fn mount(page: Page) {
    // Fails only where somebody has done so before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let title = match page {
        Page::Widget | Page::Popup => t!("extName"),
        Page::Options => t!("optionsTitle"),
        Page::Microphone => t!("microphoneTitle"),
    };
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&title);
        if let Some(root) = document.document_element() {
            let _ = root.set_attribute("lang", &host::get().language());
        }
    }
    let owner = Owner::new();
    owner.with(|| {
        // Here, so that they belong to the page and not to the part of it that asks first.
        Phone::open(page.port());
        if matches!(page, Page::Popup | Page::Options) {
            let _ = Prefs::here();
        }
        match page {
            Page::Widget => widget::widget().mount(),
            Page::Popup => popup::popup().into_iter().for_each(crate::dom::El::mount),
            Page::Options => options::options().into_iter().for_each(crate::dom::El::mount),
            Page::Microphone => microphone::microphone().mount(),
        }
    });
    // The page's owner lives as long as the page.
    std::mem::forget(owner);
}
