//! The smaller header values. Each reads one value, borrows from it, and keeps its parameters.

use std::borrow::Cow;

use super::chars::{self, Cursor, number};
use super::error::Malformed;
use super::method::Method;
use super::params::{Params, unquote};

/// CSeq (RFC 3261 20.16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CSeq {
    /// Below 2³¹ by 8.1.1.5; anything that fits 32 bits is read.
    pub number: u32,
    /// The request's method.
    pub method: Method,
}

impl CSeq {
    /// Reads a value.
    ///
    /// # Errors
    /// When it breaks the grammar or the number does not fit 32 bits.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut parts = words(text);
        let number = parts.next().and_then(number).ok_or(Malformed("CSeq has a bad number"))?;
        let method = Method::parse(parts.next().unwrap_or_default()).map_err(|_| Malformed("CSeq has a bad method"))?;
        if parts.next().is_some() { Err(Malformed("rubbish behind CSeq")) } else { Ok(Self { number, method }) }
    }
}

/// RAck (RFC 3262 7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RAck {
    /// RSeq of the response.
    pub response: u32,
    /// CSeq number of the response.
    pub number: u32,
    /// CSeq method of the response.
    pub method: Method,
}

impl RAck {
    /// Reads a value.
    ///
    /// # Errors
    /// When it breaks the grammar or a number does not fit 32 bits.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        const BAD: Malformed = Malformed("bad RAck");
        let mut parts = words(text);
        let response = parts.next().and_then(number).ok_or(BAD)?;
        let sequence = parts.next().and_then(number).ok_or(BAD)?;
        let method = Method::parse(parts.next().unwrap_or_default()).map_err(|_| BAD)?;
        if parts.next().is_some() { Err(BAD) } else { Ok(Self { response, number: sequence, method }) }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t']).filter(|part| !part.is_empty())
}

/// A token or number with parameters: Event, Subscription-State, Session-Expires, Replaces, Content-Disposition, Reason and more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Valued<'a> {
    /// What stands before the parameters.
    pub value: &'a str,
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> Valued<'a> {
    /// Reads one value; nothing may follow it.
    ///
    /// # Errors
    /// When it breaks the grammar.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(text);
        cursor.space();
        // Whatever a Call-ID may have (Replaces begins with one) is let through; `;` and `,` end it.
        let start = cursor.at;
        while cursor.peek().is_some_and(|byte| chars::is(byte, chars::WORD) || byte == b'@') {
            cursor.at += 1;
        }
        let value = chars::slice(text, start, cursor.at);
        if value.is_empty() {
            return Err(Malformed("value is missing"));
        }
        let params = Params::take(&mut cursor)?;
        if cursor.done() { Ok(Self { value, params }) } else { Err(Malformed("rubbish behind a value")) }
    }

    /// `value` as a number of seconds or the like.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        number(self.value)
    }
}

/// Content-Type and Accept: a media range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType<'a> {
    /// `application`, `*`.
    pub kind: &'a str,
    /// `sdp`, `*`.
    pub subtype: &'a str,
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> MediaType<'a> {
    /// Reads one value; nothing may follow it.
    ///
    /// # Errors
    /// When it breaks the grammar.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(text);
        cursor.space();
        let kind = cursor.token("media type is missing")?;
        if !cursor.separator(b'/') {
            return Err(Malformed("media type has no subtype"));
        }
        let subtype = cursor.token("media type has no subtype")?;
        let params = Params::take(&mut cursor)?;
        if cursor.done() { Ok(Self { kind, subtype, params }) } else { Err(Malformed("rubbish behind a media type")) }
    }

    /// Whether this is `kind/subtype`, in any case.
    #[must_use]
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
    }
}

/// Retry-After (RFC 3261 20.33).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter<'a> {
    /// Seconds.
    pub seconds: u32,
    /// `duration` and others.
    pub params: Params<'a>,
}

impl<'a> RetryAfter<'a> {
    /// Reads a value, leaving out a comment.
    ///
    /// # Errors
    /// When it breaks the grammar.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(text);
        cursor.space();
        let seconds = number(cursor.run(chars::TOKEN)).ok_or(Malformed("bad Retry-After"))?;
        cursor.space();
        if cursor.peek() == Some(b'(') {
            comment(&mut cursor)?;
        }
        let params = Params::take(&mut cursor)?;
        if cursor.done() { Ok(Self { seconds, params }) } else { Err(Malformed("bad Retry-After")) }
    }
}

fn comment(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
    let mut depth = 0_u32;
    while let Some(byte) = cursor.peek() {
        cursor.at += 1;
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'\\' => cursor.at += 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(());
        }
    }
    Err(Malformed("comment does not end"))
}

/// One value of Warning (RFC 3261 20.43).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning<'a> {
    /// 300–399.
    pub code: u16,
    /// Host, port or pseudonym of who warns.
    pub agent: &'a str,
    /// Words, unquoted.
    pub text: Cow<'a, str>,
}

impl<'a> Warning<'a> {
    /// Reads one value; nothing may follow it.
    ///
    /// # Errors
    /// When it breaks the grammar.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        const BAD: Malformed = Malformed("bad Warning");
        let mut cursor = Cursor::new(text);
        cursor.space();
        let digits = cursor.run(chars::TOKEN);
        let code = number(digits).and_then(|code| u16::try_from(code).ok()).filter(|_| digits.len() == 3).ok_or(BAD)?;
        cursor.space();
        let agent = cursor.run(chars::WORD);
        cursor.space();
        if agent.is_empty() || cursor.peek() != Some(b'"') {
            return Err(BAD);
        }
        let words = cursor.quoted()?;
        if cursor.done() { Ok(Self { code, agent, text: unquote(words) }) } else { Err(BAD) }
    }
}
