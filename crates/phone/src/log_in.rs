//! Logging in and out.
//!
//! ```text
//!            LogIn                       registered
//!   Out ───────────────▶ Pending ──────────────────────▶ In ◀──┐ lost and regained,
//!    ▲                      │ refused, unreachable, silent │ └──┘ for as long as it takes
//!    └──────────────────────┴──────────────────────────────┘ LogOut, or a refusal that trying again can't mend
//! ```

use patchcord_messages::{Account, AgentStatus, Configuration, Connection, LogIn, Millis, Problem, Remembered, Secret, ToWorker};
use patchcord_sip::{Credential, Fault, RegistrationState};

use crate::account;
use crate::io::{Output, Transmit};
use crate::line::{Line, LineInput, SipLine};
use crate::phone::{Phone, Ticket};
use crate::text::{LINE, clean};

/// How long the first log-in may take before the agent is told. RFC 3261's Timer F is 32 s: nobody looks at a form for so long.
const FIRST_LOG_IN: Millis = 15_000;
/// How long a line may take to say goodbye.
const GOODBYE: Millis = 5_000;

/// See the diagram above.
#[derive(Debug)]
pub(crate) enum State {
    Out {
        problem: Option<Problem>,
    },
    Pending {
        wanted: Remembered,
        since: Millis,
        /// The socket is open and REGISTER sent.
        registering: bool,
        /// Who asked. None where a log-in that once succeeded is taken up again.
        ticket: Option<Ticket>,
    },
    In {
        remembered: Remembered,
        connection: Connection,
        /// The server refuses us for good; the calls that are up still go on.
        doomed: bool,
    },
}

impl State {
    pub(crate) fn view(&self) -> LogIn {
        match self {
            Self::Out { problem } => LogIn::Out { problem: problem.clone() },
            Self::Pending { wanted, since, .. } => LogIn::Pending { account: wanted.account.clone(), since: *since },
            Self::In { remembered, connection, .. } => LogIn::In { account: remembered.account.clone(), connection: connection.clone() },
        }
    }

    pub(crate) fn deadline(&self) -> Option<Millis> {
        match self {
            Self::Pending { since, .. } => Some(since + FIRST_LOG_IN),
            _ => None,
        }
    }
}

impl Phone {
    pub(crate) fn configure(&mut self, configuration: Configuration) {
        self.instance = configuration.instance;
        if let (State::Out { .. }, Some(remembered)) = (&self.log_in, configuration.remembered) {
            self.shown.remembered = true;
            if let Err(problem) = self.begin(remembered, None) {
                self.forget();
                self.log_in = State::Out { problem: Some(problem) };
            }
        }
    }

    /// The command. None: the reply comes later.
    pub(crate) fn log_in(&mut self, ticket: &Ticket, account: Account, password: Secret, remember: bool) -> Option<Result<(), Problem>> {
        if self.has_live_call() {
            return Some(Err(Problem::NotPossibleNow));
        }
        let wanted = Remembered { account, password, for_long: remember };
        // Nothing that runs is given up for something that can't work.
        if let Err(problem) = checked(&wanted.account) {
            if let State::Out { problem: shown } = &mut self.log_in {
                *shown = Some(problem.clone());
            }
            return Some(Err(problem));
        }
        self.leave(None);
        match self.begin(wanted, Some(ticket.clone())) {
            Ok(()) => None,
            Err(problem) => Some(Err(problem)),
        }
    }

    pub(crate) fn log_out(&mut self) {
        self.leave(None);
    }

    fn begin(&mut self, wanted: Remembered, ticket: Option<Ticket>) -> Result<(), Problem> {
        let account = checked(&wanted.account)?;
        let mut seed = self.seed;
        self.lines_made += 1;
        for (byte, count) in seed.iter_mut().zip(self.lines_made.to_le_bytes()) {
            *byte ^= count;
        }
        let user = account.user.clone();
        let instance = if self.instance.is_empty() { uuid(&seed) } else { self.instance.clone() };
        let not_ready = self.agent.current != AgentStatus::Ready;
        let credential = Credential::Password(wanted.password.clone());
        let line = SipLine::new(account, credential, instance, not_ready, seed).ok_or(Problem::UserInvalid { user })?;
        self.line = Some(Line::Sip(Box::new(line)));
        self.log_in = State::Pending { wanted, since: self.now, registering: false, ticket };
        self.tell_line(LineInput::Start);
        Ok(())
    }

    /// To `Out`, from wherever. The line says goodbye on its own time.
    fn leave(&mut self, problem: Option<Problem>) {
        if let Some(mut line) = self.line.take() {
            line.handle(self.now, LineInput::Stop, &mut self.ids);
            self.retiring.push((line, self.now + GOODBYE));
        }
        let old = std::mem::replace(&mut self.log_in, State::Out { problem: problem.clone() });
        if let State::Pending { ticket: Some(ticket), .. } = old {
            self.reply(&ticket, Some(problem.unwrap_or(Problem::NotPossibleNow)));
        }
        self.forget();
    }

    fn give_up(&mut self, problem: Problem) {
        self.leave(Some(problem));
    }

    fn forget(&mut self) {
        if std::mem::take(&mut self.shown.remembered) {
            self.outputs.push_back(Output::Worker(ToWorker::Remember { remembered: None }));
        }
    }

