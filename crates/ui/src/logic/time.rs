//! Durations and times of day, as the views write them.

use patchcord_messages::{Call, CallState, Millis};

/// A duration as a call's timer shows it: `0:05`, `12:34`, `1:02:03`.
#[must_use]
pub fn duration(span: Millis) -> String {
    let seconds = span / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// A duration as HTML's `datetime` attribute and screen readers take it: `PT1H2M3S`.
#[must_use]
pub fn iso_duration(span: Millis) -> String {
    let seconds = span / 1000;
    format!("PT{}H{}M{}S", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The time of day of a moment on the phone's clock: `09:05`. `minute_of_day` is what the wall clock shows at `now`.
#[must_use]
pub fn time_of_day(at: Millis, now: Millis, wall_ms_of_day: u64) -> String {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let ago = now.saturating_sub(at) % DAY;
    let minutes = (wall_ms_of_day % DAY + DAY - ago) % DAY / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What a call's timer shows at `now`: the time since the state's own beginning, the time talked once it is over; none where there is nothing to count.
#[must_use]
pub fn timer(call: &Call, now: Millis) -> Option<Millis> {
    match &call.state {
        CallState::Connected { since, .. } | CallState::Incoming { since } | CallState::Ringing { since, .. } => {
            Some(now.saturating_sub(*since))
        }
        CallState::Ended { talked, .. } => *talked,
        _ => None,
    }
}

/// Whole seconds until `at`, rounded up, for "trying again in …".
#[must_use]
pub fn seconds_until(at: Millis, now: Millis) -> u64 {
    at.saturating_sub(now).div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchcord_messages::{CallId, Direction, EndReason, Hold, Peer};

    #[test]
    fn a_timer_grows_by_the_hour() {
        for (span, expected) in [
            (0, "0:00"),
            (999, "0:00"),
            (5_000, "0:05"),
            (754_000, "12:34"),
            (3_599_999, "59:59"),
            (3_723_000, "1:02:03"),
            (360_000_000, "100:00:00"),
        ] {
            assert_eq!(duration(span), expected);
        }
        assert_eq!(iso_duration(3_723_000), "PT1H2M3S");
    }

    #[test]
    fn a_time_of_day_is_the_wall_clock_less_what_has_gone_by() {
        let noon = 12 * 3_600_000;
        assert_eq!(time_of_day(1_000, 1_000, noon), "12:00");
        assert_eq!(time_of_day(0, 13 * 3_600_000, noon), "23:00", "yesterday");
        assert_eq!(time_of_day(5_000, 0, noon), "12:00", "a moment that has not come yet counts as now");
    }

    fn call(state: CallState) -> Call {
        Call {
            id: CallId(1),
            direction: Direction::Outbound,
            peer: Peer::default(),
            state,
            muted: false,
            digits: String::new(),
            quality: None,
            problem: None,
            headers: vec![],
        }
    }

    #[test]
    fn the_timer_counts_from_the_state_that_the_agent_cares_for() {
        assert_eq!(timer(&call(CallState::Dialing { since: 5 }), 10), None);
        assert_eq!(timer(&call(CallState::Connected { since: 4_000, hold: Hold::default(), pending_hold: None }), 10_000), Some(6_000));
        assert_eq!(
            timer(&call(CallState::Connected { since: 4_000, hold: Hold::default(), pending_hold: None }), 3_000),
            Some(0),
            "clocks never run backwards on the screen"
        );
        let ended = CallState::Ended { at: 9, talked: Some(61_000), reason: EndReason::HungUp };
        assert_eq!(timer(&call(ended), 500_000), Some(61_000), "and stands still at the end");
        assert_eq!(timer(&call(CallState::Ended { at: 9, talked: None, reason: EndReason::Busy }), 500_000), None);
    }

    #[test]
    fn a_countdown_never_shows_zero_before_its_time() {
        assert_eq!((seconds_until(4_001, 1_000), seconds_until(4_000, 1_000), seconds_until(0, 1_000)), (4, 3, 0));
    }
}
