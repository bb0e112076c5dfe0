//! The content script: finds and marks numbers, calls them on a click, holds the widget's frame. One for each frame of a switched-on site.
//!
//! The page stays as it was: numbers are ranges of the CSS Custom Highlight API, and the one element that is added (behind the body, when there is first
//! something to show) holds everything else in a closed shadow root. No work is done before the worker says that the phone is switched on here and the
//! agent is logged in, and none in a tab that is hidden.

mod app;
mod chip;
mod dial;
pub mod index;
pub mod link;
pub mod place;
mod pointer;
mod scanner;
pub mod spans;
mod target;
mod value;
mod visible;
pub mod wants;
mod widget;
pub mod wire;

use core::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static APP: RefCell<Option<Rc<app::App>>> = const { RefCell::new(None) };
}

#[wasm_bindgen(start)]
fn start() {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    // A picture, a feed or a PDF has no numbers to call, and a root element that is none of HTML's takes no child of ours.
    if matches!(document.content_type().as_str(), "text/html" | "application/xhtml+xml") {
        APP.set(Some(app::App::start(window, document)));
    }
}
