//! What is measured on one leg.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::clock::unix_now;
use crate::g711::{FRAME, RATE};
use crate::state::MediaFigures;

/// Samples over which loudness and frequency are taken: 200 ms.
const WINDOW: usize = FRAME * 10;

/// −50 dBov as root mean square of full scale.
const AUDIBLE: f64 = 0.003;

/// An Opus frame of 20 ms of near silence is smaller than this, in bytes, at WebRTC's usual rates; speech and tones are larger.
const OPUS_AUDIBLE: usize = 24;

/// One direction's sound.
#[derive(Debug, Default)]
struct Level {
    window: VecDeque<i16>,
    energy: f64,
}

impl Level {
    /// Takes samples; gives their loudness (root mean square, 0 to 1).
    fn take(&mut self, samples: &[i16]) -> f64 {
        let squares: f64 = samples.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2)).sum();
        self.energy += squares / f64::from(RATE);
        self.window.extend(samples);
        let surplus = self.window.len().saturating_sub(WINDOW);
        self.window.drain(..surplus);
        (squares / samples.len().max(1) as f64).sqrt()
    }

    fn loudness(&self) -> f64 {
        let squares: f64 = self.window.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2)).sum();
        // An empty sum is −0, which would show.
        (squares / WINDOW as f64).sqrt() + 0.0
    }

    /// Frequency, by the times between rising zero crossings; none where they differ much: that is no single tone.
    fn tone(&self) -> Option<u32> {
        if self.loudness() < AUDIBLE * 3.0 {
            return None;
        }
        let mut crossings = Vec::new();
        for (index, (before, after)) in self.window.iter().zip(self.window.iter().skip(1)).enumerate() {
            if *before < 0 && *after >= 0 {
                let share = f64::from(-i32::from(*before)) / f64::from(i32::from(*after) - i32::from(*before)).max(1.0);
                crossings.push(index as f64 + share);
            }
        }
        let (first, last) = (crossings.first()?, crossings.last()?);
        let periods = crossings.len().saturating_sub(1);
        if periods < 8 {
            return None;
        }
        let mean = (last - first) / periods as f64;
        let steady = crossings.iter().zip(crossings.iter().skip(1)).all(|(one, next)| ((next - one) - mean).abs() < mean * 0.15);
        steady.then(|| (f64::from(RATE) / mean).round() as u32)
    }
}

/// Packets of one source, counted by RFC 3550 A.3.
#[derive(Debug, Default)]
struct Sequence {
    first: u64,
    highest: u64,
    received: u64,
}

/// Everything that is measured on one leg.
#[derive(Debug, Default)]
pub(crate) struct Measure {
    figures: MediaFigures,
    sequences: HashMap<u32, Sequence>,
    level_in: Level,
    level_out: Level,
    last_in: Option<Instant>,
    last_out: Option<Instant>,
    gap_in: Duration,
    gap_out: Duration,
}

impl Measure {
    pub(crate) fn agreed(&mut self, codec: &str, telephone_event: bool) {
        codec.clone_into(&mut self.figures.codec);
        self.figures.telephone_event = telephone_event;
    }

    pub(crate) fn connected(&mut self, connected: bool) {
        self.figures.connected = connected;
        if connected {
            self.figures.connected_at.get_or_insert_with(unix_now);
        }
    }

    /// A packet came. `samples`: its sound, where it can be decoded.
    pub(crate) fn packet_in(&mut self, now: Instant, ssrc: u32, sequence: u64, payload: usize, samples: Option<&[i16]>) {
        let figures = &mut self.figures;
        figures.packets_in += 1;
        figures.bytes_in += payload as u64;
        let at = unix_now();
        figures.first_packet_in_at.get_or_insert(at);
        figures.last_packet_in_at = Some(at);
        let audible = match samples {
            Some(samples) => self.level_in.take(samples) > AUDIBLE,
            None => figures.codec == "opus" && payload > OPUS_AUDIBLE,
        };
        if audible {
            figures.first_sound_in_at.get_or_insert(at);
        }
        if let Some(last) = self.last_in.replace(now) {
            self.gap_in = self.gap_in.max(now.saturating_duration_since(last));
        }
        let counted = self.sequences.entry(ssrc).or_insert(Sequence { first: sequence, highest: sequence, received: 0 });
        counted.highest = counted.highest.max(sequence);
        counted.received += 1;
    }

    /// A packet went.
    pub(crate) fn packet_out(&mut self, now: Instant, payload: usize, samples: Option<&[i16]>) {
        self.figures.packets_out += 1;
        self.figures.bytes_out += payload as u64;
        self.figures.first_packet_out_at.get_or_insert_with(unix_now);
        if let Some(samples) = samples {
            self.level_out.take(samples);
        }
        if let Some(last) = self.last_out.replace(now) {
            self.gap_out = self.gap_out.max(now.saturating_duration_since(last));
        }
    }

    /// What the far side's receiver reports say.
    pub(crate) fn lost_out(&mut self, lost: u64) {
        self.figures.lost_out = Some(lost);
    }

    /// The far side begins or ends to be expected to send: silence that was agreed on is no gap.
    pub(crate) fn expect_in(&mut self, now: Instant, expected: bool) {
        self.last_in = if expected { self.last_in.map(|_| now) } else { self.close_gap_in(now) };
    }

    /// We begin or end to send.
    pub(crate) fn expect_out(&mut self, now: Instant, expected: bool) {
        if !expected && let Some(last) = self.last_out.take() {
            self.gap_out = self.gap_out.max(now.saturating_duration_since(last));
        }
    }

    fn close_gap_in(&mut self, now: Instant) -> Option<Instant> {
        if let Some(last) = self.last_in {
            self.gap_in = self.gap_in.max(now.saturating_duration_since(last));
        }
        None
    }

    /// Starts the gaps and energies again.
    pub(crate) fn reset(&mut self, now: Instant) {
        self.gap_in = Duration::ZERO;
        self.gap_out = Duration::ZERO;
        self.level_in.energy = 0.0;
        self.level_out.energy = 0.0;
        self.last_in = self.last_in.map(|_| now);
        self.last_out = self.last_out.map(|_| now);
    }

    /// All of it, as of now.
    pub(crate) fn figures(&self, now: Instant) -> MediaFigures {
        let open = |last: Option<Instant>| last.map_or(Duration::ZERO, |last| now.saturating_duration_since(last));
        let fresh = |last: Option<Instant>| open(last) < Duration::from_millis(200) && last.is_some();
        let lost = |sequence: &Sequence| (sequence.highest - sequence.first + 1).saturating_sub(sequence.received);
        MediaFigures {
            lost_in: self.sequences.values().map(lost).sum(),
            longest_gap_in_ms: self.gap_in.max(open(self.last_in)).as_secs_f64() * 1000.0,
            longest_gap_out_ms: self.gap_out.max(open(self.last_out)).as_secs_f64() * 1000.0,
            level_in: if fresh(self.last_in) { self.level_in.loudness() } else { 0.0 },
            level_out: if fresh(self.last_out) { self.level_out.loudness() } else { 0.0 },
            energy_in: self.level_in.energy,
            energy_out: self.level_out.energy,
            tone_in_hz: if fresh(self.last_in) { self.level_in.tone() } else { None },
            ..self.figures.clone()
        }
    }
}
