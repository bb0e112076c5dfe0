//! SIP messages (RFC 3261 section 7): taken apart without copying, and written.
//!
//! [`Message::parse`] takes a frame and keeps it as the message's only buffer: headers are spans of it, and the typed views ([`NameAddrRef`],
//! [`Via`], [`UriRef`], …) are read when asked for and borrow from it. What [`Message::parse`] lets through has one well-formed Via or more,
//! From, To, Call-ID and CSeq; what it does not comes back as [`Refused`], which knows whether to answer and how.
//! [`Builder`] writes requests and responses; no value can break out of its line. [`check`] is for people who debug a server.

mod builder;
mod chars;
mod check;
mod error;
mod headers;
mod list;
mod method;
mod name;
mod name_addr;
mod params;
mod parse;
mod print;
mod refused;
mod strict;
mod typed;
mod uri;
mod uri_compare;
mod uri_parse;
mod validate;
mod values;
mod via;

pub(crate) use chars::trim;

pub use builder::{Builder, InvalidValue, reason_phrase};
pub use check::{Check, Verdict, check};
pub use error::Malformed;
pub use headers::Headers;
pub use list::Values;
pub use method::Method;
pub use name::HeaderName;
pub use name_addr::{NameAddr, NameAddrRef};
pub use params::{Params, push_quoted, unquote};
pub use refused::{Refusal, Refused};
pub use typed::Contacts;
pub use uri::{Uri, UriRef, unescape};
pub use values::{CSeq, MediaType, RAck, RetryAfter, Valued, Warning};
pub use via::{MAGIC_COOKIE, Via};

/// The largest frame that is taken, in bytes.
pub const MAX_FRAME: usize = 64 * 1024;
/// The longest header line that is taken, folded lines counted together, in bytes.
pub const MAX_LINE: usize = 8 * 1024;
/// How many header lines are taken.
pub const MAX_HEADERS: usize = 256;

/// A message as it came. Both kinds give [`Headers`] for what they share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    headers: Headers,
    method: Method,
    uri: Uri,
}

/// A response as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    headers: Headers,
    status: u16,
    reason: (u32, u32),
}

impl Message {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`Refused`], which says whether that is to be answered, and with what.
    pub fn parse(frame: impl Into<String>) -> Result<Self, Refused> {
        parse::message(frame.into(), None)
    }

    /// Like [`Self::parse`], for a frame whose body need not be text.
    ///
    /// # Errors
    /// As [`Self::parse`]; also when the headers are no UTF-8.
    pub fn parse_bytes(frame: &[u8]) -> Result<Self, Refused> {
        parse::bytes(frame)
    }

    /// What requests and responses share.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        match self {
            Self::Request(request) => &request.headers,
            Self::Response(response) => &response.headers,
        }
    }
}

impl core::ops::Deref for Message {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        self.headers()
    }
}

impl Request {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The Request-URI.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }
}

impl core::ops::Deref for Request {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        &self.headers
    }
}

impl Response {
    /// 100–699.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The reason phrase; may be empty.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.headers.at(self.reason)
    }
}

impl core::ops::Deref for Response {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        &self.headers
    }
}
