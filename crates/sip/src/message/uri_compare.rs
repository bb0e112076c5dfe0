//! RFC 3261 19.1.4 and RFC 3966 section 4: when two URIs are the same.

use super::params::Params;
use super::uri::{UriRef, unescape};

pub(crate) fn equivalent(a: UriRef<'_>, b: UriRef<'_>) -> bool {
    if !a.is_scheme(b.scheme()) {
        return false;
    }
    if a.is_scheme("tel") {
        return digits(a).eq(digits(b)) && same_params(a.params(), b.params(), |_| true);
    }
    if !a.is_sip() {
        return a.as_str() == b.as_str();
    }
    unescape(a.user()) == unescape(b.user())
        && a.user().is_empty() == b.user().is_empty()
        && unescape(a.password()) == unescape(b.password())
        && a.host().eq_ignore_ascii_case(b.host())
        && a.port() == b.port()
        && same_params(a.params(), b.params(), weighty)
        && same_headers(a, b)
}

/// Parameters that count even where only one side has them.
fn weighty(name: &str) -> bool {
    ["user", "ttl", "method", "maddr", "transport"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn same_params(a: Params<'_>, b: Params<'_>, must: fn(&str) -> bool) -> bool {
    let one_way = |a: Params<'_>, b: Params<'_>| {
        a.iter().all(|(name, value)| {
            let value = unescape(value.unwrap_or_default());
            let mut others = b.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).peekable();
            // Should a name stand twice, one that is the same will do.
            if others.peek().is_none() {
                !must(name)
            } else {
                others.any(|(_, other)| value.eq_ignore_ascii_case(&unescape(other.unwrap_or_default())))
            }
        })
    };
    one_way(a, b) && one_way(b, a)
}

fn same_headers(a: UriRef<'_>, b: UriRef<'_>) -> bool {
    let one_way = |a: UriRef<'_>, b: UriRef<'_>| {
        a.headers()
            .all(|(name, value)| b.headers().any(|(other, text)| other.eq_ignore_ascii_case(name) && unescape(text) == unescape(value)))
    };
    a.headers().count() == b.headers().count() && one_way(a, b) && one_way(b, a)
}

/// A telephone number without visual separators.
fn digits(uri: UriRef<'_>) -> impl Iterator<Item = u8> {
    uri.user().bytes().filter(|byte| !matches!(byte, b'-' | b'.' | b'(' | b')')).map(|byte| byte.to_ascii_lowercase())
}
