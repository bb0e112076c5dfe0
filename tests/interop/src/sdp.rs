//! Session descriptions as a browser writes them, and a reader for the one line that the tests look at.

use patchcord_sip::MediaDirection;

/// A complete description with one audio stream.
pub(crate) fn describe(direction: MediaDirection, version: u32, tones: bool) -> String {
    let direction = match direction {
        MediaDirection::SendRecv => "sendrecv",
        MediaDirection::SendOnly => "sendonly",
        MediaDirection::RecvOnly => "recvonly",
        MediaDirection::Inactive => "inactive",
    };
    let fingerprint = ["AB"; 32].join(":");
    [
        "v=0",
        &format!("o=- 4611731400430051336 {version} IN IP4 127.0.0.1"),
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 54321 UDP/TLS/RTP/SAVPF 111 0 8 126",
        "c=IN IP4 127.0.0.1",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=candidate:1 1 udp 2122260223 127.0.0.1 54321 typ host",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        &format!("a=fingerprint:sha-256 {fingerprint}"),
        "a=setup:actpass",
        "a=mid:0",
        &format!("a={direction}"),
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        if tones { "a=rtpmap:126 telephone-event/8000" } else { "a=ptime:20" },
        "",
    ]
    .join("\r\n")
}

/// The direction that answers an offer, as a browser with a willing transceiver gives it (RFC 3264 6.1).
pub(crate) fn answering(offer: &str, wanted: MediaDirection) -> MediaDirection {
    let offered = offer.lines().find_map(|line| match line.trim() {
        "a=sendonly" => Some((true, false)),
        "a=recvonly" => Some((false, true)),
        "a=inactive" => Some((false, false)),
        _ => None,
    });
    let (they_send, they_receive) = offered.unwrap_or((true, true));
    let send = they_receive && matches!(wanted, MediaDirection::SendRecv | MediaDirection::SendOnly);
    let receive = they_send && matches!(wanted, MediaDirection::SendRecv | MediaDirection::RecvOnly);
    match (send, receive) {
        (true, true) => MediaDirection::SendRecv,
        (true, false) => MediaDirection::SendOnly,
        (false, true) => MediaDirection::RecvOnly,
        (false, false) => MediaDirection::Inactive,
    }
}
