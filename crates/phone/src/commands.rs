//! What views and pages ask for.

use patchcord_messages::{AgentStatus, CallId, CallState, Command, Direction, Microphone, Millis, Peer, Problem, Shortcut, ToWorker};
use patchcord_sip::CallRequest;

use crate::call::Entry;
use crate::end::needs_microphone;
use crate::events::MOST_CALLS;
use crate::io::{MediaCommand, Origin, Output, Transmit};
use crate::line::LineInput;
use crate::log_in::State;
use crate::phone::{Phone, Ticket};
use crate::target::Target;
use crate::text::{NAME, clean};

/// A second wish for the same number within this time is the second half of a double click.
const DOUBLE_CLICK: Millis = 1_500;
/// Tones in one command.
const MOST_TONES: usize = 32;

impl Phone {
    /// What a keyboard shortcut means now. Where it means nothing, a command for a call that never was.
    #[must_use]
    pub fn meaning(&self, shortcut: Shortcut) -> Command {
        let nobody = CallId(0);
        let first = |fits: &dyn Fn(&Entry) -> bool| self.calls.iter().find(|entry| entry.is_live() && fits(entry));
        let talked_on = first(&|entry| entry.is_connected() && !entry.parked);
        match shortcut {
            Shortcut::Answer => {
                let ringing = first(&|entry| matches!(entry.call.state, CallState::Incoming { .. }));
                Command::Answer { call: ringing.map_or(nobody, |entry| entry.call.id) }
            }
            Shortcut::Mute => Command::SetMuted {
                call: talked_on.map_or(nobody, |entry| entry.call.id),
                muted: talked_on.is_some_and(|entry| !entry.call.muted),
            },
            Shortcut::HangUp => {
                let newest = || {
                    let over = |entry: &&Entry| entry.is_live() && !matches!(entry.call.state, CallState::Ending { .. });
                    self.calls.iter().rev().find(over)
                };
                Command::HangUp { call: talked_on.or_else(newest).map_or(nobody, |entry| entry.call.id) }
            }
            // One that is newer than this phone.
            _ => Command::Dismiss { call: nobody },
        }
    }

    /// Does what a command says. None: the reply comes later.
    pub(crate) fn execute(&mut self, origin: &Origin, ticket: &Ticket, command: Command) -> Option<Result<(), Problem>> {
        if let Origin::Content { origin } = origin {
            if !matches!(command, Command::Dial { .. }) {
                return Some(Err(Problem::NotAllowed));
            }
            if !self.limit.allow(self.now, origin) {
                return Some(Err(Problem::TooMany));
            }
        }
        match command {
            Command::LogIn { account, password, remember } => self.log_in(ticket, account, password, remember),
            Command::LogOut => {
                self.log_out();
                Some(Ok(()))
            }
            Command::SetAgent { status } => {
                self.set_agent(status);
                Some(Ok(()))
            }
            Command::Dial { number, .. } => self.dial(ticket, &number),
            Command::Answer { call } => self.answer(ticket, call),
            Command::Decline { call } => Some(self.decline(call)),
            Command::HangUp { call } => Some(self.hang_up(call)),
            Command::SetHold { call, hold } => Some(self.set_hold(call, hold)),
            Command::SetMuted { call, muted } => Some(self.live(call).map(|entry| entry.call.muted = muted)),
            Command::SendDigits { call, digits } => Some(self.send_digits(call, &digits)),
            Command::Dismiss { call } => Some(self.dismiss(call)),
            Command::ClearMissed => {
                self.missed.clear();
                Some(Ok(()))
            }
            Command::CheckMicrophone => {
                self.transmit(Transmit::Media(MediaCommand::LookForDevices));
                Some(Ok(()))
            }
            _ => Some(Err(Problem::Internal { detail: "this command is not known".to_owned() })),
        }
    }

    fn set_agent(&mut self, status: AgentStatus) {
        let status = match status {
            AgentStatus::NotReady { reason } => AgentStatus::NotReady { reason: clean(&reason, NAME) },
            status => status,
        };
        if status != self.agent.current {
            self.agent.since = self.now;
            self.agent.current = status;
            let ready = self.agent.current == AgentStatus::Ready;
            self.tell_line(LineInput::DoNotDisturb(!ready));
        }
    }

    fn dial(&mut self, ticket: &Ticket, number: &str) -> Option<Result<(), Problem>> {
        match self.check_dial(number) {
            Ok(Some(target)) => self.start(ticket, target),
            Ok(None) => Some(Ok(())),
            Err(problem) => {
                if needs_microphone(&problem) {
                    self.outputs.push_back(Output::Worker(ToWorker::MicrophoneNeeded));
                    // Should what we know be out of date, the next try knows better.
                    self.transmit(Transmit::Media(MediaCommand::LookForDevices));
                }
                Some(Err(problem))
            }
        }
    }

