//! Sound: microphone, peer connections, devices, tones. It does what it is told and says what happened; the phone decides.

mod devices;
mod engine;
mod gathering;
mod js;
mod leg;
mod microphone;
mod stats;
mod tones;
mod waves;

pub use engine::{Engine, MediaEvent};
pub use leg::{Direction, Leg};
pub use tones::Tones;
pub use waves::Tone;

use wasm_bindgen::JsValue;

use crate::events::get_text;

/// Why something with sound did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaError {
    /// No microphone.
    MicrophoneMissing,
    /// The user or a policy refused it.
    MicrophoneRefused,
    /// The user was never asked.
    MicrophoneNotAsked,
    /// Held by another program, or broken.
    MicrophoneBusy,
    /// The far side's description can't be used.
    NotAcceptable(String),
    /// Anything else, in the browser's words.
    Failed(String),
    /// The leg was closed meanwhile.
    Closed,
}

impl From<JsValue> for MediaError {
    fn from(error: JsValue) -> Self {
        Self::Failed(describe(&error))
    }
}

/// `Name: message` of an exception.
fn describe(error: &JsValue) -> String {
    format!("{}: {}", get_text(error, "name"), get_text(error, "message"))
}
