//! One microphone for all calls. It is open while a call uses it and not a moment longer: the browser shows that it is open.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use patchcord_messages::Audio;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::devices::{self, Permission};
use super::js::{MEDIA_DEVICES, MediaDevices, Stream, Track};
use super::tones::forget_failure;
use super::{MediaError, describe};
use crate::events::{Listening, get_text, listen, object};

/// The microphone that calls share.
#[derive(Clone)]
pub(crate) struct SharedMicrophone(Rc<State>);

struct State {
    permission: Rc<Permission>,
    audio: RefCell<Audio>,
    users: Cell<u32>,
    /// Goes up whenever the microphone is to be another one, or closed: what was asked for earlier is then stopped as it comes.
    round: Cell<u32>,
    opening: RefCell<Option<Promise>>,
    open: RefCell<Option<Open>>,
    /// Called with what happened when the open one ends by itself.
    on_ended: RefCell<Option<Rc<dyn Fn()>>>,
}

struct Open {
    track: Track,
    _ended: Listening,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.track.stop();
    }
}

/// Somebody uses the microphone. When the last of these is dropped, it closes.
pub(crate) struct Use(SharedMicrophone);

impl Drop for Use {
    fn drop(&mut self) {
        let state = &self.0.0;
        state.users.set(state.users.get() - 1);
        if state.users.get() == 0 {
            self.0.shut();
        }
    }
}

impl SharedMicrophone {
    pub(crate) fn new(permission: Rc<Permission>) -> Self {
        Self(Rc::new(State {
            permission,
            audio: RefCell::new(Audio::default()),
            users: Cell::new(0),
            round: Cell::new(0),
            opening: RefCell::new(None),
            open: RefCell::new(None),
            on_ended: RefCell::new(None),
        }))
    }

    pub(crate) fn on_ended(&self, handler: impl Fn() + 'static) {
        *self.0.on_ended.borrow_mut() = Some(Rc::new(handler));
    }

    /// Takes over the choice of device and processing. True where the open one is no longer the one that is wanted.
    pub(crate) fn configure(&self, audio: &Audio) -> bool {
        let old = self.0.audio.replace(audio.clone());
        let same = old.microphone.id == audio.microphone.id
            && old.echo_cancellation == audio.echo_cancellation
            && old.noise_suppression == audio.noise_suppression
            && old.gain_control == audio.gain_control;
        !same && self.0.users.get() > 0
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.open.borrow().is_some() || self.0.opening.borrow().is_some()
    }

    pub(crate) fn in_use(&self) -> bool {
        self.0.users.get() > 0
    }

    /// Begins to open it, if it is not open. The prompt or the device take their time; [`Self::track`] waits for them.
    pub(crate) fn begin(&self) -> Use {
        self.0.users.set(self.0.users.get() + 1);
        self.ask();
        Use(self.clone())
    }

    /// What is open now is not wanted any more. Whoever uses it asks for [`Self::track`] again.
    pub(crate) fn reopen(&self) {
        self.shut();
        self.ask();
    }

    fn ask(&self) {
        let state = &self.0;
        if state.open.borrow().is_some() || state.opening.borrow().is_some() {
            return;
        }
        let audio = state.audio.borrow().clone();
        let promise = match MEDIA_DEVICES.with(Clone::clone) {
            // This document is invisible and can't ask; trying counts as a refusal, and then the browser would not let a visible page ask either.
            _ if state.permission.is_open() => Promise::reject(&object([("name", "NotAllowedError".into())])),
            Some(devices) => open(devices, audio),
            None => Promise::reject(&object([("name", "NotFoundError".into())])),
        };
        // It may fail before anybody waits for it; whoever waits hears of it all the same.
        forget_failure(promise.clone());
        *state.opening.borrow_mut() = Some(promise);
    }

