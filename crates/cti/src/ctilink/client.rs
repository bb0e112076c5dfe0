//! The client's side of one connection, kept up.
//!
//! ```text
//! Idle ─Start→ Connecting ─opened→ LoggingIn ─200→ LoggedIn ─Stop→ Idle
//!                  ↑  closed│          │ 500 with a session number: once more with it
//!                  │        ↓          │ refused → Failed
//!                  └─time─ Waiting ←───┴── closed, or ten keep-alives unanswered
//! LoggedIn ─LOGOUT or ONDISCONNECTED from the server→ Failed (no return by ourselves)
//! ```
//! Before the first success, a connection that fails ends in `Failed`: what was typed or provisioned is probably wrong.

use std::collections::VecDeque;

use patchcord_messages::{Millis, Secret};

use super::command::Command;
use super::document::{Document, Kind};
use super::line::Lines;
use crate::backoff::Backoff;

/// How long a socket may take to open, and a server to answer a login, in milliseconds.
const ANSWER_LIMIT: Millis = 10_000;

/// After so much silence the client asks whether the server is there, in milliseconds.
const KEEP_ALIVE: Millis = 20_000;

/// With so many questions unanswered the connection is closed.
const UNANSWERED_LIMIT: u32 = 10;

/// How a client is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// `wss://{serverIp}:5008`.
    pub url: String,
    /// `agentName` of the provisioning answer.
    pub user: String,
    /// `agentPwd` of the provisioning answer, verbatim.
    pub password: Secret,
    /// Extension, or nothing.
    pub ext: String,
    /// Skill group, or nothing.
    pub skill_group: String,
    /// What to add to the phone's clock to get milliseconds since 1970.
    pub unix_offset: i64,
}

/// What the client is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// The time of [`Output::Timeout`] has come.
    Timeout,
    /// Connect, log in, stay logged in.
    Start,
    /// Log out and disconnect.
    Stop,
    /// There is a network (again): a waiting retry happens at once.
    Online,
    /// Send a command. Before the login has succeeded it is refused with [`Event::NotSent`].
    Command(Command),
    /// Something happened on a socket; old generations are ignored.
    Socket {
        /// Which socket.
        generation: u32,
        /// What.
        event: SocketEvent,
    },
}

/// What happens on a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// Open.
    Opened,
    /// Text, cut anywhere.
    Text(String),
    /// Closed, or never opened.
    Closed,
}

/// What the client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Do this outside.
    Transmit(Transmit),
    /// This happened.
    Event(Event),
    /// Nothing more for now; wake the client at this time.
    Timeout(Option<Millis>),
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// Open a socket with [`SUB_PROTOCOL`](super::SUB_PROTOCOL).
    Open {
        /// Its number.
        generation: u32,
        /// Where.
        url: String,
    },
    /// Send text.
    Text {
        /// On this socket.
        generation: u32,
        /// A line.
        line: String,
    },
    /// Close a socket.
    Close {
        /// Which.
        generation: u32,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The state has changed.
    State(ClientState),
    /// The server said something other than a keep-alive. All its messages come by here, after the client has drawn its own
    /// conclusions.
    Server(Document),
    /// A line that is no document, cut to 200 characters, and why: for the trace and for `onDipatchError` (sic).
    Unreadable {
        /// The line's beginning.
        line: String,
        /// What is wrong with it.
        error: String,
    },
    /// This command was not sent: nobody is logged in.
    NotSent(Command),
}

/// How far the client has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientState {
    /// Not started, or stopped.
    Idle,
    /// A socket is opening.
    Connecting,
    /// The login is on its way.
    LoggingIn,
    /// Logged in.
    LoggedIn,
    /// The connection was lost; tried again at this time.
    Waiting {
        /// When.
        next_try: Millis,
    },
    /// Not logged in, and no further try is made.
    Failed(Failure),
}

/// Why the client gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server could not be reached at the first login.
    Unreachable,
    /// It took the connection and said nothing at the first login.
    Silent,
    /// It refused the login, with this reason.
    Refused(String),
    /// It ended our login, with this reason.
    LoggedOutByServer(String),
}

