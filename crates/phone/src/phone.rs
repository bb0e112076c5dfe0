//! The phone itself: what it keeps, and the order in which one input is worked off.

use std::collections::VecDeque;

use patchcord_messages::{Agent, CallId, CommandId, Devices, Millis, MissedCall, Problem, Snapshot};

use crate::call::Entry;
use crate::io::{Input, Origin, Output, Sender, Transmit};
use crate::line::{Ids, Line, LineInput};
use crate::log_in::State;
use crate::remember::{Commands, DialLimit, Seen};
use crate::show::Shown;

/// A command id longer than this is nobody's honest UUID.
const MOST_ID: usize = 128;

/// One agent's phone. See the [crate's description](crate).
pub struct Phone {
    pub(crate) epoch: u64,
    pub(crate) seed: [u8; 32],
    /// How many lines were made: no two get the same seed.
    pub(crate) lines_made: u32,
    pub(crate) instance: String,
    pub(crate) now: Millis,
    pub(crate) ids: Ids,
    /// The line that calls are made on.
    pub(crate) line: Option<Line>,
    /// Lines on their way out, and when they have to be gone.
    pub(crate) retiring: Vec<(Line, Millis)>,
    pub(crate) log_in: State,
    pub(crate) agent: Agent,
    /// Oldest first.
    pub(crate) calls: Vec<Entry>,
    pub(crate) calls_made: u32,
    pub(crate) missed: Vec<MissedCall>,
    pub(crate) devices: Devices,
    /// The microphone in use is gone.
    pub(crate) microphone: Option<Problem>,
    pub(crate) views_commands: Commands,
    /// Apart from the views': a page can't push theirs out.
    pub(crate) pages_commands: Commands,
    pub(crate) limit: DialLimit,
    pub(crate) outputs: VecDeque<Output>,
    pub(crate) shown: Shown,
    pub(crate) rev: u64,
    pub(crate) notices: u64,
}

impl Phone {
    /// A phone that is logged out. `epoch` tells it from the phones before it; `seed` must come from a good source of randomness.
    #[must_use]
    pub fn new(now: Millis, epoch: u64, seed: [u8; 32]) -> Self {
        let mut phone = Self {
            epoch,
            seed,
            lines_made: 0,
            instance: String::new(),
            now,
            ids: Ids::default(),
            line: None,
            retiring: Vec::new(),
            log_in: State::Out { problem: None },
            agent: Agent { since: now, ..Agent::default() },
            calls: Vec::new(),
            calls_made: 0,
            missed: Vec::new(),
            devices: Devices::default(),
            microphone: None,
            views_commands: Commands::default(),
            pages_commands: Commands::default(),
            limit: DialLimit::default(),
            outputs: VecDeque::new(),
            shown: Shown::default(),
            rev: 0,
            notices: 0,
        };
        phone.settle();
        phone
    }

    /// Tells the phone that something happened. A `now` before an earlier one counts as that one.
    pub fn handle(&mut self, now: Millis, input: Input) {
        self.now = self.now.max(now);
        match input {
            Input::Timeout => self.each_line(|line, now, ids| line.handle(now, LineInput::Timeout, ids)),
            Input::Configure(configuration) => self.configure(*configuration),
            Input::Command { sender, id, command } => self.take_command(sender, id, command),
            Input::Socket { socket, event } => {
                self.each_line(|line, now, ids| line.handle(now, LineInput::Socket { socket, event: event.clone() }, ids));
            }
            Input::Media(event) => self.on_media(event),
            Input::Network { online } => self.each_line(|line, now, ids| line.handle(now, LineInput::Network { online }, ids)),
        }
        self.pump();
        self.expire();
        self.pump();
        self.settle();
    }

