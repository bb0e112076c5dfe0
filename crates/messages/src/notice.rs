use serde::{Deserialize, Serialize};

use crate::{CallId, NoticeId, Peer, Problem};

/// A fact that happens once. Never replayed: who was not there reads the snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Counts up.
    pub id: NoticeId,
    /// What happened.
    pub kind: NoticeKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum NoticeKind {
    /// It rings here.
    Incoming {
        /// Which call.
        call: CallId,
        /// Who calls.
        peer: Peer,
    },
    /// It no longer rings here, for whatever reason.
    IncomingOver {
        /// Which call.
        call: CallId,
    },
    /// Something went wrong that no command asked for.
    Trouble {
        /// What.
        problem: Problem,
    },
}
