//! RFC 3261 25.1 `SIP-URI`, RFC 3966 `telephone-uri`, and enough of RFC 3986 to tell a URI of another scheme from rubbish.

use super::chars::{HEADER, HOST, PARAM, PASSWORD, UNRESERVED, USER, all_escaped, is, number, slice};
use super::error::Malformed;
use super::uri::Parts;

/// No URI that we take is longer: it has to fit in a header line.
const MAX: usize = 8 * 1024;

pub(crate) fn parts(text: &str) -> Result<Parts, Malformed> {
    if text.len() > MAX {
        return Err(Malformed("URI is too long"));
    }
    let Some(colon) = text.bytes().position(|byte| byte == b':') else {
        return Err(Malformed("URI has no scheme"));
    };
    let scheme = slice(text, 0, colon);
    let letters = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !letters || !scheme.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) {
        return Err(Malformed("URI has no scheme"));
    }
    let mut parts = Parts { scheme: short(colon), ..Parts::default() };
    let body = colon + 1;
    if scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips") {
        sip(text, body, &mut parts)?;
    } else if scheme.eq_ignore_ascii_case("tel") {
        tel(text, body, &mut parts)?;
    } else if !opaque(slice(text, body, text.len())) {
        return Err(Malformed("bad character in a URI"));
    }
    Ok(parts)
}

/// Every offset is at most [`MAX`].
fn short(offset: usize) -> u16 {
    u16::try_from(offset).unwrap_or(u16::MAX)
}

fn span(from: usize, to: usize) -> (u16, u16) {
    if from == to { (0, 0) } else { (short(from), short(to)) }
}

fn sip(text: &str, body: usize, parts: &mut Parts) -> Result<(), Malformed> {
    let bytes = text.as_bytes();
    let mut at = body;
    // An `@` can stand only once, behind the user part: no other part may have one unescaped.
    if let Some(offset) = slice(text, body, text.len()).bytes().position(|byte| byte == b'@') {
        let end = body + offset;
        let colon = slice(text, body, end).bytes().position(|byte| byte == b':').map(|offset| body + offset);
        let user_end = colon.unwrap_or(end);
        if user_end == body {
            return Err(Malformed("user part of a URI is empty"));
        }
        // Dialled feature codes come with `#` as it is; it should be escaped.
        if !all_escaped(slice(text, body, user_end), UNRESERVED | USER, Some(b'#')) {
            return Err(Malformed("bad character in the user part of a URI"));
        }
        if !all_escaped(slice(text, (user_end + 1).min(end), end), UNRESERVED | PASSWORD, None) {
            return Err(Malformed("bad character in the password of a URI"));
        }
        parts.user = span(body, user_end);
        parts.password = span((user_end + 1).min(end), end);
        at = end + 1;
    }
    let (host_end, port, after) = host_port(text, at)?;
    parts.host = span(at, host_end);
    parts.port = port;
    at = after;
    if bytes.get(at) == Some(&b';') {
        let end = slice(text, at, text.len()).bytes().position(|byte| byte == b'?').map_or(text.len(), |offset| at + offset);
        check_params(slice(text, at, end))?;
        parts.params = span(at, end);
        at = end;
    }
    if bytes.get(at) == Some(&b'?') {
        let headers = slice(text, at + 1, text.len());
        for header in headers.split('&') {
            let (name, value) = header.split_once('=').ok_or(Malformed("header of a URI has no value"))?;
            if name.is_empty() || !all_escaped(name, UNRESERVED | HEADER, None) || !all_escaped(value, UNRESERVED | HEADER, None) {
                return Err(Malformed("bad header of a URI"));
            }
        }
        parts.headers = (short(at + 1), short(text.len()));
        at = text.len();
    }
    if at == text.len() { Ok(()) } else { Err(Malformed("bad character in a URI")) }
}

