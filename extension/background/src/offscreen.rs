//! The life of the offscreen document, in which the phone runs.

use core::cell::RefCell;

use js_sys::Promise;
use patchcord_browser::chrome::{offscreen, pause, runtime};
use patchcord_messages::{Command, Problem, ToOffscreen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// How often to look whether a document that exists takes ports yet, and for how long. It takes 0.1–0.3 s to start on a slow machine.
const LOOK_EVERY: i32 = 15;
const LOOKS: u32 = 600;

thread_local! {
    /// The attempt that is under way. Should the worker die with it, the asker's message fails and it asks again.
    static UNDER_WAY: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Sees to it that the document exists and takes ports: true when it does. However many ask, it is made once.
pub(crate) async fn ensure() -> bool {
    let promise = UNDER_WAY.with_borrow_mut(|under_way| {
        let start = || {
            future_to_promise(async {
                let up = bring_up().await;
                UNDER_WAY.take();
                Ok(up.into())
            })
        };
        under_way.get_or_insert_with(start).clone()
    });
    JsFuture::from(promise).await.is_ok_and(|up| up.is_truthy())
}

async fn bring_up() -> bool {
    for _ in 0..LOOKS {
        if takes_ports().await {
            return true;
        }
        match offscreen::exists().await {
            // It fails where another worker of ours, which died since, has made it already; the next look finds that one.
            Ok(false) => drop(offscreen::create().await),
            _ => pause(LOOK_EVERY).await,
        }
    }
    false
}

async fn takes_ports() -> bool {
    runtime::ask_offscreen::<bool>(&ToOffscreen::Ping).await.unwrap_or_default()
}

/// Has the phone do something. What is wrong comes back; silence where there is no phone.
pub(crate) async fn tell(message: &ToOffscreen) -> Option<Problem> {
    runtime::ask_offscreen::<Option<Problem>>(message).await.ok().flatten()
}

/// Has the phone carry out a command that the user gave outside our pages.
pub(crate) async fn command(command: Command) -> Option<Problem> {
    tell(&ToOffscreen::Command { id: patchcord_browser::chrome::command_id(), command }).await
}
