use core::fmt;

use super::chars::is_token;
use super::headers::Headers;
use super::method::Method;
use super::name::HeaderName as H;
use super::uri::Uri;
use super::{Request, params};

/// Writes a message. Values come from outside and are checked: one with a line break or another control character, or a name that is no token, makes
/// [`Builder::finish`] fail instead of making a message that says more than was meant.
#[derive(Clone, Debug)]
pub struct Builder {
    /// Start line, without line break.
    start: String,
    /// Header lines, each with its line break.
    lines: String,
    body: String,
    invalid: Option<InvalidValue>,
}

/// The header whose name or value can't stand in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue(pub String);

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this header can't be written: ")?;
        f.write_str(&self.0)
    }
}

impl core::error::Error for InvalidValue {}

impl Builder {
    /// A request with no header yet.
    #[must_use]
    pub fn request(method: &Method, uri: &Uri) -> Self {
        let mut builder = Self::new();
        builder.start.push_str(method.as_str());
        builder.start.push(' ');
        builder.start.push_str(uri.as_str());
        builder.start.push_str(" SIP/2.0");
        builder
    }

    /// A response to `request`: Via, From, To, Call-ID, CSeq copied, also Record-Route where the response may make a dialog
    /// (RFC 3261 8.2.6 and 12.1.1), and Timestamp for 100. An empty `reason` stands for the usual phrase. `to_tag` is added to To
    /// where To has no tag; empty: none (100 only).
    #[must_use]
    pub fn response(request: &Request, status: u16, reason: &str, to_tag: &str) -> Self {
        Self::answer(request, status, reason, to_tag)
    }

    /// The same for whatever could be read of a request.
    pub(super) fn answer(headers: &Headers, status: u16, reason: &str, to_tag: &str) -> Self {
        let mut builder = Self::new();
        builder.start.push_str("SIP/2.0 ");
        push_number(&mut builder.start, u32::from(status));
        builder.start.push(' ');
        builder.start.push_str(if reason.is_empty() { reason_phrase(status) } else { reason });
        if !clean(reason) {
            builder.refuse("reason phrase");
        }
        if !to_tag.is_empty() && !is_token(to_tag) {
            builder.refuse(H::To.as_str());
        }
        let dialog = (101..300).contains(&status);
        for (name, value) in headers.iter() {
            match name {
                H::Via | H::From | H::CallId | H::CSeq => builder.line(name.as_str(), value),
                H::RecordRoute if dialog => builder.line(name.as_str(), value),
                H::Timestamp if status == 100 => builder.line(name.as_str(), value),
                H::To => {
                    // To what could not be read nothing is added: who knows where it would end up.
                    let tagged = to_tag.is_empty() || headers.to().map_or(true, |to| to.tag().is_some());
                    builder.lines.push_str("To: ");
                    builder.lines.push_str(value);
                    if !tagged {
                        builder.lines.push_str(";tag=");
                        builder.lines.push_str(to_tag);
                    }
                    builder.lines.push_str("\r\n");
                }
                _ => {}
            }
        }
        builder
    }

    fn new() -> Self {
        Self { start: String::new(), lines: String::with_capacity(512), body: String::new(), invalid: None }
    }

    fn refuse(&mut self, name: &str) {
        self.invalid.get_or_insert_with(|| InvalidValue(name.to_owned()));
    }

    fn line(&mut self, name: &str, value: &str) {
        self.lines.push_str(name);
        self.lines.push_str(": ");
        self.lines.push_str(value);
        self.lines.push_str("\r\n");
    }

    fn push(&mut self, name: H<'_>, value: &str) {
        let name = name.as_str();
        if !is_token(name) || !clean(value) {
            self.refuse(name);
        } else if !name.eq_ignore_ascii_case("Content-Length") {
            // Content-Length is always our own count.
            self.line(name, value);
        }
    }

