//! `chrome.notifications`.

use js_sys::{Array, Object};
use wasm_bindgen::JsValue;

use super::{ChromeError, Event, Listener, call::call, object, runtime};

/// What a notification says. Texts are shown as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notification {
    /// First line.
    pub title: String,
    /// Second line.
    pub message: String,
    /// Up to two buttons.
    pub buttons: Vec<String>,
    /// It stays until it is taken away, and makes no sound of its own: the phone rings.
    pub stays: bool,
}

/// Shows it; the one of the same id, if there is one, gives way.
///
/// # Errors
/// In the browser's words: the user has switched our notifications off.
pub async fn show(id: &str, notification: &Notification) -> Result<(), ChromeError> {
    let buttons: Array = notification.buttons.iter().map(|title| object([("title", title.as_str().into())])).collect();
    let options = object([
        ("type", "basic".into()),
        ("iconUrl", runtime::url("icons/128.png")?.into()),
        ("title", notification.title.as_str().into()),
        ("message", notification.message.as_str().into()),
        ("buttons", buttons.into()),
        ("requireInteraction", notification.stays.into()),
        ("silent", notification.stays.into()),
        ("priority", if notification.stays { 2 } else { 0 }.into()),
    ]);
    call("notifications", "create", &[id.into(), options]).await.map(|_| ())
}

/// Takes it away.
///
/// # Errors
/// In the browser's words.
pub async fn clear(id: &str) -> Result<(), ChromeError> {
    call("notifications", "clear", &[id.into()]).await.map(|_| ())
}

/// The ids of all that are shown.
///
/// # Errors
/// In the browser's words.
pub async fn ids() -> Result<Vec<String>, ChromeError> {
    let all = call("notifications", "getAll", &[] as &[JsValue]).await?;
    Ok(Object::keys(&Object::from(all)).iter().filter_map(|id| id.as_string()).collect())
}

/// Calls `handler` with the id and the button (none: the notification itself) that the user pressed.
pub fn on_pressed(handler: impl FnMut(String, Option<u32>) + Clone + 'static) -> Vec<Listener> {
    let (mut whole, mut button) = (handler.clone(), handler);
    let clicked = Event::of("notifications", "onClicked").map(|event| {
        event.listen(move |id, _, _| {
            whole(id.as_string().unwrap_or_default(), None);
            JsValue::UNDEFINED
        })
    });
    let pressed = Event::of("notifications", "onButtonClicked").map(|event| {
        event.listen(move |id, index, _| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 or 1")]
            button(id.as_string().unwrap_or_default(), index.as_f64().map(|index| index as u32));
            JsValue::UNDEFINED
        })
    });
    clicked.into_iter().chain(pressed).collect()
}
