/// What is asked of the media engine. Those marked (A) are answered with [`Input::Media`](crate::Input::Media), in order; the others are not.
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
