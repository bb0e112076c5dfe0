//! Everything that is to happen later.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::plan::Outcome;
use crate::state::{CallId, LegId};

/// What is to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// A request of ours got no final answer (Timers B and F).
    Unanswered { branch: String },
    /// A 2xx of ours got no ACK yet: send it again (RFC 3261 13.3.1.4).
    Resend { leg: LegId, cseq: u32 },
    /// The next step of a call's script.
    Step { call: CallId, step: Step },
    /// Our re-INVITE met theirs (491): again.
    Retry { leg: LegId },
    /// An outside number to which a party transfers has rung for long enough.
    Transfer { leg: LegId, number: String, outcome: Outcome },
    /// A session's interval is over; it was refreshed so often when the timer was set.
    Expire { leg: LegId, refreshed: u64 },
    /// The connection of a leg was lost and has not come back.
    Abandon { leg: LegId, connection: u64 },
    /// Look for registrations that have run out.
    Sweep,
    /// A fault's time is over.
    FaultOver { generation: u64 },
}

/// A step of a call that the rig plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ringing is over: answer or refuse.
    Decide,
    /// Nobody has answered for long enough.
    GiveUp,
    /// Hang up.
    HangUp,
    /// Hold, or resume.
    Hold(bool),
}

/// Timers in the order of their times.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    queue: BTreeMap<(Instant, u64), Timer>,
    count: u64,
}

impl Timers {
    pub(crate) fn after(&mut self, delay: Duration, timer: Timer) {
        self.count += 1;
        self.queue.insert((Instant::now() + delay, self.count), timer);
    }

    pub(crate) fn after_ms(&mut self, delay: u64, timer: Timer) {
        self.after(Duration::from_millis(delay), timer);
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.queue.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn due(&mut self, now: Instant) -> Option<Timer> {
        let entry = self.queue.first_entry()?;
        if entry.key().0 > now { None } else { Some(entry.remove()) }
    }
}
