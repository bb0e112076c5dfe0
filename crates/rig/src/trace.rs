//! The last SIP messages, for a look after a failure and for times between a click and its INVITE.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::clock::unix_now;
use crate::state::UnixMillis;

/// How many are kept.
const MOST: usize = 500;

/// One SIP message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceEntry {
    /// When the PBX took it from the connection or gave it to it.
    pub at: UnixMillis,
    /// Number of the connection.
    pub connection: u64,
    /// The PBX received it (true) or sent it.
    pub received: bool,
    /// The message.
    pub text: String,
}

/// The last messages, shared between the PBX and those who look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace(Arc<Mutex<VecDeque<TraceEntry>>>);

impl Trace {
    pub(crate) fn add(&self, connection: u64, received: bool, text: &str) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == MOST {
            entries.pop_front();
        }
        entries.push_back(TraceEntry { at: unix_now(), connection, received, text: text.to_owned() });
    }

    pub(crate) fn entries(&self) -> Vec<TraceEntry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
