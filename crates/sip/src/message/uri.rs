use core::fmt;
use std::borrow::Cow;

use super::chars::{self, slice};
use super::error::Malformed;
use super::params::Params;
use super::uri_parse;

/// A URI of any scheme, owned. SIP, SIPS and TEL URIs are taken apart; of others only the scheme is known.
///
/// `==` compares as text; [`Uri::equivalent`] compares as RFC 3261 19.1.4 wants.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Uri {
    text: String,
    parts: Parts,
}

/// A URI within the frame it came in. See [`Uri`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UriRef<'a> {
    text: &'a str,
    parts: Parts,
}

/// Where the parts end. `a` to `b` are what lies between them:
/// `scheme ':' user (':' password)? '@' host (':' port)? params ('?' headers)?`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Parts {
    pub(crate) scheme: u16,
    pub(crate) user: (u16, u16),
    pub(crate) password: (u16, u16),
    pub(crate) host: (u16, u16),
    pub(crate) port: Option<u16>,
    pub(crate) params: (u16, u16),
    pub(crate) headers: (u16, u16),
}

impl<'a> UriRef<'a> {
    /// Reads a URI; nothing may stand before or after it.
    ///
    /// # Errors
    /// When it breaks RFC 3261 25.1 (`SIP-URI`, `SIPS-URI`), RFC 3966 (`tel`), or RFC 3986's general form.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        Ok(Self { text, parts: uri_parse::parts(text)? })
    }

    fn part(&self, (from, to): (u16, u16)) -> &'a str {
        slice(self.text, usize::from(from), usize::from(to))
    }

    /// The whole URI as it stands.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// The scheme as it stands. See [`Self::is_scheme`].
    #[must_use]
    pub fn scheme(&self) -> &'a str {
        slice(self.text, 0, usize::from(self.parts.scheme))
    }

    /// Whether the scheme is this one, in any case.
    #[must_use]
    pub fn is_scheme(&self, scheme: &str) -> bool {
        self.scheme().eq_ignore_ascii_case(scheme)
    }

    /// `sip` or `sips`.
    #[must_use]
    pub fn is_sip(&self) -> bool {
        self.is_scheme("sip") || self.is_scheme("sips")
    }

    /// The user part as it stands, escapes and all; of a TEL URI the number. Empty where there is none.
    #[must_use]
    pub fn user(&self) -> &'a str {
        self.part(self.parts.user)
    }

    /// The user part without escapes. What is no UTF-8 then becomes U+FFFD.
    #[must_use]
    pub fn user_unescaped(&self) -> Cow<'a, str> {
        unescape(self.user())
    }

    /// The password of the user part (`user:password@`); empty where there is none.
    #[must_use]
    pub fn password(&self) -> &'a str {
        self.part(self.parts.password)
    }

    /// Host name or address, an IPv6 address in its brackets. Empty for schemes other than SIP and SIPS.
    #[must_use]
    pub fn host(&self) -> &'a str {
        self.part(self.parts.host)
    }

    /// The port, where one is given.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.parts.port
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> Params<'a> {
        Params::checked(self.part(self.parts.params))
    }

    /// The value of one parameter, escapes and all; empty where it has none.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'a str> {
        self.params().get(name)
    }

    /// What stands behind the `?`, as (name, value) with escapes.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.headers_str().split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")))
    }

    /// What stands behind the `?`, as it stands.
    #[must_use]
    pub fn headers_str(&self) -> &'a str {
        self.part(self.parts.headers)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn to_uri(&self) -> Uri {
        Uri { text: self.text.to_owned(), parts: self.parts }
    }

    /// RFC 3261 19.1.4: whether both mean the same.
    #[must_use]
    pub fn equivalent(&self, other: UriRef<'_>) -> bool {
        super::uri_compare::equivalent(*self, other)
    }
}