    /// Adds a header line.
    #[must_use]
    pub fn header<'n>(mut self, name: impl Into<H<'n>>, value: &str) -> Self {
        self.push(name.into(), value);
        self
    }

    /// Adds a header line with a number.
    #[must_use]
    pub fn number<'n>(mut self, name: impl Into<H<'n>>, value: u32) -> Self {
        let mut text = String::new();
        push_number(&mut text, value);
        self.push(name.into(), &text);
        self
    }

    /// Adds a header line that is an address: display name (empty for none), URI, and a tag (empty for none).
    #[must_use]
    pub fn address<'n>(mut self, name: impl Into<H<'n>>, display_name: &str, uri: &Uri, tag: &str) -> Self {
        let mut text = String::with_capacity(display_name.len() + uri.as_str().len() + tag.len() + 12);
        if !display_name.is_empty() {
            params::push_quoted(&mut text, display_name);
            text.push(' ');
        }
        text.push('<');
        text.push_str(uri.as_str());
        text.push('>');
        if !tag.is_empty() {
            text.push_str(";tag=");
            text.push_str(tag);
        }
        self.push(name.into(), &text);
        self
    }

    /// Adds CSeq.
    #[must_use]
    pub fn cseq(mut self, number: u32, method: &Method) -> Self {
        let mut text = String::new();
        push_number(&mut text, number);
        text.push(' ');
        text.push_str(method.as_str());
        self.push(H::CSeq, &text);
        self
    }

    /// Adds each value as a line of its own.
    #[must_use]
    pub fn headers<'n, 'v>(mut self, name: impl Into<H<'n>>, values: impl IntoIterator<Item = &'v str>) -> Self {
        let name = name.into();
        for value in values {
            self.push(name, value);
        }
        self
    }

    /// Replaces all lines of this name by one.
    #[must_use]
    pub fn set<'n>(self, name: impl Into<H<'n>>, value: &str) -> Self {
        let name = name.into();
        self.without(name).header(name, value)
    }

    /// Takes all lines of this name away.
    #[must_use]
    pub fn without<'n>(mut self, name: impl Into<H<'n>>) -> Self {
        let name = name.into();
        let mut kept = String::with_capacity(self.lines.len());
        for line in self.lines.split_inclusive('\n') {
            if line.split_once(':').is_none_or(|(known, _)| H::parse(known) != name) {
                kept.push_str(line);
            }
        }
        self.lines = kept;
        self
    }

    /// Sets the body, with its Content-Type. An empty type and body: none.
    #[must_use]
    pub fn body(self, content_type: &str, body: &str) -> Self {
        let mut builder = self.without(H::ContentType);
        if !content_type.is_empty() {
            builder.push(H::ContentType, content_type);
        }
        body.clone_into(&mut builder.body);
        builder
    }

    /// The frame.
    ///
    /// # Errors
    /// The first header that can't be written.
    pub fn finish(self) -> Result<String, InvalidValue> {
        if let Some(invalid) = self.invalid {
            return Err(invalid);
        }
        let mut frame = self.start;
        frame.reserve(self.lines.len() + self.body.len() + 32);
        frame.push_str("\r\n");
        frame.push_str(&self.lines);
        frame.push_str("Content-Length: ");
        push_number(&mut frame, u32::try_from(self.body.len()).unwrap_or(u32::MAX));
        frame.push_str("\r\n\r\n");
        frame.push_str(&self.body);
        Ok(frame)
    }
}

/// No line break, and no other control character but tab.
fn clean(value: &str) -> bool {
    !value.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t')
}

pub(super) fn push_number(out: &mut String, mut value: u32) {
    let mut digits = [b'0'; 10];
    let mut first = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + u8::try_from(value % 10).unwrap_or(0);
        first = at;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    for &digit in digits.get(first..).unwrap_or_default() {
        out.push(char::from(digit));
    }
}

/// The usual phrase for a status (RFC 3261 21 and later ones); for an unknown status that of its class.
#[must_use]
pub fn reason_phrase(status: u16) -> &'static str {
    match status {
        100 => "Trying",
        180 => "Ringing",
        181 => "Call Is Being Forwarded",
        182 => "Queued",
        183 => "Session Progress",
        199 => "Early Dialog Terminated",
        202 => "Accepted",
        204 => "No Notification",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Moved Temporarily",
        305 => "Use Proxy",
        380 => "Alternative Service",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        410 => "Gone",
        412 => "Conditional Request Failed",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Unsupported URI Scheme",
        420 => "Bad Extension",
        421 => "Extension Required",
        422 => "Session Interval Too Small",
        423 => "Interval Too Brief",
        439 => "First Hop Lacks Outbound Support",
        469 => "Bad Info Package",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        482 => "Loop Detected",
        483 => "Too Many Hops",
        484 => "Address Incomplete",
        485 => "Ambiguous",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        489 => "Bad Event",
        491 => "Request Pending",
        493 => "Undecipherable",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Server Time-out",
        505 => "Version Not Supported",
        513 => "Message Too Large",
        600 => "Busy Everywhere",
        603 => "Decline",
        604 => "Does Not Exist Anywhere",
        606 => "Not Acceptable",
        _ => match status / 100 {
            0 | 1 => "Progress",
            2 => "OK",
            3 => "Redirection",
            4 => "Bad Request",
            5 => "Server Error",
            _ => "Failure",
        },
    }
}
