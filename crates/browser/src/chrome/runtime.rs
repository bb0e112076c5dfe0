//! `chrome.runtime`: who we are, and messages that are answered once.

use core::future::Future;

use js_sys::{Function, Promise, Reflect};
use patchcord_messages::{ToOffscreen, ToWorker};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{ChromeError, Event, Listener, Sender, from_js, get, get_string, to_js};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_namespace = chrome, js_name = runtime)]
    static RUNTIME: JsValue;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getURL, catch)]
    fn get_url(path: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = sendMessage, catch)]
    fn send_message(message: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = sendMessage, catch)]
    fn send_message_to(message: &JsValue, callback: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = openOptionsPage, catch)]
    fn js_open_options_page() -> Result<Promise, JsValue>;
}

/// Whom a message is for. All contexts hear all messages, so each message names its context in the property `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The service worker.
    Worker,
    /// The offscreen document.
    Offscreen,
    /// The content scripts of a tab, by `tabs.sendMessage`.
    Content,
}

impl Context {
    /// The value of the property `to`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Offscreen => "offscreen",
            Self::Content => "content",
        }
    }
}

/// The extension's id. Empty in an invalidated context: Chromium takes it away when the extension is reloaded, which is how to tell.
#[must_use]
pub fn id() -> String {
    get_string(&RUNTIME.with(JsValue::clone), "id").unwrap_or_default()
}

/// False in a content script whose extension was reloaded, updated or removed.
#[must_use]
pub fn is_valid() -> bool {
    !id().is_empty()
}

/// The last error, which every callback must read. Mostly of interest for having been read.
pub(crate) fn last_error() -> Option<String> {
    get_string(&get(&RUNTIME.with(JsValue::clone), "lastError"), "message")
}

/// The URL of a file of this extension; a dynamic one where the manifest says `use_dynamic_url`.
///
/// # Errors
/// [`ChromeError::Invalidated`].
pub fn url(path: &str) -> Result<String, ChromeError> {
    get_url(path)?.as_string().ok_or(ChromeError::Invalidated)
}

/// Opens the options page, or shows the tab that has it.
///
/// # Errors
/// In the browser's words.
pub async fn open_options_page() -> Result<(), ChromeError> {
    JsFuture::from(js_open_options_page()?).await?;
    Ok(())
}

/// Says something to the service worker, which starts if it sleeps, and waits for its answer.
///
/// # Errors
/// [`ChromeError::Invalidated`] after a reload, [`ChromeError::Form`] for an answer of another form than `R`.
pub async fn ask_worker<R: DeserializeOwned>(message: &ToWorker) -> Result<R, ChromeError> {
    ask(Context::Worker, message).await
}

/// Says something to the offscreen document and waits for its answer.
///
/// # Errors
/// [`ChromeError::NobodyThere`] where there is none.
pub async fn ask_offscreen<R: DeserializeOwned>(message: &ToOffscreen) -> Result<R, ChromeError> {
    ask(Context::Offscreen, message).await
}

/// Sends a message as it is, which names its context in `to`, and calls `then` with its answer: for a context in which `serde` and futures are too large.
pub fn ask_value(message: &JsValue, then: impl FnOnce(Result<JsValue, ChromeError>) + 'static) {
    let callback = Closure::once_into_js(move |answer: JsValue| match last_error() {
        None => then(Ok(answer)),
        Some(error) => then(Err(ChromeError::from(JsValue::from_str(&error)))),
    });
    // It throws in an invalidated context, where the callback would never come.
    if let Err(error) = send_message_to(message, &callback) {
        let _ = callback.unchecked_into::<Function>().call0(&JsValue::NULL);
        drop(error);
    }
}

/// Calls `handler` with every message to any context of the extension, as it is. None is answered.
pub fn on_value(mut handler: impl FnMut(JsValue) + 'static) -> Option<Listener> {
    Some(Event::of("runtime", "onMessage")?.listen(move |message, _, _| {
        handler(message);
        JsValue::FALSE
    }))
}

async fn ask<T: Serialize, R: DeserializeOwned>(to: Context, message: &T) -> Result<R, ChromeError> {
    from_js(JsFuture::from(send_message(&address(to, message)?)?).await?)
}

/// `message` with its `to`.
pub(crate) fn address<T: Serialize>(to: Context, message: &T) -> Result<JsValue, ChromeError> {
    let message = to_js(message)?;
    Reflect::set(&message, &"to".into(), &to.as_str().into())?;
    Ok(message)
}

/// Listens to messages for `me` that have the form of `T`. `handler` returns none for what it does not answer (the sender may be refused),
/// or the answer's future.
///
/// In the service worker, call it in the first tick.
pub fn on_message<T, R, F>(me: Context, mut handler: impl FnMut(T, Sender) -> Option<F> + 'static) -> Option<Listener>
where
    T: DeserializeOwned,
    R: Serialize,
    F: Future<Output = R> + 'static,
{
    let event = Event::of("runtime", "onMessage")?;
    Some(event.listen(move |message, sender, reply| {
        if get_string(&message, "to").as_deref() != Some(me.as_str()) {
            return JsValue::FALSE;
        }
        let Some(answer) = from_js::<T>(message).ok().and_then(|message| handler(message, Sender::read(&sender))) else {
            return JsValue::FALSE;
        };
        spawn_local(async move {
            let answer = to_js(&answer.await).unwrap_or(JsValue::NULL);
            // The asker may be gone by now; then there is nobody to tell.
            let _ = reply.unchecked_into::<Function>().call1(&JsValue::NULL, &answer);
        });
        // Keeps the channel open until the answer is there.
        JsValue::TRUE
    }))
}

/// Calls `handler` when the extension was installed or updated, or the browser was updated.
pub fn on_installed(handler: impl FnMut() + 'static) -> Option<Listener> {
    on("onInstalled", handler)
}

/// Calls `handler` when the browser starts with this extension.
pub fn on_startup(handler: impl FnMut() + 'static) -> Option<Listener> {
    on("onStartup", handler)
}

fn on(event: &str, mut handler: impl FnMut() + 'static) -> Option<Listener> {
    Some(Event::of("runtime", event)?.listen(move |_, _, _| {
        handler();
        JsValue::UNDEFINED
    }))
}