impl Uri {
    /// Reads a URI; nothing may stand before or after it.
    ///
    /// # Errors
    /// As [`UriRef::parse`].
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        UriRef::parse(text).map(|uri| uri.to_uri())
    }

    /// `sip:user@host`, escaping what must be in `user`. `host` may carry a port and parameters; an empty user is left out.
    ///
    /// # Errors
    /// When `host` is none.
    pub fn sip(user: &str, host: &str) -> Result<Self, Malformed> {
        let mut text = String::with_capacity(user.len() + host.len() + 5);
        text.push_str("sip:");
        if !user.is_empty() {
            push_escaped(&mut text, user, chars::UNRESERVED | chars::USER);
            text.push('@');
        }
        text.push_str(host);
        Self::parse(&text)
    }

    /// The same URI as a view.
    #[must_use]
    pub fn view(&self) -> UriRef<'_> {
        UriRef { text: &self.text, parts: self.parts }
    }

    /// The whole URI as it stands.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// See [`UriRef::scheme`].
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.view().scheme()
    }

    /// See [`UriRef::is_sip`].
    #[must_use]
    pub fn is_sip(&self) -> bool {
        self.view().is_sip()
    }

    /// See [`UriRef::user`].
    #[must_use]
    pub fn user(&self) -> &str {
        self.view().user()
    }

    /// See [`UriRef::user_unescaped`].
    #[must_use]
    pub fn user_unescaped(&self) -> Cow<'_, str> {
        self.view().user_unescaped()
    }

    /// See [`UriRef::host`].
    #[must_use]
    pub fn host(&self) -> &str {
        self.view().host()
    }

    /// See [`UriRef::port`].
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.parts.port
    }

    /// See [`UriRef::params`].
    #[must_use]
    pub fn params(&self) -> Params<'_> {
        self.view().params()
    }

    /// See [`UriRef::param`].
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.view().param(name)
    }

    /// See [`UriRef::headers`].
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.view().headers()
    }

    /// See [`UriRef::equivalent`].
    #[must_use]
    pub fn equivalent(&self, other: &Self) -> bool {
        self.view().equivalent(other.view())
    }

    /// The same with this parameter, replacing one of that name; escapes are added where needed. An empty value: the name alone.
    ///
    /// # Errors
    /// When the scheme has no parameters.
    pub fn with_param(&self, name: &str, value: &str) -> Result<Self, Malformed> {
        let mut text = self.up_to_params().to_owned();
        for (known, old) in self.params().iter().filter(|(known, _)| !known.eq_ignore_ascii_case(name)) {
            text.push(';');
            text.push_str(known);
            if let Some(old) = old {
                text.push('=');
                text.push_str(old);
            }
        }
        text.push(';');
        push_escaped(&mut text, name, chars::UNRESERVED | chars::PARAM);
        if !value.is_empty() {
            text.push('=');
            push_escaped(&mut text, value, chars::UNRESERVED | chars::PARAM);
        }
        let headers = self.view().headers_str();
        if !headers.is_empty() {
            text.push('?');
            text.push_str(headers);
        }
        Self::parse(&text)
    }

    /// The same without headers, as a Request-URI must be (RFC 3261 19.1.1, table 1).
    #[must_use]
    pub fn without_headers(&self) -> Self {
        let mut uri = self.clone();
        if uri.parts.headers.1 > 0 {
            uri.text.truncate(usize::from(uri.parts.headers.0).saturating_sub(1));
            uri.parts.headers = (0, 0);
        }
        uri
    }

    /// The same without parameters and headers: an address of record.
    #[must_use]
    pub fn without_params(&self) -> Self {
        let mut uri = self.clone();
        uri.text.truncate(self.up_to_params().len());
        uri.parts.params = (0, 0);
        uri.parts.headers = (0, 0);
        uri
    }

    fn up_to_params(&self) -> &str {
        let headers = usize::from(self.parts.headers.0).checked_sub(1).unwrap_or(self.text.len());
        let end = if self.parts.params.1 > 0 { usize::from(self.parts.params.0) } else { headers };
        slice(&self.text, 0, end)
    }
}

/// Adds `text`, escaping with `%` and two hex digits what is not in `mask`.
pub(crate) fn push_escaped(out: &mut String, text: &str, mask: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in text.as_bytes() {
        if chars::is(byte, mask) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(HEX.get(usize::from(digit)).copied().unwrap_or(b'0')));
            }
        }
    }
}

/// Replaces `%` and two hex digits. What is no UTF-8 then becomes U+FFFD.
#[must_use]
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let pair = match after {
            [high, low, ..] if byte == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match pair {
            Some((high, low)) => {
                out.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    match String::from_utf8(out) {
        Ok(text) => Cow::Owned(text),
        Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

impl core::str::FromStr for Uri {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl From<UriRef<'_>> for Uri {
    fn from(uri: UriRef<'_>) -> Self {
        uri.to_uri()
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for UriRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl fmt::Debug for UriRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text, f)
    }
}
