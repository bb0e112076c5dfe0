//! What each tone sounds like, as samples.

/// What can sound here without a far side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing.
    #[default]
    Silence,
    /// An incoming call.
    Ring,
    /// An incoming call while talking.
    CallWaiting,
    /// The far side's phone rings.
    RingBack,
    /// The far side is busy.
    Busy,
}

/// A stretch of sound: frequencies in Hz (none: silence), seconds, loudness 0–1.
struct Part(&'static [f32], f32, f32);

/// One cycle of each tone, to be repeated. Ring-back, busy and call waiting as GF 002 (China) has them: 450 Hz.
fn cycle(tone: Tone) -> &'static [Part] {
    const RING_BACK: [Part; 2] = [Part(&[450.0], 1.0, 0.15), Part(&[], 4.0, 0.0)];
    const BUSY: [Part; 2] = [Part(&[450.0], 0.35, 0.15), Part(&[], 0.35, 0.0)];
    const WAITING: [Part; 2] = [Part(&[450.0], 0.4, 0.08), Part(&[], 4.0, 0.0)];
    // Two notes in turn, a third apart, with their octaves: heard across a room, and not mistaken for a ring-back.
    const RING: [Part; 9] = [
        Part(&[784.0, 1568.0], 0.15, 0.5),
        Part(&[988.0, 1976.0], 0.15, 0.5),
        Part(&[784.0, 1568.0], 0.15, 0.5),
        Part(&[988.0, 1976.0], 0.15, 0.5),
        Part(&[], 0.3, 0.0),
        Part(&[784.0, 1568.0], 0.15, 0.5),
        Part(&[988.0, 1976.0], 0.15, 0.5),
        Part(&[784.0, 1568.0], 0.3, 0.5),
        Part(&[], 2.5, 0.0),
    ];
    match tone {
        Tone::Silence => &[],
        Tone::Ring => &RING,
        Tone::CallWaiting => &WAITING,
        Tone::RingBack => &RING_BACK,
        Tone::Busy => &BUSY,
    }
}

/// One cycle of a tone; empty for silence.
pub(crate) fn samples(tone: Tone, rate: f32) -> Vec<f32> {
    let mut out = Vec::new();
    for Part(frequencies, seconds, loudness) in cycle(tone) {
        push(&mut out, frequencies, *seconds, *loudness, rate);
    }
    out
}

/// The tones of digits (ITU-T Q.23), 90 ms each with 30 ms between. Other characters are left out.
pub(crate) fn digits(text: &str, rate: f32) -> Vec<f32> {
    const HIGH: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
    const ROWS: [(f32, &str); 4] = [(697.0, "123A"), (770.0, "456B"), (852.0, "789C"), (941.0, "*0#D")];
    let mut out = Vec::new();
    for c in text.chars() {
        let pair = ROWS.iter().find_map(|(low, keys)| Some((*low, HIGH.get(keys.find(c)?).copied()?)));
        if let Some((low, high)) = pair {
            push(&mut out, &[low, high], 0.09, 0.08, rate);
            push(&mut out, &[], 0.03, 0.0, rate);
        }
    }
    out
}

fn push(out: &mut Vec<f32>, frequencies: &[f32], seconds: f32, loudness: f32, rate: f32) {
    // Rates and lengths are small and positive.
    let count = (seconds * rate) as usize;
    // A ramp of 5 ms keeps the ends from clicking.
    let ramp = (0.005 * rate).max(1.0);
    let voices = frequencies.len().max(1) as f32;
    for at in 0..count {
        let edge = (at.min(count - at) as f32 / ramp).min(1.0);
        let time = at as f32 / rate;
        let wave: f32 = frequencies.iter().map(|frequency| sine(frequency * time)).sum();
        out.push(wave / voices * loudness * edge);
    }
}

/// sin 2πx for x ≥ 0, to within 0.001: sixty decibels down is inaudible beside the tone, and the exact function costs 5 KB of code.
fn sine(turns: f32) -> f32 {
    // A half wave is nearly a parabola; the second step takes its error away.
    let x = 2.0 * (turns - (turns as u32) as f32) - 1.0;
    let parabola = -4.0 * x * (1.0 - x.abs());
    parabola * (0.775 + 0.225 * parabola.abs())
}

#[cfg(test)]
mod tests {
    use core::f32::consts::TAU;

    use super::*;

    #[test]
    fn sine_is_a_sine() {
        for at in 0..10_000 {
            let turns = at as f32 / 1_000.0;
            assert!((sine(turns) - (TAU * turns).sin()).abs() < 0.0015, "{turns}: {} {}", sine(turns), (TAU * turns).sin());
        }
    }

    const RATE: f32 = 8_000.0;

    /// Energy at a frequency (Goertzel), per sample.
    fn energy(samples: &[f32], frequency: f32) -> f32 {
        let (mut re, mut im) = (0.0, 0.0);
        for (at, sample) in samples.iter().enumerate() {
            let angle = TAU * frequency * at as f32 / RATE;
            re += sample * angle.cos();
            im += sample * angle.sin();
        }
        (re * re + im * im).sqrt() / samples.len() as f32
    }

    #[test]
    fn ring_back_is_a_second_of_450_hz_in_five() {
        let samples = samples(Tone::RingBack, RATE);
        assert_eq!(samples.len(), 40_000);
        assert!(energy(&samples[..8_000], 450.0) > 0.07);
        assert!(energy(&samples[..8_000], 600.0) < 0.001);
        assert!(samples[8_000..].iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn every_tone_begins_and_ends_softly_and_stays_in_range() {
        for tone in [Tone::Ring, Tone::CallWaiting, Tone::RingBack, Tone::Busy] {
            let samples = samples(tone, 48_000.0);
            assert!(samples.len() > 24_000, "{tone:?}");
            assert!(samples[0].abs() < 0.01, "{tone:?}");
            assert!(samples.iter().all(|sample| sample.abs() <= 0.5), "{tone:?}");
            assert!(samples.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.15), "{tone:?}");
        }
        assert!(samples(Tone::Silence, RATE).is_empty());
    }

    #[test]
    fn digits_are_pairs() {
        for (digit, low, high) in [("1", 697.0, 1209.0), ("#", 941.0, 1477.0), ("0", 941.0, 1336.0), ("D", 941.0, 1633.0)] {
            let samples = digits(digit, RATE);
            assert_eq!(samples.len(), 960, "{digit}");
            let sound = &samples[..720];
            for frequency in [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0] {
                let heard = energy(sound, frequency) > 0.012;
                assert_eq!(heard, frequency == low || frequency == high, "{digit} {frequency}: {}", energy(sound, frequency));
            }
        }
        assert!(digits("x", RATE).is_empty());
    }
}
