//! One call's sound: a peer connection with one audio transceiver, a track of the microphone, an audio element.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Interval;
use js_sys::{Array, Promise};
use patchcord_messages::Quality;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::engine::Warm;
use super::gathering::{Gathering, local_sdp};
use super::js::{AudioElement, PeerConnection, Stream, Track, Transceiver, receiver_capabilities};
use super::microphone::{SharedMicrophone, Use};
use super::stats::{Before, read};
use super::tones::forget_failure;
use super::{MediaError, describe};
use crate::events::{Listening, get, get_text, listen, object};

/// How often a leg is measured.
const MEASURE: u32 = 1_000;
/// RFC 4733 tones: milliseconds of sound and of pause. Shorter ones are missed by some gateways.
const TONE: (f64, f64) = (120.0, 80.0);

/// Who sends sound, from our side (RFC 3264).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Both.
    SendRecv,
    /// We alone.
    SendOnly,
    /// They alone.
    RecvOnly,
    /// Nobody.
    Inactive,
}

impl Direction {
    fn as_str(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }
}

/// What happens on a leg without being asked for.
pub(crate) enum LegEvent {
    /// `connected` or `failed`.
    Connection {
        up: bool,
    },
    Quality(Quality),
}

/// One call's sound. Everything of it closes when it is dropped; what is under way then ends with [`MediaError::Closed`].
#[derive(Clone)]
pub struct Leg(Rc<State>);

pub(crate) struct State {
    warm: Rc<Warm>,
    microphone: SharedMicrophone,
    on_event: Box<dyn Fn(LegEvent)>,
    closed: Cell<bool>,
    in_use: RefCell<Option<Use>>,
    track: RefCell<Option<Track>>,
    path: RefCell<Option<Path>>,
    /// Microphone, speaker.
    gate: Cell<(bool, bool)>,
    /// What was agreed on last, to go back to.
    agreed: Cell<Direction>,
    wanted: Cell<Direction>,
}

/// The connection and what hangs on it.
struct Path {
    connection: PeerConnection,
    transceiver: Option<Transceiver>,
    audio: Option<AudioElement>,
    _state: Listening,
    _measuring: Interval,
}

impl Drop for Path {
    fn drop(&mut self) {
        if let Some(audio) = &self.audio {
            audio.pause();
            audio.set_src_object(&JsValue::NULL);
        }
        let _ = self.connection.close();
    }
}

impl Leg {
    pub(crate) fn new(warm: Rc<Warm>, microphone: SharedMicrophone, on_event: impl Fn(LegEvent) + 'static) -> Self {
        Self(Rc::new(State {
            warm,
            microphone,
            on_event: Box::new(on_event),
            closed: Cell::new(false),
            in_use: RefCell::new(None),
            track: RefCell::new(None),
            path: RefCell::new(None),
            gate: Cell::new((true, true)),
            agreed: Cell::new(Direction::SendRecv),
            wanted: Cell::new(Direction::SendRecv),
        }))
    }

    pub(crate) fn state(&self) -> &Rc<State> {
        &self.0
    }

    /// Opens the microphone for this leg.
    ///
    /// # Errors
    /// What is wrong with the microphone.
    pub async fn open_microphone(&self) -> Result<(), MediaError> {
        self.0.begin_microphone();
        self.0.finish_microphone().await
    }

    /// Makes an offer, candidates included. The first one opens microphone and connection.
    ///
    /// # Errors
    /// What is wrong with the microphone, or the browser's words.
    pub async fn offer(&self, direction: Direction, ice_restart: bool) -> Result<String, MediaError> {
        let state = &self.0;
        // Microphone and candidates are found at the same time.
        state.begin_microphone();
        let connection = state.connection()?;
        let transceiver = state.transceiver(&connection)?;
        transceiver.set_direction(direction.as_str())?;
        state.wanted.set(direction);
        // Without a lasting permission, the browser hides our addresses until the microphone is open: then one waits for the other.
        if !state.warm.may_see_addresses() {
            state.finish_microphone().await?;
        }
        let gathering = Gathering::watch(&connection, state.warm.worth_waiting_for());
        if ice_restart {
            connection.restart_ice()?;
        }
        // Without an argument it makes the offer itself, which saves a way there and back.
        state.wait(connection.set_local_description(&JsValue::UNDEFINED)?).await?;
        let microphone = state.finish_microphone();
        gathering.enough().await;
        microphone.await?;
        state.check_open()?;
        Ok(local_sdp(&connection))
    }