/// A client of one server.
#[derive(Debug)]
pub struct Client {
    config: Config,
    state: ClientState,
    generation: u32,
    lines: Lines,
    session_no: String,
    /// The login was repeated with the session number that the server gave.
    repeated: bool,
    was_in: bool,
    backoff: Backoff,
    deadline: Option<Millis>,
    unanswered: u32,
    outputs: VecDeque<Output>,
}

impl Client {
    /// A client that does nothing until [`Input::Start`]. `seed` makes the jitter of its retries.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            config,
            state: ClientState::Idle,
            generation: 0,
            lines: Lines::default(),
            session_no: String::new(),
            repeated: false,
            was_in: false,
            backoff: Backoff::new(seed),
            deadline: None,
            unanswered: 0,
            outputs: VecDeque::new(),
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> &ClientState {
        &self.state
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Millis, input: Input) {
        match input {
            Input::Start if matches!(self.state, ClientState::Idle | ClientState::Failed(_)) => {
                self.was_in = false;
                self.open(now);
            }
            Input::Online if matches!(self.state, ClientState::Waiting { .. }) => self.open(now),
            Input::Start | Input::Online => {}
            Input::Stop => self.stop(now),
            Input::Command(command) if self.state == ClientState::LoggedIn => self.send(now, Kind::Request, &command),
            Input::Command(command) => self.outputs.push_back(Output::Event(Event::NotSent(command))),
            Input::Socket { generation, event } if generation == self.generation => self.socket(now, event),
            Input::Socket { .. } => {}
            Input::Timeout => self.timeout(now),
        }
    }

