use core::fmt;
use serde::{Deserialize, Serialize};

/// A time or a span of time in milliseconds, on the phone's own clock (it never runs backwards; its zero means nothing).
pub type Millis = u64;

/// One call as the phone counts them. Never used twice in the life of an offscreen document, whatever protocol the call runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u32);

/// Made by whoever sends a command, unique among all senders (a random UUID does). A repeated id does nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandId(pub String);

/// Counts a phone's notices, so that nobody acts on one twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoticeId(pub u64);

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl From<&str> for CommandId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}
