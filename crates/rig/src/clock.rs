//! Times as the outside sees them.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::UnixMillis;

/// Now, in milliseconds since 1970.
pub(crate) fn unix_now() -> UnixMillis {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