    /// Gives the next output; [`Output::Timeout`] is always last.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or(Output::Timeout(self.deadline))
    }

    fn open(&mut self, now: Millis) {
        self.generation = self.generation.wrapping_add(1);
        self.lines.clear();
        self.session_no.clear();
        self.repeated = false;
        self.deadline = Some(now + ANSWER_LIMIT);
        self.outputs.push_back(Output::Transmit(Transmit::Open { generation: self.generation, url: self.config.url.clone() }));
        self.enter(ClientState::Connecting);
    }

    fn stop(&mut self, now: Millis) {
        if self.state == ClientState::LoggedIn
            && let Ok(logout) = Command::api("logout", &[], &self.config.user)
        {
            self.send(now, Kind::Request, &logout);
        }
        if matches!(self.state, ClientState::Connecting | ClientState::LoggingIn | ClientState::LoggedIn) {
            self.close();
        }
        self.leave_socket();
        self.enter(ClientState::Idle);
    }

    fn socket(&mut self, now: Millis, event: SocketEvent) {
        match event {
            SocketEvent::Opened if self.state == ClientState::Connecting => {
                self.enter(ClientState::LoggingIn);
                self.log_in(now);
            }
            SocketEvent::Opened => {}
            SocketEvent::Text(text) => {
                let generation = self.generation;
                for line in self.lines.push(&text) {
                    // A document can end this connection: what came after it no longer counts.
                    if generation != self.generation {
                        return;
                    }
                    match line {
                        Ok(line) => self.line(now, &line),
                        Err(error) => self.unreadable("", error.to_string()),
                    }
                }
            }
            SocketEvent::Closed => self.lost(now, Failure::Unreachable),
        }
    }

    fn log_in(&mut self, now: Millis) {
        self.deadline = Some(now + ANSWER_LIMIT);
        let Config { user, password, ext, skill_group, .. } = &self.config;
        if let Ok(login) = Command::api("login", &[user, password.reveal(), "", ext, skill_group], user) {
            self.send(now, Kind::Request, &login);
        }
    }

    fn line(&mut self, now: Millis, line: &str) {
        let document = match Document::parse(line) {
            Ok(document) => document,
            Err(error) => return self.unreadable(line, error.to_string()),
        };
        if self.state == ClientState::LoggedIn {
            self.unanswered = 0;
            self.deadline = Some(now + KEEP_ALIVE);
        }
        match (document.cmd.as_str(), &self.state) {
            ("KEEPALIVE", _) => {
                if document.kind == Kind::Request {
                    self.send(now, Kind::Response, &Command::keep_alive(true));
                }
                return;
            }
            ("LOGIN", ClientState::LoggingIn) => self.login_answered(now, &document),
            ("LOGOUT", ClientState::LoggedIn) => self.logged_out(document.get("reason")),
            ("ONDISCONNECTED", ClientState::LoggedIn) => self.logged_out(document.get("msg")),
            _ => {}
        }
        self.outputs.push_back(Output::Event(Event::Server(document)));
    }

    fn login_answered(&mut self, now: Millis, document: &Document) {
        let info = document.get("info").unwrap_or_default();
        if let Some(session_no) = document.get("sessionno").filter(|number| !number.is_empty()) {
            session_no.clone_into(&mut self.session_no);
        }
        match document.code() {
            Some(200) => {
                self.was_in = true;
                self.unanswered = 0;
                self.backoff.reset();
                self.deadline = Some(now + KEEP_ALIVE);
                self.enter(ClientState::LoggedIn);
            }
            Some(500) if info.trim() == "sessionno is null" && !self.repeated => {
                self.repeated = true;
                self.log_in(now);
            }
            _ => self.fail(Failure::Refused(info.to_owned())),
        }
    }

    fn logged_out(&mut self, reason: Option<&str>) {
        self.fail(Failure::LoggedOutByServer(reason.unwrap_or_default().to_owned()));
    }

    fn timeout(&mut self, now: Millis) {
        if self.deadline.is_none_or(|deadline| deadline > now) {
            return;
        }
        self.deadline = None;
        match self.state {
            ClientState::Waiting { .. } => self.open(now),
            ClientState::Connecting => self.drop_and_lose(now, Failure::Unreachable),
            ClientState::LoggingIn => self.drop_and_lose(now, Failure::Silent),
            ClientState::LoggedIn if self.unanswered >= UNANSWERED_LIMIT => self.drop_and_lose(now, Failure::Silent),
            ClientState::LoggedIn => {
                self.unanswered += 1;
                self.deadline = Some(now + KEEP_ALIVE);
                self.send(now, Kind::Request, &Command::keep_alive(false));
            }
            ClientState::Idle | ClientState::Failed(_) => {}
        }
    }

    fn drop_and_lose(&mut self, now: Millis, failure: Failure) {
        self.close();
        self.lost(now, failure);
    }

    fn lost(&mut self, now: Millis, failure: Failure) {
        if !matches!(self.state, ClientState::Connecting | ClientState::LoggingIn | ClientState::LoggedIn) {
            return;
        }
        self.leave_socket();
        if self.was_in {
            let next_try = now + self.backoff.next_wait();
            self.deadline = Some(next_try);
            self.enter(ClientState::Waiting { next_try });
        } else {
            self.enter(ClientState::Failed(failure));
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.close();
        self.leave_socket();
        self.enter(ClientState::Failed(failure));
    }

    fn close(&mut self) {
        self.outputs.push_back(Output::Transmit(Transmit::Close { generation: self.generation }));
    }

    /// What still comes from the socket is of no interest.
    fn leave_socket(&mut self) {
        self.generation = self.generation.wrapping_add(1);
        self.lines.clear();
        self.deadline = None;
    }

    fn send(&mut self, now: Millis, kind: Kind, command: &Command) {
        let unix_ms = now.saturating_add_signed(self.config.unix_offset);
        let line = command.encode(kind, &self.session_no, unix_ms);
        self.outputs.push_back(Output::Transmit(Transmit::Text { generation: self.generation, line }));
    }

    fn unreadable(&mut self, line: &str, error: String) {
        self.outputs.push_back(Output::Event(Event::Unreadable { line: line.chars().take(200).collect(), error }));
    }

    fn enter(&mut self, state: ClientState) {
        self.state = state.clone();
        self.outputs.push_back(Output::Event(Event::State(state)));
    }
}

#[cfg(test)]
mod tests;
