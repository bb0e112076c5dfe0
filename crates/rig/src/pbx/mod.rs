//! The PBX: one task that owns everything but sockets and media, and is told by messages.

mod auth;
mod calls;
mod conference;
mod dialing;
mod dispatch;
mod fault;
mod incoming;
mod invite;
mod ops;
mod party;
mod plan;
mod publish;
mod registrar;
mod reinvite;
mod responses;
mod services;
mod timers;
mod transfer;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use crate::config::RigConfig;
use crate::control::{ControlError, DialOut, PlaceCall};
use crate::faults::Fault;
use crate::media::{Happening, Media};
use crate::socket::{Outbound, Switches};
use crate::sound::Sound;
use crate::state::{Call, CallId, LegId, Mode, State};
use crate::trace::Trace;
use crate::users::Users;

use auth::Auth;
use calls::CallRecord;
use dispatch::Client;
use fault::Faults;
use party::Party;
use registrar::Registrar;
use timers::{Timer, Timers};

pub(crate) use plan::table;

/// The SIP domain.
pub(crate) const DOMAIN: &str = "rig.test";

/// RFC 3261's T1.
const T1: Duration = Duration::from_millis(500);
/// RFC 3261's T2.
const T2: Duration = Duration::from_secs(4);
/// 64 times T1: Timers B, F, H.
const TIMEOUT: Duration = Duration::from_secs(32);
/// At most so often is the state published.
const PUBLISH: Duration = Duration::from_millis(10);

/// Where the answer to a control request goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, ControlError>>;

/// What the PBX is told.
#[derive(Debug)]
pub(crate) enum Input {
    /// A socket is open.
    Connected { connection: u64, tls: bool, sender: mpsc::UnboundedSender<Outbound> },
    /// A text frame, or a binary one.
    Frame { connection: u64, frame: Vec<u8> },
    /// A socket is gone.
    Closed { connection: u64 },
    /// The control interface.
    Control(Control),
}

/// What the control interface asks for.
#[derive(Debug)]
pub(crate) enum Control {
    Place(Box<PlaceCall>, Reply<CallId>),
    Dial(DialOut, Reply<CallId>),
    Join(CallId, String, Mode, Reply<()>),
    PickUp(CallId, String, Reply<()>),
    Transfer(CallId, LegId, String, Reply<()>),
    Mode(CallId, LegId, Mode, Reply<()>),
    HangUp(CallId, Reply<()>),
    /// One leg goes; the call goes on if there are still two who talk.
    Drop(CallId, LegId, Reply<()>),
    /// One leg goes; who is left hears this sound, for so many milliseconds.
    Ivr(CallId, LegId, Sound, u64, Reply<()>),
    /// Publish the state as it is now.
    Show(Reply<()>),
    Hold(CallId, bool, Reply<()>),
    Reset(CallId, Reply<()>),
    Fault(Fault, Reply<()>),
    /// End all calls, close all sockets.
    Stop(Reply<()>),
}

/// One socket, as the PBX sees it.
#[derive(Debug)]
struct Connection {
    tls: bool,
    sender: mpsc::UnboundedSender<Outbound>,
}

/// The PBX.
pub(crate) struct Pbx {
    config: RigConfig,
    users: Users,
    media: Media,
    switches: Arc<Switches>,
    trace: Trace,
    connections: BTreeMap<u64, Connection>,
    /// Sockets that have not said that they are gone, those cut included.
    sockets: u64,
    stopping: Option<Reply<()>>,
    registrar: Registrar,
    auth: Auth,
    calls: BTreeMap<CallId, CallRecord>,
    parties: BTreeMap<LegId, Party>,
    ended: VecDeque<Call>,
    clients: HashMap<String, Client>,
    /// Resets that the media engine has not confirmed.
    resets: HashMap<u64, Reply<()>>,
    timers: Timers,
    faults: Faults,
    state: watch::Sender<Arc<State>>,
    counters: State,
    dirty: bool,
    published: Instant,
    next_id: u64,
    sip_port: u16,
}

impl Pbx {
    pub(crate) fn new(
        config: RigConfig,
        media: Media,
        switches: Arc<Switches>,
        trace: Trace,
        state: watch::Sender<Arc<State>>,
        sip_port: u16,
    ) -> Self {
        let users = Users::new(&config);
        let auth = Auth::new(config.digest, Duration::from_secs(u64::from(config.nonce_lifetime)));
        let mut timers = Timers::default();
        timers.after(Duration::from_secs(1), Timer::Sweep);
        Self {
            config,
            users,
            media,
            switches,
            trace,
            connections: BTreeMap::new(),
            sockets: 0,
            stopping: None,
            registrar: Registrar::default(),
            auth,
            calls: BTreeMap::new(),
            parties: BTreeMap::new(),
            ended: VecDeque::new(),
            clients: HashMap::new(),
            resets: HashMap::new(),
            timers,
            faults: Faults::default(),
            state,
            counters: State::default(),
            dirty: true,
            published: Instant::now(),
            next_id: 0,
            sip_port,
        }
    }

    /// Serves until nobody can tell it anything any more.
    pub(crate) async fn run(mut self, mut inputs: mpsc::UnboundedReceiver<Input>, mut media: mpsc::UnboundedReceiver<Happening>) {
        loop {
            let publish = self.dirty.then(|| self.published + PUBLISH);
            let wake = [publish, self.timers.next()].into_iter().flatten().min().unwrap_or_else(|| Instant::now() + TIMEOUT);
            tokio::select! {
                input = inputs.recv() => match input {
                    Some(input) => self.input(input),
                    None => return,
                },
                Some(happening) = media.recv() => self.happening(happening),
                () = tokio::time::sleep_until(wake.into()) => {}
            }
            while let Some(timer) = self.timers.due(Instant::now()) {
                self.timer(timer);
            }
            if self.dirty && self.published.elapsed() >= PUBLISH {
                self.publish();
            }
        }
    }

    fn input(&mut self, input: Input) {
        match input {
            Input::Connected { connection, tls, sender } => {
                self.sockets += 1;
                self.connections.insert(connection, Connection { tls, sender });
                self.dirty = true;
            }
            Input::Frame { connection, frame } => self.frame(connection, &frame),
            Input::Closed { connection } => {
                self.sockets = self.sockets.saturating_sub(1);
                self.closed(connection);
                self.stopped();
            }
            Input::Control(control) => self.control(control),
        }
    }

    fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Gives a frame to a socket; one that is gone takes nothing.
    fn send(&mut self, connection: u64, frame: String) {
        if self.faults.is_silent() {
            return;
        }
        if let Some(socket) = self.connections.get(&connection) {
            self.trace.add(connection, false, &frame);
            _ = socket.sender.send(Outbound::Text(frame));
        }
    }

    fn timer(&mut self, timer: Timer) {
        match timer {
            Timer::Unanswered { branch } => self.unanswered(&branch),
            Timer::Resend { leg, cseq } => self.resend(leg, cseq),
            Timer::Step { call, step } => self.step(call, step),
            Timer::Retry { leg } => self.retry(leg),
            Timer::Transfer { leg, number, outcome } => self.transfer_decided(leg, &number, &outcome),
            Timer::Expire { leg, refreshed } => self.expire(leg, refreshed),
            Timer::Abandon { leg, connection } => self.abandon(leg, connection),
            Timer::FaultOver { generation } => self.fault_over(generation),
            Timer::Sweep => {
                self.dirty |= self.registrar.sweep();
                self.timers.after(Duration::from_secs(1), Timer::Sweep);
            }
        }
    }
}