/// `hostport` at `at`: where the host ends, the port, where all ends.
fn host_port(text: &str, at: usize) -> Result<(usize, Option<u16>, usize), Malformed> {
    let end = host(text, at)?;
    if text.as_bytes().get(end) != Some(&b':') {
        return Ok((end, None, end));
    }
    let mut last = end + 1;
    while text.as_bytes().get(last).is_some_and(u8::is_ascii_digit) {
        last += 1;
    }
    let port = number(slice(text, end + 1, last)).and_then(|port| u16::try_from(port).ok());
    match port {
        Some(port) => Ok((end, Some(port), last)),
        None => Err(Malformed("bad port")),
    }
}

/// `host` at `at`: where it ends.
pub(crate) fn host(text: &str, at: usize) -> Result<usize, Malformed> {
    let bytes = text.as_bytes();
    let mut end = at;
    if bytes.get(at) == Some(&b'[') {
        while bytes.get(end).is_some_and(|byte| *byte != b']') {
            end += 1;
        }
        let address = slice(text, at + 1, end);
        if end >= bytes.len() || !ipv6(address) {
            return Err(Malformed("bad IPv6 reference"));
        }
        return Ok(end + 1);
    }
    while bytes.get(end).is_some_and(|byte| is(*byte, HOST)) {
        end += 1;
    }
    let name = slice(text, at, end);
    let name = name.strip_suffix('.').unwrap_or(name);
    let label = |label: &str| {
        let bytes = label.as_bytes();
        bytes.first().is_some_and(|byte| *byte != b'-') && bytes.last().is_some_and(|byte| *byte != b'-')
    };
    if name.split('.').all(label) { Ok(end) } else { Err(Malformed("bad host")) }
}

fn ipv6(address: &str) -> bool {
    let is = |address: &str| address.parse::<core::net::Ipv6Addr>().is_ok();
    // RFC 5118 4.10: RFC 3261's grammar has three colons before an embedded IPv4 address; both forms are to be taken.
    is(address)
        || address
            .split_once(":::")
            .is_some_and(|(start, end)| end.parse::<core::net::Ipv4Addr>().is_ok() && is(&[start, "::", end].concat()))
}

fn check_params(text: &str) -> Result<(), Malformed> {
    for param in text.split(';').skip(1) {
        let (name, value) = match param.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (param, None),
        };
        // Proxies put base64 into their routes; `=` should be escaped.
        let bad_value = value.is_some_and(|value| value.is_empty() || !all_escaped(value, UNRESERVED | PARAM, Some(b'=')));
        if name.is_empty() || bad_value || !all_escaped(name, UNRESERVED | PARAM, None) {
            return Err(Malformed("bad parameter of a URI"));
        }
    }
    Ok(())
}

/// RFC 3966 section 3.
fn tel(text: &str, body: usize, parts: &mut Parts) -> Result<(), Malformed> {
    let end = slice(text, body, text.len()).bytes().position(|byte| byte == b';').map_or(text.len(), |offset| body + offset);
    let subscriber = slice(text, body, end);
    let (digits, global) = match subscriber.strip_prefix('+') {
        Some(rest) => (rest, true),
        None => (subscriber, false),
    };
    let visual = |byte: u8| matches!(byte, b'-' | b'.' | b'(' | b')');
    let digit = |byte: u8| if global { byte.is_ascii_digit() } else { byte.is_ascii_hexdigit() || matches!(byte, b'*' | b'#') };
    if !digits.bytes().all(|byte| visual(byte) || digit(byte)) || !digits.bytes().any(digit) {
        return Err(Malformed("bad telephone number"));
    }
    check_params(slice(text, end, text.len()))?;
    parts.user = span(body, end);
    parts.params = span(end, text.len());
    Ok(())
}

fn opaque(text: &str) -> bool {
    // `absoluteURI`: reserved, unreserved, escaped; RFC 3986 adds `[`, `]` and `#`.
    !text.is_empty() && text.bytes().all(|byte| is(byte, UNRESERVED | USER | HEADER) || matches!(byte, b'@' | b'%' | b'#'))
}