    /// Takes an offer and makes the answer, candidates included. The first one opens microphone and connection.
    ///
    /// # Errors
    /// [`MediaError::NotAcceptable`] for an offer that can't be used, what is wrong with the microphone, or the browser's words.
    pub async fn answer(&self, offer: &str, direction: Direction) -> Result<String, MediaError> {
        let state = &self.0;
        state.begin_microphone();
        let connection = state.connection()?;
        state.remote(&connection, "offer", offer).await?;
        let transceiver = state.offered(&connection)?;
        transceiver.set_direction(direction.as_str())?;
        state.finish_microphone().await?;
        let gathering = Gathering::watch(&connection, state.warm.worth_waiting_for());
        state.wait(connection.set_local_description(&JsValue::UNDEFINED)?).await?;
        if !has_audio(&local_sdp(&connection)) {
            return Err(MediaError::NotAcceptable("no codec in common".to_owned()));
        }
        gathering.enough().await;
        state.check_open()?;
        state.wanted.set(direction);
        state.agreed.set(direction);
        Ok(local_sdp(&connection))
    }

    /// Takes the answer to our offer. Once a final one was taken, others do nothing.
    ///
    /// # Errors
    /// [`MediaError::NotAcceptable`] for one that can't be used.
    pub async fn take_answer(&self, answer: &str, provisional: bool) -> Result<(), MediaError> {
        let state = &self.0;
        let connection = state.connection()?;
        if get_text(&connection, "signalingState") == "stable" {
            return Ok(());
        }
        if !has_audio(answer) {
            return Err(MediaError::NotAcceptable("no audio in the answer".to_owned()));
        }
        state.remote(&connection, if provisional { "pranswer" } else { "answer" }, answer).await?;
        if !provisional {
            state.agreed.set(state.wanted.get());
        }
        Ok(())
    }

    /// Forgets our outstanding offer.
    pub async fn roll_back(&self) {
        let state = &self.0;
        let Ok(connection) = state.connection() else { return };
        if get_text(&connection, "signalingState") == "have-local-offer"
            && let Ok(promise) = connection.set_local_description(&object([("type", "rollback".into())]))
        {
            let _ = JsFuture::from(promise).await;
        }
        if let Ok(transceiver) = state.transceiver(&connection) {
            let _ = transceiver.set_direction(state.agreed.get().as_str());
            state.wanted.set(state.agreed.get());
        }
    }

    /// Sends tones by RFC 4733, after those that are still being sent. False where telephone-event was not agreed on.
    pub fn dtmf(&self, digits: &str) -> bool {
        let sender = self.0.path.borrow().as_ref().and_then(|path| path.transceiver.as_ref().map(Transceiver::sender));
        let Some(dtmf) = sender.and_then(|sender| sender.dtmf()) else { return false };
        dtmf.insert_dtmf(&(dtmf.tone_buffer() + digits), TONE.0, TONE.1).is_ok()
    }

    /// Lets sound through or not.
    pub fn gate(&self, microphone: bool, speaker: bool) {
        self.0.gate.set((microphone, speaker));
        self.0.apply_gate();
    }

    /// Closes everything of it.
    pub fn close(&self) {
        self.0.close();
    }
}

impl State {
    fn check_open(&self) -> Result<(), MediaError> {
        if self.closed.get() { Err(MediaError::Closed) } else { Ok(()) }
    }

    async fn wait(&self, promise: Promise) -> Result<JsValue, MediaError> {
        let result = JsFuture::from(promise).await;
        self.check_open()?;
        Ok(result?)
    }

    fn begin_microphone(&self) {
        if !self.closed.get() && self.in_use.borrow().is_none() {
            *self.in_use.borrow_mut() = Some(self.microphone.begin());
        }
    }

