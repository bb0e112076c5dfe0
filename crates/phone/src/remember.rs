//! Which commands were seen, and how often a page may dial.

use std::collections::VecDeque;

use patchcord_messages::{CommandId, Millis, Problem};

use crate::few::Few;
use crate::io::PortId;

/// So many ids are kept; the oldest go first.
const MOST_IDS: usize = 512;

/// What became of a command.
#[derive(Clone, Debug)]
enum Fate {
    /// Not known yet: these wait for it.
    Open(Vec<PortId>),
    Known(Option<Problem>),
}

/// What the caller is to do with a command.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen {
    /// It is new.
    New,
    /// It was done before: this was the reply.
    Before(Option<Problem>),
    /// It is being done; the reply comes when there is one.
    Waiting,
}

/// The last commands and their fates.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    /// Oldest first. A few hundred short strings are searched faster than anybody clicks.
    fates: VecDeque<(CommandId, Fate)>,
}

impl Commands {
    /// Takes note of a command.
    pub(crate) fn seen(&mut self, id: &CommandId, port: PortId) -> Seen {
        match self.fate(id) {
            Some(Fate::Known(reply)) => Seen::Before(reply.clone()),
            Some(Fate::Open(waiting)) => {
                if !waiting.contains(&port) && waiting.len() < 64 {
                    waiting.push(port);
                }
                Seen::Waiting
            }
            None => {
                // Who still waits for a reply is never forgotten: there are few of those, and each has a time limit.
                if self.fates.len() >= MOST_IDS
                    && let Some(at) = self.fates.iter().position(|(_, fate)| matches!(fate, Fate::Known(_)))
                {
                    self.fates.remove(at);
                }
                self.fates.push_back((id.clone(), Fate::Open(vec![port])));
                Seen::New
            }
        }
    }

    /// Its fate is known: who waits for it. Nobody where it was told before.
    pub(crate) fn done(&mut self, id: &CommandId, reply: Option<Problem>) -> Vec<PortId> {
        match self.fate(id) {
            Some(fate @ Fate::Open(_)) => match std::mem::replace(fate, Fate::Known(reply)) {
                Fate::Open(waiting) => waiting,
                Fate::Known(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn fate(&mut self, id: &CommandId) -> Option<&mut Fate> {
        self.fates.iter_mut().find(|(found, _)| found == id).map(|(_, fate)| fate)
    }
}

/// Calls that a page may start at once; then one more each [`REFILL`].
const BURST: u64 = 10;
/// Milliseconds for one more.
const REFILL: Millis = 2_000;
/// So many origins are kept apart.
const MOST_ORIGINS: usize = 64;

/// How often each page has dialled: a token bucket an origin.
#[derive(Debug, Default)]
pub(crate) struct DialLimit {
    /// For each origin the time up to which its bucket is spent.
    spent: Few<String, Millis>,
}

impl DialLimit {
    /// True where `origin` may dial now; counts it.
    pub(crate) fn allow(&mut self, now: Millis, origin: &str) -> bool {
        self.spent.retain(|_, until| *until > now);
        let origin = origin.to_owned();
        let until = self.spent.get(&origin).copied().unwrap_or(now).max(now);
        if until + REFILL > now + BURST * REFILL || (self.spent.len() >= MOST_ORIGINS && !self.spent.contains(&origin)) {
            return false;
        }
        self.spent.insert(origin, until + REFILL);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_id_gets_the_same_reply() {
        let mut commands = Commands::default();
        let id = CommandId::from("a");
        assert_eq!(commands.seen(&id, PortId(1)), Seen::New);
        assert_eq!(commands.seen(&id, PortId(2)), Seen::Waiting);
        assert_eq!(commands.seen(&id, PortId(2)), Seen::Waiting);
        assert_eq!(commands.done(&id, Some(Problem::NumberEmpty)), [PortId(1), PortId(2)]);
        assert_eq!(commands.done(&id, None), []);
        assert_eq!(commands.seen(&id, PortId(3)), Seen::Before(Some(Problem::NumberEmpty)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut commands = Commands::default();
        for n in 0..10 * MOST_IDS {
            let id = CommandId(n.to_string());
            assert_eq!(commands.seen(&id, PortId(1)), Seen::New);
            commands.done(&id, None);
        }
        assert_eq!(commands.fates.len(), MOST_IDS);
    }

    #[test]
    fn a_page_may_dial_in_moderation() {
        let mut limit = DialLimit::default();
        let allowed = |limit: &mut DialLimit, now, origin: &str| (0..100).filter(|_| limit.allow(now, origin)).count();
        assert_eq!(allowed(&mut limit, 0, "https://a"), 10);
        assert_eq!(allowed(&mut limit, 0, "https://b"), 10);
        assert_eq!(allowed(&mut limit, 1_999, "https://a"), 0);
        assert_eq!(allowed(&mut limit, 2_000, "https://a"), 1);
        assert_eq!(allowed(&mut limit, 1_000_000, "https://a"), 10);
        assert_eq!(limit.spent.len(), 1);
    }

    #[test]
    fn origins_are_bounded() {
        let mut limit = DialLimit::default();
        for n in 0..10_000 {
            limit.allow(0, &n.to_string());
        }
        assert_eq!(limit.spent.len(), MOST_ORIGINS);
    }
}
