//! The codecs that the rig can carry.

/// A codec. PCMU and PCMA can be made, mixed and measured; Opus is only carried from one leg to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Opus,
    Pcmu,
    Pcma,
}

impl Codec {
    /// Everything that can be carried between two legs.
    pub(crate) const CARRIED: [Self; 3] = [Self::Opus, Self::Pcmu, Self::Pcma];
    /// What the PBX can make, mix and measure.
    pub(crate) const MIXED: [Self; 2] = [Self::Pcmu, Self::Pcma];

    /// Its name in an `rtpmap`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Opus => "opus",
            Self::Pcmu => "PCMU",
            Self::Pcma => "PCMA",
        }
    }

    /// Its RTP clock, in Hz.
    pub(crate) fn clock(self) -> u32 {
        if self == Self::Opus { 48_000 } else { 8000 }
    }

    /// The payload type under which we offer it.
    pub(crate) fn offered(self) -> Payload {
        match self {
            Self::Opus => Payload::new(111, "opus", 48_000, 2),
            Self::Pcmu => Payload::new(0, "PCMU", 8000, 1),
            Self::Pcma => Payload::new(8, "PCMA", 8000, 1),
        }
    }

    /// True if the far side's payload type means this codec.
    pub(crate) fn is(self, payload: &Payload) -> bool {
        payload.name.eq_ignore_ascii_case(self.name()) && payload.clock == self.clock()
    }
}

/// One payload type of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payload {
    pub(crate) number: u8,
    pub(crate) name: String,
    pub(crate) clock: u32,
    pub(crate) channels: u8,
}

impl Payload {
    pub(crate) fn new(number: u8, name: &str, clock: u32, channels: u8) -> Self {
        Self { number, name: name.to_owned(), clock, channels }
    }
}

/// Tones as named events (RFC 4733).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TelephoneEvent {
    pub(crate) payload: u8,
    pub(crate) clock: u32,
}

impl TelephoneEvent {
    /// Under which payload types we offer it.
    pub(crate) const OFFERED_48: Self = Self { payload: 110, clock: 48_000 };
    pub(crate) const OFFERED_8: Self = Self { payload: 126, clock: 8000 };

    pub(crate) fn as_payload(self) -> Payload {
        Payload::new(self.payload, "telephone-event", self.clock, 1)
    }
}

/// What we offer for these codecs: them, and events in their clocks (RFC 4733 section 2.1).
pub(crate) fn offered(codecs: &[Codec]) -> Vec<Payload> {
    let mut payloads: Vec<Payload> = codecs.iter().map(|codec| codec.offered()).collect();
    if codecs.contains(&Codec::Opus) {
        payloads.push(TelephoneEvent::OFFERED_48.as_payload());
    }
    payloads.push(TelephoneEvent::OFFERED_8.as_payload());
    payloads
}

/// What both sides agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Agreed {
    pub(crate) codec: Codec,
    pub(crate) payload: u8,
    pub(crate) events: Option<TelephoneEvent>,
}

impl Agreed {
    /// The same as a list of payload types.
    pub(crate) fn payloads(&self) -> Vec<Payload> {
        let sound = Payload { number: self.payload, ..self.codec.offered() };
        std::iter::once(sound).chain(self.events.map(TelephoneEvent::as_payload)).collect()
    }
}
