//! The answer.

use core::fmt;

use patchcord_messages::Secret;
use serde_json::{Map, Value};

/// What an agent got. Kept in memory only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provisioned {
    /// User of the SIP account.
    pub sip_name: String,
    /// Its digest password.
    pub sip_password: Secret,
    /// User of the CtiLink login.
    pub agent_name: String,
    /// Its password, verbatim.
    pub agent_password: Secret,
    /// Host of both servers.
    pub server: String,
}

impl Provisioned {
    /// Where the SIP server listens, unless the site says otherwise.
    #[must_use]
    pub fn sip_url(&self) -> String {
        format!("wss://{}:7443", self.server)
    }

    /// Where the CtiLink server listens, unless the site says otherwise.
    #[must_use]
    pub fn ctilink_url(&self) -> String {
        format!("wss://{}:5008", self.server)
    }
}

/// Why an answer gives no accounts. Each needs other words, since each is mended elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// An HTTP status other than 2xx.
    Http(u16),
    /// A web page came instead of JSON: the base URL leads to a site for people.
    Html,
    /// No JSON object.
    NotJson,
    /// `code` is not 0 (5000: the vendor's general failure), with the vendor's words, if any.
    Code(i64, String),
    /// `user_ext` is not 1: the extension is not switched on for this sub-account.
    ExtensionOff,
    /// `linkext` is not 2: the sub-account registers by the vendor's own web page, not as a third party.
    NotThirdParty(String),
    /// A field is not there or empty.
    Missing(&'static str),
    /// `serverIp` is no bare host: it has a scheme, port or path.
    ServerNotHost(String),
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(status) => write!(f, "HTTP status {status}"),
            Self::Html => f.write_str("a web page instead of JSON"),
            Self::NotJson => f.write_str("not a JSON object"),
            Self::Code(code, words) => write!(f, "code {code} {words}"),
            Self::ExtensionOff => f.write_str("user_ext is not 1"),
            Self::NotThirdParty(linkext) => write!(f, "linkext is {linkext}, not 2"),
            Self::Missing(field) => write!(f, "{field} is missing"),
            Self::ServerNotHost(server) => write!(f, "serverIp `{server}` is not a host name"),
        }
    }
}

impl core::error::Error for AnswerError {}

/// Reads the answer to a [`request`](super::request): its HTTP status and its body.
///
/// # Errors
/// [`AnswerError`].
pub fn read_answer(status: u16, body: &str) -> Result<Provisioned, AnswerError> {
    if !(200..300).contains(&status) {
        return Err(AnswerError::Http(status));
    }
    let body = body.trim_start_matches('\u{FEFF}').trim();
    let fields = match serde_json::from_str(body) {
        Ok(Value::Object(fields)) => fields,
        _ if body.starts_with('<') => return Err(AnswerError::Html),
        _ => return Err(AnswerError::NotJson),
    };
    match fields.get("code").and_then(number) {
        Some(0) => {}
        Some(code) => {
            let words = ["msg", "message", "info"].into_iter().map(|name| text(&fields, name)).find(|words| !words.is_empty());
            return Err(AnswerError::Code(code, words.unwrap_or_default()));
        }
        None => return Err(AnswerError::Missing("code")),
    }
    if text(&fields, "user_ext") != "1" {
        return Err(AnswerError::ExtensionOff);
    }
    let linkext = text(&fields, "linkext");
    if linkext != "2" {
        return Err(AnswerError::NotThirdParty(linkext));
    }
    let needed = |name: &'static str| Some(text(&fields, name)).filter(|text| !text.is_empty()).ok_or(AnswerError::Missing(name));
    let server = needed("serverIp")?;
    if !is_host(&server) {
        return Err(AnswerError::ServerNotHost(server));
    }
    Ok(Provisioned {
        sip_name: needed("sipName")?,
        sip_password: Secret::new(needed("sipPwd")?),
        agent_name: needed("agentName")?,
        agent_password: Secret::new(needed("agentPwd")?),
        server,
    })
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> String {
    match fields.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A host name or IPv4 address, or an IPv6 address in brackets.
fn is_host(server: &str) -> bool {
    let bracketed = server.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match bracketed {
        Some(address) => address.parse::<core::net::Ipv6Addr>().is_ok(),
        None => server.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(changes: &[(&str, Value)]) -> String {
        let mut fields = Map::new();
        let usual = [
            ("linkext", "2"),
            ("user_ext", "1"),
            ("sipName", "1001"),
            ("sipPwd", "s"),
            ("agentName", "a"),
            ("agentPwd", "$2y$10$x"),
            ("serverIp", "test.com"),
        ];
        for (name, value) in usual {
            fields.insert(name.to_owned(), value.into());
        }
        fields.insert("code".to_owned(), 0.into());
        for (name, value) in changes {
            fields.insert((*name).to_owned(), value.clone());
        }
        Value::Object(fields).to_string()
    }

    #[test]
    fn the_vendors_example() {
        let provisioned = read_answer(200, &answer(&[])).unwrap();
        assert_eq!(provisioned.sip_url(), "wss://test.com:7443");
        assert_eq!(provisioned.ctilink_url(), "wss://test.com:5008");
        assert_eq!(provisioned.agent_password.reveal(), "$2y$10$x");
        assert!(!format!("{provisioned:?}").contains("$2y$"), "passwords are not printed");
        assert!(read_answer(200, &answer(&[("code", "0".into()), ("user_ext", 1.into()), ("linkext", 2.into())])).is_ok());
        assert!(read_answer(200, &format!("\u{FEFF} {}\n", answer(&[]))).is_ok());
    }

    #[test]
    fn each_failure_is_told_apart() {
        let check = |status: u16, body: &str, expect: AnswerError| assert_eq!(read_answer(status, body), Err(expect), "{body}");
        check(404, &answer(&[]), AnswerError::Http(404));
        check(302, "", AnswerError::Http(302));
        check(200, "<!DOCTYPE html>", AnswerError::Html);
        check(200, "", AnswerError::NotJson);
        check(200, "[]", AnswerError::NotJson);
        check(200, "{}", AnswerError::Missing("code"));
        check(200, r#"{"code":5000,"msg":"签名错误"}"#, AnswerError::Code(5000, "签名错误".into()));
        check(200, r#"{"code":"5000"}"#, AnswerError::Code(5000, String::new()));
        check(200, &answer(&[("user_ext", "0".into())]), AnswerError::ExtensionOff);
        check(200, &answer(&[("linkext", "1".into())]), AnswerError::NotThirdParty("1".into()));
        for field in ["sipName", "sipPwd", "agentName", "agentPwd", "serverIp"] {
            check(200, &answer(&[(field, "".into())]), AnswerError::Missing(field));
            check(200, &answer(&[(field, Value::Null)]), AnswerError::Missing(field));
        }
        for server in ["https://test.com", "test.com:7443", "test.com/x", "a b", "[::1", "[x]"] {
            check(200, &answer(&[("serverIp", server.into())]), AnswerError::ServerNotHost(server.into()));
        }
        assert!(read_answer(200, &answer(&[("serverIp", "[::1]".into())])).is_ok());
    }
}
