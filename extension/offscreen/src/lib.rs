//! The offscreen document: it drives the phone. What the phone says is done here, what happens here is told to the phone; nothing is decided.

mod driver;
mod finder;
mod health;
mod hub;
mod sound;
mod worker;

use wasm_bindgen::prelude::wasm_bindgen;

/// Everything that others can reach is there before the first `await`: who finds the document finds its ports.
#[wasm_bindgen(start)]
fn start() {
    let driver = driver::Driver::new();
    health::watch(&driver);
    hub::listen(&driver);
    worker::listen(&driver);
    driver.begin();
}
