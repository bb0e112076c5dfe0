//! The syntax of every header that this layer knows (RFC 3261 25.1 and the extensions'), for [`check`](super::check()). A running call
//! does not ask for so much: a bad Date is no reason to miss a call.

use super::chars::{is_token, number};
use super::error::Malformed;
use super::headers::Headers;
use super::list::Values;
use super::name::HeaderName as H;
use super::name_addr::NameAddrRef;
use super::params::Params;
use super::uri::UriRef;
use super::values::{CSeq, MediaType, RAck, RetryAfter, Valued, Warning};
use super::via::Via;
use crate::digest::{Offer, Response};

type Result = core::result::Result<(), Malformed>;

/// Checks them all.
pub(super) fn headers(headers: &Headers) -> Result {
    for (at, (name, value)) in headers.iter().enumerate() {
        text(value)?;
        header(name, value)?;
        // RFC 3261 7.3.1: only lists, and the four of authentication, may have several lines.
        if single(name) && headers.iter().take(at).any(|(other, _)| other == name) {
            return Err(Malformed("a header that may stand once stands twice"));
        }
    }
    Ok(())
}

fn single(name: H<'_>) -> bool {
    // RFC 8224 4: each signer adds an Identity.
    let authentication = matches!(name, H::WwwAuthenticate | H::ProxyAuthenticate | H::Authorization | H::ProxyAuthorization | H::Identity);
    !authentication && !name.is_list() && !matches!(name, H::Other(_))
}

/// `TEXT-UTF8` has no control character; a quoted string may have one behind a backslash.
fn text(value: &str) -> Result {
    let mut before = b' ';
    for byte in value.bytes() {
        if byte.is_ascii_control() && byte != b'\t' && before != b'\\' {
            return Err(Malformed("control character in a header"));
        }
        before = byte;
    }
    Ok(())
}

fn header(name: H<'_>, value: &str) -> Result {
    match name {
        H::Contact if value == "*" => Ok(()),
        H::Contact => each(value, contact),
        H::PAssertedIdentity | H::PAssociatedUri | H::PPreferredIdentity | H::Diversion | H::RemotePartyId => {
            each(value, |value| address(value, false))
        }
        H::Route | H::RecordRoute | H::Path | H::ServiceRoute | H::HistoryInfo => each(value, |value| address(value, true)),
        H::AlertInfo | H::CallInfo | H::ErrorInfo => each(value, |value| address(value, true)),
        H::From | H::To | H::ReferTo | H::ReferredBy | H::ReplyTo => address(value, false),
        H::Via => each(value, via),
        H::CSeq => match CSeq::parse(value)?.number {
            // RFC 3261 8.1.1.5.
            0x8000_0000.. => Err(Malformed("CSeq number is 2 to the 31st or more")),
            _ => Ok(()),
        },
        H::Require | H::ProxyRequire | H::Unsupported => each(value, token),
        // These may be empty.
        H::Allow | H::Supported | H::AllowEvents | H::ContentEncoding | H::RecvInfo => Values::new(value, true).try_for_each(token),
        H::Accept => Values::new(value, true).try_for_each(|value| MediaType::parse(value).map(drop)),
        H::ContentType => MediaType::parse(value).map(drop),
        H::Date => date(value),
        H::MaxForwards => number(value).filter(|hops| *hops < 256).map(drop).ok_or(Malformed("bad Max-Forwards")),
        // One that is too large stands for the default (RFC 4475 3.1.2.4).
        H::Expires if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        H::Expires => Err(Malformed("bad Expires")),
        H::AcceptEncoding | H::AcceptLanguage => Values::new(value, true).try_for_each(|value| valued(value).map(drop)),
        H::Priority | H::SipEtag | H::SipIfMatch => token(value),
        H::MimeVersion | H::Timestamp if value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b' ' | b'\t')) => Ok(()),
        H::MimeVersion | H::Timestamp => Err(Malformed("bad number")),
        H::RSeq | H::MinExpires | H::FlowTimer => number(value).map(drop).ok_or(Malformed("bad number")),
        H::RAck => RAck::parse(value).map(drop),
        H::MinSe | H::SessionExpires => valued(value)?.number().map(drop).ok_or(Malformed("bad session interval")),
        H::Replaces | H::Join => {
            let value = valued(value)?;
            let both = value.params.has("to-tag") && value.params.has("from-tag");
            if both { Ok(()) } else { Err(Malformed("Replaces without to-tag and from-tag")) }
        }
        H::Event | H::SubscriptionState | H::ContentDisposition | H::InfoPackage => {
            let value = valued(value)?;
            if is_token(value.value) { Ok(()) } else { Err(Malformed("value is no token")) }
        }
        H::Reason => each(value, |value| valued(value).map(drop)),
        H::RetryAfter => RetryAfter::parse(value).map(drop),
        H::Warning => each(value, |value| Warning::parse(value).map(drop)),
        H::WwwAuthenticate | H::ProxyAuthenticate => Offer::parse(value).map(drop),
        // What a server cannot use it treats as absent (RFC 3261 22.3); only broken syntax is an error.
        H::Authorization | H::ProxyAuthorization => Response::syntax(value),
        _ => Ok(()),
    }
}

