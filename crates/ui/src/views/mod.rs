//! The pages.

#![allow(unreachable_pub, reason = "the component macro makes items that the lint takes for unreachable")]

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

use leptos::prelude::*;

use crate::{host, host::Page, phone::Phone, prefs::Prefs};

/// Draws a page into the document's body. The page's [`Host`](crate::Host) must have been installed.
pub fn mount(page: Page) {
    if let Some(root) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element()) {
        let _ = root.set_attribute("lang", &host::get().language());
    }
    let title = match page {
        Page::Widget | Page::Popup => t!("extName"),
        Page::Options => t!("optionsTitle"),
        Page::Microphone => t!("microphoneTitle"),
    };
    document().set_title(&title);
    leptos::mount::mount_to_body(move || {
        let _ = Phone::open(page.port());
        if page != Page::Widget {
            Prefs::open();
        }
        match page {
            Page::Widget => widget::Widget().into_any(),
            Page::Popup => popup::Popup().into_any(),
            Page::Options => options::Options().into_any(),
            Page::Microphone => microphone::Microphone().into_any(),
        }
    });
}
