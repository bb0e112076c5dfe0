//! One call as the agent sees it, and what the phone keeps beside that.

use patchcord_messages::{Call, CallId, CallState, Direction, EndReason, Hold, Millis, Peer, Problem, Quality};

use crate::end::{Past, needs_microphone};
use crate::io::LegId;
use crate::phone::Ticket;

/// An ended call stays in the snapshot for so long.
pub(crate) const KEPT: Millis = 8_000;
/// So long without a packet is no sound.
const NO_SOUND: Millis = 5_000;
/// Pause before the first tones after an answer, and for each `,`.
const PAUSE: Millis = 1_000;
/// DTMF digits shown.
const MOST_DIGITS: usize = 64;

/// A call.
#[derive(Debug)]
pub(crate) struct Entry {
    /// As shown, but for hold and problem, which [`Self::view`] works out.
    pub(crate) call: Call,
    /// What carries its sound. None once it is over.
    pub(crate) leg: Option<LegId>,
    /// The address, to tell a double click.
    pub(crate) dialled: Option<String>,
    pub(crate) begun: Millis,
    /// Owed: for a dial until the INVITE leaves, for an answer until the microphone is open.
    pub(crate) ticket: Option<Ticket>,
    pub(crate) hung_up: bool,
    pub(crate) rang: bool,
    pub(crate) connected: Option<Millis>,
    /// The agent wants it held.
    pub(crate) parked: bool,
    /// It is held as far as the far side knows.
    pub(crate) held: bool,
    /// It holds us.
    pub(crate) held_by_them: bool,
    /// A hold or resume on its way.
    pub(crate) pending: Option<bool>,
    /// The far side would not be held: it is kept silent on our side alone.
    pub(crate) silenced: bool,
    /// Microphone and speaker, as last told to the media engine.
    pub(crate) gate: (bool, bool),
    pub(crate) media_down: bool,
    /// Packets at the last measurement that had new ones, and when that was.
    heard: (u64, Millis),
    no_sound: bool,
    /// Tones still to be sent by themselves, and when the next are due.
    pub(crate) after: String,
    pub(crate) after_due: Option<Millis>,
}

impl Entry {
    pub(crate) fn new(id: CallId, direction: Direction, peer: Peer, now: Millis) -> Self {
        let state = match direction {
            Direction::Outbound => CallState::Dialing { since: now },
            Direction::Inbound => CallState::Incoming { since: now },
        };
        Self {
            call: Call {
                id,
                direction,
                peer,
                state,
                muted: false,
                digits: String::new(),
                quality: None,
                problem: None,
                headers: Vec::new(),
            },
            leg: None,
            dialled: None,
            begun: now,
            ticket: None,
            hung_up: false,
            rang: false,
            connected: None,
            parked: false,
            held: false,
            held_by_them: false,
            pending: None,
            silenced: false,
            gate: (true, true),
            media_down: false,
            heard: (0, now),
            no_sound: false,
            after: String::new(),
            after_due: None,
        }
    }

    pub(crate) fn view(&self, microphone: Option<&Problem>) -> Call {
        let mut call = self.call.clone();
        if let CallState::Connected { hold, pending_hold, .. } = &mut call.state {
            let local = if self.pending.is_some() { self.held } else { self.parked };
            *hold = Hold { local, remote: self.held_by_them };
            *pending_hold = self.pending;
        }
        call.problem = match () {
            () if !self.is_live() => None,
            () if self.media_down => Some(Problem::MediaFailed),
            () if self.leg.is_some() && self.connected.is_some() && microphone.is_some() => microphone.cloned(),
            () if self.no_sound => Some(Problem::NoSound),
            () => None,
        };
        call
    }

    pub(crate) fn is_live(&self) -> bool {
        self.call.state.is_live()
    }

    pub(crate) fn is_connected(&self) -> bool {
        matches!(self.call.state, CallState::Connected { .. })
    }

    pub(crate) fn past(&self) -> Past {
        Past { direction: self.call.direction, connected: self.connected.is_some(), rang: self.rang, hung_up: self.hung_up }
    }

    /// Microphone and speaker as they should be. A held far side hears nothing of us whatever the SDP says, and we nothing of it.
    pub(crate) fn wanted_gate(&self) -> (bool, bool) {
        let open = !self.parked && !self.held && !matches!(self.call.state, CallState::Ending { .. });
        (open && !self.call.muted, open)
    }

