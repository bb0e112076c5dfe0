//! Which controls a call has, by its state.

use patchcord_messages::{Call, CallState, Direction};

/// The controls of one call. What is `false` is not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Controls {
    /// Answer and Decline.
    pub answer: bool,
    /// Hang up, or give up.
    pub hang_up: bool,
    /// Mute.
    pub mute: bool,
    /// Hold or resume.
    pub hold: HoldControl,
    /// The tone keypad.
    pub keypad: bool,
    /// Dismiss, and call again.
    pub over: bool,
}

/// What the hold button does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HoldControl {
    /// There is none.
    #[default]
    None,
    /// It holds.
    Hold,
    /// It resumes.
    Resume,
    /// A wish is on its way: shown, not usable. True while holding.
    Busy(bool),
}

impl Controls {
    /// The controls of `call`.
    #[must_use]
    pub fn of(call: &Call) -> Self {
        match &call.state {
            CallState::Incoming { .. } => Self { answer: true, ..Self::default() },
            CallState::Dialing { .. } | CallState::Answering { .. } => Self { hang_up: true, ..Self::default() },
            // Early media may be an announcement that wants digits.
            CallState::Ringing { early_media, .. } => Self { hang_up: true, keypad: *early_media, ..Self::default() },
            CallState::Connected { hold, pending_hold, .. } => Self {
                hang_up: true,
                // A held far side hears nothing anyway.
                mute: !hold.local,
                keypad: !hold.local,
                hold: match pending_hold {
                    Some(wish) => HoldControl::Busy(*wish),
                    None if hold.local => HoldControl::Resume,
                    None => HoldControl::Hold,
                },
                ..Self::default()
            },
            CallState::Ended { .. } => Self { over: true, ..Self::default() },
            _ => Self::default(),
        }
    }
}

/// How much room a call gets on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It rings here and wants an answer: first and largest.
    Incoming,
    /// The one that the agent is talking in, or making.
    Active,
    /// Waiting on hold: one line, with Resume.
    Held,
    /// Over: one line, with the reason.
    Over,
}

/// The rank of `call`.
#[must_use]
pub fn rank(call: &Call) -> Rank {
    match &call.state {
        CallState::Incoming { .. } => Rank::Incoming,
        CallState::Connected { hold, pending_hold, .. } if hold.local && pending_hold.is_none() => Rank::Held,
        CallState::Ended { .. } => Rank::Over,
        _ => Rank::Active,
    }
}

/// The call that the folded pill speaks of: what rings, else what is active, else what is held; none once all are over.
#[must_use]
pub fn foremost(calls: &[Call]) -> Option<&Call> {
    calls.iter().filter(|call| call.state.is_live()).min_by_key(|call| rank(call))
}

/// The calls as the widget lists them: what rings first, then the active one, held ones, and those that are over; each in the order they began.
#[must_use]
pub fn in_order(calls: &[Call]) -> Vec<&Call> {
    let mut calls: Vec<&Call> = calls.iter().collect();
    calls.sort_by_key(|call| rank(call));
    calls
}

/// The number to call again from the newest call that we made, if there is one.
#[must_use]
pub fn last_dialled(calls: &[Call]) -> Option<&str> {
    calls
        .iter()
        .rev()
        .find(|call| call.direction == Direction::Outbound)
        .map(|call| call.peer.number.as_str())
        .filter(|number| !number.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchcord_messages::{CallId, EndReason, Hold, Peer};

    fn call(id: u32, direction: Direction, state: CallState) -> Call {
        let peer = Peer { number: format!("100{id}"), ..Peer::default() };
        Call { id: CallId(id), direction, peer, state, muted: false, digits: String::new(), quality: None, problem: None, headers: vec![] }
    }

    fn connected(id: u32, local: bool, pending_hold: Option<bool>) -> Call {
        call(id, Direction::Outbound, CallState::Connected { since: 0, hold: Hold { local, remote: false }, pending_hold })
    }

    #[test]
    fn each_state_has_its_controls() {
        let ringing = Controls::of(&call(1, Direction::Inbound, CallState::Incoming { since: 0 }));
        assert_eq!(ringing, Controls { answer: true, ..Controls::default() });
        let early = Controls::of(&call(1, Direction::Outbound, CallState::Ringing { since: 0, early_media: true }));
        assert!(early.keypad && early.hang_up && !early.mute);
        assert_eq!(Controls::of(&connected(1, false, None)).hold, HoldControl::Hold);
        assert_eq!(Controls::of(&connected(1, true, None)).hold, HoldControl::Resume);
        assert_eq!(Controls::of(&connected(1, false, Some(true))).hold, HoldControl::Busy(true));
        let held = Controls::of(&connected(1, true, None));
        assert!(!held.keypad && !held.mute && held.hang_up, "a held far side hears neither tones nor voice");
        assert_eq!(Controls::of(&call(1, Direction::Outbound, CallState::Ending { since: 0 })), Controls::default());
        let over = CallState::Ended { at: 0, talked: None, reason: EndReason::Busy };
        assert_eq!(Controls::of(&call(1, Direction::Outbound, over)), Controls { over: true, ..Controls::default() });
    }

    #[test]
    fn what_rings_comes_first_and_what_is_over_last() {
        let calls = [
            call(1, Direction::Outbound, CallState::Ended { at: 0, talked: None, reason: EndReason::HungUp }),
            connected(2, true, None),
            connected(3, false, None),
            call(4, Direction::Inbound, CallState::Incoming { since: 0 }),
        ];
        let order: Vec<u32> = in_order(&calls).into_iter().map(|call| call.id.0).collect();
        assert_eq!(order, [4, 3, 2, 1]);
        assert_eq!(foremost(&calls).map(|call| call.id.0), Some(4));
        assert_eq!(foremost(&calls[..1]), None);
        assert_eq!(last_dialled(&calls), Some("1003"));
    }
}
