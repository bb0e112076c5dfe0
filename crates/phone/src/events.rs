//! What the lines and the media engine say, worked into the calls.

use patchcord_messages::{CallId, CallState, Direction, EndReason, Millis, MissedCall, NoticeKind, Peer, Problem, ToWorker};
use patchcord_sip::{CallEvent, CallRequest, Ended, RegistrationState, Remote};

use crate::call::Entry;
use crate::end::{media_problem, needs_microphone, reason};
use crate::io::{LegId, MediaCommand, MediaEvent, Output, Transmit};
use crate::line::LineEvent;
use crate::phone::Phone;
use crate::text::{LINE, NAME, NUMBER, clean};

/// More calls at once than anybody handles; the next caller hears busy.
pub(crate) const MOST_CALLS: usize = 8;
/// Missed calls kept.
const MOST_MISSED: usize = 20;
/// Headers kept for a screen pop.
const MOST_HEADERS: usize = 32;

impl Phone {
    pub(crate) fn on_line(&mut self, event: LineEvent, current: bool) {
        match event {
            LineEvent::Transmit(transmit) => self.transmit(transmit),
            LineEvent::Registration(state) if current => self.on_registration(state),
            LineEvent::Registration(RegistrationState::Stopped) => self.on_stopped(),
            LineEvent::Registration(_) => {}
            LineEvent::Leg { leg, event } => self.on_leg(leg, event),
            LineEvent::Replacing { leg, old, remote } => self.on_replacing(leg, old, &remote),
            LineEvent::Referred { leg, target } => self.on_referred(leg, &target),
        }
    }

    fn on_leg(&mut self, leg: LegId, event: CallEvent) {
        let now = self.now;
        match event {
            CallEvent::Incoming(remote) => self.on_incoming(leg, &remote),
            CallEvent::Ended(ended) => self.on_ended(leg, ended),
            event => {
                let Some(entry) = self.entry_of(leg) else { return };
                match event {
                    CallEvent::Sent => {
                        if let Some(ticket) = entry.ticket.take() {
                            self.reply(&ticket, None);
                        }
                    }
                    CallEvent::Progress { status, early_media } => {
                        entry.rang |= status == 180;
                        match &mut entry.call.state {
                            CallState::Dialing { .. } if status == 180 || early_media => {
                                entry.call.state = CallState::Ringing { since: now, early_media };
                            }
                            CallState::Ringing { early_media: early, .. } => *early |= early_media,
                            _ => {}
                        }
                    }
                    CallEvent::Connected { remote } => {
                        let live = matches!(
                            entry.call.state,
                            CallState::Dialing { .. }
                                | CallState::Ringing { .. }
                                | CallState::Incoming { .. }
                                | CallState::Answering { .. }
                        );
                        if live {
                            entry.on_connected(now);
                            let name = clean(&remote.display_name, NAME);
                            if entry.call.peer.name.is_none() && !name.is_empty() && name != entry.call.peer.number {
                                entry.call.peer.name = Some(name);
                            }
                            let id = entry.call.id;
                            self.hold_all_but(id);
                        }
                    }
                    CallEvent::Held { local, remote } => entry.on_held(now, local, remote),
                    CallEvent::HoldFailed(status, words) => {
                        let seen = entry.on_hold_failed();
                        if seen {
                            let problem = Problem::CallRefused { status, reason: clean(&words, LINE) };
                            self.notice(NoticeKind::Trouble { problem });
                        }
                    }
                    CallEvent::Identity(remote) => entry.call.peer = peer(&remote),
                    CallEvent::Ending if entry.is_live() => entry.call.state = CallState::Ending { since: now },
                    _ => {}
                }
            }
        }
        self.sync_holds();
    }

    fn on_incoming(&mut self, leg: LegId, remote: &Remote) {
        if self.calls.iter().filter(|entry| entry.is_live()).count() >= MOST_CALLS {
            self.tell_leg(leg, CallRequest::Reject(486));
            return;
        }
        let id = self.next_call();
        let mut entry = Entry::new(id, Direction::Inbound, peer(remote), self.now);
        entry.leg = Some(leg);
        let headers = remote.headers.iter().take(MOST_HEADERS);
        entry.call.headers = headers.map(|(name, value)| (clean(name, NUMBER), clean(value, LINE))).collect();
        self.calls.push(entry);
    }

    /// An attended transfer to us: for the agent it is the same call, with somebody else at the other end.
    fn on_replacing(&mut self, leg: LegId, old: LegId, remote: &Remote) {
        let now = self.now;
        if let Some(entry) = self.entry_of(old) {
            entry.leg = Some(leg);
            entry.call.peer = peer(remote);
            entry.call.quality = None;
            // The new leg begins open and unheld; what the agent wants of the call is asked for anew.
            entry.gate = (true, true);
            (entry.held, entry.held_by_them, entry.pending, entry.silenced) = (false, false, None, false);
            entry.media_down = false;
            entry.park(now, entry.parked);
        } else {
            self.on_incoming(leg, remote);
        }
    }

    /// A transfer of us: another call begins, and the one there is gives way to it.
    fn on_referred(&mut self, leg: LegId, target: &str) {
        if self.calls.iter().filter(|entry| entry.is_live()).count() >= MOST_CALLS {
            self.tell_leg(leg, CallRequest::HangUp);
            return;
        }
        let id = self.next_call();
        let number = clean(target, NUMBER);
        let mut entry = Entry::new(id, Direction::Outbound, Peer { number, name: None, place: None }, self.now);
        entry.leg = Some(leg);
        self.calls.push(entry);
        self.hold_all_but(id);
    }

