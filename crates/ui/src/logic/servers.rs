//! STUN and TURN servers as typed, one a line.

/// The URLs of `text`, one a line, empty lines left out; or the first line that is none. RFC 7064 (`stun:`), RFC 7065 (`turn:`).
///
/// # Errors
/// The line that is no such URL.
pub fn parse(text: &str) -> Result<Vec<String>, String> {
    let mut servers = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !is_ice_url(line) {
            return Err(line.chars().take(80).collect());
        }
        servers.push(line.to_owned());
    }
    Ok(servers)
}

fn is_ice_url(line: &str) -> bool {
    let Some((scheme, rest)) = line.split_once(':') else { return false };
    let (host, query) = rest.split_once('?').unwrap_or((rest, ""));
    let known = ["stun", "stuns", "turn", "turns"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let transport = query.is_empty() || query == "transport=udp" || query == "transport=tcp";
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    known && transport && plain && host.bytes().any(|b| b.is_ascii_alphanumeric()) && !host.starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn urls_are_taken_line_by_line() {
        assert_eq!(
            parse("stun:stun.example.com\n\n  turns:[2001:db8::1]:5349?transport=tcp \n"),
            Ok(vec!["stun:stun.example.com".into(), "turns:[2001:db8::1]:5349?transport=tcp".into()])
        );
        assert_eq!(parse("  \n"), Ok(vec![]));
    }

    #[test]
    fn what_is_none_is_named() {
        for wrong in ["stun.example.com", "https://example.com", "stun:", "stun://example.com", "turn:host?transport=sctp", "stun:a b"] {
            assert_eq!(parse(&format!("stun:ok.example.com\n{wrong}")), Err(wrong.to_owned()));
        }
    }
}
