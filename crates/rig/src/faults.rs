//! Faults that can be injected.

use serde::{Deserialize, Serialize};

/// A fault. [`Fault::DropSockets`] and [`Fault::Restart`] happen at once; the others last until their time is over or [`Fault::Clear`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// Cut all SIP sockets, without a close frame. Registrations over them are gone; answered calls stay for 32 s
    /// (Timer B), so that a client may come back, with their media going on.
    DropSockets,
    /// Refuse TCP connections to the SIP ports.
    RefuseConnections {
        /// For how long.
        ms: u64,
    },
    /// Delay every SIP message, both ways, in order.
    Delay {
        /// By how much.
        ms: u64,
    },
    /// Accept connections and read, but answer nothing and send nothing.
    Silent {
        /// For how long; `None`: until cleared.
        ms: Option<u64>,
    },
    /// As a PBX that crashes and comes up again: sockets cut, registrations and calls forgotten, connections refused for a while.
    Restart {
        /// For how long connections are refused.
        ms: u64,
    },
    /// Answer every request of this method with this status.
    Answer {
        /// SIP method, such as `REGISTER` or `INVITE`.
        method: String,
        /// SIP status, 300 to 699.
        status: u16,
        /// Headers of the response, such as `Retry-After`.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// How many times; `None`: until cleared.
        times: Option<u32>,
    },
    /// Lose RTP packets that come in, evenly.
    LoseMedia {
        /// Percent, 0 to 100.
        percent: u8,
    },
    /// End all of the above.
    Clear,
}

/// Faults that are at work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFaults {
    /// TCP connections to the SIP ports are refused.
    pub refuse: bool,
    /// Every SIP message is delayed by so many milliseconds; 0: not.
    pub delay_ms: u64,
    /// Nothing is answered.
    pub silent: bool,
    /// Methods that get a fixed answer: method and status.
    pub answer: Vec<(String, u16)>,
    /// Percent of inbound RTP packets that are thrown away.
    pub lose_media_percent: u8,
}
