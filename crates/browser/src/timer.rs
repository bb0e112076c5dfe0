//! One alarm at a time.

use gloo_timers::callback::Timeout;
use patchcord_messages::Millis;

/// Calls `handler` once after `delay` milliseconds, unless it is dropped before. Delays beyond what a browser takes (25 days) end early.
#[must_use = "dropping it cancels the alarm"]
pub struct Alarm {
    _timeout: Timeout,
}

impl Alarm {
    /// Arms it.
    pub fn after(delay: Millis, handler: impl FnOnce() + 'static) -> Self {
        let delay = u32::try_from(delay).unwrap_or(u32::MAX).min(i32::MAX as u32);
        Self { _timeout: Timeout::new(delay, handler) }
    }
}
