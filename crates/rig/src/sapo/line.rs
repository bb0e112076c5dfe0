//! What happens at one extension, read off the PBX's state.

use crate::state::{Call, CallId, CallState, Leg, LegId, LegState, State};

/// Call states, in the words of the manual's 6.3.
pub(super) mod words {
    pub(crate) const OUTBOUND_RINGING: &str = "外呼振铃";
    pub(crate) const INBOUND_RINGING: &str = "呼入振铃";
    pub(crate) const OUTBOUND: &str = "外呼通话";
    pub(crate) const INBOUND: &str = "呼入通话";
    pub(crate) const AUTODIAL: &str = "自动外呼接入";
    pub(crate) const IDLE: &str = "空闲";
    pub(crate) const OUTBOUND_EARLY: &str = "外呼彩铃";
    pub(crate) const UNKNOWN: &str = "未知";
    /// The phone's states (4.33).
    pub(crate) const REGISTERED: &str = "已注册";
    pub(crate) const UNREGISTERED: &str = "未注册";
    /// The agent's states (4.31).
    pub(crate) const LOGGED_IN: &str = "已登录";
    /// The busy reason that after-call work sets.
    pub(crate) const AFTER_CALL: &str = "话后";
}

/// How an extension came into its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// By `dial`: its own phone rang first.
    Dialled,
    /// From its own phone.
    Phoned,
    /// It was called.
    Called,
    /// It listens in or has barged in: no customer's call of its own.
    Joined,
}

/// How far a call is, seen from the extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Its own phone rings, for an outbound call.
    Own,
    /// The far side rings; of an inbound call: the phone rings.
    Ringing,
    /// They talk.
    Talking,
}

/// A call at an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) call: CallId,
    pub(super) leg: LegId,
    pub(super) role: Role,
    pub(super) stage: Stage,
    pub(super) number: String,
    /// Sound comes before the answer.
    pub(super) early: bool,
    pub(super) autodial: bool,
    /// When the call began, in seconds since 1970: part of the vendor's call id.
    pub(super) since: u64,
}

impl Line {
    /// What happens at `extension`. `role` knows what the PBX does not: how the extension came into a call, where a command of its agent did it.
    pub(super) fn of(state: &State, extension: &str, role: impl Fn(CallId) -> Option<Role>) -> Option<Self> {
        let legs = state.calls.iter().rev().flat_map(|call| call.legs.iter().rev().map(move |leg| (call, leg)));
        let mut mine = legs.filter(|(_, leg)| leg.user.as_deref() == Some(extension) && leg.state != LegState::Ended);
        let newest = mine.clone().next()?;
        let (call, leg) = mine.find(|(_, leg)| leg.state == LegState::Up).unwrap_or(newest);
        let role = role(call.id).unwrap_or(if leg.inbound { Role::Phoned } else { Role::Called });
        Some(Self {
            call: call.id,
            leg: leg.id,
            role,
            stage: stage(call, leg, role),
            number: far_side(call, extension),
            early: leg.state == LegState::EarlyMedia,
            autodial: false,
            since: (call.started_at / 1000.0) as u64,
        })
    }

    /// The call state, in the manual's words.
    pub(super) fn word(&self) -> &'static str {
        self.word_at(self.stage)
    }

    /// The same for an earlier stage.
    pub(super) fn word_at(&self, stage: Stage) -> &'static str {
        let outbound = self.is_outbound();
        match stage {
            Stage::Own => words::OUTBOUND_RINGING,
            Stage::Ringing if outbound && self.early => words::OUTBOUND_EARLY,
            Stage::Ringing if outbound => words::OUTBOUND_RINGING,
            Stage::Ringing => words::INBOUND_RINGING,
            Stage::Talking if self.autodial => words::AUTODIAL,
            Stage::Talking if outbound => words::OUTBOUND,
            Stage::Talking => words::INBOUND,
        }
    }

    pub(super) fn is_outbound(&self) -> bool {
        matches!(self.role, Role::Dialled | Role::Phoned)
    }
}

fn stage(call: &Call, leg: &Leg, role: Role) -> Stage {
    let up = leg.state == LegState::Up;
    match role {
        Role::Called | Role::Joined | Role::Phoned => {
            if up {
                Stage::Talking
            } else {
                Stage::Ringing
            }
        }
        Role::Dialled if !up => Stage::Own,
        Role::Dialled => {
            let others = || call.legs.iter().filter(|other| other.id != leg.id && other.user != leg.user);
            match call.customer.as_ref().map(|customer| customer.state) {
                Some(CallState::Ringing) => Stage::Ringing,
                Some(_) => Stage::Talking,
                None if others().any(|other| other.state == LegState::Up) => Stage::Talking,
                None if others().any(|other| other.state != LegState::Ended) => Stage::Ringing,
                None => Stage::Own,
            }
        }
    }
}

fn far_side(call: &Call, extension: &str) -> String {
    let ends = if call.from == extension { &call.to } else { &call.from };
    call.customer.as_ref().map_or(ends, |customer| &customer.number).clone()
}
