use core::fmt;

use super::builder::push_number;
use super::headers::Headers;
use super::name::HeaderName as H;
use super::{Message, Request, Response};

/// Adds headers and body: long names, one line each as it came, our own Content-Length last.
fn push(out: &mut String, headers: &Headers) {
    for (name, value) in headers.iter().filter(|(name, _)| *name != H::ContentLength) {
        out.push_str(name.as_str());
        out.push_str(": ");
        out.push_str(value);
        out.push_str("\r\n");
    }
    out.push_str("Content-Length: ");
    push_number(out, u32::try_from(headers.body().len()).unwrap_or(u32::MAX));
    out.push_str("\r\n\r\n");
}

impl Message {
    /// The message in canonical form: long header names, no folding, no space that means nothing, a Content-Length that is right.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.head().into_bytes();
        out.extend_from_slice(self.body());
        out
    }

    /// Like [`Self::to_bytes`], as text; a body that is no UTF-8 is left out.
    #[must_use]
    pub fn to_frame(&self) -> String {
        let mut out = self.head();
        out.push_str(self.text());
        out
    }

    fn head(&self) -> String {
        let headers = self.headers();
        let mut out = String::with_capacity(headers.frame.len() + 64);
        match self {
            Self::Request(request) => request.push_start(&mut out),
            Self::Response(response) => response.push_start(&mut out),
        }
        push(&mut out, headers);
        out
    }
}

impl Request {
    fn push_start(&self, out: &mut String) {
        out.push_str(self.method.as_str());
        out.push(' ');
        out.push_str(self.uri.as_str());
        out.push_str(" SIP/2.0\r\n");
    }
}

impl Response {
    fn push_start(&self, out: &mut String) {
        out.push_str("SIP/2.0 ");
        push_number(out, u32::from(self.status));
        out.push(' ');
        out.push_str(self.reason());
        out.push_str("\r\n");
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_frame())
    }
}
