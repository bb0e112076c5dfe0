//! Session descriptions (RFC 8866) as far as a call of one sound stream needs them: offers and answers made, and read.

use std::fmt::Write as _;

use super::codec::{Agreed, Codec, Payload, TelephoneEvent};

/// Who sends, from the describing side (RFC 3264 section 5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Direction {
    #[default]
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    pub(crate) fn of(send: bool, receive: bool) -> Self {
        match (send, receive) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    pub(crate) fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    pub(crate) fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    fn attribute(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }
}

/// Who opens DTLS (RFC 5763 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setup {
    ActPass,
    Active,
    Passive,
}

/// Our side of a stream: what does not change between two descriptions.
#[derive(Clone, Debug)]
pub(crate) struct LocalMedia {
    pub(crate) ufrag: String,
    pub(crate) password: String,
    /// `sha-256 AB:CD:…`.
    pub(crate) fingerprint: String,
    pub(crate) ssrc: u32,
    pub(crate) address: std::net::SocketAddr,
    /// Session id and version of the `o=` line.
    pub(crate) session: u64,
    pub(crate) version: u64,
}

/// Why a description is of no use: 488.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotAcceptable(pub(crate) &'static str);

/// The far side's description.
#[derive(Clone, Debug)]
pub(crate) struct RemoteMedia {
    pub(crate) ufrag: String,
    pub(crate) password: String,
    pub(crate) fingerprint: String,
    pub(crate) setup: Setup,
    pub(crate) mid: Option<String>,
    pub(crate) direction: Direction,
    pub(crate) payloads: Vec<Payload>,
    pub(crate) ssrcs: Vec<u32>,
    /// The `m=` line's kind for each stream, and which of them is the sound that we take.
    streams: Vec<String>,
    chosen: usize,
    bundle: bool,
}

impl RemoteMedia {
    /// Reads an offer or answer. Needs a sound stream over DTLS-SRTP with ICE credentials.
    pub(crate) fn parse(sdp: &str) -> Result<Self, NotAcceptable> {
        let mut session: Vec<&str> = Vec::new();
        let mut streams: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in sdp.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            if let Some(stream) = line.strip_prefix("m=") {
                streams.push((stream, Vec::new()));
            } else if let Some((_, lines)) = streams.last_mut() {
                lines.push(line);
            } else {
                session.push(line);
            }
        }
        let usable = |(stream, _): &(&str, Vec<&str>)| {
            let mut words = stream.split(' ');
            words.next() == Some("audio")
                && words.next() != Some("0")
                && words.next().is_some_and(|profile| profile.contains("TLS/RTP/SAVP"))
        };
        let chosen = streams.iter().position(usable).ok_or(NotAcceptable("no sound stream over DTLS-SRTP"))?;
        let (stream, lines) = streams.get(chosen).ok_or(NotAcceptable("no sound stream"))?;
        let attribute = |name: &str| value(lines, name).or_else(|| value(&session, name));
        let direction = |lines: &[&str]| {
            lines.iter().find_map(|line| match *line {
                "a=sendrecv" => Some(Direction::SendRecv),
                "a=sendonly" => Some(Direction::SendOnly),
                "a=recvonly" => Some(Direction::RecvOnly),
                "a=inactive" => Some(Direction::Inactive),
                _ => None,
            })
        };
        let setup = match attribute("setup") {
            Some("active") => Setup::Active,
            Some("passive") => Setup::Passive,
            _ => Setup::ActPass,
        };
        Ok(Self {
            ufrag: attribute("ice-ufrag").ok_or(NotAcceptable("no ICE credentials"))?.to_owned(),
            password: attribute("ice-pwd").ok_or(NotAcceptable("no ICE credentials"))?.to_owned(),
            fingerprint: attribute("fingerprint").ok_or(NotAcceptable("no DTLS fingerprint"))?.to_owned(),
            setup,
            mid: value(lines, "mid").map(str::to_owned),
            direction: direction(lines).or_else(|| direction(&session)).unwrap_or_default(),
            payloads: payloads(stream, lines),
            ssrcs: ssrcs(lines),
            streams: streams.iter().map(|(stream, _)| (*stream).to_owned()).collect(),
            chosen,
            bundle: session.iter().any(|line| line.starts_with("a=group:BUNDLE")),
        })
    }

    /// The codec of ours that they like best, in their order, with their payload types.
    pub(crate) fn agree(&self, ours: &[Codec]) -> Option<Agreed> {
        let (codec, payload) =
            self.payloads.iter().find_map(|payload| Some((*ours.iter().find(|codec| codec.is(payload))?, payload.number)))?;
        // With Opus, 48,000 Hz events share its clock (RFC 4733 section 2.1); 8,000 Hz ones are what is left otherwise.
        let events = |clock: u32| {
            let found =
                self.payloads.iter().find(|payload| payload.name.eq_ignore_ascii_case("telephone-event") && payload.clock == clock)?;
            Some(TelephoneEvent { payload: found.number, clock })
        };
        Some(Agreed { codec, payload, events: events(codec.clock()).or_else(|| events(8000)) })
    }

    /// The codecs of ours that they know, in their order.
    pub(crate) fn common(&self, ours: &[Codec]) -> Vec<Codec> {
        self.payloads.iter().filter_map(|payload| ours.iter().copied().find(|codec| codec.is(payload))).collect()
    }
}

