//! The syntax of every header that this layer knows (RFC 3261 25.1 and the extensions'), for [`check`](super::check()). A running call
//! does not ask for so much: a bad Date is no reason to miss a call.

use super::chars::{is_token, number};
use super::error::Malformed;
use super::headers::Headers;
use super::list::Values;
use super::name::HeaderName as H;
use super::name_addr::NameAddrRef;
use super::values::{MediaType, RAck, RetryAfter, Valued, Warning};
use crate::digest::{Offer, Response};

type Result = core::result::Result<(), Malformed>;

/// Checks them all.
pub(super) fn headers(headers: &Headers) -> Result {
    for (at, (name, value)) in headers.iter().enumerate() {
        header(name, value)?;
        // RFC 3261 7.3.1: only lists, and the four of authentication, may have several lines.
        if single(name) && headers.iter().take(at).any(|(other, _)| other == name) {
            return Err(Malformed("a header that may stand once stands twice"));
        }
    }
    Ok(())
}

fn single(name: H<'_>) -> bool {
    let repeated = matches!(name, H::Other(_) | H::WwwAuthenticate | H::ProxyAuthenticate | H::Authorization | H::ProxyAuthorization);
    !repeated && !name.is_list() && name != H::ContentLength
}

fn header(name: H<'_>, value: &str) -> Result {
    match name {
        H::Contact if value == "*" => Ok(()),
        H::Contact | H::PAssertedIdentity | H::PAssociatedUri | H::PPreferredIdentity | H::Diversion | H::RemotePartyId => {
            each(value, |value| address(value, false))
        }
        H::Route | H::RecordRoute | H::Path | H::ServiceRoute | H::HistoryInfo => each(value, |value| address(value, true)),
        H::From | H::To | H::ReferTo | H::ReferredBy | H::ReplyTo => address(value, false),
        H::Require | H::ProxyRequire | H::Unsupported => each(value, token),
        // These may be empty.
        H::Allow | H::Supported | H::AllowEvents | H::ContentEncoding | H::RecvInfo => Values::new(value, true).try_for_each(token),
        H::Accept => Values::new(value, true).try_for_each(|value| MediaType::parse(value).map(drop)),
        H::ContentType => MediaType::parse(value).map(drop),
        H::Date => date(value),
        H::MaxForwards => number(value).filter(|hops| *hops < 256).map(drop).ok_or(Malformed("bad Max-Forwards")),
        H::RSeq | H::MinExpires | H::FlowTimer => number(value).map(drop).ok_or(Malformed("bad number")),
        H::RAck => RAck::parse(value).map(drop),
        H::MinSe | H::SessionExpires => Valued::parse(value)?.number().map(drop).ok_or(Malformed("bad session interval")),
        H::Replaces | H::Join => {
            let value = Valued::parse(value)?;
            let both = value.params.has("to-tag") && value.params.has("from-tag");
            if both { Ok(()) } else { Err(Malformed("Replaces without to-tag and from-tag")) }
        }
        H::Event | H::SubscriptionState | H::ContentDisposition | H::InfoPackage => {
            let value = Valued::parse(value)?;
            if is_token(value.value) { Ok(()) } else { Err(Malformed("value is no token")) }
        }
        H::Reason => each(value, |value| Valued::parse(value).map(drop)),
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
        return Err(Malformed("route without < >"));
    }
    if address.is_strict() { Ok(()) } else { Err(Malformed("display name needs quotes")) }
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
