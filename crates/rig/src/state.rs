//! What a rig knows and measures, as one value that tests wait on.

use serde::{Deserialize, Serialize};

/// A call through the PBX. Never used again within one rig.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u64);

/// One party of a call. Never used again within one rig.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LegId(pub u64);

/// Milliseconds since 1970, as `Date.now()` has them, so that a browser's times can be compared with the rig's.
pub type UnixMillis = f64;

/// Everything that there is to see. `rev` grows with each change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Number of this state.
    pub rev: u64,
    /// Open SIP sockets, registered or not.
    pub connections: u32,
    /// Who is registered.
    pub registrations: Vec<Registration>,
    /// Calls that are not over, oldest first.
    pub calls: Vec<Call>,
    /// Calls that are over, the oldest first, at most 100.
    pub ended: Vec<Call>,
    /// SIP requests received so far, by method, retransmissions included.
    pub requests: std::collections::BTreeMap<String, u64>,
    /// REGISTERs that were refused for wrong credentials (not counting the first, unauthenticated one).
    pub refused_credentials: u64,
    /// Faults that are at work.
    pub faults: crate::ActiveFaults,
}

impl State {
    /// A call, over or not.
    #[must_use]
    pub fn call(&self, id: CallId) -> Option<&Call> {
        self.calls.iter().chain(&self.ended).find(|call| call.id == id)
    }

    /// A leg of a call, over or not.
    #[must_use]
    pub fn leg(&self, id: LegId) -> Option<&Leg> {
        self.calls.iter().chain(&self.ended).flat_map(|call| &call.legs).find(|leg| leg.id == id)
    }

    /// True while the user has at least one contact.
    #[must_use]
    pub fn is_registered(&self, user: &str) -> bool {
        self.registrations.iter().any(|registration| registration.user == user)
    }

    /// The newest call in which the user takes part and which is not over.
    #[must_use]
    pub fn call_of(&self, user: &str) -> Option<&Call> {
        self.calls.iter().rev().find(|call| call.legs.iter().any(|leg| leg.user.as_deref() == Some(user)))
    }

    /// That user's leg in [`State::call_of`], the newest that is not over where there are several.
    #[must_use]
    pub fn leg_of(&self, user: &str) -> Option<&Leg> {
        let call = self.call_of(user)?;
        let mut legs = call.legs.iter().rev().filter(|leg| leg.user.as_deref() == Some(user));
        let last = legs.clone().next();
        legs.find(|leg| leg.state != LegState::Ended).or(last)
    }
}

/// One contact of one user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registration {
    /// User part of the address of record.
    pub user: String,
    /// Contact URI as the client gave it (its host is a dead name, RFC 7118 section 5; the connection counts).
    pub contact: String,
    /// `+sip.instance`, without quotes and brackets, where given.
    pub instance: Option<String>,
    /// `User-Agent` of the REGISTER.
    pub user_agent: String,
    /// Number of the connection that the REGISTER came over.
    pub connection: u64,
    /// It came over TLS.
    pub tls: bool,
    /// When it was first made.
    pub since: UnixMillis,
    /// When it runs out.
    pub expires_at: UnixMillis,
    /// How often it was refreshed.
    pub refreshes: u32,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its number.
    pub id: CallId,
    /// Who called: user part of From.
    pub from: String,
    /// Who was called: user part of the Request-URI, or of To where the rig itself called.
    pub to: String,
    /// How far it is.
    pub state: CallState,
    /// When the INVITE came in, or when the rig was told to call.
    pub started_at: UnixMillis,
    /// When it was answered.
    pub answered_at: Option<UnixMillis>,
    /// When it ended.
    pub ended_at: Option<UnixMillis>,
    /// How it ended.
    pub end: Option<CallEnd>,
    /// The simulated customer who takes part, if one does.
    pub customer: Option<Customer>,
    /// Parties: the caller first. A forked call has one leg for each contact called. Of ended calls, with their last figures.
    pub legs: Vec<Leg>,
}

/// A simulated customer in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The number.
    pub number: String,
    /// How far the customer's own leg is, as a carrier would see it.
    pub state: CallState,
}

