use serde::{Deserialize, Serialize};

use crate::{Millis, Text};

/// What the agent wants, and what holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// What holds now.
    pub current: AgentStatus,
    /// What was asked for and is not confirmed yet.
    pub pending: Option<AgentStatus>,
    /// Why the last wish was refused. Gone with the next wish.
    pub refused: Option<Text>,
    /// Since when `current` holds.
    pub since: Millis,
}

/// A state of the agent. On plain SIP the phone itself keeps it: not ready means that calls are turned away with 480.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum AgentStatus {
    /// Takes calls.
    #[default]
    Ready,
    /// Takes none; `reason` may be empty.
    #[serde(rename_all = "camelCase")]
    NotReady {
        /// As the agent or the site's list words it.
        reason: String,
    },
}
