use core::fmt;

use super::builder::Builder;
use super::headers::Headers;
use super::method::Method;

/// What is to be done with a frame that is no proper message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A request, to be answered with this status (400, 505, …).
    Answer(u16),
    /// Say nothing: a response, an ACK, or a request that lacks what an answer needs.
    Discard,
}

/// Why a frame is no proper message, and what is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is to be done.
    pub refusal: Refusal,
    /// Why, in words fit for a reason phrase.
    pub reason: &'static str,
    /// The request's method, or the response's status, as far as it could be read.
    pub(super) about: String,
    pub(super) headers: Option<Box<Headers>>,
    pub(super) method: Option<Method>,
}

impl Refused {
    /// What could be read of the headers.
    #[must_use]
    pub fn headers(&self) -> Option<&Headers> {
        self.headers.as_deref()
    }

    /// The request's method, where one could be read.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// The method of a request or the status of a response, as far as it could be read; else empty.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The response that is due (RFC 3261 8.2.6), or none. `to_tag` as in [`Builder::response`].
    #[must_use]
    pub fn response(&self, to_tag: &str) -> Option<Builder> {
        let Refusal::Answer(status) = self.refusal else { return None };
        Some(Builder::answer(self.headers.as_deref()?, status, self.reason, to_tag))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl core::error::Error for Refused {}
