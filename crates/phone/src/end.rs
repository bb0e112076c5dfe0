//! Why a call is over, in the agent's terms.

use patchcord_messages::{Direction, EndReason, Problem};
use patchcord_sip::{Ended, MediaError};

use crate::text::{LINE, clean};

/// What the phone knows of a call at its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past {
    pub(crate) direction: Direction,
    /// It was answered.
    pub(crate) connected: bool,
    /// The far side's phone rang.
    pub(crate) rang: bool,
    /// The agent wanted it over.
    pub(crate) hung_up: bool,
}

/// Turns a SIP ending into an [`EndReason`].
pub(crate) fn reason(past: Past, ended: Ended) -> EndReason {
    match ended {
        Ended::Local => local(past),
        // What comes after the agent's own wish is only how the far side took it.
        Ended::Refused(..) | Ended::TimedOut | Ended::Remote if past.hung_up => local(past),
        // Our own doing: the customer talks to somebody else now.
        Ended::Transferred => EndReason::HungUp,
        Ended::Remote | Ended::Replaced => EndReason::FarHungUp,
        Ended::Cancelled => EndReason::Missed,
        Ended::AnsweredElsewhere => EndReason::AnsweredElsewhere,
        Ended::Rejected => EndReason::DeclinedHere,
        Ended::Refused(status, words) => refused(past, status, &words),
        Ended::TimedOut if past.rang && !past.connected => EndReason::NoAnswer,
        Ended::TimedOut => failed(Problem::CallTimedOut),
        Ended::Media(error) => failed(media_problem(error)),
        Ended::Misuse(detail) => failed(Problem::Internal { detail: clean(&detail, LINE) }),
        _ => failed(Problem::Internal { detail: "unknown ending".to_owned() }),
    }
}

fn local(past: Past) -> EndReason {
    match (past.connected, past.direction) {
        (true, _) => EndReason::HungUp,
        (false, Direction::Outbound) => EndReason::Cancelled,
        (false, Direction::Inbound) => EndReason::DeclinedHere,
    }
}

/// RFC 3261 21.3–21.6, RFC 8197 (607), RFC 8688 (608).
fn refused(past: Past, status: u16, words: &str) -> EndReason {
    match status {
        486 | 600 => EndReason::Busy,
        603 | 607 | 608 => EndReason::Declined,
        404 | 410 | 416 | 484 | 485 | 604 => EndReason::NotFound,
        403 => EndReason::Forbidden,
        // A PBX that gives up after ringing says one of these.
        408 | 480 | 487 if past.rang => EndReason::NoAnswer,
        480 => EndReason::Unavailable,
        408 | 504 => failed(Problem::CallTimedOut),
        488 | 606 | 415 => failed(Problem::NoCommonCodec),
        _ => failed(Problem::CallRefused { status, reason: clean(words, LINE) }),
    }
}

fn failed(problem: Problem) -> EndReason {
    EndReason::Failed { problem }
}

/// The same in words for the agent.
pub(crate) fn media_problem(error: MediaError) -> Problem {
    match error {
        MediaError::MicrophoneMissing => Problem::MicrophoneMissing,
        MediaError::MicrophoneRefused => Problem::MicrophoneRefused,
        MediaError::MicrophoneNotAsked => Problem::MicrophoneNotAsked,
        MediaError::MicrophoneBusy => Problem::MicrophoneBusy,
        MediaError::NotAcceptable(_) => Problem::NoCommonCodec,
        _ => Problem::MediaFailed,
    }
}

/// The agent has to do something about the microphone before any call can work.
pub(crate) fn needs_microphone(problem: &Problem) -> bool {
    matches!(problem, Problem::MicrophoneMissing | Problem::MicrophoneRefused | Problem::MicrophoneNotAsked | Problem::MicrophoneBusy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_why() {
        let out = Past { direction: Direction::Outbound, connected: false, rang: false, hung_up: false };
        let rang = Past { rang: true, ..out };
        let talked = Past { connected: true, rang: true, ..out };
        let inbound = Past { direction: Direction::Inbound, ..out };
        let refused = |status| Ended::Refused(status, "Words".to_owned());
        for (past, ended, expected) in [
            (talked, Ended::Local, EndReason::HungUp),
            (talked, Ended::Remote, EndReason::FarHungUp),
            (talked, Ended::TimedOut, failed(Problem::CallTimedOut)),
            (Past { hung_up: true, ..talked }, Ended::TimedOut, EndReason::HungUp),
            (rang, Ended::Local, EndReason::Cancelled),
            (Past { hung_up: true, ..rang }, refused(487), EndReason::Cancelled),
            (inbound, Ended::Local, EndReason::DeclinedHere),
            (inbound, Ended::Rejected, EndReason::DeclinedHere),
            (inbound, Ended::Cancelled, EndReason::Missed),
            (inbound, Ended::AnsweredElsewhere, EndReason::AnsweredElsewhere),
            (out, refused(486), EndReason::Busy),
            (out, refused(600), EndReason::Busy),
            (rang, refused(603), EndReason::Declined),
            (out, refused(404), EndReason::NotFound),
            (out, refused(484), EndReason::NotFound),
            (out, refused(604), EndReason::NotFound),
            (out, refused(403), EndReason::Forbidden),
            (out, refused(480), EndReason::Unavailable),
            (rang, refused(480), EndReason::NoAnswer),
            (rang, refused(408), EndReason::NoAnswer),
            (rang, refused(487), EndReason::NoAnswer),
            (out, refused(408), failed(Problem::CallTimedOut)),
            (out, refused(488), failed(Problem::NoCommonCodec)),
            (out, refused(606), failed(Problem::NoCommonCodec)),
            (out, refused(503), failed(Problem::CallRefused { status: 503, reason: "Words".into() })),
            (out, Ended::TimedOut, failed(Problem::CallTimedOut)),
            (rang, Ended::TimedOut, EndReason::NoAnswer),
            (out, Ended::Media(MediaError::MicrophoneRefused), failed(Problem::MicrophoneRefused)),
            (out, Ended::Media(MediaError::NotAcceptable("x".into())), failed(Problem::NoCommonCodec)),
            (out, Ended::Media(MediaError::Failed("x".into())), failed(Problem::MediaFailed)),
        ] {
            assert_eq!(reason(past, ended.clone()), expected, "{past:?} {ended:?}");
        }
    }
}