    fn shut(&self) {
        let state = &self.0;
        state.round.set(state.round.get() + 1);
        state.open.borrow_mut().take();
        let opening = state.opening.borrow_mut().take();
        if let Some(opening) = opening {
            // Nobody may be waiting for it: it still must not stay open.
            wasm_bindgen_futures::spawn_local(async move {
                if let Ok(stream) = JsFuture::from(opening).await {
                    stop(&stream);
                }
            });
        }
    }

    /// A track of its own for one leg, so that muting one mutes no other.
    pub(crate) async fn track(&self) -> Result<Track, MediaError> {
        let state = &self.0;
        loop {
            if let Some(open) = &*state.open.borrow() {
                return Ok(open.track.duplicate());
            }
            let round = state.round.get();
            let Some(opening) = state.opening.borrow().clone() else { return Err(MediaError::Closed) };
            let result = JsFuture::from(opening).await;
            if state.round.get() != round {
                if state.users.get() == 0 {
                    return Err(MediaError::Closed);
                }
                continue;
            }
            match result {
                Ok(stream) => self.settle(&stream)?,
                Err(error) => {
                    // The next one who wants it asks anew.
                    state.opening.borrow_mut().take();
                    return Err(reason(&error).await);
                }
            }
        }
    }

    fn settle(&self, stream: &JsValue) -> Result<(), MediaError> {
        let state = &self.0;
        state.opening.borrow_mut().take();
        if state.open.borrow().is_some() {
            return Ok(());
        }
        let track: Option<Track> = stream.unchecked_ref::<Stream>().get_audio_tracks().iter().next().map(JsCast::unchecked_into);
        let track = track.ok_or(MediaError::MicrophoneMissing)?;
        let handler = state.on_ended.borrow().clone();
        let ended = listen(&track, "ended", move |_| {
            if let Some(handler) = &handler {
                handler();
            }
        });
        *state.open.borrow_mut() = Some(Open { track, _ended: ended });
        Ok(())
    }
}

fn stop(stream: &JsValue) {
    for track in stream.unchecked_ref::<Stream>().get_audio_tracks().iter() {
        track.unchecked_into::<Track>().stop();
    }
}

/// A device that was chosen and is not there any more must not cost the call: then the default one is opened.
///
/// (Chromium takes no notice of an `ideal` device, so it has to be `exact` and, where that fails, none.)
fn open(devices: MediaDevices, audio: Audio) -> Promise {
    let chosen = audio.microphone.id.clone();
    let ask = move |device: &str| devices.get_user_media(&constraints(&audio, device)).unwrap_or_else(|error| Promise::reject(&error));
    if chosen.is_empty() {
        return ask("");
    }
    let first = ask(&chosen);
    wasm_bindgen_futures::future_to_promise(async move {
        match JsFuture::from(first).await {
            Err(error) if matches!(get_text(&error, "name").as_str(), "OverconstrainedError" | "NotFoundError") => {
                JsFuture::from(ask("")).await
            }
            result => result,
        }
    })
}

fn constraints(audio: &Audio, device: &str) -> JsValue {
    let wanted = object([
        ("echoCancellation", audio.echo_cancellation.into()),
        ("noiseSuppression", audio.noise_suppression.into()),
        ("autoGainControl", audio.gain_control.into()),
    ]);
    if !device.is_empty() {
        let _ = js_sys::Reflect::set(&wanted, &"deviceId".into(), &object([("exact", device.into())]));
    }
    object([("audio", wanted), ("video", false.into())])
}

/// What `getUserMedia` means (W3C mediacapture-streams 10.3).
async fn reason(error: &JsValue) -> MediaError {
    match get_text(error, "name").as_str() {
        "NotFoundError" | "OverconstrainedError" => MediaError::MicrophoneMissing,
        "NotReadableError" | "AbortError" => MediaError::MicrophoneBusy,
        // The same name for "no" and for "can't ask here": the permission tells them apart.
        "NotAllowedError" | "SecurityError" => match devices::permission().await.as_deref() {
            Some("prompt") => MediaError::MicrophoneNotAsked,
            _ => MediaError::MicrophoneRefused,
        },
        _ => MediaError::Failed(describe(error)),
    }
}
