//! One pass over a frame: start line, header lines, body. What is wrong with the start line is kept until the headers have been read,
//! since the answer needs them.

use super::chars::{TOKEN, is, number, slice, trim};
use super::headers::{Field, Headers};
use super::method::Method;
use super::name::HeaderName;
use super::refused::{Refusal, Refused};
use super::uri::Uri;
use super::{MAX_FRAME, MAX_HEADERS, MAX_LINE, Message, Request, Response, validate};

/// What the start line says.
pub(super) enum Start {
    Request(Method, Uri),
    Response(u16, (u32, u32)),
}

/// What is wrong with a start line, and what it was about.
struct BadStart {
    status: u16,
    reason: &'static str,
    method: Option<Method>,
}

pub(super) fn bytes(frame: &[u8]) -> Result<Message, Refused> {
    if let Some(start) = frame.get(..MAX_FRAME).filter(|_| frame.len() > MAX_FRAME) {
        return Err(too_large(String::from_utf8_lossy(start).into_owned()));
    }
    if let Ok(text) = core::str::from_utf8(frame) {
        return message(text.to_owned(), None);
    }
    let end = frame.windows(4).position(|window| window == b"\r\n\r\n").map_or(frame.len(), |at| at + 4);
    let (head, body) = frame.split_at_checked(end).unwrap_or((frame, &[]));
    match core::str::from_utf8(head) {
        Ok(text) => message(text.to_owned(), Some(body.into())),
        Err(_) => {
            let read = message(String::from_utf8_lossy(head).into_owned(), None);
            let mut refused = read.map_or_else(|refused| refused, |message| refuse_message(message, 400, ""));
            refused.reason = "headers are no UTF-8";
            Err(refused)
        }
    }
}

/// The start of a frame is enough to answer it (RFC 3261 21.5.14), where all that the answer needs is in it.
fn too_large(mut frame: String) -> Refused {
    frame.truncate(frame.floor_char_boundary(MAX_FRAME));
    let read = message(frame, None);
    let mut refused = read.map_or_else(|refused| refused, |message| refuse_message(message, 513, ""));
    if let Refusal::Answer(status) = &mut refused.refusal {
        *status = 513;
    }
    refused.reason = "Message Too Large";
    refused
}

pub(super) fn message(frame: String, binary: Option<Box<[u8]>>) -> Result<Message, Refused> {
    if frame.len() > MAX_FRAME {
        return Err(too_large(frame));
    }
    // RFC 3261 7.5: line breaks before the start line are ignored.
    let mut at = frame.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    if at == frame.len() {
        return Err(discard("nothing but line breaks"));
    }
    let mut headers = Headers { frame, fields: Vec::with_capacity(24), body: (0, 0), binary };
    let Some((end, next, broken)) = line_end(&headers.frame, at) else {
        return Err(discard("no line break behind the start line"));
    };
    let first = (at, end);
    at = next;
    let fault = lines(&mut headers, &mut at);
    let fault = broken.and(fault).err();
    headers.body = (short(at), short(headers.frame.len()));
    match start(&headers.frame, first) {
        Ok(start) => validate::message(start, headers, fault),
        Err(bad) => Err(refuse_start(headers, first, bad)),
    }
}

pub(super) fn short(offset: usize) -> u32 {
    // No frame is longer than MAX_FRAME.
    u32::try_from(offset).unwrap_or(u32::MAX)
}

pub(super) fn discard(reason: &'static str) -> Refused {
    Refused { refusal: Refusal::Discard, reason, about: String::new(), headers: None, method: None }
}

/// The end of the line at `at`, without and with its line break, and what is wrong with it: a CR or LF alone breaks no line in RFC 3261,
/// but to go on reading, an LF is taken for a break.
fn line_end(frame: &str, at: usize) -> Option<(usize, usize, Result<(), &'static str>)> {
    const ALONE: Result<(), &str> = Err("CR or LF alone in a header");
    let bytes = frame.as_bytes();
    let mut fault = Ok(());
    let mut end = at;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\r' if bytes.get(end + 1) == Some(&b'\n') => return Some((end, end + 2, fault)),
            b'\n' => return Some((end, end + 1, ALONE)),
            b'\r' => fault = ALONE,
            _ => {}
        }
        end += 1;
    }
    None
}

/// Reads the header lines and the empty line behind them. `at` is left at the body. The first fault is told at the end: what an answer
/// needs may stand behind it.
fn lines(headers: &mut Headers, at: &mut usize) -> Result<(), &'static str> {
    let mut fault = Ok(());
    loop {
        let start = *at;
        let Some((mut end, mut next, broken)) = line_end(&headers.frame, start) else {
            return fault.and(Err("no empty line behind the headers"));
        };
        // What is left of a CR that broke no line must not get into our answer.
        let mut mend = broken.is_err();
        fault = fault.and(broken);
        if end == start {
            *at = next;
            return fault;
        }
        // RFC 3261 7.3.1: a line that begins with white space goes on with the one before; the break means no more than a space.
        while matches!(headers.frame.as_bytes().get(next), Some(b' ' | b'\t')) {
            let Some((more, after, broken)) = line_end(&headers.frame, next) else {
                return fault.and(Err("no empty line behind the headers"));
            };
            fault = fault.and(broken);
            mend = true;
            (end, next) = (more, after);
        }
        *at = next;
        if end - start > MAX_LINE {
            return fault.and(Err("header line is too long"));
        }
        if headers.fields.len() >= MAX_HEADERS {
            return fault.and(Err("too many headers"));
        }
        if mend {
            unfold(&mut headers.frame, start, end);
        }
        match field(&headers.frame, start, end) {
            Some(field) => headers.fields.push(field),
            None => fault = fault.and(Err("header line has no name")),
        }
    }
}