    pub(crate) fn on_ended(&mut self, leg: LegId, ended: Ended) {
        let now = self.now;
        self.transmit(Transmit::Media(MediaCommand::Close { leg }));
        let Some(entry) = self.entry_of(leg) else { return };
        let missed = entry.call.direction == Direction::Inbound && entry.connected.is_none();
        let reason = reason(entry.past(), ended);
        entry.end(now, reason.clone());
        let ticket = entry.ticket.take();
        let peer = entry.call.peer.clone();
        if missed && reason == EndReason::Missed {
            self.missed.push(MissedCall { peer, at: now });
            let over = self.missed.len().saturating_sub(MOST_MISSED);
            self.missed.drain(..over);
        }
        if let EndReason::Failed { problem } = &reason
            && needs_microphone(problem)
        {
            self.outputs.push_back(Output::Worker(ToWorker::MicrophoneNeeded));
        }
        if let Some(ticket) = ticket {
            let problem = match reason {
                EndReason::Failed { problem } => Some(problem),
                EndReason::Cancelled => None,
                _ => Some(Problem::NotPossibleNow),
            };
            self.reply(&ticket, problem);
        }
    }

    pub(crate) fn on_media(&mut self, event: MediaEvent) {
        let now = self.now;
        match event {
            MediaEvent::Answer { .. } => self.tell_media(&event),
            MediaEvent::Opened { leg, result } => self.on_opened(leg, result.map_err(media_problem)),
            MediaEvent::Connection { leg, up } => {
                if let Some(entry) = self.entry_of(leg) {
                    entry.media_down = !up;
                }
            }
            MediaEvent::Quality { leg, quality } => {
                if let Some(entry) = self.entry_of(leg) {
                    entry.on_quality(now, quality);
                }
            }
            MediaEvent::Microphone(error) => self.microphone = error.map(media_problem),
            MediaEvent::Devices(devices) => self.devices = devices,
        }
    }

    /// The microphone for an answer is open, or can't be opened: then it rings on, and nothing is lost.
    fn on_opened(&mut self, leg: LegId, result: Result<(), Problem>) {
        let now = self.now;
        let Some(entry) = self.entry_of(leg).filter(|entry| matches!(entry.call.state, CallState::Answering { .. })) else { return };
        let (id, begun, ticket) = (entry.call.id, entry.begun, entry.ticket.take());
        match result {
            Ok(()) => {
                entry.call.state = CallState::Answering { since: now };
                if let Some(ticket) = ticket {
                    self.reply(&ticket, None);
                }
                self.hold_all_but(id);
                self.tell_leg(leg, CallRequest::Answer);
            }
            Err(problem) => {
                entry.call.state = CallState::Incoming { since: begun };
                if needs_microphone(&problem) {
                    self.outputs.push_back(Output::Worker(ToWorker::MicrophoneNeeded));
                }
                if let Some(ticket) = ticket {
                    self.reply(&ticket, Some(problem));
                }
            }
        }
    }

    /// At most one call is talked on: the others are held.
    pub(crate) fn hold_all_but(&mut self, call: CallId) {
        let now = self.now;
        for entry in self.calls.iter_mut().filter(|entry| entry.call.id != call && entry.is_connected() && !entry.parked) {
            entry.park(now, true);
        }
        self.sync_holds();
    }

    /// Asks for what holds and resumes are still missing.
    pub(crate) fn sync_holds(&mut self) {
        let wanted: Vec<(LegId, bool)> =
            self.calls.iter_mut().filter_map(|entry| entry.leg.and_then(|leg| entry.next_hold().map(|hold| (leg, hold)))).collect();
        for (leg, hold) in wanted {
            self.tell_leg(leg, CallRequest::Hold(hold));
        }
    }

    pub(crate) fn next_call(&mut self) -> CallId {
        self.calls_made += 1;
        CallId(self.calls_made)
    }

    pub(crate) fn has_live_call(&self) -> bool {
        self.calls.iter().any(Entry::is_live)
    }

    pub(crate) fn expire_calls(&mut self) {
        let now = self.now;
        self.calls.retain(|entry| entry.gone_at().is_none_or(|gone| gone > now));
        let due: Vec<(CallId, String)> =
            self.calls.iter_mut().filter_map(|entry| entry.take_due_tones(now).map(|tones| (entry.call.id, tones))).collect();
        for (call, tones) in due {
            self.send_tones(call, tones);
        }
    }

    pub(crate) fn calls_deadline(&self) -> Option<Millis> {
        self.calls.iter().flat_map(|entry| entry.gone_at().into_iter().chain(entry.after_due)).min()
    }

    pub(crate) fn send_tones(&mut self, call: CallId, tones: String) {
        if let Some(entry) = self.entry(call)
            && let Some(leg) = entry.leg
        {
            entry.add_digits(&tones);
            self.tell_leg(leg, CallRequest::Dtmf(tones));
        }
    }
}

/// The far side as it presents itself, made safe to show.
fn peer(remote: &Remote) -> Peer {
    let number = clean(if remote.user.is_empty() { &remote.uri } else { &remote.user }, NUMBER);
    let name = Some(clean(&remote.display_name, NAME)).filter(|name| !name.is_empty() && *name != number);
    Peer { number, name, place: None }
}
