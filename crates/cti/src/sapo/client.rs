//! The client's side of one connection, kept up.
//!
//! ```text
//! Idle ─Start→ Connecting ─opened→ LoggingIn ─success→ LoggedIn ─Stop→ Idle
//!                  ↑   └─closed─┐      ├─refused→ Failed   │ closed, or three heartbeats unanswered
//!                  │            ↓      │ closed, silent    │
//!                  └─time── Waiting ←──┴───────────────────┘
//! LoggedIn ─the server logs us out unasked→ Failed (no return by ourselves: somebody else sits there now)
//! ```
//! Before the first success, a connection that fails ends in `Failed`: what was typed is probably wrong.

use std::collections::VecDeque;

use patchcord_messages::Millis;

use super::{Command, Login, ServerMessage};
use crate::backoff::Backoff;

/// How long the server may take to answer a login, in milliseconds.
const LOGIN_LIMIT: Millis = 10_000;

/// How long a socket may take to open, in milliseconds.
const OPEN_LIMIT: Millis = 10_000;

/// With so many heartbeats unanswered, the next one closes the connection instead (4.3).
const UNANSWERED_LIMIT: u32 = 3;

/// How a client is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// `ws://server:8080/spcc/cti`.
    pub url: String,
    /// Who logs in.
    pub login: Login,
    /// Time between heartbeats in milliseconds; none: no heartbeats.
    pub heartbeat: Option<Millis>,
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
    /// A text message.
    Message(String),
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
    /// Open a socket.
    Open {
        /// Its number.
        generation: u32,
        /// Where.
        url: String,
    },
    /// Send a text message.
    Message {
        /// On this socket.
        generation: u32,
        /// The message.
        text: String,
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
    /// The server said something. All its messages come by here, after the client has drawn its own conclusions.
    Server(ServerMessage),
    /// A frame that is no message, cut to 200 characters: for the trace.
    Unreadable(String),
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
    /// It ended our login: somebody logged in elsewhere, or a supervisor ended it.
    LoggedOutByServer,
}

/// A client of one server.
#[derive(Debug)]
pub struct Client {
    config: Config,
    state: ClientState,
    generation: u32,
    backoff: Backoff,
    /// It has worked once: losses are now mended, not reported as a mistake.
    was_in: bool,
    logging_out: bool,
    /// The busy reason that holds, to log in with again after a loss.
    busy: String,
    deadline: Option<Millis>,
    next_beat: Option<Millis>,
    unanswered: u32,
    outputs: VecDeque<Output>,
}

