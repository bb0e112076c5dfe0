use super::chars::{self, Cursor, slice};
use super::error::Malformed;
use super::params::Params;
use super::uri_parse::host;

/// One value of Via (RFC 3261 20.42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Via<'a> {
    transport: &'a str,
    host: &'a str,
    port: Option<u16>,
    params: Params<'a>,
    text: &'a str,
}

/// What every branch made by RFC 3261 begins with.
pub const MAGIC_COOKIE: &str = "z9hG4bK";

impl<'a> Via<'a> {
    /// Reads one value; nothing may follow it.
    ///
    /// # Errors
    /// When it breaks the grammar.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(text);
        let via = Self::take(&mut cursor)?;
        if cursor.done() { Ok(via) } else { Err(Malformed("rubbish behind Via")) }
    }

    /// Reads one value, up to the end or a comma.
    pub(crate) fn take(cursor: &mut Cursor<'a>) -> Result<Self, Malformed> {
        const PROTOCOL: Malformed = Malformed("Via has no SIP/2.0/transport");
        cursor.space();
        let start = cursor.at;
        let name = cursor.token("Via has no SIP/2.0/transport")?;
        if !name.eq_ignore_ascii_case("SIP") || !cursor.separator(b'/') {
            return Err(PROTOCOL);
        }
        if cursor.token("Via has no SIP/2.0/transport")? != "2.0" || !cursor.separator(b'/') {
            return Err(PROTOCOL);
        }
        let transport = cursor.token("Via has no SIP/2.0/transport")?;
        let before = cursor.at;
        cursor.space();
        if cursor.at == before {
            return Err(Malformed("Via has no sent-by"));
        }
        let from = cursor.at;
        let end = host(cursor.text, from).map_err(|_| Malformed("Via has a bad sent-by"))?;
        cursor.at = end;
        let host = slice(cursor.text, from, end);
        let mut port = None;
        if cursor.separator(b':') {
            let digits = cursor.run(chars::TOKEN);
            port = Some(chars::number(digits).and_then(|port| u16::try_from(port).ok()).ok_or(Malformed("Via has a bad port"))?);
        }
        let params = Params::take(cursor)?;
        let text = slice(cursor.text, start, cursor.at);
        Ok(Self { transport, host, port, params, text })
    }

    /// `WSS`, `WS`, `UDP`, … as it stands.
    #[must_use]
    pub fn transport(&self) -> &'a str {
        self.transport
    }

    /// Host of `sent-by`, an IPv6 address in its brackets.
    #[must_use]
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// Port of `sent-by`.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> Params<'a> {
        self.params
    }

    /// The branch, which names the transaction.
    #[must_use]
    pub fn branch(&self) -> Option<&'a str> {
        self.params.get("branch").filter(|branch| !branch.is_empty())
    }

    /// As it stands, without white space on both sides.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.text
    }
}
