use serde::{Deserialize, Serialize};

use crate::{CallId, Millis, Problem};

/// One call, whatever protocols it runs over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Names the call in commands.
    pub id: CallId,
    /// Who began it.
    pub direction: Direction,
    /// The far side.
    pub peer: Peer,
    /// How far it has come.
    pub state: CallState,
    /// Our microphone is off for this call.
    pub muted: bool,
    /// DTMF digits sent so far, for the keypad's display.
    pub digits: String,
    /// The last measurement; none before media flows.
    pub quality: Option<Quality>,
    /// What went wrong without ending the call. Gone when it is mended.
    pub problem: Option<Problem>,
    /// Headers for screen pops: those of the INVITE that begin with `X-` and a few well-known ones, as (name, value), length-capped.
    pub headers: Vec<(String, String)>,
}

/// Who began a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// The far side called us.
    Inbound,
    /// We called.
    Outbound,
}

/// The far side of a call. Every text is from outside: show it as text only. Already length-capped and free of bidi controls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Peer {
    /// The number as dialled, or as the far side presents it.
    pub number: String,
    /// A display name, where the far side or the PBX gives one.
    pub name: Option<String>,
    /// Where the number is from, where somebody told.
    pub place: Option<Place>,
}

/// Where a number is from, in the words of who told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Province, state or region.
    pub province: String,
    /// City.
    pub city: String,
    /// Carrier.
    pub carrier: String,
}

/// How far a call has come.
///
/// ```text
/// Outbound: Dialing → Ringing → Connected → Ending → Ended
/// Inbound:  Incoming → Answering → Connected → Ending → Ended
/// ```
/// From every state a call may go to `Ended`. An ended call stays in the snapshot for a few seconds, so that the agent can read why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum CallState {
    /// We called; no sign of the far side yet.
    Dialing {
        /// When the agent asked for it.
        since: Millis,
    },
    /// The far side's phone rings.
    Ringing {
        /// Since when.
        since: Millis,
        /// The far side sends sound already, so the phone makes no ring-back tone of its own.
        early_media: bool,
    },
    /// It rings here.
    Incoming {
        /// Since when.
        since: Millis,
    },
    /// The agent answered; the microphone and the connection are being set up.
    Answering {
        /// When the agent answered.
        since: Millis,
    },
    /// Both talk, or could but for a hold.
    Connected {
        /// When it was answered: what the timer counts from.
        since: Millis,
        /// Who holds whom.
        hold: Hold,
        /// A hold or resume is on its way: the state that was asked for.
        pending_hold: Option<bool>,
    },
    /// We hung up; the far side has not confirmed.
    Ending {
        /// Since when.
        since: Millis,
    },
    /// Over.
    Ended {
        /// When it ended.
        at: Millis,
        /// How long both could talk, in milliseconds; none if it was never answered.
        talked: Option<Millis>,
        /// Why it ended.
        reason: EndReason,
    },
}

impl CallState {
    /// True until the call is over.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !matches!(self, Self::Ended { .. })
    }
}

/// Who holds whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// We hold the far side.
    pub local: bool,
    /// The far side holds us.
    pub remote: bool,
}

/// Why a call is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum EndReason {
    /// The agent hung up.
    HungUp,
    /// The far side hung up.
    FarHungUp,
    /// The agent gave up before an answer.
    Cancelled,
    /// The caller gave up before an answer.
    Missed,
    /// Another of the agent's phones took it.
    AnsweredElsewhere,
    /// The agent declined it.
    DeclinedHere,
    /// The far side declined it (603).
    Declined,
    /// Busy (486, 600).
    Busy,
    /// Nobody answered (408, 480 after ringing, or our own limit).
    NoAnswer,
    /// Not reachable now (480).
    Unavailable,
    /// No such number (404, 484, 604).
    NotFound,
    /// Not allowed to call there (403).
    Forbidden,
    /// Anything else that went wrong.
    Failed {
        /// What.
        problem: Problem,
    },
}

/// What the agent hears, measured over the last seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quality {
    /// Packets that came.
    pub packets_received: u64,
    /// Packets that went.
    pub packets_sent: u64,
    /// Share of inbound packets lost since the last measurement, 0–1.
    pub loss: f64,
    /// Jitter in milliseconds.
    pub jitter: f64,
    /// Round trip in milliseconds, where the far side reports it.
    pub round_trip: Option<f64>,
    /// Inbound audio energy so far (W3C webrtc-stats `totalAudioEnergy`): it grows while there is sound.
    pub inbound_energy: f64,
    /// Outbound audio energy so far, from the microphone.
    pub outbound_energy: f64,
    /// Inbound audio level now, 0–1.
    pub inbound_level: f64,
    /// Outbound audio level now, 0–1.
    pub outbound_level: f64,
}