    /// What is to be dialled; none where it is being dialled already.
    fn check_dial(&self, number: &str) -> Result<Option<Target>, Problem> {
        // First what is wrong with the number: that is true whether logged in or not.
        let target = Target::parse(number)?;
        match &self.log_in {
            State::In { connection: patchcord_messages::Connection::Registered { .. }, .. } => {}
            State::In { connection: patchcord_messages::Connection::Reconnecting { problem, .. }, .. } => return Err(problem.clone()),
            _ => return Err(Problem::NotLoggedIn),
        }
        match self.devices.microphone {
            Microphone::Missing => return Err(Problem::MicrophoneMissing),
            Microphone::Refused => return Err(Problem::MicrophoneRefused),
            Microphone::NotAsked => return Err(Problem::MicrophoneNotAsked),
            Microphone::Unknown | Microphone::Ready => {}
        }
        let setting_up = |entry: &&Entry| {
            entry.call.direction == Direction::Outbound && matches!(entry.call.state, CallState::Dialing { .. } | CallState::Ringing { .. })
        };
        if let Some(entry) = self.calls.iter().find(setting_up) {
            let again = entry.dialled.as_deref() == Some(&target.shown) && self.now < entry.begun + DOUBLE_CLICK;
            return if again { Ok(None) } else { Err(Problem::NotPossibleNow) };
        }
        if self.calls.iter().any(|entry| matches!(entry.call.state, CallState::Answering { .. })) {
            return Err(Problem::NotPossibleNow);
        }
        if self.calls.iter().filter(|entry| entry.is_live()).count() >= MOST_CALLS {
            return Err(Problem::TooMany);
        }
        Ok(Some(target))
    }

    fn start(&mut self, ticket: &Ticket, target: Target) -> Option<Result<(), Problem>> {
        let id = self.next_call();
        let Some(line) = &mut self.line else { return Some(Err(Problem::NotLoggedIn)) };
        let Some(leg) = line.dial(self.now, &target.address, &mut self.ids) else {
            return Some(Err(Problem::NumberInvalid { number: clean(&target.shown, 40) }));
        };
        let peer = Peer { number: target.shown.clone(), name: None, place: None };
        let mut entry = Entry::new(id, Direction::Outbound, peer, self.now);
        entry.leg = Some(leg);
        entry.dialled = Some(target.shown);
        entry.after = target.after;
        entry.ticket = Some(ticket.clone());
        self.calls.push(entry);
        self.hold_all_but(id);
        None
    }

    fn answer(&mut self, ticket: &Ticket, call: CallId) -> Option<Result<(), Problem>> {
        let now = self.now;
        let entry = match self.live(call) {
            Ok(entry) => entry,
            Err(problem) => return Some(Err(problem)),
        };
        let (CallState::Incoming { .. }, Some(leg)) = (&entry.call.state, entry.leg) else { return Some(Err(Problem::NotPossibleNow)) };
        entry.call.state = CallState::Answering { since: now };
        entry.ticket = Some(ticket.clone());
        self.transmit(Transmit::Media(MediaCommand::Open { leg }));
        None
    }

    fn decline(&mut self, call: CallId) -> Result<(), Problem> {
        let entry = self.live(call)?;
        let (CallState::Incoming { .. } | CallState::Answering { .. }, Some(leg)) = (&entry.call.state, entry.leg) else {
            return Err(Problem::NotPossibleNow);
        };
        entry.hung_up = true;
        // RFC 3261 21.6.2: the user does not wish to take part.
        self.tell_leg(leg, CallRequest::Reject(603));
        Ok(())
    }

    fn hang_up(&mut self, call: CallId) -> Result<(), Problem> {
        let now = self.now;
        let entry = self.live(call)?;
        match entry.call.state {
            CallState::Incoming { .. } => return self.decline(call),
            CallState::Ending { .. } => return Ok(()),
            _ => {}
        }
        entry.hung_up = true;
        entry.call.state = CallState::Ending { since: now };
        if let Some(leg) = entry.leg {
            self.tell_leg(leg, CallRequest::HangUp);
        }
        Ok(())
    }

    fn set_hold(&mut self, call: CallId, hold: bool) -> Result<(), Problem> {
        let now = self.now;
        let entry = self.live(call)?;
        if !entry.is_connected() {
            return Err(Problem::NotPossibleNow);
        }
        entry.park(now, hold);
        if !hold {
            self.hold_all_but(call);
        }
        self.sync_holds();
        Ok(())
    }

    fn send_digits(&mut self, call: CallId, digits: &str) -> Result<(), Problem> {
        let entry = self.live(call)?;
        let able = match entry.call.state {
            CallState::Connected { .. } => !entry.parked && !entry.held,
            CallState::Ringing { early_media, .. } => early_media,
            _ => false,
        };
        let tones: String = digits.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
        let sendable = |c: char| c.is_ascii_digit() || matches!(c, 'A'..='D' | '*' | '#');
        if tones.is_empty() || tones.len() > MOST_TONES || !tones.chars().all(sendable) {
            return Err(Problem::DigitsInvalid { digits: clean(digits, MOST_TONES) });
        }
        if !able {
            return Err(Problem::NotPossibleNow);
        }
        self.outputs.push_back(Output::Beep { digits: tones.clone() });
        self.send_tones(call, tones);
        Ok(())
    }

    fn dismiss(&mut self, call: CallId) -> Result<(), Problem> {
        let known = call.0 <= self.calls_made;
        match self.entry(call) {
            Some(entry) if entry.is_live() => Err(Problem::NotPossibleNow),
            Some(_) => {
                self.calls.retain(|entry| entry.call.id != call);
                Ok(())
            }
            // It went by itself a moment ago.
            None if known && call != CallId(0) => Ok(()),
            None => Err(Problem::NoSuchCall),
        }
    }

    fn live(&mut self, call: CallId) -> Result<&mut Entry, Problem> {
        self.entry(call).filter(|entry| entry.is_live()).ok_or(Problem::NoSuchCall)
    }
}
