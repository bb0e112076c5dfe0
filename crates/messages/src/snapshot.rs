use serde::{Deserialize, Serialize};

use crate::{Account, Agent, Call, Millis, Peer, Problem};

/// The whole state of the phone, as every view shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Which phone: another after the offscreen document was made anew.
    pub epoch: u64,
    /// Counts this phone's changes.
    pub rev: u64,
    /// The phone's clock when this was made.
    pub now: Millis,
    /// Whether the agent is logged in, and where.
    pub log_in: LogIn,
    /// The agent's status.
    pub agent: Agent,
    /// The calls, oldest first; ended ones stay for a few seconds.
    pub calls: Vec<Call>,
    /// Calls missed since the agent last looked, oldest first; the phone keeps the last twenty. `Command::ClearMissed` empties it.
    pub missed: Vec<MissedCall>,
    /// Microphone and speakers.
    pub devices: Devices,
}

/// A call that nobody took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MissedCall {
    /// Who called.
    pub peer: Peer,
    /// When it stopped ringing, on the phone's clock.
    pub at: Millis,
}

/// Whether the agent is logged in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LogIn {
    /// Not logged in.
    Out {
        /// Why not, where it was not the agent's wish.
        problem: Option<Problem>,
    },
    /// On the way in for the first time.
    Pending {
        /// Where.
        account: Account,
        /// Since when.
        since: Millis,
    },
    /// Logged in. It stays so through every loss of the connection.
    In {
        /// Where.
        account: Account,
        /// How the connection stands.
        connection: Connection,
    },
}

/// How the connection of a logged-in phone stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Connection {
    /// Registered: calls can come and go.
    Registered {
        /// Since when.
        since: Millis,
    },
    /// Lost; the phone is getting it back.
    Reconnecting {
        /// Since when.
        since: Millis,
        /// What was wrong the last time.
        problem: Problem,
        /// When the next try begins; none while one is under way.
        next_try: Option<Millis>,
    },
}

/// Microphone and speakers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Devices {
    /// Whether we may use a microphone.
    pub microphone: Microphone,
    /// What there is; labels are empty until the microphone was granted.
    pub list: Vec<Device>,
}

/// Whether we may use a microphone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Microphone {
    /// Not looked yet.
    #[default]
    Unknown,
    /// Granted, and there is one.
    Ready,
    /// The user was never asked.
    NotAsked,
    /// The user said no.
    Refused,
    /// There is none.
    Missing,
}

/// A sound device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// W3C `deviceId`.
    pub id: String,
    /// W3C `label`.
    pub label: String,
    /// What it does.
    pub kind: DeviceKind,
}

/// What a sound device does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceKind {
    /// W3C `audioinput`.
    Microphone,
    /// W3C `audiooutput`.
    Speaker,
}
