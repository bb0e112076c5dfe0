//! One document: `<request>` or `<response>` around a header and a body of named values.

use core::fmt;
use core::fmt::Write as _;

use super::xml::{Element, XmlError, escape};

/// The constant `sign`.
pub const SIGN: &str = "YjJkZjdhYTE0ZmU1MGY4MjdmYTNmMjljMzE5OGYzNzgzN2UxODU3OA==";

/// The version that the servers know this protocol by.
pub const VERSION: &str = "FLASH CTILINK COMPONENT V1.1";

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Request or response.
    pub kind: Kind,
    /// The server's session number; empty until it gave one.
    pub session_no: String,
    /// The command or event, in upper case.
    pub cmd: String,
    /// The body's other elements, in order. Names keep their case; [`Document::get`] ignores it.
    pub fields: Vec<(String, String)>,
}

/// Request or response. Events come as either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `<request>`.
    Request,
    /// `<response>`.
    Response,
}

impl Kind {
    fn tag(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// Why a line is no document of this protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentError {
    /// No XML.
    Xml(XmlError),
    /// The root is neither `<request>` nor `<response>`.
    Root,
    /// No `<body>` with a `<cmd>`.
    NoCommand,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Xml(error) => error.fmt(f),
            Self::Root => f.write_str("neither <request> nor <response>"),
            Self::NoCommand => f.write_str("no <body> with a <cmd>"),
        }
    }
}

impl core::error::Error for DocumentError {}

impl Document {
    /// A document with nothing but its command.
    #[must_use]
    pub fn new(kind: Kind, cmd: &str) -> Self {
        Self { kind, session_no: String::new(), cmd: cmd.to_owned(), fields: Vec::new() }
    }

    /// Adds an element to the body.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Reads one line of the stream.
    ///
    /// # Errors
    /// [`DocumentError`], if it is none.
    pub fn parse(line: &str) -> Result<Self, DocumentError> {
        let root = Element::parse(line).map_err(DocumentError::Xml)?;
        let kind = [Kind::Request, Kind::Response]
            .into_iter()
            .find(|kind| root.name.eq_ignore_ascii_case(kind.tag()))
            .ok_or(DocumentError::Root)?;
        let session_no = root.child("session_no").map(|element| element.text.clone()).unwrap_or_default();
        let body = root.child("body").ok_or(DocumentError::NoCommand)?;
        let cmd = body.child("cmd").map(|cmd| cmd.text.trim().to_ascii_uppercase()).filter(|cmd| !cmd.is_empty());
        let fields = body.children.iter().filter(|child| !child.name.eq_ignore_ascii_case("cmd"));
        Ok(Self {
            kind,
            session_no,
            cmd: cmd.ok_or(DocumentError::NoCommand)?,
            fields: fields.map(|field| (field.name.clone(), field.text.clone())).collect(),
        })
    }

    /// The value of an element of the body, if it is there; names are compared without case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The result code (200, 400, 500), where there is one.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        self.get("request").and_then(|code| code.trim().parse().ok())
    }

    /// The line as the vendor's client writes it, its end included: header fields of the body first, then [`Self::fields`].
    /// `unix_ms` is the time in milliseconds since 1970.
    #[must_use]
    pub fn encode_as_client(&self, unix_ms: u64) -> String {
        let time = unix_ms / 1000 * 1000;
        let mut body =
            format!("<body><cmd>{}</cmd><ts>{time}</ts><gatewaydn></gatewaydn><no>{time}</no><version>{VERSION}</version>", self.cmd);
        self.put_fields(&mut body);
        self.wrap(&body)
    }

    /// The line as a server writes it: the test bench and virtual sockets speak it.
    #[must_use]
    pub fn encode_as_server(&self) -> String {
        let mut body = format!("<body><cmd>{}</cmd>", self.cmd);
        self.put_fields(&mut body);
        self.wrap(&body)
    }

    fn put_fields(&self, body: &mut String) {
        for (name, value) in &self.fields {
            let _ = write!(body, "<{name}>");
            escape(value, body);
            let _ = write!(body, "</{name}>");
        }
        body.push_str("</body>");
    }

    fn wrap(&self, body: &str) -> String {
        let tag = self.kind.tag();
        // The length counts UTF-16 code units, as JavaScript's `length` does.
        let length = body.encode_utf16().count();
        let mut line = format!("<{tag}><sign>{SIGN}</sign><session_no>");
        escape(&self.session_no, &mut line);
        let _ = writeln!(line, "</session_no><length>{length}</length>{body}</{tag}>");
        line
    }
}
