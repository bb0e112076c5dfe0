//! The socket: opening, keep-alive, finding out that it is gone, coming back.
//!
//! ```text
//!          start            Opened
//!   Idle ────────▶ Opening ────────▶ Open
//!                   ▲    │             │
//!         time, or  │    │ Closed,     │ Closed, no answer to a probe,
//!         network   │    │ time out    │ no network, sleep
//!                   │    ▼             │
//!                   Waiting ◀──────────┘
//! ```
//! From every state `stop` leads to Idle.

use std::collections::VecDeque;

use patchcord_messages::Millis;

use crate::api::{Fault, SocketEvent};
use crate::rng::Rng;

/// A socket that has not opened by then never will: browsers give up only after minutes.
const OPEN_LIMIT: Millis = 10_000;
/// Silence after which we probe. With [`ANSWER_LIMIT`] a dead connection is found within 15 s.
const QUIET: Millis = 8_000;
/// How long an answer to a probe may take.
const ANSWER_LIMIT: Millis = 6_000;
/// After a login we ask soon, once, whether the server answers CRLF pings at all.
const FIRST_PROBE: Millis = 1_000;
/// Upper end of the first retry's range, doubled for each further one.
const FIRST_RETRY: Millis = 1_000;
/// Where the doubling ends.
const LAST_RETRY: Millis = 30_000;

/// Connections on which no probe was ever answered, after which REGISTER is the probe.
const MUTE: u8 = 2;

/// RFC 5626 3.5.1: the client's ping …
pub(crate) const PING: &str = "\r\n\r\n";
/// … and the server's pong.
pub(crate) const PONG: &str = "\r\n";

/// What the connection wants or tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Open a socket.
    Open { generation: u32, url: String },
    /// Close a socket.
    Close { generation: u32 },
    /// Send this text frame as it is.
    Send(&'static str),
    /// Send an OPTIONS and say [`Connection::heard`] on any answer: the server does not answer CRLF pings.
    Options,
    /// Register again now: the server answers nothing else.
    Register,
    /// There is a connection.
    Up,
    /// There is none any more, or there never was one.
    Down { fault: Fault, next_try: Millis },
    /// A message came.
    Message(String),
}

#[derive(Debug)]
enum State {
    Idle,
    Opening { until: Millis },
    Open { probe: Probe },
    Waiting { until: Millis },
}

/// What this server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeepAlive {
    /// CRLF is tried first.
    Unknown,
    /// CRLF pings (RFC 5626 3.5.1).
    Crlf,
    /// Not those; so OPTIONS, to which every server has some answer.
    Options { answered: bool },
    /// Not even that. But it registers phones.
    Register,
}

/// Keep-alive of an open socket.
#[derive(Clone, Copy, Debug)]
enum Probe {
    /// Nothing to be done before then.
    Due(Millis),
    /// An answer, or anything else, must come by then.
    Sent(Millis),
}

pub(crate) struct Connection {
    servers: Vec<String>,
    generation: u32,
    state: State,
    /// Sockets opened since the last registration: says which server is next.
    opened: usize,
    /// Waits since the last registration: says how long the next one is.
    waits: usize,
    keep_alive: KeepAlive,
    /// Connections in a row that were given up since nothing was ever answered on them but REGISTER.
    mute: u8,
    steps: VecDeque<Step>,
}

impl Connection {
    pub(crate) fn new(servers: Vec<String>) -> Self {
        Self {
            servers,
            generation: 0,
            state: State::Idle,
            opened: 0,
            waits: 0,
            keep_alive: KeepAlive::Unknown,
            mute: 0,
            steps: VecDeque::new(),
        }
    }

    pub(crate) fn start(&mut self, now: Millis) {
        if matches!(self.state, State::Idle) {
            (self.opened, self.waits) = (0, 0);
            self.open(now);
        }
    }

    pub(crate) fn stop(&mut self) {
        if matches!(self.state, State::Opening { .. } | State::Open { .. }) {
            self.steps.push_back(Step::Close { generation: self.generation });
        }
        self.state = State::Idle;
    }

    /// The open socket.
    pub(crate) fn open_generation(&self) -> Option<u32> {
        matches!(self.state, State::Open { .. }).then_some(self.generation)
    }

    /// A socket is open, being opened, or will be.
    pub(crate) fn is_active(&self) -> bool {
        !matches!(self.state, State::Idle)
    }

    /// The URL of the present or last socket.
    pub(crate) fn url(&self) -> &str {
        let last = self.opened.saturating_sub(1) % self.servers.len().max(1);
        self.servers.get(last).map_or("", String::as_str)
    }

    /// The server took our registration: next time begin with the preferred server and short waits again.
    pub(crate) fn settled(&mut self, now: Millis) {
        self.waits = 0;
        if let (State::Open { probe: probe @ Probe::Due(_) }, KeepAlive::Unknown) = (&mut self.state, self.keep_alive) {
            *probe = Probe::Due(now + FIRST_PROBE);
        }
    }

    pub(crate) fn handle_socket(&mut self, now: Millis, rng: &mut Rng, generation: u32, event: SocketEvent) {
        if generation != self.generation {
            return;
        }
        match (&self.state, event) {
            (State::Opening { .. }, SocketEvent::Opened) => {
                self.state = State::Open { probe: Probe::Due(now + QUIET) };
                self.steps.push_back(Step::Up);
            }
            (State::Open { .. }, SocketEvent::Frame(frame)) => self.frame(now, frame),
            (State::Opening { .. }, SocketEvent::Closed { .. }) => self.down(now, rng, Fault::Unreachable),
            (State::Open { .. }, SocketEvent::Closed { .. }) => self.down(now, rng, Fault::Lost),
            _ => {}
        }
    }

