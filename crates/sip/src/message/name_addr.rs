use core::fmt;
use std::borrow::Cow;

use super::chars::{self, Cursor, slice};
use super::error::Malformed;
use super::params::{Params, push_quoted, unquote};
use super::uri::{Uri, UriRef};

/// `name-addr` or `addr-spec` with the header's parameters: the value of From, To, Contact, Route, Refer-To and their like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameAddrRef<'a> {
    display: &'a str,
    uri: UriRef<'a>,
    params: Params<'a>,
    bracketed: bool,
}

/// The same, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAddr {
    /// Unquoted; empty for none.
    pub display_name: String,
    /// The address.
    pub uri: Uri,
    params: String,
}

impl<'a> NameAddrRef<'a> {
    /// Reads one value; nothing may follow it.
    ///
    /// # Errors
    /// When it breaks the grammar.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(text);
        let value = Self::take(&mut cursor)?;
        if cursor.done() { Ok(value) } else { Err(Malformed("rubbish behind an address")) }
    }

    /// Reads one value, up to the end or a comma.
    pub(crate) fn take(cursor: &mut Cursor<'a>) -> Result<Self, Malformed> {
        cursor.space();
        let start = cursor.at;
        let display = if cursor.peek() == Some(b'"') {
            let display = cursor.quoted()?;
            cursor.space();
            if cursor.peek() != Some(b'<') {
                return Err(Malformed("display name without <address>"));
            }
            display
        } else {
            // `*(token LWS)`, if a `<` comes behind it; else all of this is an addr-spec. Names that should stand in quotes are taken without
            // (RFC 4475 3.1.2.15 allows it): a missed call is worse than a name that a server wrote badly.
            while cursor.peek().is_some_and(|byte| !matches!(byte, b'<' | b';' | b'"')) {
                cursor.at += 1;
            }
            if cursor.peek() == Some(b'<') {
                chars::trim(slice(cursor.text, start, cursor.at))
            } else {
                cursor.at = start;
                ""
            }
        };
        let bracketed = cursor.eat(b'<');
        let uri = if bracketed {
            let from = cursor.at;
            while cursor.peek().is_some_and(|byte| byte != b'>') {
                cursor.at += 1;
            }
            let text = slice(cursor.text, from, cursor.at);
            if !cursor.eat(b'>') {
                return Err(Malformed("address misses its >"));
            }
            text
        } else {
            let from = cursor.at;
            while cursor.peek().is_some_and(|byte| !matches!(byte, b';' | b',' | b' ' | b'\t' | b'<' | b'"')) {
                cursor.at += 1;
            }
            let text = slice(cursor.text, from, cursor.at);
            // RFC 3261 20: a URI with a comma, question mark or semicolon has to stand in angle brackets.
            if text.contains('?') {
                return Err(Malformed("address with ? outside < >"));
            }
            text
        };
        let uri = UriRef::parse(uri)?;
        let params = Params::take(cursor)?;
        Ok(Self { display, uri, params, bracketed })
    }

    /// The display name without quotes and escapes; empty for none.
    #[must_use]
    pub fn display_name(&self) -> Cow<'a, str> {
        unquote(self.display)
    }

    /// Whether the display name is written as RFC 3261 25.1 wants: in quotes where it is more than ASCII tokens.
    pub(crate) fn is_strict(&self) -> bool {
        self.display.starts_with('"') || self.display.bytes().all(|byte| chars::is(byte, chars::TOKEN) || matches!(byte, b' ' | b'\t'))
    }

    /// The address.
    #[must_use]
    pub fn uri(&self) -> UriRef<'a> {
        self.uri
    }

    /// The header's parameters (not the URI's).
    #[must_use]
    pub fn params(&self) -> Params<'a> {
        self.params
    }

    /// One of them; empty where it has no value.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'a str> {
        self.params.get(name)
    }

    /// The tag of From and To.
    #[must_use]
    pub fn tag(&self) -> Option<&'a str> {
        self.param("tag").filter(|tag| !tag.is_empty())
    }

    /// Whether the address stood in angle brackets.
    #[must_use]
    pub fn is_bracketed(&self) -> bool {
        self.bracketed
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn to_name_addr(&self) -> NameAddr {
        NameAddr { display_name: self.display_name().into_owned(), uri: self.uri.to_uri(), params: self.params.as_str().to_owned() }
    }

    /// Adds the canonical form to `out`: name quoted where it must be, address in angle brackets.
    pub fn push_to(&self, out: &mut String) {
        push(out, &self.display_name(), self.uri.as_str(), self.params.as_str());
    }
}

fn push(out: &mut String, display_name: &str, uri: &str, params: &str) {
    if !display_name.is_empty() {
        push_quoted(out, display_name);
        out.push(' ');
    }
    out.push('<');
    out.push_str(uri);
    out.push('>');
    out.push_str(params);
}

impl NameAddr {
    /// An address with a display name (empty for none) and no parameters.
    #[must_use]
    pub fn new(display_name: &str, uri: Uri) -> Self {
        Self { display_name: display_name.to_owned(), uri, params: String::new() }
    }

    /// Reads one value; nothing may follow it.
    ///
    /// # Errors
    /// When it breaks the grammar.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        NameAddrRef::parse(text).map(|value| value.to_name_addr())
    }

    /// The header's parameters.
    #[must_use]
    pub fn params(&self) -> Params<'_> {
        Params::checked(&self.params)
    }

    /// The tag of From and To.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.params().get("tag").filter(|tag| !tag.is_empty())
    }

    /// The same with this tag instead of any other.
    #[must_use]
    pub fn with_tag(mut self, tag: &str) -> Self {
        let mut params = String::with_capacity(tag.len() + 5);
        for (name, value) in self.params().iter().filter(|(name, _)| !name.eq_ignore_ascii_case("tag")) {
            push_param(&mut params, name, value);
        }
        push_param(&mut params, "tag", Some(tag));
        self.params = params;
        self
    }
}

pub(crate) fn push_param(out: &mut String, name: &str, value: Option<&str>) {
    out.push(';');
    out.push_str(name);
    if let Some(value) = value {
        out.push('=');
        out.push_str(value);
    }
}

impl core::str::FromStr for NameAddr {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for NameAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        push(&mut out, &self.display_name, self.uri.as_str(), &self.params);
        f.write_str(&out)
    }
}

impl fmt::Display for NameAddrRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.push_to(&mut out);
        f.write_str(&out)
    }
}
