//! The part of WebRTC and the media APIs that is used, each call with its exceptions caught.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = RTCPeerConnection)]
    #[derive(Clone, Debug)]
    pub(crate) type PeerConnection;

    #[wasm_bindgen(constructor, js_class = RTCPeerConnection, catch)]
    pub(crate) fn new(configuration: &JsValue) -> Result<PeerConnection, JsValue>;

    #[wasm_bindgen(static_method_of = PeerConnection, js_class = RTCPeerConnection, js_name = generateCertificate, catch)]
    pub(crate) fn generate_certificate(algorithm: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_class = RTCPeerConnection, js_name = addTransceiver, catch)]
    pub(crate) fn add_transceiver(this: &PeerConnection, kind: &str, init: &JsValue) -> Result<Transceiver, JsValue>;

    #[wasm_bindgen(method, js_class = RTCPeerConnection, js_name = getTransceivers, catch)]
    pub(crate) fn get_transceivers(this: &PeerConnection) -> Result<Array, JsValue>;

    #[wasm_bindgen(method, js_class = RTCPeerConnection, js_name = createOffer, catch)]
    pub(crate) fn create_offer(this: &PeerConnection, options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_class = RTCPeerConnection, js_name = restartIce, catch)]
    pub(crate) fn restart_ice(this: &PeerConnection) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_class = RTCPeerConnection, js_name = setLocalDescription, catch)]
    pub(crate) fn set_local_description(this: &PeerConnection, description: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_class = RTCPeerConnection, js_name = setRemoteDescription, catch)]
    pub(crate) fn set_remote_description(this: &PeerConnection, description: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_class = RTCPeerConnection, js_name = getStats, catch)]
    pub(crate) fn get_stats(this: &PeerConnection) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_class = RTCPeerConnection, catch)]
    pub(crate) fn close(this: &PeerConnection) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = RTCRtpTransceiver)]
    #[derive(Clone, Debug)]
    pub(crate) type Transceiver;

    #[wasm_bindgen(method, setter, js_class = RTCRtpTransceiver, catch)]
    pub(crate) fn set_direction(this: &Transceiver, direction: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, js_class = RTCRtpTransceiver)]
    pub(crate) fn sender(this: &Transceiver) -> Sender;

    #[wasm_bindgen(method, getter, js_class = RTCRtpTransceiver)]
    pub(crate) fn receiver(this: &Transceiver) -> JsValue;

    #[wasm_bindgen(method, js_class = RTCRtpTransceiver, js_name = setCodecPreferences, catch)]
    pub(crate) fn set_codec_preferences(this: &Transceiver, codecs: &Array) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = RTCRtpSender)]
    #[derive(Clone, Debug)]
    pub(crate) type Sender;

    #[wasm_bindgen(method, js_class = RTCRtpSender, js_name = replaceTrack, catch)]
    pub(crate) fn replace_track(this: &Sender, track: &Track) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, getter, js_class = RTCRtpSender)]
    pub(crate) fn dtmf(this: &Sender) -> Option<DtmfSender>;

    #[wasm_bindgen(js_name = RTCDTMFSender)]
    #[derive(Clone, Debug)]
    pub(crate) type DtmfSender;

    #[wasm_bindgen(method, getter, js_class = RTCDTMFSender, js_name = toneBuffer)]
    pub(crate) fn tone_buffer(this: &DtmfSender) -> String;

    #[wasm_bindgen(method, js_class = RTCDTMFSender, js_name = insertDTMF, catch)]
    pub(crate) fn insert_dtmf(this: &DtmfSender, tones: &str, duration: f64, gap: f64) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = RTCRtpReceiver, js_name = getCapabilities, catch)]
    pub(crate) fn receiver_capabilities(kind: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = MediaStream)]
    #[derive(Clone, Debug)]
    pub(crate) type Stream;

    #[wasm_bindgen(constructor, js_class = MediaStream, catch)]
    pub(crate) fn new(tracks: &Array) -> Result<Stream, JsValue>;

    #[wasm_bindgen(method, js_class = MediaStream, js_name = getAudioTracks)]
    pub(crate) fn get_audio_tracks(this: &Stream) -> Array;

    #[wasm_bindgen(js_name = MediaStreamTrack)]
    #[derive(Clone, Debug)]
    pub(crate) type Track;

    #[wasm_bindgen(method, js_class = MediaStreamTrack, js_name = clone)]
    pub(crate) fn duplicate(this: &Track) -> Track;

    #[wasm_bindgen(method, js_class = MediaStreamTrack)]
    pub(crate) fn stop(this: &Track);

    #[wasm_bindgen(method, setter, js_class = MediaStreamTrack)]
    pub(crate) fn set_enabled(this: &Track, enabled: bool);

    #[wasm_bindgen(js_name = HTMLAudioElement)]
    #[derive(Clone, Debug)]
    pub(crate) type AudioElement;

    #[wasm_bindgen(constructor, js_class = Audio, catch)]
    pub(crate) fn new() -> Result<AudioElement, JsValue>;

    #[wasm_bindgen(method, setter, js_class = HTMLAudioElement, js_name = srcObject)]
    pub(crate) fn set_src_object(this: &AudioElement, stream: &JsValue);

    #[wasm_bindgen(method, setter, js_class = HTMLAudioElement)]
    pub(crate) fn set_muted(this: &AudioElement, muted: bool);

    #[wasm_bindgen(method, js_class = HTMLAudioElement, catch)]
    pub(crate) fn play(this: &AudioElement) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_class = HTMLAudioElement)]
    pub(crate) fn pause(this: &AudioElement);

    #[wasm_bindgen(method, js_class = HTMLAudioElement, js_name = setSinkId, catch)]
    pub(crate) fn set_sink_id(this: &AudioElement, id: &str) -> Result<Promise, JsValue>;

    /// `navigator.mediaDevices`; absent in an insecure context.
    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = mediaDevices)]
    pub(crate) static MEDIA_DEVICES: Option<MediaDevices>;

    #[derive(Clone, Debug)]
    pub(crate) type MediaDevices;

    #[wasm_bindgen(method, js_name = getUserMedia, catch)]
    pub(crate) fn get_user_media(this: &MediaDevices, constraints: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = enumerateDevices, catch)]
    pub(crate) fn enumerate_devices(this: &MediaDevices) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["navigator", "permissions"], js_name = query, catch)]
    pub(crate) fn query_permission(descriptor: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub(crate) fn date_now() -> f64;
}
