//! WebSocket.

use wasm_bindgen::prelude::*;

use crate::events::{Listening, get, get_text, listen, object};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = WebSocket)]
    type JsSocket;

    #[wasm_bindgen(constructor, js_class = WebSocket, catch)]
    fn new(url: &str, protocols: &JsValue) -> Result<JsSocket, JsValue>;

    #[wasm_bindgen(method, js_class = WebSocket, catch)]
    fn send(this: &JsSocket, text: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_class = WebSocket, catch)]
    fn close(this: &JsSocket) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, js_class = WebSocket, js_name = binaryType)]
    fn set_binary_type(this: &JsSocket, kind: &str);

    type TextDecoder;

    #[wasm_bindgen(constructor, catch)]
    fn new(label: &str, options: &JsValue) -> Result<TextDecoder, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn decode(this: &TextDecoder, bytes: &JsValue) -> Result<String, JsValue>;
}

/// What happens on a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// Open.
    Opened,
    /// A text frame, or a binary one that is UTF-8.
    Text(String),
    /// A binary frame that is no UTF-8.
    Broken,
    /// Closed, or never opened. The last event.
    Closed {
        /// WebSocket close code.
        code: u16,
        /// Close reason.
        reason: String,
    },
}

/// A WebSocket. Dropping it closes it, and no event comes any more.
pub struct Socket {
    socket: JsSocket,
    listening: Vec<Listening>,
}

impl Socket {
    /// Opens `url` with one sub-protocol, or none where that is empty.
    ///
    /// # Errors
    /// The browser's words where it won't even try (a broken URL, a blocked port).
    pub fn open(url: &str, protocol: &str, handler: impl Fn(SocketEvent) + Clone + 'static) -> Result<Self, String> {
        let protocols = js_sys::Array::new();
        if !protocol.is_empty() {
            protocols.push(&protocol.into());
        }
        let socket = JsSocket::new(url, &protocols).map_err(|error| get_text(&error, "message"))?;
        socket.set_binary_type("arraybuffer");
        let (opened, message, closed) = (handler.clone(), handler.clone(), handler);
        let listening = vec![
            listen(&socket, "open", move |_| opened(SocketEvent::Opened)),
            listen(&socket, "message", move |event| message(frame(&get(&event, "data")))),
            listen(&socket, "close", move |event| {
                // The code is a u16 by the standard.
                let code = get(&event, "code").as_f64().unwrap_or(1006.0) as u16;
                closed(SocketEvent::Closed { code, reason: get_text(&event, "reason") });
            }),
        ];
        Ok(Self { socket, listening })
    }

    /// Sends a text frame. On a socket that is not open it is lost: the close event tells.
    pub fn send(&self, text: &str) {
        let _ = self.socket.send(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.listening.clear();
        let _ = self.socket.close();
    }
}

fn frame(data: &JsValue) -> SocketEvent {
    if let Some(text) = data.as_string() {
        return SocketEvent::Text(text);
    }
    TextDecoder::new("utf-8", &object([("fatal", true.into())]))
        .and_then(|decoder| decoder.decode(data))
        .map_or(SocketEvent::Broken, SocketEvent::Text)
}
