//! What a screen reader is told when the phone's state changes.

use patchcord_messages::{Call, CallState, Connection, LogIn, Peer, Snapshot, Text};

use crate::words;

/// Something to be spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// It rings: spoken at once.
    Incoming(Peer),
    /// A call went on to another state: spoken at the next pause.
    Call(Peer, Text),
    /// Something about the phone itself.
    Phone(Text),
}

/// What to say about going from `before` to `after`: the most urgent thing only.
#[must_use]
pub fn change(before: &Snapshot, after: &Snapshot) -> Option<Announcement> {
    let old = |call: &Call| before.calls.iter().find(|other| other.id == call.id);
    if let Some(call) = after.calls.iter().find(|call| matches!(call.state, CallState::Incoming { .. }) && old(call).is_none()) {
        return Some(Announcement::Incoming(call.peer.clone()));
    }
    for call in &after.calls {
        let word = words::state(call);
        match old(call) {
            Some(old) if words::state(old) == word => {}
            None if !call.state.is_live() => {}
            _ => return Some(Announcement::Call(call.peer.clone(), word)),
        }
    }
    match (&before.log_in, &after.log_in) {
        (LogIn::Out { .. } | LogIn::Pending { .. }, LogIn::In { .. }) => {
            Some(Announcement::Phone(words::plain(key!("connectionRegistered"))))
        }
        (LogIn::In { connection: old, .. }, LogIn::In { connection, .. }) => match (old, connection) {
            (Connection::Registered { .. }, Connection::Reconnecting { problem, .. }) => Some(Announcement::Phone(problem.text())),
            (Connection::Reconnecting { .. }, Connection::Registered { .. }) => {
                Some(Announcement::Phone(words::plain(key!("connectionBack"))))
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchcord_messages::{Account, Agent, CallId, Devices, Direction, EndReason, Hold, Problem, SipAccount};

    fn snapshot(connection: Connection, calls: Vec<Call>) -> Snapshot {
        let log_in = LogIn::In { account: Account::Sip(SipAccount::default()), connection };
        Snapshot { epoch: 1, rev: 1, now: 0, log_in, agent: Agent::default(), calls, missed: vec![], devices: Devices::default() }
    }

    fn call(id: u32, state: CallState) -> Call {
        let peer = Peer { number: format!("100{id}"), ..Peer::default() };
        Call {
            id: CallId(id),
            direction: Direction::Inbound,
            peer,
            state,
            muted: false,
            digits: String::new(),
            quality: None,
            problem: None,
            headers: vec![],
        }
    }

    const UP: Connection = Connection::Registered { since: 0 };

    #[test]
    fn an_incoming_call_drowns_the_rest() {
        let talking = CallState::Connected { since: 0, hold: Hold::default(), pending_hold: None };
        let before = snapshot(UP, vec![call(1, CallState::Answering { since: 0 })]);
        let after = snapshot(UP, vec![call(1, talking), call(2, CallState::Incoming { since: 0 })]);
        assert!(matches!(change(&before, &after), Some(Announcement::Incoming(peer)) if peer.number == "1002"));
        assert_eq!(change(&after, &after), None, "said once");
    }

    #[test]
    fn states_are_said_as_they_change() {
        let before = snapshot(UP, vec![call(1, CallState::Ringing { since: 0, early_media: false })]);
        let after = snapshot(UP, vec![call(1, CallState::Ended { at: 1, talked: None, reason: EndReason::Busy })]);
        let said = change(&before, &after);
        assert!(matches!(&said, Some(Announcement::Call(_, text)) if text.key == "endBusy"), "{said:?}");
        assert_eq!(change(&snapshot(UP, vec![]), &after), None, "a call that is over when we first see it is no news");
    }

    #[test]
    fn the_connection_is_said_when_it_goes_and_when_it_is_back() {
        let down = Connection::Reconnecting { since: 0, problem: Problem::ConnectionLost { host: "pbx".into() }, next_try: None };
        let (up, down) = (snapshot(UP, vec![]), snapshot(down, vec![]));
        assert!(matches!(change(&up, &down), Some(Announcement::Phone(text)) if text.key == "problemConnectionLost"));
        assert!(matches!(change(&down, &up), Some(Announcement::Phone(text)) if text.key == "connectionBack"));
    }
}
