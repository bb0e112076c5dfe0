use patchcord_messages::Millis;

use super::{CallHandle, MediaError};
use crate::Uri;

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
    /// A short message came. Not to be trusted.
    Message {
        /// From whom.
        from: Box<Remote>,
        /// Type of the body.
        content_type: String,
        /// The text.
        body: String,
    },
    /// What became of [`Input::Message`](crate::Input::Message): the final status (408 for no answer, 400 for one that cannot be sent) and reason phrase.
    MessageSent {
        /// Which.
        id: u32,
        /// 200–699.
        status: u16,
        /// In the server's words.
        reason: String,
    },
    /// A subscription has changed.
    Subscription {
        /// Which.
        id: u32,
        /// How it stands.
        state: SubscriptionState,
    },
    /// Voicemail (RFC 3842): after a subscription to `message-summary`, or unasked, as many PBXs do.
    Mailbox(Mailbox),
    /// A busy lamp (RFC 4235), after a subscription to `dialog`.
    Lamp {
        /// The subscription.
        id: u32,
        /// Whose lamp.
        entity: String,
        /// How it is lit.
        lamp: Lamp,
    },
    /// A notice of any other package.
    Notified {
        /// The subscription.
        id: u32,
        /// Type of the body.
        content_type: String,
        /// The body.
        body: String,
    },
}

/// How a subscription stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscriptionState {
    /// Notices come.
    Active,
    /// Not now; it is tried again.
    Waiting,
    /// Over: refused for good (status and words), or as asked (0).
    Ended(u16, String),
}

/// Messages in a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// There are new ones.
    pub waiting: bool,
    /// New voice messages.
    pub new: u32,
    /// Old voice messages.
    pub old: u32,
}

/// How a busy lamp is lit: the busiest of the watched phone's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lamp {
    /// Nothing goes on.
    Idle,
    /// It rings, or calls.
    Ringing,
    /// It talks.
    Busy,
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
    /// INFO came with anything else. Not to be trusted.
    Info {
        /// Type of the body.
        content_type: String,
        /// The body.
        body: String,
    },
    /// The network says that the far side is somebody else now (P-Asserted-Identity or Remote-Party-ID in a re-INVITE or UPDATE): a PBX has
    /// transferred it.
    Identity(Box<Remote>),
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
    /// `Alert-Info` of `info=alert-autoanswer` or `ring-answer`). Nothing is done about it but by [`CallRequest::Answer`](crate::CallRequest::Answer).
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
