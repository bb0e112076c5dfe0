//! The few things of a session description that signalling must know (RFC 8866, RFC 3264). All else is the media engine's.

use crate::api::MediaDirection;

/// The first media section that is not refused (port 0), with the session's lines before it.
fn lines(sdp: &str) -> impl Iterator<Item = &str> {
    let mut media = 0;
    let mut refused = false;
    sdp.lines().map(str::trim_end).filter(move |line| {
        if let Some(rest) = line.strip_prefix("m=") {
            refused = rest.split(' ').nth(1).is_some_and(|port| port == "0" || port.starts_with("0/"));
            media += usize::from(!refused);
        }
        !refused && media < 2
    })
}

/// What the sender of `sdp` wants to do, seen from its side.
///
/// Attributes of the media section go before those of the session; `c=0.0.0.0` is RFC 2543's way to say hold, taken as RFC 3264 8.4 says.
pub(crate) fn direction(sdp: &str) -> MediaDirection {
    let mut direction = MediaDirection::SendRecv;
    let mut zero = false;
    for line in lines(sdp) {
        match line {
            "a=sendrecv" => direction = MediaDirection::SendRecv,
            "a=sendonly" => direction = MediaDirection::SendOnly,
            "a=recvonly" => direction = MediaDirection::RecvOnly,
            "a=inactive" => direction = MediaDirection::Inactive,
            _ if line.starts_with("c=") => zero = line == "c=IN IP4 0.0.0.0",
            _ => {}
        }
    }
    // ICE puts 0.0.0.0 there while no candidate is known (RFC 8840); then it says nothing about hold.
    let ice = sdp.lines().any(|line| line.starts_with("a=ice-ufrag:"));
    if zero && !ice && direction == MediaDirection::SendRecv { MediaDirection::SendOnly } else { direction }
}

/// Whether the sender of a description with this direction does not want to hear us: we are on hold.
pub(crate) fn holds(direction: MediaDirection) -> bool {
    matches!(direction, MediaDirection::SendOnly | MediaDirection::Inactive)
}

/// Whether RFC 4733 tones may be sent to the sender of `sdp`.
pub(crate) fn has_telephone_event(sdp: &str) -> bool {
    lines(sdp).any(|line| {
        let map = line.strip_prefix("a=rtpmap:").and_then(|map| map.split_once(' '));
        map.is_some_and(|(_, codec)| codec.get(..16).is_some_and(|name| name.eq_ignore_ascii_case("telephone-event/")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_direction() {
        let cases = [
            ("v=0\r\nm=audio 9 RTP/AVP 0\r\n", MediaDirection::SendRecv),
            ("v=0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n", MediaDirection::SendOnly),
            ("v=0\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\n", MediaDirection::Inactive),
            ("v=0\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\na=recvonly\r\n", MediaDirection::RecvOnly),
            ("v=0\r\nm=audio 9 RTP/AVP 0\r\nm=video 9 RTP/AVP 96\r\na=inactive\r\n", MediaDirection::SendRecv),
            ("v=0\r\nm=video 0 RTP/AVP 96\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n", MediaDirection::SendOnly),
            ("v=0\nc=IN IP4 0.0.0.0\nm=audio 9 RTP/AVP 0\n", MediaDirection::SendOnly),
            ("v=0\nc=IN IP4 0.0.0.0\nm=audio 9 RTP/AVP 0\nc=IN IP4 10.0.0.1\n", MediaDirection::SendRecv),
            ("v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:x\r\na=sendrecv\r\n", MediaDirection::SendRecv),
            ("", MediaDirection::SendRecv),
        ];
        for (sdp, expected) in cases {
            assert_eq!(direction(sdp), expected, "{sdp:?}");
        }
    }

    #[test]
    fn finds_telephone_event() {
        assert!(has_telephone_event("m=audio 9 RTP/AVP 0 101\r\na=rtpmap:101 Telephone-Event/8000\r\n"));
        assert!(!has_telephone_event("m=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=fmtp:101 telephone-event/\r\n"));
        assert!(!has_telephone_event("m=audio 9 RTP/AVP 0\r\nm=audio 9 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n"));
    }
}
