use patchcord_messages::PortName;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;

use super::{ChromeError, Event, Listener, Sender, from_js, get, get_string, object, to_js};

#[wasm_bindgen]
extern "C" {
    #[derive(Clone, Debug)]
    type JsPort;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = connect, catch)]
    fn connect(info: &JsValue) -> Result<JsPort, JsValue>;

    #[wasm_bindgen(method, js_name = postMessage, catch)]
    fn post_message(this: &JsPort, message: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn disconnect(this: &JsPort) -> Result<(), JsValue>;
}

/// A long-lived connection between two contexts. Disconnects when dropped.
pub struct Port {
    port: JsPort,
    listeners: Vec<Listener>,
}

impl Port {
    /// Connects to the offscreen document. It succeeds at once even where nobody listens; then [`Self::on_disconnect`] tells, within milliseconds.
    ///
    /// # Errors
    /// [`ChromeError::Invalidated`] in a content script whose extension was reloaded.
    pub fn connect(name: PortName) -> Result<Self, ChromeError> {
        let port = connect(&object([("name", name.as_str().into())]))?;
        Ok(Self { port, listeners: Vec::new() })
    }

    /// Hands `handler` every port that is opened to this context.
    pub fn on_connect(mut handler: impl FnMut(Port) + 'static) -> Option<Listener> {
        let event = Event::of("runtime", "onConnect")?;
        Some(event.listen(move |port, _, _| {
            handler(Port { port: port.unchecked_into(), listeners: Vec::new() });
            JsValue::UNDEFINED
        }))
    }

    /// The name that it was opened with; none for a name that is not ours.
    #[must_use]
    pub fn name(&self) -> Option<PortName> {
        get_string(&self.port, "name").as_deref().and_then(PortName::parse)
    }

    /// Who opened it. Only at the end that was connected to.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender::read(&get(&self.port, "sender"))
    }

    /// Sends a message; messages arrive in order.
    ///
    /// # Errors
    /// [`ChromeError::Form`] where it can't be said in JSON, another where the port is disconnected.
    pub fn send<T: Serialize>(&self, message: &T) -> Result<(), ChromeError> {
        Ok(self.port.post_message(&to_js(message)?)?)
    }

    /// Sends a value as it is: for a context in which `serde` is too large.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub fn post(&self, message: &JsValue) -> Result<(), ChromeError> {
        Ok(self.port.post_message(message)?)
    }

    /// Calls `handler` with each message as it is.
    pub fn on_value(&mut self, handler: impl FnMut(JsValue) + 'static) {
        self.listen("onMessage", handler);
    }

    /// Calls `handler` with each message that has the form of `T`. Others are dropped: the far side is an older version, or hostile.
    ///
    /// Set it in the same tick in which the port was made, or messages are lost.
    pub fn on_message<T: DeserializeOwned + 'static>(&mut self, mut handler: impl FnMut(T) + 'static) {
        self.listen("onMessage", move |message| {
            if let Ok(message) = from_js(message) {
                handler(message);
            }
        });
    }

    /// Calls `handler` when the far side is gone. Not called when this side disconnects.
    pub fn on_disconnect(&mut self, mut handler: impl FnMut() + 'static) {
        self.listen("onDisconnect", move |_| {
            // Reading it tells Chromium that the error was seen; otherwise it lands on the extension's error page.
            let _ = super::runtime::last_error();
            handler();
        });
    }

    fn listen(&mut self, event: &str, mut handler: impl FnMut(JsValue) + 'static) {
        if let Some(event) = Event::in_object(&self.port, event) {
            self.listeners.push(event.listen(move |first, _, _| {
                handler(first);
                JsValue::UNDEFINED
            }));
        }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.listeners.clear();
        let _ = self.port.disconnect();
    }
}
