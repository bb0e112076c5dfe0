//! What the phone is told and what it says: the whole surface between [`Phone`](crate::Phone) and its driver.

use patchcord_messages::{Command, CommandId, Configuration, Devices, Millis, Notice, Problem, Quality, ToWorker};
use patchcord_sip::{MediaAnswer, MediaError, MediaRequest, SocketEvent};

/// One WebSocket. Never used twice in the life of a phone, so an event of an old one is known by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub u32);

/// One leg of a call that carries sound: an `RTCPeerConnection`. Never used twice in the life of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LegId(pub u32);

/// One port, or whatever else the driver sends a reply by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PortId(pub u32);

/// Who sends a command. The driver takes it from the port's sender, never from the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Where the reply goes.
    pub port: PortId,
    /// What it may do.
    pub origin: Origin,
}

/// What kind of sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A page of our own: it may do everything.
    OwnView,
    /// Our service worker, for a button of a notification, a shortcut or a menu entry: it may do everything.
    Worker,
    /// A content script: it may dial, and not too often.
    Content {
        /// Its page's origin, `https://crm.example.com`.
        origin: String,
    },
}

/// What the phone is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// The time asked for by [`Output::Timeout`] has come (early or late does no harm).
    Timeout,
    /// The worker's answer to [`ToWorker::Configure`]: what is remembered is logged in with at once.
    Configure(Box<Configuration>),
    /// Somebody wants something. Answered with exactly one [`Output::Reply`].
    Command {
        /// Who.
        sender: Sender,
        /// A repeated id does nothing, and gets the same reply.
        id: CommandId,
        /// What.
        command: Command,
    },
    /// Something happened on a socket.
    Socket {
        /// Which.
        socket: SocketId,
        /// What.
        event: SocketEvent,
    },
    /// The media engine has something to say.
    Media(MediaEvent),
    /// The browser says whether there is a network.
    Network {
        /// There is one.
        online: bool,
    },
}

/// What the media engine says.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaEvent {
    /// The answer to a [`MediaCommand::Ask`] that has one.
    Answer {
        /// Which leg.
        leg: LegId,
        /// Echo of the request's round.
        round: u32,
        /// The answer.
        result: Result<MediaAnswer, MediaError>,
    },
    /// The answer to [`MediaCommand::Open`].
    Opened {
        /// Which leg.
        leg: LegId,
        /// Whether the microphone is open.
        result: Result<(), MediaError>,
    },
    /// The connection of a leg has changed (W3C `connectionState`).
    Connection {
        /// Which leg.
        leg: LegId,
        /// True for `connected`, false for `failed`.
        up: bool,
    },
    /// A measurement, about once a second.
    Quality {
        /// Which leg.
        leg: LegId,
        /// The figures.
        quality: Quality,
    },
    /// The microphone in use is gone and there is no other, or it is back (none).
    Microphone(Option<MediaError>),
    /// The devices, or the permission to use them, have changed.
    Devices(Devices),
}

/// What the phone says.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Do this outside.
    Transmit(Transmit),
    /// Tell every view.
    Notice(Notice),
    /// What became of a command.
    Reply {
        /// Who asked.
        port: PortId,
        /// Of which.
        id: CommandId,
        /// None: done.
        problem: Option<Problem>,
    },
    /// The snapshot is another one now.
    Changed,
    /// Tell the service worker: badge, notification, what to remember.
    Worker(ToWorker),
    /// Sound this from now on, in place of what sounds now.
    Tone(Tone),
    /// Sound the tones of these digits once, softly: the agent pressed them.
    Beep {
        /// 0–9, A–D, `*`, `#`.
        digits: String,
    },
    /// Nothing more for now; wake the phone at this time.
    Timeout(Option<Millis>),
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Transmit {
    /// Open a WebSocket.
    Open {
        /// Its number.
        socket: SocketId,
        /// Where.
        url: String,
        /// `Sec-WebSocket-Protocol`; empty for none.
        protocol: &'static str,
    },
    /// Send a text frame.
    Frame {
        /// On this socket.
        socket: SocketId,
        /// The text.
        frame: String,
    },
    /// Close a socket and forget it: no event of it is wanted.
    Close {
        /// Which.
        socket: SocketId,
    },
    /// Tell the media engine.
    Media(MediaCommand),
}

/// What the media engine is told.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaCommand {
    /// Open the microphone for this leg; answered with [`MediaEvent::Opened`].
    Open {
        /// Which leg.
        leg: LegId,
    },
    /// A user agent asks. Some requests are answered with [`MediaEvent::Answer`]: see [`MediaRequest`].
    Ask {
        /// Which leg.
        leg: LegId,
        /// To be echoed.
        round: u32,
        /// What.
        request: MediaRequest,
    },
    /// Let sound through or not. Before the first of these, both are on.
    Gate {
        /// Which leg.
        leg: LegId,
        /// From our microphone.
        microphone: bool,
        /// To our speaker.
        speaker: bool,
    },
    /// The leg is over, whatever it was doing.
    Close {
        /// Which leg.
        leg: LegId,
    },
    /// Look for devices and permission; answered with [`MediaEvent::Devices`].
    LookForDevices,
}

/// What sounds here, until the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing.
    #[default]
    Silence,
    /// An incoming call, on the ringer.
    Ring,
    /// An incoming call while the agent talks: a short beep now and then.
    CallWaiting,
    /// The far side's phone rings.
    RingBack,
    /// The far side is busy or can't be had.
    Busy,
}