/// A list with at least one value and no empty one.
fn each(value: &str, read: impl Fn(&str) -> Result) -> Result {
    super::params::split(value, b',')
        .try_for_each(|value| if value.is_empty() { Err(Malformed("empty value in a list")) } else { read(value) })
}

fn address(value: &str, bracketed: bool) -> Result {
    let address = NameAddrRef::parse(value)?;
    if bracketed && !address.is_bracketed() {
        return Err(Malformed("address without < >"));
    }
    if !address.is_strict() {
        return Err(Malformed("display name needs quotes"));
    }
    unique(address.params())?;
    uri(address.uri())
}

/// What reading a URI lets pass, and what its grammar leaves to words (RFC 3261 19.1.1).
pub(super) fn uri(uri: UriRef<'_>) -> Result {
    if uri.is_sip() && uri.user().contains('#') {
        return Err(Malformed("bad character in the user part of a URI"));
    }
    if uri.params().iter().any(|(_, value)| value.is_some_and(|value| value.contains('='))) {
        return Err(Malformed("bad parameter of a URI"));
    }
    unique(uri.params())
}

fn contact(value: &str) -> Result {
    address(value, false)?;
    match NameAddrRef::parse(value)?.param("q") {
        Some(q) if !qvalue(q) => Err(Malformed("bad q")),
        _ => Ok(()),
    }
}

/// `( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`.
fn qvalue(text: &str) -> bool {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let fits = |digits: core::ops::RangeInclusive<u8>| rest.len() <= 3 && rest.bytes().all(|byte| digits.contains(&byte));
    (whole == "0" && fits(b'0'..=b'9')) || (whole == "1" && fits(b'0'..=b'0'))
}

fn via(value: &str) -> Result {
    let params = Via::parse(value)?.params();
    unique(params)?;
    let address = |text: &str| {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        bare.parse::<core::net::IpAddr>().is_ok()
    };
    let good = params.get("ttl").is_none_or(|ttl| number(ttl).is_some_and(|ttl| ttl < 256))
        && params.get("rport").is_none_or(|port| port.is_empty() || number(port).is_some_and(|port| port < 65536))
        && params.get("received").is_none_or(address);
    if good { Ok(()) } else { Err(Malformed("bad parameter of Via")) }
}

fn valued(value: &str) -> core::result::Result<Valued<'_>, Malformed> {
    let value = Valued::parse(value)?;
    unique(value.params).map(|()| value)
}

/// RFC 3261 7.3.1 and 19.1.1: no parameter may stand twice.
fn unique(params: Params<'_>) -> Result {
    // More than this nobody sends, and comparing each with each has to stay cheap.
    const MANY: usize = 100;
    for (at, (name, _)) in params.iter().enumerate() {
        if at > MANY || params.iter().take(at).any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            return Err(Malformed("a parameter stands twice"));
        }
    }
    Ok(())
}

fn token(value: &str) -> Result {
    if is_token(value) { Ok(()) } else { Err(Malformed("value is no token")) }
}

/// `rfc1123-date`: `Sat, 13 Nov 2010 23:29:00 GMT`, and no other zone (RFC 4475 3.1.2.12).
fn date(value: &str) -> Result {
    const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = value.split(' ');
    let mut next = || parts.next().unwrap_or_default();
    let within = |text: &str, digits: usize, most: u32| text.len() == digits && number(text).is_some_and(|value| value <= most);
    let day = next().strip_suffix(',').is_some_and(|day| DAYS.contains(&day));
    let of_month = within(next(), 2, 31);
    let month = MONTHS.contains(&next());
    let year = within(next(), 4, 9999);
    let mut clock = next().split(':');
    let mut field = |most| clock.next().is_some_and(|text| within(text, 2, most));
    let time = field(23) && field(59) && field(60) && clock.next().is_none();
    let zone = next() == "GMT" && parts.next().is_none();
    if day && of_month && month && year && time && zone { Ok(()) } else { Err(Malformed("bad Date")) }
}
