//! The service worker: storage, the offscreen document's life, sites, badge, notifications, menus, shortcuts.
//!
//! The browser ends it whenever it likes and starts it again for the next event. So it holds nothing that it can't read again: settings and the encrypted
//! log-in are in `storage.local`, the log-in of this session in `storage.session`, what is open is asked of the browser. It does no work before an event comes.

mod doorman;
mod menus;
mod offscreen;
mod remember;
mod rings;
mod sites;
mod toolbar;

use patchcord_browser::chrome::{Listener, permissions, runtime, settings};
use patchcord_messages::ToOffscreen;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Registers every listener in the first tick: the browser drops the event that woke the worker otherwise.
#[wasm_bindgen(start)]
fn start() {
    let listeners = [
        doorman::listen(),
        runtime::on_installed(|| spawn_local(begin())),
        runtime::on_startup(|| spawn_local(begin())),
        settings::on_changed(|| spawn_local(pass_on_settings())),
        permissions::on_added(|| spawn_local(sites::permissions_added())),
        permissions::on_removed(|| spawn_local(sites::permissions_removed())),
    ];
    let more = menus::listen().into_iter().chain(rings::listen());
    listeners.into_iter().flatten().chain(more).for_each(Listener::forever);
}

/// At the start of the browser and after an update of the extension, when Chromium has forgotten registered content scripts and menus.
async fn begin() {
    remember::guard().await;
    menus::make().await;
    sites::apply(true).await;
    if remember::recall().await.is_some() {
        offscreen::ensure().await;
    }
}

async fn pass_on_settings() {
    let settings = settings::read().await;
    // Without an offscreen document there is nobody to tell: the next one is handed them at its start.
    let _ = runtime::ask_offscreen::<bool>(&ToOffscreen::Settings { settings }).await;
    sites::apply(false).await;
}
