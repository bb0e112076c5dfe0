//! Plays tones through Web Audio. A cycle of a tone is one buffer in a loop: no timer, no drift.

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use patchcord_messages::Audio;
use wasm_bindgen::prelude::*;

use super::waves::{Tone, digits, samples};
use crate::events::{get, get_text, object};
use crate::timer::Alarm;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone, Debug)]
    type AudioContext;

    #[wasm_bindgen(constructor, catch)]
    fn new(options: &JsValue) -> Result<AudioContext, JsValue>;

    #[wasm_bindgen(method, js_name = setSinkId, catch)]
    fn set_sink_id(this: &AudioContext, id: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = createBuffer, catch)]
    fn create_buffer(this: &AudioContext, channels: u32, length: u32, rate: f32) -> Result<AudioBuffer, JsValue>;

    #[wasm_bindgen(method, js_name = createBufferSource, catch)]
    fn create_buffer_source(this: &AudioContext) -> Result<BufferSource, JsValue>;

    #[wasm_bindgen(method, js_name = createGain, catch)]
    fn create_gain(this: &AudioContext) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn resume(this: &AudioContext) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &AudioContext) -> Result<Promise, JsValue>;

    #[derive(Clone, Debug)]
    type AudioBuffer;

    #[wasm_bindgen(method, js_name = copyToChannel, catch)]
    fn copy_to_channel(this: &AudioBuffer, samples: &js_sys::Float32Array, channel: u32) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = AudioBufferSourceNode)]
    #[derive(Clone, Debug)]
    type BufferSource;

    #[wasm_bindgen(method, setter, js_class = AudioBufferSourceNode)]
    fn set_buffer(this: &BufferSource, buffer: &AudioBuffer);

    #[wasm_bindgen(method, setter, js_class = AudioBufferSourceNode, js_name = loop)]
    fn set_loop(this: &BufferSource, looping: bool);

    #[wasm_bindgen(method, js_class = AudioBufferSourceNode, catch)]
    fn connect(this: &BufferSource, node: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_class = AudioBufferSourceNode, catch)]
    fn start(this: &BufferSource) -> Result<(), JsValue>;

    type Node;

    #[wasm_bindgen(method, js_name = connect, catch)]
    fn connect_to(this: &Node, node: &JsValue) -> Result<JsValue, JsValue>;
}

/// A context that closes, and so is silent, when dropped.
struct Playing {
    context: AudioContext,
}

impl Drop for Playing {
    fn drop(&mut self) {
        let _ = self.context.close();
    }
}

/// The tones that the phone makes by itself.
#[derive(Default)]
pub struct Tones {
    tone: RefCell<Tone>,
    playing: RefCell<Option<Playing>>,
    beep: Rc<RefCell<Option<Playing>>>,
    beep_over: RefCell<Option<Alarm>>,
    audio: RefCell<Audio>,
}

impl Tones {
    /// Takes over devices and loudness; what sounds now goes on sounding with them.
    pub fn configure(&self, audio: &Audio) {
        if *self.audio.borrow() != *audio {
            *self.audio.borrow_mut() = audio.clone();
            let tone = *self.tone.borrow();
            self.begin(tone);
        }
    }

    /// Sounds `tone` from now on, in place of what sounds now.
    pub fn play(&self, tone: Tone) {
        if *self.tone.borrow() != tone {
            self.begin(tone);
        }
    }

    /// Sounds the tones of some digits once.
    pub fn beep(&self, text: &str) {
        let speaker = self.audio.borrow().speaker.id.clone();
        // The context before is closed: keys pressed in haste cut each other off, as on any telephone.
        *self.beep.borrow_mut() = start(&speaker, 1.0, false, |rate| digits(text, rate));
        let (beep, length) = (Rc::clone(&self.beep), 500 + 120 * text.len() as u64);
        *self.beep_over.borrow_mut() = Some(Alarm::after(length, move || drop(beep.borrow_mut().take())));
    }

    fn begin(&self, tone: Tone) {
        *self.tone.borrow_mut() = tone;
        let audio = self.audio.borrow();
        let (device, loudness) = match tone {
            Tone::Ring => (&audio.ringer.id, audio.ring_volume.clamp(0.0, 1.0)),
            _ => (&audio.speaker.id, 1.0),
        };
        let playing = if tone == Tone::Silence { None } else { start(device, loudness, true, |rate| samples(tone, rate)) };
        *self.playing.borrow_mut() = playing;
    }
}

/// None for silence, and where the browser has no sound to give.
fn start(device: &str, loudness: f64, looping: bool, make: impl FnOnce(f32) -> Vec<f32>) -> Option<Playing> {
    let context = AudioContext::new(&object([("latencyHint", "interactive".into())])).ok()?;
    let playing = Playing { context: context.clone() };
    let rate = get(&context, "sampleRate").as_f64()? as f32;
    let samples = make(rate);
    if samples.is_empty() {
        return None;
    }
    if !device.is_empty()
        && let Ok(promise) = context.set_sink_id(device)
    {
        // A device that is gone: the default one sounds.
        forget_failure(promise);
    }
    let buffer = context.create_buffer(1, u32::try_from(samples.len()).ok()?, rate).ok()?;
    buffer.copy_to_channel(&js_sys::Float32Array::from(samples.as_slice()), 0).ok()?;
    let source = context.create_buffer_source().ok()?;
    source.set_buffer(&buffer);
    source.set_loop(looping);
    let gain = context.create_gain().ok()?;
    let _ = js_sys::Reflect::set(&get(&gain, "gain"), &"value".into(), &loudness.into());
    source.connect(&gain).ok()?;
    gain.unchecked_into::<Node>().connect_to(&get(&context, "destination")).ok()?;
    source.start().ok()?;
    if get_text(&context, "state") == "suspended"
        && let Ok(promise) = context.resume()
    {
        forget_failure(promise);
    }
    Some(playing)
}

/// Nothing depends on how it ends, and an unhandled rejection would land on the extension's error page.
pub(crate) fn forget_failure(promise: Promise) {
    wasm_bindgen_futures::spawn_local(async move {
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
    });
}
