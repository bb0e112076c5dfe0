//! What a strict user agent makes of a frame: for people who debug a server.

use super::chars::number;
use super::error::Malformed;
use super::headers::Headers;
use super::method::Method;
use super::name::HeaderName as H;
use super::refused::Refusal;
use super::values::MediaType;
use super::via::MAGIC_COOKIE;
use super::{Message, Request, Response, strict};

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

/// The extensions that may stand in Require.
const SUPPORTED: &[&str] = &["100rel", "gruu", "norefersub", "outbound", "path", "replaces", "timer"];

/// Seconds; RFC 4028 5 has no shorter session.
const MIN_SE: u32 = 90;

/// Judges one frame as a user agent that follows the RFCs to the letter: every header's syntax is checked, also of those that a call does
/// not depend on, and a request is judged as a server would before it looks at its state (RFC 3261 8.2). The method itself is not judged:
/// which methods a server allows is its own affair.
#[must_use]
pub fn check(frame: &[u8]) -> Check {
    let (verdict, reason, about) = match Message::parse_bytes(frame) {
        Ok(Message::Request(request)) => {
            let about = request.method().as_str().to_owned();
            match check_request(&request) {
                Ok(()) => (Verdict::Accept, "OK", about),
                // Nothing answers an ACK (RFC 3261 17).
                Err((_, reason)) if request.method() == &Method::Ack => (Verdict::Discard, reason, about),
                Err((status, reason)) => (Verdict::Reject(status), reason, about),
            }
        }
        Ok(Message::Response(response)) => {
            let about = response.status().to_string();
            match check_response(&response) {
                Ok(()) => (Verdict::Accept, "OK", about),
                Err(error) => (Verdict::Discard, error.0, about),
            }
        }
        Err(refused) => {
            let verdict = match refused.refusal {
                Refusal::Answer(status) => Verdict::Reject(status),
                Refusal::Discard => Verdict::Discard,
            };
            (verdict, refused.reason, refused.about().to_owned())
        }
    };
    Check { verdict, reason: reason.to_owned(), method_or_status: about }
}

fn check_response(response: &Response) -> Result<(), Malformed> {
    // RFC 3261 8.1.3.3: with more than one Via it is not for us.
    if response.vias().count() > 1 {
        return Err(Malformed("response has more than one Via"));
    }
    strict::headers(response)
}

