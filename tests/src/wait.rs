use std::time::{Duration, Instant};

/// How often something is looked at that cannot be waited for by an event.
const PAUSE: Duration = Duration::from_millis(15);

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Timing;

impl Timing {
    /// A control appears, a text changes: what the browser does by itself.
    pub const SCREEN: Duration = Duration::from_secs(5);
    /// A log-in, a call: what a server has a part in.
    pub const CALL: Duration = Duration::from_secs(10);
}

/// Looks again and again until `look` finds something.
///
/// # Panics
/// When that takes longer than `limit`: `what` says what was waited for.
pub fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    within(limit, &mut look).unwrap_or_else(|| panic!("waited {} ms in vain: {what}", limit.as_millis()))
}

/// As [`until`], but gives `None` when it takes too long.
pub fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(PAUSE);
    }
}
