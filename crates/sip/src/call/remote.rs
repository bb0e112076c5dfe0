//! Who the far side says it is.

use crate::api::Remote;
use crate::message::{HeaderName as H, Headers, NameAddrRef};
use crate::text;

/// Headers that a screen pop may want, beside `X-…`.
fn is_shown(name: H<'_>) -> bool {
    let extra = match name {
        H::Other(text) => text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-")),
        _ => false,
    };
    extra
        || matches!(
            name,
            H::PAssertedIdentity
                | H::RemotePartyId
                | H::Diversion
                | H::HistoryInfo
                | H::CallInfo
                | H::AlertInfo
                | H::Subject
                | H::Organization
                | H::Priority
                | H::ReferredBy
                | H::Privacy
        )
}

fn remote(address: Option<NameAddrRef<'_>>, headers: &Headers) -> Remote {
    let shown =
        headers.iter().filter(|(name, _)| is_shown(*name)).map(|(name, value)| (name.as_str().to_owned(), value.to_owned())).collect();
    match address {
        Some(address) => Remote {
            uri: address.uri().as_str().to_owned(),
            user: address.uri().user_unescaped().into_owned(),
            display_name: address.display_name().into_owned(),
            headers: shown,
        },
        None => Remote { headers: shown, ..Remote::default() },
    }
}

/// The caller: From, as the INVITE has it.
pub(crate) fn caller(headers: &Headers) -> Remote {
    remote(headers.from().ok(), headers)
}

/// Whom the network asserts (RFC 3325, or the older Remote-Party-ID).
pub(super) fn asserted(headers: &Headers) -> Option<Remote> {
    let address = headers.addresses(H::PAssertedIdentity).next().or_else(|| headers.addresses(H::RemotePartyId).next())?;
    Some(remote(Some(address), headers))
}

/// Who answered: what the network asserts, else whom we called.
pub(super) fn answerer(headers: &Headers) -> Remote {
    asserted(headers).unwrap_or_else(|| remote(headers.to().ok(), headers))
}

/// The seconds after which the caller's server wants the call answered by itself.
pub(super) fn answer_after(headers: &Headers) -> Option<u32> {
    let after = headers.values(H::CallInfo).find_map(|value| {
        let params = value.rsplit_once('>').map_or(value, |(_, params)| params);
        params.split(';').find_map(|param| {
            let (name, value) = param.split_once('=')?;
            name.trim().eq_ignore_ascii_case("answer-after").then(|| value.trim().parse().ok())?
        })
    });
    after.or_else(|| {
        let mut lines = headers.get_all(H::AlertInfo).map(str::to_ascii_lowercase);
        lines
            .any(|line| {
                ["alert-autoanswer", "ring-answer", "auto answer", "auto-answer"].iter().any(|word| text::position(&line, word).is_some())
            })
            .then_some(0)
    })
}
