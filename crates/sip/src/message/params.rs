use std::borrow::Cow;

use super::chars::{self, Cursor};
use super::error::Malformed;

/// The `;name=value` list behind a header's value or in a URI. Well-formed: what made it has checked it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params<'a>(&'a str);

impl<'a> Params<'a> {
    /// Wraps checked text: empty, or beginning with `;`.
    pub(crate) fn checked(text: &'a str) -> Self {
        Self(text)
    }

    /// Reads `*( SEMI generic-param )` of a header value, up to the end or a comma.
    pub(crate) fn take(cursor: &mut Cursor<'a>) -> Result<Self, Malformed> {
        let start = cursor.at;
        let mut end = start;
        while cursor.separator(b';') {
            let name = cursor.token("parameter has no name")?;
            if cursor.separator(b'=') {
                match cursor.peek() {
                    Some(b'"') => {
                        cursor.quoted()?;
                    }
                    // `host` as a value: an IPv6 reference.
                    Some(b'[') => {
                        cursor.at += 1;
                        while matches!(cursor.peek(), Some(byte) if byte.is_ascii_hexdigit() || byte == b':' || byte == b'.') {
                            cursor.at += 1;
                        }
                        if !cursor.eat(b']') {
                            return Err(Malformed("IPv6 reference does not end"));
                        }
                    }
                    // RFC 5118 4.5: `received` has IPv6 addresses without brackets, too.
                    _ => {
                        let from = cursor.at;
                        let received = name.eq_ignore_ascii_case("received");
                        while matches!(cursor.peek(), Some(byte) if chars::is(byte, chars::TOKEN) || (received && byte == b':')) {
                            cursor.at += 1;
                        }
                        if cursor.at == from {
                            return Err(Malformed("parameter has no value"));
                        }
                    }
                }
            }
            end = cursor.at;
        }
        Ok(Self(chars::slice(cursor.text, start, end)))
    }

    /// The value of a parameter as it stands (quotes included; empty where it has none), or none without such a parameter.
    /// Names compare without regard to case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.unwrap_or_default())
    }

    /// Like [`Self::get`], without quotes and escapes.
    #[must_use]
    pub fn unquoted(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).map(unquote)
    }

    /// Whether there is such a parameter.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All of them in order, as (name, value as it stands).
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> + use<'a> {
        split(self.0, b';').filter(|part| !part.is_empty()).map(|part| match find(part, b'=') {
            Some(at) => (chars::trim(chars::slice(part, 0, at)), Some(chars::trim(chars::slice(part, at + 1, part.len())))),
            None => (part, None),
        })
    }

    /// As they stand, each with its `;` before it.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.0
    }
}

/// Takes quotes and escapes away, where there are any.
#[must_use]
pub fn unquote(text: &str) -> Cow<'_, str> {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(text);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut escaped = false;
    for c in inner.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            out.push(c);
            escaped = false;
        }
    }
    Cow::Owned(out)
}

/// Adds `text` to `out` as a quoted string.
pub fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') || c.is_ascii_control() {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

/// Where `byte` first is outside quotes and angle brackets.
pub(crate) fn find(text: &str, byte: u8) -> Option<usize> {
    let (mut quoted, mut angle, mut escaped) = (false, false, false);
    for (at, &next) in text.as_bytes().iter().enumerate() {
        if quoted {
            match next {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        if next == byte && !angle {
            return Some(at);
        }
        match next {
            b'"' => quoted = true,
            b'<' => angle = true,
            b'>' => angle = false,
            _ => {}
        }
    }
    None
}

/// Parts `text` at `byte` outside quotes and angle brackets; the parts are trimmed and may be empty.
pub(crate) fn split(text: &str, byte: u8) -> Split<'_> {
    Split { rest: Some(text), byte }
}

/// See [`split`].
#[derive(Clone, Debug)]
pub(crate) struct Split<'a> {
    rest: Option<&'a str>,
    byte: u8,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let part = match find(rest, self.byte) {
            Some(at) => {
                self.rest = rest.get(at + 1..);
                chars::slice(rest, 0, at)
            }
            None => {
                self.rest = None;
                rest
            }
        };
        Some(chars::trim(part))
    }
}
