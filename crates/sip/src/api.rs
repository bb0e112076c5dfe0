//! What the user agent is told and what it says: the whole surface between `crates/sip` and `crates/phone`.
//!
//! [`UserAgent`](crate::UserAgent) is sans-IO. The driver calls `handle(now, input)` and then `poll_output()` until it
//! gives [`Output::Timeout`], which is always last: wake the machine then (with [`Input::Timeout`]), or never for `None`.

use patchcord_messages::{Millis, Secret};

use crate::Uri;

/// A call of one user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallHandle(pub u32);

/// How a user agent is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The servers' WebSocket URLs, in order of preference; at least one.
    pub servers: Vec<String>,
    /// The address of record, `sip:user@domain`.
    pub aor: Uri,
    /// Display name for From. Empty: none.
    pub display_name: String,
    /// Digest user name.
    pub auth_user: String,
    /// What proves who we are.
    pub credential: Credential,
    /// A UUID that stays the same for this installation (`+sip.instance`, RFC 5626 4.1), without `urn:uuid:`.
    pub instance: String,
    /// What we ask for in REGISTER's `Expires`, in seconds.
    pub expires: u32,
    /// Value of `User-Agent`.
    pub user_agent: String,
    /// Route the initial requests through the server's URL (some PBXs want it).
    pub outbound_proxy: bool,
    /// Session timers (RFC 4028) are offered and honoured.
    pub session_timers: bool,
    /// Not ready: an incoming INVITE is answered with 480.
    pub do_not_disturb: bool,
}

/// What proves who we are.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The password itself.
    Password(Secret),
    /// H(user:realm:password) in hex, for one realm and algorithm MD5 or SHA-256, told apart by its length.
    Ha1(Secret),
    /// An OAuth 2.0 access token (RFC 8898).
    Bearer(Secret),
}

/// What the user agent is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// The time asked for by [`Output::Timeout`] has come (early or late does no harm).
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
    /// Blind transfer: the far side is asked (REFER, RFC 3515) to call `target` instead of us. Followed by [`CallEvent::Transfer`].
    Transfer {
        /// Whom.
        target: Uri,
    },
    /// Attended transfer (RFC 3891): the far sides of both calls are connected with each other. Followed by [`CallEvent::Transfer`] on this call.
    TransferTo {
        /// The other call, connected as this one.
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

/// What is asked of the media engine. Those marked (A) are answered with [`Input::Media`], in order; the others are not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaRequest {
    /// (A) Make an offer: [`MediaAnswer::Sdp`]. The first one opens microphone and connection.
    CreateOffer {
        /// What we want to do.
        direction: MediaDirection,
        /// New ICE credentials.
        ice_restart: bool,
    },
    /// (A) Take this offer, make an answer: [`MediaAnswer::Sdp`]. The first one opens microphone and connection.
    AnswerOffer {
        /// The far side's offer.
        offer: String,
        /// What we want to do.
        direction: MediaDirection,
    },
    /// (A) Take this answer to our offer: [`MediaAnswer::Done`].
    TakeAnswer {
        /// The far side's answer.
        answer: String,
        /// It came in a provisional response: it may change.
        provisional: bool,
    },
    /// Forget our outstanding offer (glare, refusal): back to what was agreed on.
    Rollback,
    /// Send tones by RFC 4733.
    SendDtmf {
        /// 0–9, A–D, `*`, `#`.
        digits: String,
    },
    /// The call is over: close everything of it.
    Close,
}

/// Who sends sound, from our side (RFC 3264).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaDirection {
    /// Both.
    SendRecv,
    /// We hold, music for the far side is possible.
    SendOnly,
    /// The far side holds.
    RecvOnly,
    /// Both hold.
    Inactive,
}

/// The media engine's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaAnswer {
    /// A complete session description, candidates included.
    Sdp(String),
    /// It is done.
    Done,
}

/// Why the media engine can't.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaError {
    /// No microphone.
    MicrophoneMissing,
    /// The user or the policy refused it.
    MicrophoneRefused,
    /// The user was never asked.
    MicrophoneNotAsked,
    /// Held by another program.
    MicrophoneBusy,
    /// The far side's description cannot be used, or has nothing in common with ours: 488.
    NotAcceptable(String),
    /// Anything else.
    Failed(String),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The registration or its connection has changed.
    Registration(RegistrationState),
    /// A call has changed.
    Call {
        /// Which.
        call: CallHandle,
        /// What.
        event: CallEvent,
    },
}