/// Our offer.
pub(crate) fn offer(local: &LocalMedia, mid: Option<&str>, payloads: &[Payload], direction: Direction) -> String {
    let mut sdp = head(local, mid);
    stream(&mut sdp, local, mid, payloads, direction, Setup::ActPass);
    sdp
}

/// Our answer: their sound stream taken with what was agreed on, every other stream refused (RFC 3264 section 6).
/// `active`: we open DTLS.
pub(crate) fn answer(local: &LocalMedia, remote: &RemoteMedia, agreed: &Agreed, direction: Direction, active: bool) -> String {
    let payloads = agreed.payloads();
    let setup = if active { Setup::Active } else { Setup::Passive };
    let mid = remote.mid.as_deref();
    let mut sdp = head(local, mid.filter(|_| remote.bundle));
    for (index, theirs) in remote.streams.iter().enumerate() {
        if index == remote.chosen {
            stream(&mut sdp, local, mid, &payloads, direction, setup);
        } else {
            let mut words = theirs.split(' ');
            let kind = words.next().unwrap_or("audio");
            let rest: Vec<&str> = words.skip(1).collect();
            _ = write!(sdp, "m={kind} 0 {}\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n", rest.join(" "));
        }
    }
    sdp
}

fn head(local: &LocalMedia, bundle: Option<&str>) -> String {
    let mut sdp = format!("v=0\r\no=rig {} {} IN IP4 {}\r\ns=-\r\nt=0 0\r\n", local.session, local.version, local.address.ip());
    if let Some(mid) = bundle {
        _ = write!(sdp, "a=group:BUNDLE {mid}\r\n");
    }
    sdp.push_str("a=ice-lite\r\n");
    sdp
}

fn stream(sdp: &mut String, local: &LocalMedia, mid: Option<&str>, payloads: &[Payload], direction: Direction, setup: Setup) {
    let address = local.address;
    _ = write!(sdp, "m=audio {} UDP/TLS/RTP/SAVPF", address.port());
    for payload in payloads {
        _ = write!(sdp, " {}", payload.number);
    }
    _ = write!(sdp, "\r\nc=IN IP4 {}\r\na={}\r\na=rtcp-mux\r\n", address.ip(), direction.attribute());
    if let Some(mid) = mid {
        _ = write!(sdp, "a=mid:{mid}\r\n");
    }
    let setup = match setup {
        Setup::ActPass => "actpass",
        Setup::Active => "active",
        Setup::Passive => "passive",
    };
    _ = write!(
        sdp,
        "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{}\r\na=setup:{setup}\r\n",
        local.ufrag, local.password, local.fingerprint
    );
    for payload in payloads {
        let channels = if payload.channels > 1 { format!("/{}", payload.channels) } else { String::new() };
        _ = write!(sdp, "a=rtpmap:{} {}/{}{channels}\r\n", payload.number, payload.name, payload.clock);
        match payload.name.as_str() {
            "opus" => _ = write!(sdp, "a=fmtp:{} minptime=10;useinbandfec=1\r\n", payload.number),
            "telephone-event" => _ = write!(sdp, "a=fmtp:{} 0-16\r\n", payload.number),
            _ => {}
        }
    }
    _ = write!(sdp, "a=ptime:20\r\na=msid:rig sound\r\na=ssrc:{} cname:rig\r\n", local.ssrc);
    _ = write!(sdp, "a=candidate:1 1 udp 2130706431 {} {} typ host\r\na=end-of-candidates\r\n", address.ip(), address.port());
}

fn value<'a>(lines: &[&'a str], name: &str) -> Option<&'a str> {
    lines.iter().find_map(|line| line.strip_prefix("a=")?.strip_prefix(name)?.strip_prefix(':'))
}

/// The payload types of a stream, static ones included (RFC 3551 table 4).
fn payloads(stream: &str, lines: &[&str]) -> Vec<Payload> {
    let maps: Vec<Payload> = lines.iter().filter_map(|line| rtpmap(line)).collect();
    let numbers = stream.split(' ').skip(3).filter_map(|number| number.parse::<u8>().ok());
    let known = |number: u8| {
        let fixed = match number {
            0 => Some("PCMU"),
            8 => Some("PCMA"),
            _ => None,
        };
        maps.iter().find(|map| map.number == number).cloned().or_else(|| Some(Payload::new(number, fixed?, 8000, 1)))
    };
    numbers.filter_map(known).collect()
}

fn rtpmap(line: &str) -> Option<Payload> {
    let (number, rest) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    let mut parts = rest.trim().split('/');
    let (name, clock) = (parts.next()?, parts.next()?);
    let channels = parts.next().and_then(|channels| channels.parse().ok()).unwrap_or(1);
    Some(Payload::new(number.parse().ok()?, name, clock.parse().ok()?, channels))
}

fn ssrcs(lines: &[&str]) -> Vec<u32> {
    let mut found: Vec<u32> = lines.iter().filter_map(|line| line.strip_prefix("a=ssrc:")?.split(' ').next()?.parse().ok()).collect();
    found.dedup();
    found
}
