//! What RFC 3261 8.1.1 wants of every message, and what its syntax wants of the headers that a user agent acts on.

use super::chars::number;
use super::error::Malformed;
use super::headers::Headers;
use super::method::Method;
use super::name::HeaderName as H;
use super::name_addr::NameAddrRef;
use super::params::split;
use super::parse::{Start, refuse_request, refuse_response, short};
use super::refused::Refused;
use super::values::CSeq;
use super::via::{MAGIC_COOKIE, Via};
use super::{Message, Request, Response};

const MISMATCH: Malformed = Malformed("CSeq has another method than the request line");

pub(super) fn message(start: Start, mut headers: Headers, fault: Option<&'static str>) -> Result<Message, Refused> {
    let method = match &start {
        Start::Request(method, _) => Some(method),
        Start::Response(..) => None,
    };
    let mut result = fault.map_or(Ok(()), |fault| Err(Malformed(fault)));
    if result.is_ok() {
        result = body(&mut headers).and_then(|()| all(&headers, method));
    }
    let mismatch = matches!(result, Err(MISMATCH));
    match (result, start) {
        (Ok(()), Start::Request(method, uri)) => Ok(Message::Request(Request { headers, method, uri })),
        (Ok(()), Start::Response(status, reason)) => Ok(Message::Response(Response { headers, status, reason })),
        // RFC 4475 3.1.2.18: 501 says more than 400 where the method is unknown.
        (Err(_), Start::Request(method @ Method::Other(_), _)) if mismatch => Err(refuse_request(headers, method, 501, "Not Implemented")),
        (Err(error), Start::Request(method, _)) => Err(refuse_request(headers, method, 400, error.0)),
        (Err(error), Start::Response(status, _)) => Err(refuse_response(headers, status, error.0)),
    }
}

/// Whether a response could find its way back. It copies what is there (RFC 4475 3.3.1 wants an answer even without From, To and
/// Call-ID), but without any Via nobody could tell whose it is.
pub(super) fn answerable(headers: &Headers) -> bool {
    headers.get(H::Via).is_some()
}

/// RFC 3261 18.3: what goes beyond Content-Length is cut off, what falls short of it is an error. Without Content-Length the frame's
/// end is the body's (RFC 7118 lets it be left out).
fn body(headers: &mut Headers) -> Result<(), Malformed> {
    let mut length = None;
    for line in headers.get_all(H::ContentLength) {
        let value = number(line).ok_or(Malformed("bad Content-Length"))?;
        if length.is_some_and(|known| known != value) {
            return Err(Malformed("several Content-Length headers"));
        }
        length = Some(value);
    }
    let Some(length) = length else { return Ok(()) };
    let there = short(headers.body().len());
    if length > there {
        return Err(Malformed("body is shorter than Content-Length"));
    }
    if let Some(binary) = headers.binary.take() {
        headers.binary = binary.get(..length as usize).map(Into::into);
        return Ok(());
    }
    let (from, _) = headers.body;
    headers.body = (from, from + length);
    if !headers.frame.is_char_boundary((from + length) as usize) {
        let cut = headers.frame.as_bytes().get(from as usize..(from + length) as usize).unwrap_or_default().into();
        headers.binary = Some(cut);
    }
    Ok(())
}

fn all(headers: &Headers, method: Option<&Method>) -> Result<(), Malformed> {
    let mut seen = 0_u8;
    let mut once = |bit: u8| {
        let again = seen & bit != 0;
        seen |= bit;
        if again { Err(Malformed("a header that may stand once stands twice")) } else { Ok(()) }
    };
    let mut vias = 0_u32;
    let mut contacts = 0_u32;
    let mut star = false;
    for (name, value) in headers.iter() {
        match name {
            H::Via => {
                let first = vias == 0;
                vias += list(value, |value| Via::parse(value).map(|_| ()))?;
                // RFC 4475 3.2.1: the cookie promises a transaction id.
                if first && method.is_some() && headers.via()?.branch().is_some_and(|branch| branch.eq_ignore_ascii_case(MAGIC_COOKIE)) {
                    return Err(Malformed("Via has an empty branch"));
                }
            }
            H::From | H::To => {
                once(if name == H::From { 1 } else { 2 })?;
                NameAddrRef::parse(value)?;
            }
            H::CallId => {
                once(4)?;
                call_id(value)?;
            }
            H::CSeq => {
                once(8)?;
                let cseq = CSeq::parse(value)?;
                if method.is_some_and(|method| *method != cseq.method) {
                    return Err(MISMATCH);
                }
            }
            // A response's other headers are worth less than the response: the views leave out what they cannot read.
            _ if method.is_none() => {}
            H::MaxForwards => {
                once(16)?;
                number(value).filter(|hops| *hops < 256).ok_or(Malformed("bad Max-Forwards"))?;
            }
            H::Contact if value == "*" => star = true,
            H::Contact => contacts += list(value, |value| NameAddrRef::parse(value).map(|_| ()))?,
            H::Route | H::RecordRoute => {
                list(value, |value| match NameAddrRef::parse(value)?.is_bracketed() {
                    true => Ok(()),
                    false => Err(Malformed("route without < >")),
                })?;
            }
            _ => {}
        }
    }
    if star && contacts > 0 {
        return Err(Malformed("Contact has * and an address"));
    }
    let missing = if vias == 0 {
        "Via is missing"
    } else if seen & 1 == 0 {
        "From is missing"
    } else if seen & 2 == 0 {
        "To is missing"
    } else if seen & 4 == 0 {
        "Call-ID is missing"
    } else if seen & 8 == 0 {
        "CSeq is missing"
    } else {
        return Ok(());
    };
    Err(Malformed(missing))
}

/// Reads all values of a line, of which none may be empty; gives their number.
fn list(line: &str, read: impl Fn(&str) -> Result<(), Malformed>) -> Result<u32, Malformed> {
    let mut count = 0;
    for value in split(line, b',') {
        if value.is_empty() {
            return Err(Malformed("empty value in a list"));
        }
        read(value)?;
        count += 1;
    }
    Ok(count)
}

/// `word [ "@" word ]`.
fn call_id(text: &str) -> Result<(), Malformed> {
    let (word, host) = text.split_once('@').map_or((text, None), |(word, host)| (word, Some(host)));
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| super::chars::is(byte, super::chars::WORD));
    if is_word(word) && host.is_none_or(is_word) { Ok(()) } else { Err(Malformed("bad Call-ID")) }
}