    /// The registration of the line that calls are made on has changed.
    pub(crate) fn on_registration(&mut self, state: RegistrationState) {
        let host = self.line.as_ref().map(|line| line.host().to_owned()).unwrap_or_default();
        match &mut self.log_in {
            State::Out { .. } => {}
            State::Pending { registering, ticket, .. } => match state {
                RegistrationState::Registering => *registering = true,
                RegistrationState::Registered => {
                    let since = self.now;
                    self.arrive(Connection::Registered { since });
                }
                RegistrationState::Waiting { fault, next_try } if ticket.is_none() => {
                    let (since, problem) = (self.now, problem(fault, host, false));
                    self.arrive(Connection::Reconnecting { since, problem, next_try: Some(next_try) });
                }
                // Whoever types an address wants to know that it does not work, not that it is tried for ever.
                RegistrationState::Waiting { fault, .. } | RegistrationState::Failed { fault } => self.give_up(problem(fault, host, true)),
                _ => {}
            },
            State::In { connection, doomed, .. } => {
                let now = self.now;
                let since = match connection {
                    Connection::Reconnecting { since, .. } => *since,
                    Connection::Registered { .. } => now,
                };
                match state {
                    RegistrationState::Registered => {
                        *doomed = false;
                        *connection = Connection::Registered { since: now };
                    }
                    RegistrationState::Connecting | RegistrationState::Registering => match connection {
                        Connection::Reconnecting { next_try, .. } => *next_try = None,
                        Connection::Registered { .. } if state == RegistrationState::Connecting => {
                            *connection = Connection::Reconnecting { since, problem: Problem::ConnectionLost { host }, next_try: None };
                        }
                        Connection::Registered { .. } => {}
                    },
                    RegistrationState::Waiting { next_try, fault } => {
                        *connection = Connection::Reconnecting { since, problem: problem(fault, host, false), next_try: Some(next_try) };
                    }
                    RegistrationState::Failed { fault } => {
                        *doomed = true;
                        *connection = Connection::Reconnecting { since, problem: problem(fault, host, false), next_try: None };
                    }
                    _ => {}
                }
            }
        }
    }

    fn arrive(&mut self, connection: Connection) {
        let old = std::mem::replace(&mut self.log_in, State::Out { problem: None });
        let State::Pending { wanted, ticket, .. } = old else {
            self.log_in = old;
            return;
        };
        self.log_in = State::In { remembered: wanted.clone(), connection, doomed: false };
        self.shown.remembered = true;
        if let Some(ticket) = ticket {
            self.outputs.push_back(Output::Worker(ToWorker::Remember { remembered: Some(wanted) }));
            self.reply(&ticket, None);
        }
    }

    pub(crate) fn expire_log_in(&mut self) {
        let host = self.line.as_ref().map(|line| line.host().to_owned()).unwrap_or_default();
        match &self.log_in {
            State::Pending { since, registering, ticket, .. } if self.now >= since + FIRST_LOG_IN => {
                let problem = if *registering { Problem::ServerSilent { host } } else { Problem::Unreachable { host } };
                if ticket.is_none() {
                    let since = *since;
                    self.arrive(Connection::Reconnecting { since, problem, next_try: None });
                } else {
                    self.give_up(problem);
                }
            }
            State::In { connection: Connection::Reconnecting { problem, .. }, doomed: true, .. } if !self.has_live_call() => {
                let problem = problem.clone();
                self.give_up(problem);
            }
            _ => {}
        }
        let now = self.now;
        let (gone, staying): (Vec<_>, Vec<_>) = std::mem::take(&mut self.retiring).into_iter().partition(|(_, gone)| *gone <= now);
        self.retiring = staying;
        for (line, _) in gone {
            self.drop_line(line);
        }
    }

    /// A line said that it is done.
    pub(crate) fn on_stopped(&mut self) {
        // Which one does not matter: a stopped one has neither deadline nor socket, and the others go when theirs come.
        let now = self.now;
        for (line, gone) in &mut self.retiring {
            if line.is_stopped() {
                *gone = now;
            }
        }
    }

    fn drop_line(&mut self, line: Line) {
        let (legs, socket) = line.leftovers();
        if let Some(socket) = socket {
            self.transmit(Transmit::Close { socket });
        }
        for leg in legs {
            self.on_ended(leg, patchcord_sip::Ended::Local);
        }
    }
}

fn checked(account: &Account) -> Result<account::CheckedAccount, Problem> {
    match account {
        Account::Sip(account) => account::check(account),
        _ => Err(Problem::Internal { detail: "this kind of account is not known".to_owned() }),
    }
}

/// A fault in words. At the first log-in nothing was there to be lost.
fn problem(fault: Fault, host: String, first: bool) -> Problem {
    match fault {
        Fault::Unreachable => Problem::Unreachable { host },
        Fault::Lost if first => Problem::Unreachable { host },
        Fault::Lost => Problem::ConnectionLost { host },
        Fault::Silent => Problem::ServerSilent { host },
        Fault::Credentials | Fault::Refused(403, _) => Problem::WrongPassword,
        Fault::Challenge(scheme) => Problem::UnsupportedAuthentication { scheme: clean(&scheme, LINE) },
        Fault::Refused(status, words) => Problem::RegistrationRefused { status, reason: clean(&words, LINE) },
        _ => Problem::ServerMisbehaves { detail: String::new() },
    }
}

/// A version 4 UUID of a seed (RFC 9562 5.4), for a driver that gave none.
fn uuid(seed: &[u8; 32]) -> String {
    let mut hex = String::new();
    for (at, byte) in seed.iter().skip(16).enumerate() {
        let byte = match at {
            6 => byte & 0x0f | 0x40,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        if matches!(at, 4 | 6 | 8 | 10) {
            hex.push('-');
        }
        hex.push_str(&format!("{byte:02x}"));
    }
    hex
}
