//! Session timers (RFC 4028): a call whose far side has vanished ends by itself.

use patchcord_messages::Millis;

use crate::core::Core;
use crate::message::{HeaderName as H, Headers, Request};
use crate::transaction::Answer;

/// What we offer, in seconds (section 4's recommendation).
pub(crate) const INTERVAL: u32 = 1_800;
/// The least that we take, in seconds (section 5).
const LEAST: u32 = 90;

/// The timer of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionTimer {
    /// In seconds.
    pub(crate) interval: u32,
    /// We refresh; else the far side does, and we hang up when it has not.
    pub(crate) ours: bool,
    /// Our Min-SE in seconds: the highest that was asked of us.
    pub(crate) least: u32,
    /// When we refresh, or hang up.
    pub(crate) at: Millis,
}

impl SessionTimer {
    fn new(core: &Core, interval: u32, ours: bool) -> Self {
        let whole = Millis::from(interval) * 1_000;
        // Section 10: half of it for who refreshes; the other allows for the answer to be on its way.
        let span = if ours { whole / 2 } else { whole - (whole / 3).min(32_000) };
        Self { interval, ours, least: LEAST, at: core.now + span }
    }
}

fn requested(headers: &Headers) -> Option<(u32, Option<&str>)> {
    let value = headers.valued(H::SessionExpires).ok().flatten()?;
    Some((value.number()?, value.params.get("refresher")))
}

/// Section 9: the Min-SE of the 422 that this request gets, if it asks for too short an interval.
pub(crate) fn too_short(core: &Core, request: &Request) -> Option<u32> {
    let (interval, _) = requested(request).filter(|_| core.config.session_timers)?;
    (interval < LEAST && request.has_value(H::Supported, "timer")).then_some(LEAST)
}

/// Our side of a 2xx to an INVITE or UPDATE: the timer, and the headers that say so.
pub(crate) fn answer(core: &Core, request: &Request, answer: Answer) -> (Answer, Option<SessionTimer>) {
    let Some((interval, refresher)) = requested(request).filter(|_| core.config.session_timers) else { return (answer, None) };
    let least = request.valued(H::MinSe).ok().flatten().and_then(|value| value.number()).unwrap_or(0);
    let interval = interval.max(least).max(LEAST);
    // A peer that does not know timers cannot refresh (section 9, table 2).
    let knows = request.has_value(H::Supported, "timer");
    let ours = !knows || refresher.is_some_and(|who| who.eq_ignore_ascii_case("uas"));
    let answer = answer.with("Session-Expires", format!("{interval};refresher={}", if ours { "uas" } else { "uac" }));
    let answer = if ours { answer } else { answer.with("Require", "timer") };
    (answer, Some(SessionTimer::new(core, interval, ours)))
}

/// What a 2xx to our INVITE or UPDATE settles.
pub(crate) fn settled(core: &Core, response: &Headers) -> Option<SessionTimer> {
    let (interval, refresher) = requested(response).filter(|_| core.config.session_timers)?;
    let ours = !refresher.is_some_and(|who| who.eq_ignore_ascii_case("uas"));
    Some(SessionTimer::new(core, interval.max(LEAST), ours))
}
