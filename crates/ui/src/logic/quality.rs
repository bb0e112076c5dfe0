//! How good a call sounds, in one word.

use patchcord_messages::Quality;

/// What the measurement means for the ear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Nothing to hear.
    Good,
    /// Words are lost now and then.
    Poor,
    /// Hard to understand.
    Bad,
}

/// Grades by loss and jitter. Opus conceals some 5 % of loss and the jitter buffer some 60 ms; beyond 15 % or 150 ms whole words go.
#[must_use]
pub fn grade(quality: &Quality) -> Grade {
    if quality.loss > 0.15 || quality.jitter > 150.0 {
        Grade::Bad
    } else if quality.loss > 0.05 || quality.jitter > 60.0 || quality.round_trip.is_some_and(|ms| ms > 600.0) {
        Grade::Poor
    } else {
        Grade::Good
    }
}

/// A level of sound (0–1, amplitude) as a share of a meter's length: decibels, −60 dB to 0, since ears hear ratios.
#[must_use]
pub fn meter(level: f64) -> f64 {
    if level.is_nan() || level <= 0.001 { 0.0 } else { (1.0 + level.min(1.0).log10() * 20.0 / 60.0).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades() {
        let clean = Quality::default();
        assert_eq!(grade(&clean), Grade::Good);
        assert_eq!(grade(&Quality { loss: 0.08, ..clean }), Grade::Poor);
        assert_eq!(grade(&Quality { jitter: 200.0, ..clean }), Grade::Bad);
        assert_eq!(grade(&Quality { round_trip: Some(900.0), ..clean }), Grade::Poor);
    }

    #[test]
    fn meters_show_decibels() {
        assert_eq!((meter(0.0), meter(1.0), meter(7.0), meter(f64::NAN)), (0.0, 1.0, 1.0, 0.0));
        assert!((meter(0.1) - 2.0 / 3.0).abs() < 1e-9);
    }
}
