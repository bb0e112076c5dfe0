//! Where the agent logs in, checked and completed before anything is opened.

use patchcord_messages::{Problem, SipAccount};

use crate::text::{clean, is_unseen};

/// A SIP account with nothing left to guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckedAccount {
    /// WebSocket URL.
    pub(crate) server: String,
    /// Its host, for messages.
    pub(crate) host: String,
    /// User part of the address of record, unescaped.
    pub(crate) user: String,
    /// SIP domain.
    pub(crate) domain: String,
    /// Digest user name.
    pub(crate) auth_user: String,
    /// Name for From; may be empty.
    pub(crate) display_name: String,
}

/// Checks what the agent typed.
///
/// # Errors
/// The first thing that is wrong with it.
pub(crate) fn check(account: &SipAccount) -> Result<CheckedAccount, Problem> {
    let (server, host) = server(&account.server)?;
    let (user, domain) = user(&account.user)?;
    let invalid = || Problem::UserInvalid { user: clean(&account.user, 64) };
    let given = account.domain.trim();
    let domain = match (given.is_empty(), domain) {
        (false, _) => given.to_owned(),
        (true, Some(domain)) => domain,
        (true, None) => host.clone(),
    };
    if !domain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']')) {
        return Err(invalid());
    }
    let auth_user = account.auth_user.trim();
    if auth_user.chars().any(char::is_control) {
        return Err(Problem::UserInvalid { user: clean(auth_user, 64) });
    }
    Ok(CheckedAccount {
        server,
        host,
        auth_user: if auth_user.is_empty() { user.clone() } else { auth_user.to_owned() },
        user,
        domain,
        display_name: clean(&account.display_name, crate::text::NAME),
    })
}

/// The user part, and the domain where one was typed with it.
fn user(text: &str) -> Result<(String, Option<String>), Problem> {
    let text = text.trim();
    let invalid = || Problem::UserInvalid { user: clean(text, 64) };
    let plain = match text.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips") => rest,
        _ => text,
    };
    let (user, domain) = match plain.split_once('@') {
        Some((user, domain)) => (user, Some(domain)),
        None => (plain, None),
    };
    if plain.is_empty() {
        return Err(Problem::UserEmpty);
    }
    // RFC 3261 25.1 lets a user part carry anything in escaped form; what people mistype is blanks and brackets.
    let spoils = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '@' | ':' | '?' | '%' | ',');
    if user.is_empty()
        || user.len() > 128
        || user.contains(spoils)
        || domain.is_some_and(|domain| domain.is_empty() || domain.contains('@'))
    {
        return Err(invalid());
    }
    Ok((user.to_owned(), domain.map(str::to_owned)))
}

/// The WebSocket URL and its host. Without a scheme, `wss://` is meant.
fn server(text: &str) -> Result<(String, String), Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::ServerEmpty);
    }
    let wrong = || Problem::ServerNotWebSocket { server: clean(text, 80) };
    if text.len() > 1024 || text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '#' | '\\' | '<' | '>' | '"')) {
        return Err(wrong());
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("wss".to_owned(), text),
    };
    if scheme != "ws" && scheme != "wss" {
        return Err(wrong());
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = host_and_port(authority).ok_or_else(wrong)?;
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = if path.starts_with('?') { format!("/{path}") } else { path.to_owned() };
    Ok((format!("{scheme}://{host}{port}{path}"), host))
}

fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        // Whether it is a good one, the browser judges: it is the one to open it.
        if address.len() < 2 || !address.contains(':') || !address.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.')) {
            return None;
        }
        (format!("[{}]", address.to_ascii_lowercase()), port)
    } else {
        let at = authority.find(':').unwrap_or(authority.len());
        let (host, port) = authority.split_at(at);
        // Beyond ASCII is for the browser to translate (IDNA); its own rules decide then.
        let fits =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || (!c.is_ascii() && !c.is_control() && !is_unseen(c));
        if host.is_empty() || !host.chars().all(fits) || host.starts_with(['.', '-']) || host.contains("..") {
            return None;
        }
        (host.to_ascii_lowercase(), port)
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some(port) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            Some(port.parse::<u16>().ok().filter(|port| *port > 0)?)
        }
        _ => return None,
    };
    Some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(server: &str, user: &str, domain: &str, auth_user: &str) -> String {
        let account = SipAccount {
            server: server.into(),
            user: user.into(),
            display_name: String::new(),
            domain: domain.into(),
            auth_user: auth_user.into(),
        };
        match check(&account) {
            Ok(a) => format!("{} sip:{}@{} {}", a.server, a.user, a.domain, a.auth_user),
            Err(problem) => problem.text().key,
        }
    }

    #[test]
    fn completes_what_was_typed() {
        for (server, user, domain, auth, expected) in [
            ("wss://pbx.test", "1001", "", "", "wss://pbx.test sip:1001@pbx.test 1001"),
            (" WSS://PBX.test:7443/ws ", "1001", "", "", "wss://pbx.test:7443/ws sip:1001@pbx.test 1001"),
            ("ws://127.0.0.1:8088/ws?a=b", "1001", "", "", "ws://127.0.0.1:8088/ws?a=b sip:1001@127.0.0.1 1001"),
            ("pbx.test", "1001", "", "", "wss://pbx.test sip:1001@pbx.test 1001"),
            ("pbx.test:7443/ws", "1001", "", "", "wss://pbx.test:7443/ws sip:1001@pbx.test 1001"),
            ("ws://pbx.test?x", "1001", "", "", "ws://pbx.test/?x sip:1001@pbx.test 1001"),
            ("ws://[0:0::1]:80/", "1001", "", "", "ws://[0:0::1]:80/ sip:1001@[0:0::1] 1001"),
            ("wss://a.test", "bob@b.test", "", "", "wss://a.test sip:bob@b.test bob"),
            ("wss://a.test", "sip:bob@b.test", "", "x", "wss://a.test sip:bob@b.test x"),
            ("wss://a.test", "bob", "b.test", "bob-login", "wss://a.test sip:bob@b.test bob-login"),
            ("wss://a.test", "bob@b.test", "c.test", "", "wss://a.test sip:bob@c.test bob"),
        ] {
            assert_eq!(checked(server, user, domain, auth), expected, "{server} {user}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (server, user, expected) in [
            ("", "1001", "problemServerEmpty"),
            ("  ", "1001", "problemServerEmpty"),
            ("http://pbx.test", "1001", "problemServerNotWebSocket"),
            ("https://pbx.test", "1001", "problemServerNotWebSocket"),
            ("sip:pbx.test", "1001", "problemServerNotWebSocket"),
            ("javascript:alert(1)", "1001", "problemServerNotWebSocket"),
            ("wss://", "1001", "problemServerNotWebSocket"),
            ("wss:///ws", "1001", "problemServerNotWebSocket"),
            ("wss://pbx test", "1001", "problemServerNotWebSocket"),
            ("wss://user:pw@pbx.test", "1001", "problemServerNotWebSocket"),
            ("wss://pbx.test:0", "1001", "problemServerNotWebSocket"),
            ("wss://pbx.test:99999", "1001", "problemServerNotWebSocket"),
            ("wss://pbx.test:", "1001", "problemServerNotWebSocket"),
            ("wss://pbx..test", "1001", "problemServerNotWebSocket"),
            ("wss://pbx.test/#x", "1001", "problemServerNotWebSocket"),
            ("wss://[1::g]", "1001", "problemServerNotWebSocket"),
            ("wss://pbx.test\r\nX: 1", "1001", "problemServerNotWebSocket"),
            ("wss://pbx.test", "", "problemUserEmpty"),
            ("wss://pbx.test", "  ", "problemUserEmpty"),
            ("wss://pbx.test", "@pbx.test", "problemUserInvalid"),
            ("wss://pbx.test", "bob@", "problemUserInvalid"),
            ("wss://pbx.test", "bo b", "problemUserInvalid"),
            ("wss://pbx.test", "bob\r\nX: 1", "problemUserInvalid"),
            ("wss://pbx.test", "<bob>", "problemUserInvalid"),
            ("wss://pbx.test", "bob@b c", "problemUserInvalid"),
        ] {
            assert_eq!(checked(server, user, "", ""), expected, "{server} {user}");
        }
    }
}
