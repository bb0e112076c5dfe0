//! How `str0m` is set up: RTP mode, ICE-lite, descriptions by our own hand.

use std::str::FromStr;
use std::time::Instant;

use str0m::config::DtlsCert;
use str0m::config::Fingerprint;
use str0m::format::{Codec as Format, FormatParams};
use str0m::media::{Frequency, MediaKind, Mid, Pt};
use str0m::rtp::Ssrc;
use str0m::{Candidate, IceCreds, Rtc, RtcConfig};

use super::codec::Payload;
use super::sdp::LocalMedia;

/// What the stream is called inside; on the wire it has the name that the offerer gave it.
const MID: &str = "sound";

/// The name of the one stream.
pub(crate) fn mid() -> Mid {
    Mid::from(MID)
}

/// A leg's transport, ready for the far side's first STUN packet. None where the address cannot be a candidate.
pub(crate) fn open(now: Instant, local: &LocalMedia, payloads: &[Payload], certificate: DtlsCert) -> Option<Rtc> {
    let mut config = RtcConfig::new()
        .set_rtp_mode(true)
        .set_ice_lite(true)
        .clear_codecs()
        .clear_extension_map()
        .set_dtls_cert(certificate)
        .set_local_ice_credentials(credentials(&local.ufrag, &local.password))
        .set_stats_interval(Some(std::time::Duration::from_millis(500)));
    for payload in payloads {
        let (format, clock) = match (payload.name.as_str(), payload.clock) {
            ("opus", _) => (Format::Opus, Frequency::FORTY_EIGHT_KHZ),
            ("PCMU", _) => (Format::PCMU, Frequency::EIGHT_KHZ),
            ("PCMA", _) => (Format::PCMA, Frequency::EIGHT_KHZ),
            (_, 48_000) => (Format::Tele, Frequency::FORTY_EIGHT_KHZ),
            _ => (Format::Tele, Frequency::EIGHT_KHZ),
        };
        let channels = (payload.channels > 1).then_some(payload.channels);
        config.codec_config().add_config(Pt::new_with_value(payload.number), None, format, clock, channels, FormatParams::default());
    }
    let mut rtc = config.build(now);
    rtc.add_local_candidate(Candidate::host(local.address, "udp").ok()?);
    let mut api = rtc.direct_api();
    api.declare_media(mid(), MediaKind::Audio);
    api.declare_stream_tx(Ssrc::from(local.ssrc), None, mid(), None);
    Some(rtc)
}

pub(crate) fn credentials(ufrag: &str, password: &str) -> IceCreds {
    IceCreds { ufrag: ufrag.to_owned(), pass: password.to_owned() }
}

/// A fingerprint as a description has it; `str0m` names hash functions in lower case, some peers in upper case.
pub(crate) fn fingerprint(text: &str) -> Option<Fingerprint> {
    let (function, bytes) = text.trim().split_once(' ')?;
    Fingerprint::from_str(&format!("{} {}", function.to_ascii_lowercase(), bytes.trim())).ok()
}