    async fn finish_microphone(&self) -> Result<(), MediaError> {
        if self.track.borrow().is_none() {
            let track = self.microphone.track().await;
            if self.closed.get() {
                if let Ok(track) = track {
                    track.stop();
                }
                return Err(MediaError::Closed);
            }
            match track {
                Ok(track) => self.put_track(track),
                Err(error) => {
                    self.in_use.borrow_mut().take();
                    return Err(error);
                }
            }
        }
        self.attach_track().await
    }

    /// The microphone is another one now.
    pub(crate) async fn change_microphone(&self) -> Result<(), MediaError> {
        if self.in_use.borrow().is_none() || self.closed.get() {
            return Ok(());
        }
        let track = self.microphone.track().await?;
        if self.closed.get() {
            track.stop();
            return Ok(());
        }
        self.put_track(track);
        self.attach_track().await
    }

    fn put_track(&self, track: Track) {
        track.set_enabled(self.gate.get().0);
        if let Some(old) = self.track.replace(Some(track)) {
            old.stop();
        }
    }

    /// Gives the track to the sender. Until there is a sender, it waits.
    async fn attach_track(&self) -> Result<(), MediaError> {
        let sender = self.path.borrow().as_ref().and_then(|path| path.transceiver.as_ref().map(Transceiver::sender));
        let track = self.track.borrow().clone();
        if let (Some(sender), Some(track)) = (sender, track)
            && !js_sys::Object::is(&get(&sender, "track"), &track)
        {
            self.wait(sender.replace_track(&track)?).await?;
        }
        Ok(())
    }

    fn apply_gate(&self) {
        let (microphone, speaker) = self.gate.get();
        if let Some(track) = &*self.track.borrow() {
            track.set_enabled(microphone);
        }
        if let Some(audio) = self.path.borrow().as_ref().and_then(|path| path.audio.as_ref()) {
            audio.set_muted(!speaker);
        }
    }

    fn connection(self: &Rc<Self>) -> Result<PeerConnection, MediaError> {
        self.check_open()?;
        if let Some(path) = &*self.path.borrow() {
            return Ok(path.connection.clone());
        }
        let connection = self.warm.connection()?;
        let (weak, target) = (Rc::downgrade(self), connection.clone());
        let on_state = listen(&connection, "connectionstatechange", move |_| {
            let Some(state) = weak.upgrade().filter(|state| !state.closed.get()) else { return };
            match get_text(&target, "connectionState").as_str() {
                "connected" => (state.on_event)(LegEvent::Connection { up: true }),
                "failed" => (state.on_event)(LegEvent::Connection { up: false }),
                _ => {}
            }
        });
        let measuring = self.measure(&connection);
        *self.path.borrow_mut() =
            Some(Path { connection: connection.clone(), transceiver: None, audio: None, _state: on_state, _measuring: measuring });
        Ok(connection)
    }

    fn measure(self: &Rc<Self>, connection: &PeerConnection) -> Interval {
        let (weak, connection) = (Rc::downgrade(self), connection.clone());
        let before = Rc::new(Cell::new(Before::default()));
        Interval::new(MEASURE, move || {
            if !matches!(get_text(&connection, "connectionState").as_str(), "connected" | "disconnected") {
                return;
            }
            let Ok(promise) = connection.get_stats() else { return };
            let (weak, before) = (weak.clone(), Rc::clone(&before));
            spawn_local(async move {
                let Ok(report) = JsFuture::from(promise).await else { return };
                let mut past = before.get();
                let quality = read(&report, &mut past);
                before.set(past);
                if let Some(state) = weak.upgrade().filter(|state| !state.closed.get()) {
                    (state.on_event)(LegEvent::Quality(quality));
                }
            });
        })
    }

    /// The transceiver for our own first offer.
    fn transceiver(&self, connection: &PeerConnection) -> Result<Transceiver, MediaError> {
        if let Some(transceiver) = self.path.borrow().as_ref().and_then(|path| path.transceiver.clone()) {
            return Ok(transceiver);
        }
        let transceiver = connection.add_transceiver("audio", &object([("direction", "sendrecv".into())]))?;
        self.adopt(&transceiver)?;
        Ok(transceiver)
    }