/// Replaces the line breaks between `start` and `end` by spaces.
fn unfold(frame: &mut String, start: usize, end: usize) {
    let line: String = slice(frame, start, end).chars().map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c }).collect();
    frame.replace_range(start..end, &line);
}

fn field(frame: &str, start: usize, end: usize) -> Option<Field> {
    let bytes = frame.as_bytes();
    let mut name_end = start;
    while bytes.get(name_end).is_some_and(|byte| is(*byte, TOKEN)) {
        name_end += 1;
    }
    let mut colon = name_end;
    while matches!(bytes.get(colon), Some(b' ' | b'\t')) {
        colon += 1;
    }
    if name_end == start || bytes.get(colon) != Some(&b':') {
        return None;
    }
    let mut from = colon + 1;
    while from < end && matches!(bytes.get(from), Some(b' ' | b'\t')) {
        from += 1;
    }
    let value = trim(slice(frame, from, end));
    let name = slice(frame, start, name_end);
    let known = match HeaderName::parse(name) {
        HeaderName::Other(_) => None,
        known => HeaderName::known(known),
    };
    Some(Field { known, name: (short(start), short(name_end)), value: (short(from), short(from + value.len())) })
}

/// Reads the start line between `from` and `to`.
fn start(frame: &str, (from, to): (usize, usize)) -> Result<Start, BadStart> {
    let line = slice(frame, from, to);
    let bad = |reason, method| BadStart { status: 400, reason, method };
    // Only a response begins with the version; no method has a slash.
    if line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("SIP/")) {
        if line.len() > MAX_LINE {
            return Err(bad("status line is too long", None));
        }
        let mut parts = line.splitn(3, ' ');
        if !parts.next().is_some_and(|version| version.eq_ignore_ascii_case("SIP/2.0")) {
            return Err(bad("response of another SIP version", None));
        }
        let code = parts.next().unwrap_or_default();
        let status = number(code).and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| code.len() == 3 && (100..700).contains(status));
        let (Some(status), Some(reason)) = (status, parts.next()) else {
            return Err(bad("bad status line", None));
        };
        return Ok(Start::Response(status, (short(to - reason.len()), short(to))));
    }
    let (method, rest) = line.split_once(' ').unwrap_or((line, ""));
    if method.len() > MAX_LINE {
        return Err(bad("method is too long", None));
    }
    let method = Method::parse(method).map_err(|error| bad(error.0, None))?;
    if line.len() > MAX_LINE {
        return Err(BadStart { status: 414, reason: "Request-URI is too long", method: Some(method) });
    }
    let Some((uri, version)) = rest.rsplit_once(' ') else {
        return Err(bad("request line is no method, URI and version", Some(method)));
    };
    if !version.eq_ignore_ascii_case("SIP/2.0") {
        return Err(other_version(version, method));
    }
    if uri.contains([' ', '\t']) {
        return Err(bad("white space in the Request-URI", Some(method)));
    }
    match Uri::parse(uri) {
        // RFC 3261 19.1.1, table 1.
        Ok(uri) if uri.headers().next().is_some() => Err(bad("Request-URI has headers", Some(method))),
        Ok(uri) => Ok(Start::Request(method, uri)),
        Err(error) => Err(bad(error.0, Some(method))),
    }
}

/// `SIP/` and two numbers make another version; anything else is rubbish.
fn other_version(version: &str, method: Method) -> BadStart {
    let numbers = version.get(..4).filter(|name| name.eq_ignore_ascii_case("SIP/")).and_then(|_| version.get(4..)?.split_once('.'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if numbers.is_some_and(|(major, minor)| digits(major) && digits(minor)) {
        return BadStart { status: 505, reason: "Version Not Supported", method: Some(method) };
    }
    BadStart { status: 400, reason: "request line does not end with SIP/2.0", method: Some(method) }
}

/// A bad start line: answered where it was a request's, and the headers give what an answer needs.
fn refuse_start(headers: Headers, (from, to): (usize, usize), bad: BadStart) -> Refused {
    let line = slice(&headers.frame, from, to);
    let response = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("SIP/"));
    let about = match &bad.method {
        Some(method) => method.as_str().to_owned(),
        None if response => line.split(' ').nth(1).unwrap_or_default().to_owned(),
        None => String::new(),
    };
    let mute = response || bad.method == Some(Method::Ack) || !validate::answerable(&headers);
    Refused {
        refusal: if mute { Refusal::Discard } else { Refusal::Answer(bad.status) },
        reason: bad.reason,
        about,
        headers: Some(Box::new(headers)),
        method: bad.method,
    }
}

/// A message that was read but is not taken.
fn refuse_message(message: Message, status: u16, reason: &'static str) -> Refused {
    match message {
        Message::Request(Request { headers, method, .. }) => refuse_request(headers, method, status, reason),
        Message::Response(Response { headers, status, .. }) => refuse_response(headers, status, reason),
    }
}

pub(super) fn refuse_request(headers: Headers, method: Method, status: u16, reason: &'static str) -> Refused {
    let mute = method == Method::Ack || !validate::answerable(&headers);
    Refused {
        refusal: if mute { Refusal::Discard } else { Refusal::Answer(status) },
        reason,
        about: method.as_str().to_owned(),
        headers: Some(Box::new(headers)),
        method: Some(method),
    }
}

pub(super) fn refuse_response(headers: Headers, status: u16, reason: &'static str) -> Refused {
    let mut about = String::new();
    super::builder::push_number(&mut about, u32::from(status));
    Refused { refusal: Refusal::Discard, reason, about, headers: Some(Box::new(headers)), method: None }
}
