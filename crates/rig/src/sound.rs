//! Sounds that the rig makes, at 8,000 samples a second.

use std::f32::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::g711::{FRAME, RATE};

/// What a party of the rig plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// Nothing at all: packets of silence.
    Silence,
    /// C, E, G, C in turns of 250 ms: the simulated customer.
    #[default]
    Melody,
    /// One steady tone of this frequency in Hz.
    Tone(u16),
    /// 425 Hz, one second on and four off: what a Chinese exchange plays while it rings.
    RingBack,
}

/// The melody's notes, in Hz.
const NOTES: [f32; 4] = [523.0, 659.0, 784.0, 1047.0];

/// How loud: a quarter of full scale, so that three sounds mixed do not clip.
const AMPLITUDE: f32 = 8000.0;

/// A sound being played.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    sound: Sound,
    position: u64,
    phase: f32,
}

impl Player {
    pub(crate) fn new(sound: Sound) -> Self {
        Self { sound, position: 0, phase: 0.0 }
    }

    pub(crate) fn sound(&self) -> Sound {
        self.sound
    }

    /// Adds the next 20 ms to what is there.
    pub(crate) fn mix_into(&mut self, frame: &mut [i32; FRAME]) {
        for sample in frame {
            let hertz = self.frequency();
            self.position += 1;
            if hertz > 0.0 {
                self.phase = (self.phase + hertz / RATE as f32).fract();
                *sample += ((self.phase * TAU).sin() * AMPLITUDE) as i32;
            }
        }
    }

    fn frequency(&self) -> f32 {
        let ms = self.position * 1000 / u64::from(RATE);
        match self.sound {
            Sound::Silence => 0.0,
            Sound::Melody => NOTES.get((ms / 250 % 4) as usize).copied().unwrap_or(0.0),
            Sound::Tone(hertz) => f32::from(hertz),
            Sound::RingBack => {
                if ms % 5000 < 1000 {
                    425.0
                } else {
                    0.0
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossings(player: &mut Player, frames: usize) -> usize {
        let mut samples = Vec::new();
        for _ in 0..frames {
            let mut frame = [0; FRAME];
            player.mix_into(&mut frame);
            samples.extend(frame);
        }
        samples.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count()
    }

    #[test]
    fn a_tone_has_its_frequency() {
        let count = crossings(&mut Player::new(Sound::Tone(440)), 50);
        assert!((439..=441).contains(&count), "{count} periods in one second");
    }

    #[test]
    fn silence_is_silent() {
        assert_eq!(crossings(&mut Player::new(Sound::Silence), 50), 0);
    }

    #[test]
    fn the_melody_climbs() {
        let mut player = Player::new(Sound::Melody);
        let quarters: Vec<usize> = (0..4).map(|_| crossings(&mut player, 12)).collect();
        assert!(quarters.windows(2).all(|pair| pair[0] < pair[1]), "{quarters:?}");
    }
}
