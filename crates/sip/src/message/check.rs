//! What a strict user agent makes of a frame: for people who debug a server.

use super::refused::Refusal;
use super::{Message, Request};

/// What is made of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is done with it.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// A request's method or a response's status, as far as it could be read.
    pub method_or_status: String,
}

/// What is done with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Taken.
    Accept,
    /// Answered with this status.
    Reject(u16),
    /// Not answered.
    Discard,
}

/// Judges one frame as a user agent server (or client, for responses) that follows the RFCs to the letter.
#[must_use]
pub fn check(frame: &[u8]) -> Check {
    match Message::parse_bytes(frame) {
        Ok(Message::Request(request)) => check_request(&request),
        Ok(Message::Response(response)) => {
            Check { verdict: Verdict::Accept, reason: "OK".to_owned(), method_or_status: response.status().to_string() }
        }
        Err(refused) => {
            let verdict = match refused.refusal {
                Refusal::Answer(status) => Verdict::Reject(status),
                Refusal::Discard => Verdict::Discard,
            };
            Check { verdict, reason: refused.reason.to_owned(), method_or_status: refused.about().to_owned() }
        }
    }
}

fn check_request(request: &Request) -> Check {
    Check { verdict: Verdict::Accept, reason: "OK".to_owned(), method_or_status: request.method().to_string() }
}
