//! What is said because the state is another one now: snapshots, notices of ringing, tones, the badge, the gates of the media engine.
//!
//! All of it is worked out from the state after each input and compared with what was said last, so that nothing can be forgotten on one of many ways.

use patchcord_messages::{
    AgentStatus, Badge, CallId, CallState, Connection, EndReason, Millis, Notice, NoticeId, NoticeKind, Peer, Snapshot, ToWorker,
};

use crate::few::Few;
use crate::io::{MediaCommand, Output, Tone, Transmit};
use crate::log_in::State;
use crate::phone::Phone;

/// How long the busy tone sounds.
const BUSY: Millis = 3_000;
const MINUTE: Millis = 60_000;

/// What was said last.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    snapshot: Option<Snapshot>,
    ringing: Few<CallId, Peer>,
    tone: Tone,
    badge: Option<Badge>,
    live: Option<bool>,
    /// The worker keeps a log-in for us.
    pub(crate) remembered: bool,
}

impl Phone {
    pub(crate) fn notice(&mut self, kind: NoticeKind) {
        self.notices += 1;
        self.outputs.push_back(Output::Notice(Notice { id: NoticeId(self.notices), kind }));
    }

    pub(crate) fn settle(&mut self) {
        self.settle_gates();
        self.settle_snapshot();
        self.settle_ringing();
        let tone = self.tone();
        if tone != self.shown.tone {
            self.shown.tone = tone;
            self.outputs.push_back(Output::Tone(tone));
        }
        let live = matches!(self.log_in, State::In { .. });
        if self.shown.live != Some(live) {
            self.shown.live = Some(live);
            self.outputs.push_back(Output::Worker(ToWorker::Live { live }));
        }
        let badge = self.badge();
        if self.shown.badge != Some(badge) {
            self.shown.badge = Some(badge);
            self.outputs.push_back(Output::Worker(ToWorker::Badge { badge }));
        }
    }

    fn settle_gates(&mut self) {
        let mut gates = Vec::new();
        for entry in &mut self.calls {
            let wanted = entry.wanted_gate();
            if let Some(leg) = entry.leg
                && wanted != entry.gate
            {
                entry.gate = wanted;
                gates.push(MediaCommand::Gate { leg, microphone: wanted.0, speaker: wanted.1 });
            }
        }
        for gate in gates {
            self.transmit(Transmit::Media(gate));
        }
    }

    fn settle_snapshot(&mut self) {
        let mut snapshot = self.snapshot(0);
        // Neither the clock nor the count is a change.
        (snapshot.now, snapshot.rev) = (0, 0);
        if self.shown.snapshot.as_ref() != Some(&snapshot) {
            self.shown.snapshot = Some(snapshot);
            self.rev += 1;
            self.outputs.push_back(Output::Changed);
        }
    }

    fn settle_ringing(&mut self) {
        let mut ringing = Few::default();
        for entry in self.calls.iter().filter(|entry| matches!(entry.call.state, CallState::Incoming { .. })) {
            ringing.insert(entry.call.id, entry.call.peer.clone());
        }
        if ringing == self.shown.ringing {
            return;
        }
        let before = std::mem::replace(&mut self.shown.ringing, ringing.clone());
        for (call, peer) in before.iter() {
            if !ringing.contains(call) {
                let missed =
                    self.entry(*call).is_some_and(|entry| matches!(entry.call.state, CallState::Ended { reason: EndReason::Missed, .. }));
                self.notice(NoticeKind::IncomingOver { call: *call });
                self.outputs.push_back(Output::Worker(ToWorker::RingOver { call: *call, missed: missed.then(|| peer.clone()) }));
            }
        }
        for (call, peer) in ringing.iter().map(|(call, peer)| (*call, peer.clone())) {
            if !before.contains(&call) {
                self.notice(NoticeKind::Incoming { call, peer: peer.clone() });
                self.outputs.push_back(Output::Worker(ToWorker::Ring { call, peer }));
            }
        }
    }

    fn tone(&self) -> Tone {
        let states = || self.calls.iter().map(|entry| &entry.call.state);
        let talking = states().any(|state| matches!(state, CallState::Connected { .. } | CallState::Answering { .. }));
        let calling = states().any(|state| matches!(state, CallState::Dialing { .. } | CallState::Ringing { .. }));
        if states().any(|state| matches!(state, CallState::Incoming { .. })) {
            return if talking || calling { Tone::CallWaiting } else { Tone::Ring };
        }
        let ring_back = states().any(|state| matches!(state, CallState::Ringing { early_media: false, .. }));
        let early_media = states().any(|state| matches!(state, CallState::Ringing { early_media: true, .. }));
        match () {
            () if ring_back && !early_media => Tone::RingBack,
            () if !talking && !calling && self.busy_until().is_some_and(|until| until > self.now) => Tone::Busy,
            () => Tone::Silence,
        }
    }

    fn busy_until(&self) -> Option<Millis> {
        self.calls.iter().filter_map(crate::call::Entry::ended_busy).max().map(|at| at + BUSY)
    }

    /// Since when the badge counts minutes.
    fn talking_since(&self) -> Option<Millis> {
        self.calls.iter().filter(|entry| entry.is_live()).filter_map(|entry| entry.connected).min()
    }

    fn badge(&self) -> Badge {
        let State::In { connection, .. } = &self.log_in else { return Badge::Off };
        if self.calls.iter().any(|entry| matches!(entry.call.state, CallState::Incoming { .. })) {
            return Badge::Ringing;
        }
        if let Some(since) = self.talking_since() {
            return Badge::InCall { minutes: u32::try_from(self.now.saturating_sub(since) / MINUTE).unwrap_or(u32::MAX) };
        }
        if self.has_live_call() {
            return Badge::InCall { minutes: 0 };
        }
        match (connection, self.missed.len(), &self.agent.current) {
            (Connection::Reconnecting { .. }, ..) => Badge::Trouble,
            (_, 1.., _) => Badge::Missed { count: u32::try_from(self.missed.len()).unwrap_or(u32::MAX) },
            (.., AgentStatus::Ready) => Badge::Ready,
            _ => Badge::NotReady,
        }
    }

    /// When the badge or a tone changes by the clock alone.
    pub(crate) fn show_deadline(&self) -> Option<Millis> {
        let minute = self.talking_since().map(|since| since + ((self.now.saturating_sub(since)) / MINUTE + 1) * MINUTE);
        let busy = self.busy_until().filter(|_| self.shown.tone == Tone::Busy);
        minute.into_iter().chain(busy).min()
    }
}
