//! What the user agent is told and what it says: the whole surface between `crates/sip` and `crates/phone`.
//!
//! [`UserAgent`](crate::UserAgent) is sans-IO. The driver calls `handle(now, input)` and then `poll_output()` until it
//! gives [`Output::Timeout`], which is always last: wake the machine then (with [`Input::Timeout`]), or never for `None`.

mod config;
mod event;
mod media;

use patchcord_messages::Millis;

use crate::Uri;

pub use config::{Config, Credential};
pub use event::{CallEvent, Ended, Event, Fault, Lamp, Mailbox, RegistrationState, Remote, SubscriptionState, TransferState};
pub use media::{MediaAnswer, MediaDirection, MediaError, MediaRequest};

/// A call of one user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallHandle(pub u32);

/// What the user agent is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// The time asked for by [`Output::Timeout`] has come. Early does no harm; any input more than ten seconds late means that the machine
    /// slept, and a new socket is opened at once.
    Timeout,
    /// Connect, register, and stay registered.
    Start,
    /// End all calls, remove the registration, disconnect.
    Stop,
    /// Take calls or turn them away with 480.
    DoNotDisturb(bool),
    /// The browser says whether there is a network.
    Network {
        /// True: there is one (again); a waiting reconnect happens at once.
        online: bool,
    },
    /// Something happened on a socket. A `generation` that is no longer current is ignored.
    Socket {
        /// Which socket.
        generation: u32,
        /// What.
        event: SocketEvent,
    },
    /// The media engine answers a [`MediaRequest`]. An answer for a dead call or an old round is ignored.
    Media {
        /// Which call.
        call: CallHandle,
        /// Echo of the request's round.
        round: u32,
        /// The answer.
        result: Result<MediaAnswer, MediaError>,
    },
    /// Call somebody. `call` comes from [`UserAgent::reserve_call`](crate::UserAgent::reserve_call).
    Invite {
        /// The reserved handle.
        call: CallHandle,
        /// Whom.
        target: Uri,
        /// Extra headers (name, value); line breaks in them are refused with [`CallEvent::Ended`].
        headers: Vec<(String, String)>,
    },
    /// Do something with a call.
    Call {
        /// Which.
        call: CallHandle,
        /// What.
        request: CallRequest,
    },
    /// Send a short message (RFC 3428). Followed by [`Event::MessageSent`].
    Message {
        /// Chosen by the caller.
        id: u32,
        /// To whom.
        target: Uri,
        /// Type of the body, `text/plain` and the like.
        content_type: String,
        /// The text.
        body: String,
    },
    /// Subscribe (RFC 6665), and stay so until [`Self::Unsubscribe`]. Followed by [`Event::Subscription`]. A known `id` is replaced.
    Subscribe {
        /// Chosen by the caller.
        id: u32,
        /// To whose state.
        target: Uri,
        /// `message-summary`, `dialog`, or any other package.
        event: String,
        /// How long at a time, in seconds.
        expires: u32,
    },
    /// End a subscription.
    Unsubscribe {
        /// Which.
        id: u32,
    },
}

/// What can be done with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallRequest {
    /// Answer (200 after the media engine has an answer).
    Answer,
    /// Turn it away with this status (486 busy, 603 declined, 480 …).
    Reject(u16),
    /// CANCEL, BYE, or a rejection, whatever fits its state.
    HangUp,
    /// Hold (re-INVITE `sendonly`/`inactive`) or resume.
    Hold(bool),
    /// Tones: RFC 4733 where it was agreed on, else INFO `application/dtmf-relay`.
    Dtmf(String),
    /// Turn it away and say where to call instead (302).
    Redirect {
        /// Whom.
        target: Uri,
    },
    /// INFO with a body of any type (RFC 2976), which the far side may or may not understand.
    Info {
        /// Its type.
        content_type: String,
        /// The body.
        body: String,
    },
    /// Blind transfer: the far side is asked (REFER, RFC 3515) to call `target` instead of us. Followed by [`CallEvent::Transfer`].
    Transfer {
        /// Whom.
        target: Uri,
    },
    /// Attended transfer (RFC 3891): the far sides of both calls are connected with each other. Followed by [`CallEvent::Transfer`] on this
    /// call. While the other call still rings, it is given up and this one is transferred blindly (RFC 5589 7.2).
    TransferTo {
        /// The other call, connected as this one, or ringing still.
        call: CallHandle,
    },
}

/// What happens on a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// Open, with sub-protocol `sip` agreed on.
    Opened,
    /// A text frame, or a binary one decoded as UTF-8 (losslessly, or the frame is reported as broken by the driver).
    Frame(String),
    /// Closed, or never opened.
    Closed {
        /// It was open before.
        was_open: bool,
        /// WebSocket close code.
        code: u16,
        /// Close reason.
        reason: String,
    },
}

/// What the user agent says.
#[derive(Clone, Debug)]
pub enum Output {
    /// Do this outside.
    Transmit(Transmit),
    /// This happened.
    Event(Event),
    /// Nothing more for now; wake the machine at this time.
    Timeout(Option<Millis>),
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// Open a socket with sub-protocol `sip`; earlier ones are to be closed and forgotten.
    Open {
        /// Its number.
        generation: u32,
        /// Where.
        url: String,
    },
    /// Send a text frame.
    Frame {
        /// On this socket.
        generation: u32,
        /// The message.
        frame: String,
    },
    /// Close a socket.
    Close {
        /// Which.
        generation: u32,
    },
    /// Ask the media engine.
    Media {
        /// For which call.
        call: CallHandle,
        /// To be echoed in the answer.
        round: u32,
        /// What.
        request: MediaRequest,
    },
}