/// How the registration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationState {
    /// Opening a socket.
    Connecting,
    /// REGISTER is on its way.
    Registering,
    /// Registered. Also after each regained connection, but not after a plain refresh.
    Registered,
    /// Not registered now; the user agent goes on trying.
    Waiting {
        /// When it tries again.
        next_try: Millis,
        /// What was wrong.
        fault: Fault,
    },
    /// Not registered, and no further try is made: it could not succeed.
    Failed {
        /// What was wrong.
        fault: Fault,
    },
    /// Stopped as asked.
    Stopped,
}

/// What was wrong with a connection or registration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The socket never opened.
    Unreachable,
    /// The socket closed.
    Lost,
    /// It opened, but no answer came in time (Timer F, or the keep-alive).
    Silent,
    /// Our credentials were refused.
    Credentials,
    /// No scheme or algorithm that we have.
    Challenge(String),
    /// REGISTER refused: status and reason phrase.
    Refused(u16, String),
}

/// What happened to a call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CallEvent {
    /// A call comes in and rings (180 was sent).
    Incoming(Box<Remote>),
    /// The INVITE left.
    Sent,
    /// 180, 181, 182 or 183.
    Progress {
        /// The status.
        status: u16,
        /// There is early media to be heard.
        early_media: bool,
    },
    /// Answered, and our ACK or theirs is done: both can talk.
    Connected {
        /// Who answered, where the far side says.
        remote: Box<Remote>,
    },
    /// The hold state has changed, by us or by them.
    Held {
        /// We hold.
        local: bool,
        /// They hold.
        remote: bool,
    },
    /// Our wish to hold or resume failed: status and reason phrase. The call goes on as it was.
    HoldFailed(u16, String),
    /// Tones came by INFO.
    Dtmf(String),
    /// We hung up; waiting for the far side's word.
    Ending,
    /// A transfer that we asked for.
    Transfer(TransferState),
    /// First event of a call that comes by an attended transfer: it takes the place of one of ours, and is being answered by itself.
    /// The replaced call ends with [`Ended::Replaced`].
    Replacing {
        /// The call whose place it takes.
        call: CallHandle,
        /// Who calls.
        remote: Box<Remote>,
    },
    /// First event of a call that the far side of another call asked us to make: we are being transferred. It goes on as any call of ours.
    Referred {
        /// The call in which we were asked; the far side is expected to hang up there.
        by: CallHandle,
        /// Whom we call.
        target: Uri,
    },
    /// Follows [`Self::Incoming`] where the caller's server wants the call answered by itself (`Call-Info: …;answer-after=N`, or an
    /// `Alert-Info` of `info=alert-autoanswer` or `ring-answer`). Nothing is done about it but by [`CallRequest::Answer`].
    AutoAnswer {
        /// After that many seconds.
        after: u32,
    },
    /// Over. Always the last event of a call, and always exactly one.
    Ended(Ended),
}

/// How a transfer of ours goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferState {
    /// The far side tries.
    Accepted,
    /// What it meets: 180, 183, …
    Progress(u16),
    /// It talks to the target. This call ends with [`Ended::Transferred`], and so does the other one of an attended transfer.
    Done,
    /// It would not or could not: status and reason phrase. The call goes on.
    Failed(u16, String),
}

/// The far side, as its headers present it: raw, not shortened, not to be trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// Its URI.
    pub uri: String,
    /// User part of the URI, unescaped.
    pub user: String,
    /// Display name, unquoted.
    pub display_name: String,
    /// Headers of its INVITE or 2xx that a screen pop may want: `X-…`, `P-Asserted-Identity`, `Diversion`, `Call-Info`, `Subject`.
    pub headers: Vec<(String, String)>,
}

/// Why a call is over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// We hung up or cancelled.
    Local,
    /// The far side hung up (BYE).
    Remote,
    /// The caller gave up (CANCEL).
    Cancelled,
    /// The caller gave up because another phone answered (CANCEL with Reason `cause=200`, RFC 3326).
    AnsweredElsewhere,
    /// We turned it away.
    Rejected,
    /// The far side or a proxy refused: status and reason phrase.
    Refused(u16, String),
    /// No answer in time (Timer B, or no connection).
    TimedOut,
    /// We transferred it.
    Transferred,
    /// Another call took its place (attended transfer by the far side).
    Replaced,
    /// The media engine could not.
    Media(MediaError),
    /// What was asked for can't be put into a message.
    Misuse(String),
}