    /// The transceiver that an offer brought: its first audio one. Others (video) stay without us.
    fn offered(&self, connection: &PeerConnection) -> Result<Transceiver, MediaError> {
        if let Some(transceiver) = self.path.borrow().as_ref().and_then(|path| path.transceiver.clone()) {
            return Ok(transceiver);
        }
        let mut found = None;
        for transceiver in connection.get_transceivers()?.iter() {
            let transceiver: Transceiver = transceiver.unchecked_into();
            let audio = get_text(&get(&transceiver.receiver(), "track"), "kind") == "audio";
            if audio && found.is_none() {
                found = Some(transceiver);
            } else {
                transceiver.set_direction("inactive")?;
            }
        }
        let transceiver = found.ok_or_else(|| MediaError::NotAcceptable("no audio in the offer".to_owned()))?;
        self.adopt(&transceiver)?;
        Ok(transceiver)
    }

    fn adopt(&self, transceiver: &Transceiver) -> Result<(), MediaError> {
        if let Some(codecs) = preferred_codecs() {
            // A browser that refuses the order keeps its own.
            let _ = transceiver.set_codec_preferences(&codecs);
        }
        let audio = AudioElement::new()?;
        let stream = Stream::new(&Array::of1(&get(&transceiver.receiver(), "track")))?;
        audio.set_src_object(&stream);
        self.warm.to_speaker(&audio);
        if let Ok(promise) = audio.play() {
            forget_failure(promise);
        }
        if let Some(path) = &mut *self.path.borrow_mut() {
            path.transceiver = Some(transceiver.clone());
            path.audio = Some(audio);
        }
        self.apply_gate();
        Ok(())
    }

    async fn remote(&self, connection: &PeerConnection, kind: &str, sdp: &str) -> Result<(), MediaError> {
        let description = object([("type", kind.into()), ("sdp", sdp.into())]);
        let refused = |error: JsValue| MediaError::NotAcceptable(describe(&error));
        let result = JsFuture::from(connection.set_remote_description(&description).map_err(refused)?).await;
        self.check_open()?;
        result.map(drop).map_err(refused)
    }

    /// The speaker is another one now.
    pub(crate) fn change_speaker(&self) {
        if let Some(audio) = self.path.borrow().as_ref().and_then(|path| path.audio.as_ref()) {
            self.warm.to_speaker(audio);
        }
    }

    fn close(&self) {
        self.closed.set(true);
        self.path.borrow_mut().take();
        if let Some(track) = self.track.borrow_mut().take() {
            track.stop();
        }
        self.in_use.borrow_mut().take();
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.close();
    }
}

/// True where the description has an audio section that was not turned away by port 0 (RFC 3264 6).
fn has_audio(sdp: &str) -> bool {
    sdp.lines().any(|line| line.strip_prefix("m=audio ").is_some_and(|rest| !rest.starts_with("0 ")))
}

/// Opus, then G.722, then PCMA and PCMU, telephone-event with each. What no PBX knows (red, CN) is left out: it makes offers long and some servers dizzy.
fn preferred_codecs() -> Option<Array> {
    let capabilities = receiver_capabilities("audio").ok()?;
    let codecs: Array = get(&capabilities, "codecs").dyn_into().ok()?;
    let ordered = Array::new();
    for place in 0..ORDER.len() {
        for codec in codecs.iter().filter(|codec| rank(&get_text(codec, "mimeType")) == Some(place)) {
            ordered.push(&codec);
        }
    }
    (ordered.length() > 0).then_some(ordered)
}

const ORDER: [&str; 5] = ["audio/opus", "audio/G722", "audio/PCMA", "audio/PCMU", "audio/telephone-event"];

fn rank(mime: &str) -> Option<usize> {
    ORDER.iter().position(|known| known.eq_ignore_ascii_case(mime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_a_refused_audio_section() {
        assert!(has_audio("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"));
        assert!(!has_audio("v=0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 0\r\n"));
        assert!(!has_audio("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"));
    }

    #[test]
    fn ranks_what_a_pbx_knows() {
        assert!(rank("audio/opus") < rank("audio/PCMU"));
        assert!(rank("audio/pcmu") < rank("audio/telephone-event"));
        assert_eq!(rank("audio/red"), None);
        assert_eq!(rank("audio/CN"), None);
    }
}
