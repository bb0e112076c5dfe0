//! The phone's clock: milliseconds that never run backwards and that count the time asleep.

use core::cell::Cell;

use patchcord_messages::Millis;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;

    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
}

/// The wall clock may run ahead of the monotonic one by so much before that counts as sleep.
const SLEEP: f64 = 2_000.0;

/// `performance.now()` stands still on most systems while the machine sleeps; `Date.now()` does not, but can be set. So the one is
/// followed, and where the other has run ahead of it by seconds, the machine slept (or somebody set the clock, which then looks like sleep).
pub struct Clock {
    /// `performance.now()` and `Date.now()` when last asked.
    last: Cell<(f64, f64)>,
    time: Cell<f64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock {
    /// A clock that begins at the time of day, for the sake of logs.
    #[must_use]
    pub fn new() -> Self {
        Self { last: Cell::new((performance_now(), date_now())), time: Cell::new(date_now()) }
    }

    /// Milliseconds now.
    pub fn now(&self) -> Millis {
        let (performance, date) = (performance_now(), date_now());
        let (last_performance, last_date) = self.last.replace((performance, date));
        self.time.set(self.time.get() + passed(performance - last_performance, date - last_date));
        // Truncation is wanted; a float that Rust can't hold saturates.
        self.time.get() as Millis
    }
}

/// How much time has passed, by what each clock says.
fn passed(performance: f64, date: f64) -> f64 {
    let slept = date - performance > SLEEP;
    if slept { date } else { performance.max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn counts_sleep_and_never_runs_back() {
        for (performance, date, expected) in [
            (10.0, 10.0, 10.0),
            (10.0, 1_500.0, 10.0),
            (10.0, 3_600_000.0, 3_600_000.0),
            (10.0, -3_600_000.0, 10.0),
            (-1.0, 0.0, 0.0),
            (5_000.0, 0.0, 5_000.0),
        ] {
            assert_eq!(passed(performance, date), expected, "{performance} {date}");
        }
    }
}
