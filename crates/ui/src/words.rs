//! The words: keys of `manifest/_locales` and what they are used for. No sentence is written in Rust.
//!
//! Keys stand only in `t!("…")` (the words now) and `key!("…")` (the key for later); a test reads the sources for both and wants every key in every language.

use patchcord_messages::{Call, CallState, EndReason, Peer, Text};

use crate::host;

/// The words for a key, in the browser's language: `t!("buttonCall")`, with the placeholders' values after it.
macro_rules! t {
    ($key:literal $(, $arg:expr)* $(,)?) => { $crate::words::look_up($key, &[$(::std::string::ToString::to_string(&$arg)),*]) };
}

/// A key of the locales, to be looked up later.
macro_rules! key {
    ($key:literal) => {
        $key
    };
}

/// The words for `key`.
#[must_use]
pub fn look_up(key: &str, args: &[String]) -> String {
    host::get().words(key, args)
}

/// The words for `text`.
#[must_use]
pub fn say(text: &Text) -> String {
    look_up(&text.key, &text.args)
}

/// A text without placeholders.
#[must_use]
pub fn plain(key: &str) -> Text {
    Text { key: key.to_owned(), args: vec![] }
}

/// How a call stands.
#[must_use]
pub fn state(call: &Call) -> Text {
    plain(match &call.state {
        CallState::Dialing { .. } => key!("callDialing"),
        CallState::Ringing { .. } => key!("callRinging"),
        CallState::Incoming { .. } => key!("callIncoming"),
        CallState::Answering { .. } => key!("callAnswering"),
        CallState::Connected { pending_hold: Some(true), .. } => key!("callHolding"),
        CallState::Connected { pending_hold: Some(false), .. } => key!("callResuming"),
        CallState::Connected { hold, .. } => match (hold.local, hold.remote) {
            (false, false) => key!("callConnected"),
            (true, _) => key!("callOnHold"),
            (false, true) => key!("callHeldByFarSide"),
        },
        CallState::Ending { .. } => key!("callEnding"),
        CallState::Ended { reason, .. } => return end(reason),
        _ => key!("callConnected"),
    })
}

/// Why a call is over.
#[must_use]
pub fn end(reason: &EndReason) -> Text {
    plain(match reason {
        EndReason::HungUp => key!("endHungUp"),
        EndReason::FarHungUp => key!("endFarHungUp"),
        EndReason::Cancelled => key!("endCancelled"),
        EndReason::Missed => key!("endMissed"),
        EndReason::AnsweredElsewhere => key!("endAnsweredElsewhere"),
        EndReason::DeclinedHere => key!("endDeclinedHere"),
        EndReason::Declined => key!("endDeclined"),
        EndReason::Busy => key!("endBusy"),
        EndReason::NoAnswer => key!("endNoAnswer"),
        EndReason::Unavailable => key!("endUnavailable"),
        EndReason::NotFound => key!("endNotFound"),
        EndReason::Forbidden => key!("endForbidden"),
        EndReason::Failed { problem } => return problem.text(),
        _ => key!("endHungUp"),
    })
}

/// Who the far side is, in one line: the name, else the number, else that nobody knows.
#[must_use]
pub fn who(peer: &Peer) -> String {
    match &peer.name {
        Some(name) if !name.trim().is_empty() => name.clone(),
        _ if !peer.number.is_empty() => peer.number.clone(),
        _ => t!("callerUnknown"),
    }
}

/// Where the far side is from: province, city and carrier, as far as they are known and without repeating (Beijing is both province and city).
#[must_use]
pub fn place(peer: &Peer) -> Option<String> {
    let place = peer.place.as_ref()?;
    let mut parts: Vec<&str> = Vec::new();
    for part in [&place.province, &place.city, &place.carrier] {
        if !part.trim().is_empty() && !parts.contains(&part.trim()) {
            parts.push(part.trim());
        }
    }
    if parts.is_empty() { None } else { Some(parts.join(" · ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchcord_messages::Place;

    #[test]
    fn a_place_does_not_stutter() {
        let from = |province: &str, city: &str, carrier: &str| {
            place(&Peer { place: Some(Place { province: province.into(), city: city.into(), carrier: carrier.into() }), ..Peer::default() })
        };
        assert_eq!(from("北京", "北京", "中国移动").as_deref(), Some("北京 · 中国移动"));
        assert_eq!(from("", " ", ""), None);
        assert_eq!(place(&Peer::default()), None);
    }
}