    fn frame(&mut self, now: Millis, frame: String) {
        if frame.trim_matches(['\r', '\n']).is_empty() {
            if frame.len() >= PING.len() {
                self.steps.push_back(Step::Send(PONG));
            } else if matches!(self.state, State::Open { probe: Probe::Sent(_) }) {
                (self.keep_alive, self.mute) = (KeepAlive::Crlf, 0);
            }
        } else {
            self.steps.push_back(Step::Message(frame));
        }
        // A SIP message shows life, but not that CRLF pings are answered: that question stays open until the next probe.
        self.heard(now);
    }

    /// Something came from the server: it is alive.
    pub(crate) fn heard(&mut self, now: Millis) {
        if let State::Open { probe } = &mut self.state {
            *probe = Probe::Due(now + QUIET);
        }
    }

    /// An OPTIONS of ours was answered.
    pub(crate) fn options_answered(&mut self) {
        if let KeepAlive::Options { answered } = &mut self.keep_alive {
            (*answered, self.mute) = (true, 0);
        }
    }

    /// The layer above knows that this connection is of no use.
    pub(crate) fn give_up(&mut self, now: Millis, rng: &mut Rng, fault: Fault) {
        if matches!(self.state, State::Opening { .. } | State::Open { .. }) {
            self.steps.push_back(Step::Close { generation: self.generation });
            self.down(now, rng, fault);
        }
    }

    pub(crate) fn network(&mut self, now: Millis, rng: &mut Rng, online: bool) {
        match self.state {
            State::Idle => {}
            State::Waiting { .. } if online => self.open(now),
            // The network may be another one now, and the socket dead without knowing.
            State::Open { .. } if online => self.probe(now),
            // Begun without a network: better begin again.
            State::Opening { .. } if online => {
                self.steps.push_back(Step::Close { generation: self.generation });
                self.open(now);
            }
            _ => self.give_up(now, rng, Fault::Lost),
        }
    }

    /// The machine slept: whatever socket there was is dead.
    pub(crate) fn slept(&mut self, now: Millis) {
        match self.state {
            State::Idle => return,
            State::Waiting { .. } => {}
            State::Opening { .. } => self.steps.push_back(Step::Close { generation: self.generation }),
            State::Open { .. } => {
                self.steps.push_back(Step::Close { generation: self.generation });
                self.steps.push_back(Step::Down { fault: Fault::Lost, next_try: now });
            }
        }
        (self.opened, self.waits) = (0, 0);
        self.open(now);
    }

    pub(crate) fn next_timeout(&self) -> Option<Millis> {
        match self.state {
            State::Idle => None,
            State::Opening { until } | State::Waiting { until } => Some(until),
            State::Open { probe: Probe::Due(at) | Probe::Sent(at) } => Some(at),
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Millis, rng: &mut Rng) {
        if self.next_timeout().is_none_or(|at| now < at) {
            return;
        }
        match self.state {
            State::Idle => {}
            State::Opening { .. } => self.give_up(now, rng, Fault::Unreachable),
            State::Waiting { .. } => self.open(now),
            State::Open { probe: Probe::Due(_) } => self.probe(now),
            State::Open { probe: Probe::Sent(_) } => {
                match self.keep_alive {
                    KeepAlive::Unknown => {
                        self.keep_alive = KeepAlive::Options { answered: false };
                        return self.probe(now);
                    }
                    KeepAlive::Options { answered: false } => {
                        self.mute += 1;
                        self.keep_alive = if self.mute < MUTE { KeepAlive::Unknown } else { KeepAlive::Register };
                    }
                    _ => {}
                }
                self.give_up(now, rng, Fault::Silent);
            }
        }
    }

    pub(crate) fn poll(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    fn probe(&mut self, now: Millis) {
        self.steps.push_back(match self.keep_alive {
            KeepAlive::Unknown | KeepAlive::Crlf => Step::Send(PING),
            KeepAlive::Options { .. } => Step::Options,
            KeepAlive::Register => Step::Register,
        });
        self.state = State::Open { probe: Probe::Sent(now + ANSWER_LIMIT) };
    }

    fn open(&mut self, now: Millis) {
        let count = self.servers.len();
        let Some(url) = self.servers.get(self.opened % count.max(1)) else {
            self.state = State::Idle;
            return;
        };
        if count > 1 {
            (self.keep_alive, self.mute) = (KeepAlive::Unknown, 0);
        }
        self.generation += 1;
        self.steps.push_back(Step::Open { generation: self.generation, url: url.clone() });
        self.opened += 1;
        self.state = State::Opening { until: now + OPEN_LIMIT };
    }

    fn down(&mut self, now: Millis, rng: &mut Rng, fault: Fault) {
        // An established connection was lost: the preferred server first.
        if self.waits == 0 && !matches!(self.state, State::Opening { .. }) {
            self.opened = 0;
        }
        // Full jitter: even over the whole range, so that a thousand phones that lost one server come back spread out.
        let round = (self.waits / self.servers.len().max(1)).min(16);
        let range = (FIRST_RETRY << round).min(LAST_RETRY);
        let until = now + rng.below(range);
        self.waits += 1;
        self.state = State::Waiting { until };
        self.steps.push_back(Step::Down { fault, next_try: until });
    }
}