    /// The request that brings what is held nearer to what is wanted.
    pub(crate) fn next_hold(&mut self) -> Option<bool> {
        if !self.is_connected() || self.pending.is_some() || self.held == self.parked || (self.parked && self.silenced) {
            return None;
        }
        self.pending = Some(self.parked);
        self.pending
    }

    /// The far side knows about a hold.
    pub(crate) fn on_held(&mut self, now: Millis, local: bool, remote: bool) {
        if self.pending == Some(local) {
            self.pending = None;
        }
        self.held = local;
        self.held_by_them = remote;
        self.hear(now);
    }

    /// A hold or resume was refused. True where the agent has to know.
    pub(crate) fn on_hold_failed(&mut self) -> bool {
        match self.pending.take() {
            Some(true) => {
                self.silenced = true;
                false
            }
            Some(false) => {
                self.parked = true;
                true
            }
            None => false,
        }
    }

    pub(crate) fn park(&mut self, now: Millis, parked: bool) {
        self.parked = parked;
        self.silenced &= parked;
        self.hear(now);
    }

    /// The clock for missing sound starts anew.
    fn hear(&mut self, now: Millis) {
        self.heard.1 = now;
        self.no_sound = false;
    }

    pub(crate) fn on_quality(&mut self, now: Millis, quality: Quality) {
        let expected = self.is_connected() && !self.parked && !self.held && !self.held_by_them;
        if quality.packets_received != self.heard.0 || !expected {
            self.heard.0 = quality.packets_received;
            self.hear(now);
        } else {
            self.no_sound = now >= self.heard.1 + NO_SOUND;
        }
        self.call.quality = Some(quality);
    }

    pub(crate) fn on_connected(&mut self, now: Millis) {
        self.connected = Some(now);
        self.call.state = CallState::Connected { since: now, hold: Hold::default(), pending_hold: None };
        self.hear(now);
        if !self.after.is_empty() {
            self.after_due = Some(now + PAUSE);
        }
    }

    pub(crate) fn add_digits(&mut self, digits: &str) {
        self.call.digits.push_str(digits);
        let over = self.call.digits.chars().count().saturating_sub(MOST_DIGITS);
        self.call.digits = self.call.digits.chars().skip(over).collect();
    }

    /// Tones that are due by themselves now.
    pub(crate) fn take_due_tones(&mut self, now: Millis) -> Option<String> {
        if !self.is_connected() {
            // Nothing is sent any more, so nothing is to wake for.
            self.after_due = None;
        }
        if self.after_due.is_none_or(|due| due > now) {
            return None;
        }
        if let Some(rest) = self.after.strip_prefix(',') {
            self.after = rest.to_owned();
            self.after_due = (!self.after.is_empty()).then_some(now + PAUSE);
            return None;
        }
        let end = self.after.find(',').unwrap_or(self.after.len());
        let tones: String = self.after.drain(..end).collect();
        let length = Millis::try_from(tones.len()).unwrap_or(0) * 200;
        self.after_due = (!self.after.is_empty()).then_some(now + length);
        (!tones.is_empty()).then_some(tones)
    }

    pub(crate) fn end(&mut self, now: Millis, reason: EndReason) {
        let talked = self.connected.map(|since| now.saturating_sub(since));
        self.call.state = CallState::Ended { at: now, talked, reason };
        self.leg = None;
        self.after_due = None;
    }

    /// When it has to go from the snapshot.
    pub(crate) fn gone_at(&self) -> Option<Millis> {
        match self.call.state {
            CallState::Ended { at, .. } => Some(at + KEPT),
            _ => None,
        }
    }

    /// It ended in a way that a telephone tells by its busy tone.
    pub(crate) fn ended_busy(&self) -> Option<Millis> {
        match &self.call.state {
            CallState::Ended { at, talked: None, reason } if self.call.direction == Direction::Outbound => match reason {
                EndReason::Busy
                | EndReason::Declined
                | EndReason::NoAnswer
                | EndReason::Unavailable
                | EndReason::NotFound
                | EndReason::Forbidden => Some(*at),
                EndReason::Failed { problem } if !needs_microphone(problem) => Some(*at),
                _ => None,
            },
            _ => None,
        }
    }
}
