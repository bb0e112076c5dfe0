//! The microphone and the speaker, for trying them out.

use patchcord_browser::media::{Tone, Tones};
use patchcord_messages::{Audio, DeviceChoice, Problem};
use patchcord_ui::Running;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AnalyserNode, AudioContext, DomException, MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// How often a level is told, in milliseconds.
const STEP: i32 = 60;

/// Opens the microphone `id`, or the default one. In a page that the user sees, the browser asks if it must.
///
/// # Errors
/// Refused, missing, or held by another program.
pub(crate) async fn microphone(id: &str) -> Result<MediaStream, Problem> {
    let constraints = MediaStreamConstraints::new();
    if id.is_empty() {
        constraints.set_audio(&JsValue::TRUE);
    } else {
        let device = patchcord_browser::chrome::object([("deviceId", patchcord_browser::chrome::object([("exact", id.into())]))]);
        constraints.set_audio(&device);
    }
    let asked = web_sys::window()
        .and_then(|window| window.navigator().media_devices().ok())
        .and_then(|devices| devices.get_user_media_with_constraints(&constraints).ok())
        .ok_or(Problem::MicrophoneMissing)?;
    JsFuture::from(asked).await.map(JsCast::unchecked_into).map_err(|error| problem(&error))
}

/// W3C mediacapture-main, 10.3: what `getUserMedia` fails with.
fn problem(error: &JsValue) -> Problem {
    match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
        Some("NotAllowedError" | "SecurityError") => Problem::MicrophoneRefused,
        Some("NotFoundError" | "OverconstrainedError") => Problem::MicrophoneMissing,
        _ => Problem::MicrophoneBusy,
    }
}

/// Lets go of the microphone.
pub(crate) fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// Tells how loud a microphone is, until it is dropped.
pub(crate) struct Ear {
    stream: MediaStream,
    context: AudioContext,
    timer: i32,
    _tick: Closure<dyn FnMut()>,
}

impl Running for Ear {}

impl Ear {
    /// Listens to `stream`, and lets go of it when dropped.
    ///
    /// # Errors
    /// The browser has no sound at all.
    pub(crate) fn open(stream: MediaStream, level: Box<dyn Fn(f64)>) -> Result<Self, Problem> {
        let made = connect(&stream);
        let (Ok((context, analyser)), Some(window)) = (made, web_sys::window()) else {
            stop(&stream);
            return Err(Problem::MicrophoneBusy);
        };
        let mut wave = vec![0.0_f32; 1024];
        let tick = Closure::<dyn FnMut()>::new(move || {
            analyser.get_float_time_domain_data(&mut wave);
            let square: f32 = wave.iter().map(|sample| sample * sample).sum();
            level(f64::from(square / 1024.0).sqrt());
        });
        let timer = window.set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), STEP).unwrap_or_default();
        Ok(Self { stream, context, timer, _tick: tick })
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.timer);
        }
        stop(&self.stream);
        let _ = self.context.close();
    }
}

fn connect(stream: &MediaStream) -> Result<(AudioContext, AnalyserNode), JsValue> {
    let context = AudioContext::new()?;
    let analyser = context.create_analyser()?;
    context.create_media_stream_source(stream)?.connect_with_audio_node(&analyser)?;
    Ok((context, analyser))
}

/// How long a ring is tried out, in milliseconds: once on, and into the pause.
const RING: u32 = 2_500;

/// Rings once, as an incoming call does.
pub(crate) async fn ring(speaker: &str, volume: f64) {
    let tones = Tones::default();
    let ringer = DeviceChoice { id: speaker.to_owned(), label: String::new() };
    tones.configure(&Audio { ringer, ring_volume: volume, ..Audio::default() });
    tones.play(Tone::Ring);
    gloo_timers::future::TimeoutFuture::new(RING).await;
}