type Judged = Result<(), (u16, &'static str)>;

fn check_request(request: &Request) -> Judged {
    strict::headers(request).and_then(|()| strict::uri(request.uri().view())).map_err(bad)?;
    if !request.uri().is_sip() && !request.uri().view().is_scheme("tel") {
        return Err((416, "Request-URI has a scheme that no SIP server can reach"));
    }
    // RFC 3261 8.2.2.3: Require is ignored in ACK and CANCEL.
    if !matches!(request.method(), Method::Ack | Method::Cancel) {
        let known = |option: &str| SUPPORTED.iter().any(|known| known.eq_ignore_ascii_case(option));
        if !request.values(H::Require).all(known) {
            return Err((420, "Require has an extension that is not supported"));
        }
    }
    if !request.body().is_empty() && request.get(H::ContentType).is_none() {
        return Err((400, "body without Content-Type"));
    }
    match request.method() {
        Method::Invite => check_invite(request),
        Method::Update => session(request).and_then(|()| timer(request)),
        Method::Register => check_register(request),
        Method::Subscribe => {
            dialog_contact(request)?;
            event(request)
        }
        Method::Notify => {
            event(request)?;
            one(request, H::SubscriptionState, "NOTIFY without Subscription-State")
        }
        Method::Refer => {
            dialog_contact(request)?;
            // RFC 3515 2.4.2.
            one(request, H::ReferTo, "REFER without Refer-To")
        }
        // RFC 3262 7.2.
        Method::Prack => one(request, H::RAck, "PRACK without RAck"),
        _ => Ok(()),
    }
}

fn bad(error: Malformed) -> (u16, &'static str) {
    (400, error.0)
}

fn one(headers: &Headers, name: H<'_>, missing: &'static str) -> Judged {
    if headers.get(name).is_some() { Ok(()) } else { Err((400, missing)) }
}

/// RFC 6665 8.2.1: without Event nobody knows which package is meant.
fn event(request: &Request) -> Judged {
    if request.get(H::Event).is_some() { Ok(()) } else { Err((489, "Event is missing")) }
}

fn check_invite(request: &Request) -> Judged {
    dialog_contact(request)?;
    // RFC 3891 3.
    if request.get(H::Replaces).is_some() && request.get(H::Join).is_some() {
        return Err((400, "Replaces and Join exclude each other"));
    }
    session(request)?;
    timer(request)?;
    // RFC 3261 20.1: absent, it stands for application/sdp; empty, for nothing.
    if request.get(H::Accept).is_some() && !request.values(H::Accept).any(takes_sdp) {
        return Err((406, "Accept leaves out application/sdp"));
    }
    Ok(())
}

fn takes_sdp(range: &str) -> bool {
    MediaType::parse(range).is_ok_and(|range| {
        let any = |part: &str, wanted: &str| part == "*" || part.eq_ignore_ascii_case(wanted);
        any(range.kind, "application") && any(range.subtype, "sdp")
    })
}

/// RFC 3261 8.1.1.8: exactly one Contact, a SIP or SIPS URI. Requests of RFC 2543 (no magic cookie) may lack it.
fn dialog_contact(request: &Request) -> Judged {
    let modern = request.via().is_ok_and(|via| via.branch().is_some_and(|branch| branch.starts_with(MAGIC_COOKIE)));
    let mut contacts = request.addresses(H::Contact);
    match (contacts.next(), contacts.next()) {
        (None, _) if !modern => Ok(()),
        (None, _) => Err((400, "Contact is missing")),
        (Some(_), Some(_)) => Err((400, "more than one Contact in a request that makes a dialog")),
        (Some(contact), None) if contact.uri().is_sip() => Ok(()),
        (Some(_), None) => Err((400, "Contact is no SIP URI")),
    }
}

/// RFC 3261 8.2.3, for a request whose body is a session description.
fn session(request: &Request) -> Judged {
    if request.body().is_empty() {
        return Ok(());
    }
    if request.values(H::ContentEncoding).any(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err((415, "Content-Encoding is not supported"));
    }
    let optional = request
        .valued(H::ContentDisposition)
        .is_ok_and(|value| value.is_some_and(|value| value.params.get("handling").is_some_and(|how| how.eq_ignore_ascii_case("optional"))));
    let known = request
        .content_type()
        .is_ok_and(|kind| kind.is_some_and(|kind| kind.is("application", "sdp") || kind.kind.eq_ignore_ascii_case("multipart")));
    if known || optional { Ok(()) } else { Err((415, "Content-Type is not supported")) }
}

/// RFC 4028 9.
fn timer(request: &Request) -> Judged {
    let interval = request.valued(H::SessionExpires).ok().flatten().and_then(|value| value.number());
    match interval {
        Some(seconds) if seconds < MIN_SE && request.has_value(H::Supported, "timer") => Err((422, "Session-Expires is below 90 seconds")),
        _ => Ok(()),
    }
}

fn check_register(request: &Request) -> Judged {
    // RFC 3261 10.3: the address of record is a SIP or SIPS URI (RFC 4475 3.3.4).
    if !request.to().is_ok_and(|to| to.uri().is_sip()) {
        return Err((400, "To of a REGISTER is no SIP URI"));
    }
    // RFC 3261 10.2.2.
    if request.get(H::Contact) == Some("*") && request.get(H::Expires).and_then(number) != Some(0) {
        return Err((400, "Contact * without Expires: 0"));
    }
    Ok(())
}