impl Client {
    /// A client that does nothing until [`Input::Start`]. `seed` makes the jitter of its retries.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Self {
        let busy = config.login.busy.clone();
        Self {
            config,
            state: ClientState::Idle,
            generation: 0,
            backoff: Backoff::new(seed),
            was_in: false,
            logging_out: false,
            busy,
            deadline: None,
            next_beat: None,
            unanswered: 0,
            outputs: VecDeque::new(),
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> &ClientState {
        &self.state
    }

    /// The busy reason that holds; empty: free.
    #[must_use]
    pub fn busy(&self) -> &str {
        &self.busy
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Millis, input: Input) {
        match input {
            Input::Start => {
                if matches!(self.state, ClientState::Idle | ClientState::Failed(_)) {
                    self.was_in = false;
                    self.logging_out = false;
                    self.open(now);
                }
            }
            Input::Stop => self.stop(),
            Input::Online => {
                if matches!(self.state, ClientState::Waiting { .. }) {
                    self.open(now);
                }
            }
            Input::Command(command) => self.command(command),
            Input::Socket { generation, event } if generation == self.generation => self.socket(now, event),
            Input::Socket { .. } => {}
            Input::Timeout => self.timeout(now),
        }
    }

    /// Gives the next output; [`Output::Timeout`] is always last.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| {
            Output::Timeout(match (self.deadline, self.next_beat) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            })
        })
    }

    fn open(&mut self, now: Millis) {
        self.generation = self.generation.wrapping_add(1);
        self.deadline = Some(now + OPEN_LIMIT);
        self.outputs.push_back(Output::Transmit(Transmit::Open { generation: self.generation, url: self.config.url.clone() }));
        self.enter(ClientState::Connecting);
    }

    fn stop(&mut self) {
        let generation = self.generation;
        if self.state == ClientState::LoggedIn {
            self.send(&Command::Logout);
            self.logging_out = true;
        }
        if !matches!(self.state, ClientState::Idle | ClientState::Failed(_) | ClientState::Waiting { .. }) {
            self.outputs.push_back(Output::Transmit(Transmit::Close { generation }));
        }
        self.leave_socket();
        self.enter(ClientState::Idle);
    }

    fn command(&mut self, command: Command) {
        if self.state != ClientState::LoggedIn {
            self.outputs.push_back(Output::Event(Event::NotSent(command)));
            return;
        }
        self.send(&command);
    }

    fn socket(&mut self, now: Millis, event: SocketEvent) {
        match event {
            SocketEvent::Opened => {
                if self.state == ClientState::Connecting {
                    self.deadline = Some(now + LOGIN_LIMIT);
                    let login = Login { busy: self.busy.clone(), ..self.config.login.clone() };
                    self.send(&Command::Login(Box::new(login)));
                    self.enter(ClientState::LoggingIn);
                }
            }
            SocketEvent::Message(text) => self.message(now, &text),
            SocketEvent::Closed => self.lost(now, Failure::Unreachable),
        }
    }

    fn message(&mut self, now: Millis, text: &str) {
        let Ok(message) = ServerMessage::parse(text) else {
            self.outputs.push_back(Output::Event(Event::Unreadable(text.chars().take(200).collect())));
            return;
        };
        match &message {
            ServerMessage::HeartbeatResponse => self.unanswered = 0,
            ServerMessage::BusyStatus(reason) => self.busy.clone_from(reason),
            ServerMessage::StatusChanged(status) => self.busy.clone_from(&status.busy),
            ServerMessage::Response(response) if response.command == "login" && self.state == ClientState::LoggingIn => {
                if response.success {
                    if let Some(busy) = &response.busy {
                        self.busy.clone_from(busy);
                    }
                    self.logged_in(now);
                } else {
                    self.fail(Failure::Refused(response.result.clone()));
                }
            }
            ServerMessage::Response(response)
                if response.command == "logout" && response.success && !self.logging_out && self.state == ClientState::LoggedIn =>
            {
                self.fail(Failure::LoggedOutByServer);
            }
            _ => {}
        }
        self.outputs.push_back(Output::Event(Event::Server(message)));
    }

    fn logged_in(&mut self, now: Millis) {
        self.was_in = true;
        self.unanswered = 0;
        self.deadline = None;
        self.next_beat = self.config.heartbeat.map(|interval| now + interval);
        self.backoff.reset();
        self.enter(ClientState::LoggedIn);
    }

    fn timeout(&mut self, now: Millis) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.deadline = None;
            match self.state {
                ClientState::Waiting { .. } => self.open(now),
                ClientState::Connecting => self.drop_and_lose(now, Failure::Unreachable),
                ClientState::LoggingIn => self.drop_and_lose(now, Failure::Silent),
                ClientState::Idle | ClientState::LoggedIn | ClientState::Failed(_) => {}
            }
        }
        if let (Some(beat), Some(interval)) = (self.next_beat, self.config.heartbeat)
            && beat <= now
        {
            if self.unanswered >= UNANSWERED_LIMIT {
                self.drop_and_lose(now, Failure::Silent);
            } else {
                self.unanswered += 1;
                self.next_beat = Some(now + interval);
                self.send(&Command::Heartbeat);
            }
        }
    }

    fn drop_and_lose(&mut self, now: Millis, failure: Failure) {
        self.outputs.push_back(Output::Transmit(Transmit::Close { generation: self.generation }));
        self.lost(now, failure);
    }

    fn lost(&mut self, now: Millis, failure: Failure) {
        match self.state {
            ClientState::Idle | ClientState::Failed(_) | ClientState::Waiting { .. } => {}
            _ if !self.was_in => {
                self.leave_socket();
                self.enter(ClientState::Failed(failure));
            }
            _ => {
                self.leave_socket();
                let next_try = now + self.backoff.next_wait();
                self.deadline = Some(next_try);
                self.enter(ClientState::Waiting { next_try });
            }
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.outputs.push_back(Output::Transmit(Transmit::Close { generation: self.generation }));
        self.leave_socket();
        self.enter(ClientState::Failed(failure));
    }

    /// What still comes from the socket is of no interest.
    fn leave_socket(&mut self) {
        self.generation = self.generation.wrapping_add(1);
        self.deadline = None;
        self.next_beat = None;
    }

    fn send(&mut self, command: &Command) {
        self.outputs.push_back(Output::Transmit(Transmit::Message { generation: self.generation, text: command.encode() }));
    }

    fn enter(&mut self, state: ClientState) {
        self.state = state.clone();
        self.outputs.push_back(Output::Event(Event::State(state)));
    }
}

#[cfg(test)]
mod tests;
