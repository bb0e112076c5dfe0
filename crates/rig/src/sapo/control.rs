//! What a test sees of the server and can tell it.

use serde::{Deserialize, Serialize};

use crate::sound::Sound;
use crate::state::CallId;

/// A customer who comes into a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SapoCustomer {
    /// The queue.
    pub queue: String,
    /// The customer's number.
    pub number: String,
    /// What the server says to know of the call.
    pub data: String,
    /// The call comes from an automatic campaign.
    pub autodial: bool,
    /// Province, city and carrier, where they are not to follow from the number.
    pub place: Option<[String; 3]>,
    /// What the customer plays once an agent has answered.
    pub sound: Sound,
    /// The customer says back what it hears.
    pub echo: bool,
    /// An agent's phone rings so long, in ms; then the next agent's.
    pub ring_ms: u64,
}

impl Default for SapoCustomer {
    fn default() -> Self {
        Self {
            queue: "kefu".to_owned(),
            number: "13912345678".to_owned(),
            data: String::new(),
            autodial: false,
            place: None,
            sound: Sound::Melody,
            echo: true,
            ring_ms: 20_000,
        }
    }
}

/// What can be made to go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
#[non_exhaustive]
pub enum SapoFault {
    /// The next `times` commands of this name fail with this reason.
    Refuse {
        /// The command's name on the wire.
        command: String,
        /// `resultText`.
        reason: String,
        /// How often.
        times: u32,
    },
    /// Commands of this name are read and never answered or done, until [`Clear`](Self::Clear).
    Ignore {
        /// The command's name on the wire.
        command: String,
    },
    /// Heartbeats stay unanswered, until [`Clear`](Self::Clear).
    SilentHeartbeats,
    /// Cuts the connection of this extension's agent; nothing: every connection.
    Drop {
        /// The extension.
        extension: Option<String>,
    },
    /// Cuts every connection and takes none for so long.
    Away {
        /// In ms.
        ms: u64,
    },
    /// Sends this text as it is to an extension's agent, so many times; without an extension to every connection.
    Say {
        /// The extension.
        extension: Option<String>,
        /// The message.
        text: String,
        /// How often.
        times: u32,
    },
    /// Nothing goes wrong any more.
    Clear,
}

/// Everything that there is to see. `rev` grows with each change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SapoState {
    /// Number of this state.
    pub rev: u64,
    /// Open connections.
    pub connections: u32,
    /// Who is logged in, by extension.
    pub agents: Vec<SapoAgent>,
    /// Figures of each queue that has an agent or a customer.
    pub queues: Vec<SapoQueue>,
    /// Customers who came into a queue and are not gone.
    pub customers: Vec<SapoWaiting>,
    /// Heartbeats received so far.
    pub heartbeats: u64,
    /// Messages received, heartbeats left out, as they came; the last 200.
    pub received: Vec<String>,
}

impl SapoState {
    /// The agent at an extension.
    #[must_use]
    pub fn agent(&self, extension: &str) -> Option<&SapoAgent> {
        self.agents.iter().find(|agent| agent.extension == extension)
    }

    /// A customer.
    #[must_use]
    pub fn customer(&self, id: u64) -> Option<&SapoWaiting> {
        self.customers.iter().find(|customer| customer.id == id)
    }
}

/// An agent who is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SapoAgent {
    /// Extension.
    pub extension: String,
    /// Name.
    pub name: String,
    /// Staff id.
    pub staffid: String,
    /// Queue.
    pub queue: String,
    /// Busy reason; empty: free.
    pub busy: String,
    /// Call state, in the words of the manual's 6.3.
    pub call: String,
    /// The far side's number.
    pub number: String,
}

/// A queue's figures, as `queue status` has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SapoQueue {
    /// Its name.
    pub queue: String,
    /// Agents who could take a call.
    pub idle: u32,
    /// Agents.
    pub agents: u32,
    /// Customers who wait.
    pub guests: u32,
}

/// A customer who is not gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SapoWaiting {
    /// Number of the customer.
    pub id: u64,
    /// The queue.
    pub queue: String,
    /// The customer's number.
    pub number: String,
    /// Where the customer is.
    pub state: SapoCustomerState,
    /// The call in the PBX, if there is one.
    pub call: Option<CallId>,
}

/// Where a customer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SapoCustomerState {
    /// No agent is free.
    Waiting,
    /// An agent's phone rings.
    Ringing,
    /// With an agent.
    Talking,
    /// With this IVR node.
    Ivr(String),
}