/// How a party takes part in a call of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum Mode {
    /// Hears everybody, is heard by everybody.
    #[default]
    Talk,
    /// Hears everybody, is heard by nobody.
    Listen,
    /// Hears everybody, is heard by one party alone.
    Whisper {
        /// By whom.
        to: LegId,
    },
    /// Hears nobody, is heard by nobody.
    Held,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Nobody has answered.
    Ringing,
    /// Answered.
    Up,
    /// Over.
    Ended,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum CallEnd {
    /// A party sent BYE: its leg.
    HungUp {
        /// Whose.
        leg: LegId,
    },
    /// The caller sent CANCEL.
    Cancelled,
    /// Refused or failed with this status.
    Refused {
        /// The SIP status.
        status: u16,
    },
    /// The rig itself: a service number's script, the control interface, a shutdown.
    Rig,
    /// A party's connection was lost or it stopped answering.
    Lost {
        /// Whose.
        leg: LegId,
    },
}

/// How far a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegState {
    /// An INVITE went out or came in; no more is known.
    Trying,
    /// 180.
    Ringing,
    /// Sound flows before the answer (183 with a description).
    EarlyMedia,
    /// Answered.
    Up,
    /// Over.
    Ended,
}

/// One party of a call, as the PBX sees it. "In" is from the party to the PBX, "out" is from the PBX to the party.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// Its number.
    pub id: LegId,
    /// The registered user. Simulated customers and services have no leg: the rig itself is that party.
    pub user: Option<String>,
    /// The party called the PBX (true), or was called by it.
    pub inbound: bool,
    /// How far it is.
    pub state: LegState,
    /// SIP Call-ID.
    pub sip_call_id: String,
    /// Number of the connection that it is on.
    pub connection: u64,
    /// How it takes part.
    pub mode: Mode,
    /// The party holds: it last offered `sendonly` or `inactive`.
    pub holds: bool,
    /// The PBX holds the party: it last offered `sendonly` or `inactive`.
    pub held: bool,
    /// Re-INVITEs and UPDATEs received from the party.
    pub reinvites: u32,
    /// The SDP offer or answer last received, for a look at it.
    pub remote_sdp: String,
    /// When the INVITE came or went.
    pub invited_at: UnixMillis,
    /// When the party answered (or was answered).
    pub answered_at: Option<UnixMillis>,
    /// When the leg ended.
    pub ended_at: Option<UnixMillis>,
    /// Status or reason text with which the leg ended.
    pub end_reason: String,
    /// Digits received, RFC 4733 and INFO together, in order.
    pub dtmf: String,
    /// Of those, how many came by INFO.
    pub dtmf_by_info: u32,
    /// Figures of its media.
    pub media: MediaFigures,
}

/// What was measured on one leg's media. Counters start with the leg; [`Rig::reset_measures`](crate::Rig::reset_measures)
/// starts those marked (R) again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MediaFigures {
    /// Codec agreed on: `opus`, `PCMU`, `PCMA`, or empty.
    pub codec: String,
    /// `telephone-event` was agreed on (RFC 4733).
    pub telephone_event: bool,
    /// DTLS is up.
    pub connected: bool,
    /// When it came up.
    pub connected_at: Option<UnixMillis>,
    /// RTP packets received, telephone-events included.
    pub packets_in: u64,
    /// RTP packets sent.
    pub packets_out: u64,
    /// RTP payload received, in bytes.
    pub bytes_in: u64,
    /// RTP payload sent, in bytes.
    pub bytes_out: u64,
    /// Sequence numbers never seen, by the rule of RFC 3550 A.3.
    pub lost_in: u64,
    /// Packets that the far side reports as lost (RTCP receiver reports, cumulative), where it reports.
    pub lost_out: Option<u64>,
    /// (R) Longest time between two packets received, in ms, the time since the last one included.
    pub longest_gap_in_ms: f64,
    /// (R) Longest time between two packets sent, in ms, the time since the last one included.
    pub longest_gap_out_ms: f64,
    /// Loudness received in the last 200 ms: root mean square, 0 to 1. PCMU and PCMA only, else 0.
    pub level_in: f64,
    /// Loudness sent in the last 200 ms.
    pub level_out: f64,
    /// (R) Sum of squared samples (each −1 to 1) times their length in seconds, as WebRTC's `totalAudioEnergy`. PCMU and PCMA only.
    pub energy_in: f64,
    /// (R) The same of what was sent.
    pub energy_out: f64,
    /// Strongest frequency in the last 200 ms received, in Hz, where one stands out. PCMU and PCMA only.
    pub tone_in_hz: Option<u32>,
    /// When the first RTP packet came.
    pub first_packet_in_at: Option<UnixMillis>,
    /// When the first RTP packet left.
    pub first_packet_out_at: Option<UnixMillis>,
    /// When the first packet came that could be heard (louder than −50 dBov; of Opus: larger than a silent frame).
    pub first_sound_in_at: Option<UnixMillis>,
    /// When the last RTP packet came.
    pub last_packet_in_at: Option<UnixMillis>,
}