    /// The next thing to do. [`Output::Timeout`] is always last: after it, wait for the next input.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::Timeout(self.deadline()))
    }

    /// The whole state as of `now`.
    #[must_use]
    pub fn snapshot(&self, now: Millis) -> Snapshot {
        Snapshot {
            epoch: self.epoch,
            rev: self.rev,
            now: now.max(self.now),
            log_in: self.log_in.view(),
            agent: self.agent.clone(),
            calls: self.calls.iter().map(|entry| entry.view(self.microphone.as_ref())).collect(),
            missed: self.missed.clone(),
            devices: self.devices.clone(),
        }
    }

    fn each_line(&mut self, mut act: impl FnMut(&mut Line, Millis, &mut Ids)) {
        for line in self.line.iter_mut().chain(self.retiring.iter_mut().map(|(line, _)| line)) {
            act(line, self.now, &mut self.ids);
        }
    }

    /// Tells the line that calls are made on.
    pub(crate) fn tell_line(&mut self, input: LineInput) {
        if let Some(line) = &mut self.line {
            line.handle(self.now, input, &mut self.ids);
        }
    }

    /// Tells every line about a leg: the one that has it acts.
    pub(crate) fn tell_leg(&mut self, leg: crate::LegId, request: patchcord_sip::CallRequest) {
        self.each_line(|line, now, ids| line.handle(now, LineInput::Leg { leg, request: request.clone() }, ids));
    }

    /// Tells every line what the media engine said.
    pub(crate) fn tell_media(&mut self, event: &crate::MediaEvent) {
        self.each_line(|line, now, ids| line.handle(now, LineInput::Media(event.clone()), ids));
    }

    /// Works off what the lines have to say.
    fn pump(&mut self) {
        loop {
            if let Some(event) = self.line.as_mut().and_then(Line::poll) {
                self.on_line(event, true);
            } else if let Some(event) = self.retiring.iter_mut().find_map(|(line, _)| line.poll()) {
                self.on_line(event, false);
            } else {
                return;
            }
        }
    }

    /// What is due by the clock.
    fn expire(&mut self) {
        self.expire_log_in();
        self.expire_calls();
    }

    fn deadline(&self) -> Option<Millis> {
        let lines = self.line.iter().filter_map(Line::deadline);
        let retiring = self.retiring.iter().flat_map(|(line, gone)| line.deadline().into_iter().chain([*gone]));
        lines.chain(retiring).chain(self.log_in.deadline()).chain(self.calls_deadline()).chain(self.show_deadline()).min()
    }

    fn take_command(&mut self, sender: Sender, id: CommandId, command: patchcord_messages::Command) {
        let port = sender.port;
        if id.0.len() > MOST_ID {
            self.outputs.push_back(Output::Reply {
                port,
                id,
                problem: Some(Problem::Internal { detail: "command id too long".to_owned() }),
            });
            return;
        }
        let commands = if matches!(sender.origin, Origin::Content { .. }) { &mut self.pages_commands } else { &mut self.views_commands };
        match commands.seen(&id, port) {
            Seen::Waiting => {}
            Seen::Before(problem) => self.outputs.push_back(Output::Reply { port, id, problem }),
            Seen::New => {
                let ticket = Ticket { page: matches!(sender.origin, Origin::Content { .. }), id };
                if let Some(done) = self.execute(&sender.origin, &ticket, command) {
                    self.reply(&ticket, done.err());
                }
            }
        }
    }

    /// Says what became of a command, once, to everybody who sent it.
    pub(crate) fn reply(&mut self, ticket: &Ticket, problem: Option<Problem>) {
        let commands = if ticket.page { &mut self.pages_commands } else { &mut self.views_commands };
        for port in commands.done(&ticket.id, problem.clone()) {
            self.outputs.push_back(Output::Reply { port, id: ticket.id.clone(), problem: problem.clone() });
        }
    }

    pub(crate) fn transmit(&mut self, transmit: Transmit) {
        self.outputs.push_back(Output::Transmit(transmit));
    }

    pub(crate) fn entry(&mut self, call: CallId) -> Option<&mut Entry> {
        self.calls.iter_mut().find(|entry| entry.call.id == call)
    }

    pub(crate) fn entry_of(&mut self, leg: crate::LegId) -> Option<&mut Entry> {
        self.calls.iter_mut().find(|entry| entry.leg == Some(leg))
    }
}

/// A command that a reply is owed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// It came from a page.
    pub(crate) page: bool,
    pub(crate) id: CommandId,
}
