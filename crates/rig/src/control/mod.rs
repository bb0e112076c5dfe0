//! What can be asked of a running rig, in-process and over HTTP.

mod http;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sound::Sound;

pub(crate) use http::{Shared, router};

/// A call that the rig makes to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceCall {
    /// The user to call; all its contacts ring.
    pub to: String,
    /// Who calls: user part of From.
    pub from: String,
    /// Who calls: display name of From. Empty: none.
    pub display_name: String,
    /// Further headers of the INVITE.
    pub headers: Vec<(String, String)>,
    /// What the caller plays once the user has answered.
    pub sound: Sound,
    /// The caller says back what it hears, mixed with its sound.
    pub echo: bool,
    /// The caller gives up (CANCEL) after so many milliseconds without an answer. None: never.
    pub give_up_after_ms: Option<u64>,
    /// The caller hangs up so many milliseconds after the answer. None: never.
    pub hang_up_after_ms: Option<u64>,
}

impl Default for PlaceCall {
    fn default() -> Self {
        Self {
            to: "1001".to_owned(),
            from: "13912345678".to_owned(),
            display_name: String::new(),
            headers: Vec::new(),
            sound: Sound::Melody,
            echo: true,
            give_up_after_ms: None,
            hang_up_after_ms: None,
        }
    }
}

/// A call that the rig makes for a user, as a CTI server does: it rings the user's own phone first and then the number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialOut {
    /// Whose phone rings first.
    pub user: String,
    /// Whom to call then: an outside number, or another user.
    pub number: String,
    /// Further headers of the INVITE to the user.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
}

/// Why something that was asked for did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "error")]
#[non_exhaustive]
pub enum ControlError {
    /// No such user.
    NoSuchUser,
    /// The user has no contact.
    NotRegistered,
    /// No such call, or it is over.
    NoSuchCall,
    /// No such leg in that call, or it is over.
    NoSuchLeg,
    /// The call ended before it was done.
    CallOver,
    /// The call is not up, or a change is on its way.
    NotNow,
    /// The party refused with this SIP status.
    Refused {
        /// The status.
        status: u16,
    },
    /// A leg of the call has Opus, which the rig can't mix.
    NotMixable,
    /// A header that cannot stand in an INVITE, or that the rig writes by itself.
    InvalidHeader {
        /// Its name.
        name: String,
    },
    /// A caller's number or name that cannot stand in an INVITE.
    InvalidCaller,
    /// The rig is shut down.
    Stopped,
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchUser => f.write_str("no such user"),
            Self::NotRegistered => f.write_str("the user has no contact"),
            Self::NoSuchCall => f.write_str("no such call, or it is over"),
            Self::NoSuchLeg => f.write_str("no such leg in that call, or it is over"),
            Self::CallOver => f.write_str("the call ended before it was done"),
            Self::NotNow => f.write_str("the call is not up, or a change is on its way"),
            Self::Refused { status } => write!(f, "the party refused with {status}"),
            Self::NotMixable => f.write_str("a leg of the call has Opus, which cannot be mixed"),
            Self::InvalidHeader { name } => write!(f, "header {name:?} cannot stand in an INVITE of the rig"),
            Self::InvalidCaller => f.write_str("the caller cannot stand in an INVITE"),
            Self::Stopped => f.write_str("the rig is shut down"),
        }
    }
}

impl std::error::Error for ControlError {}
