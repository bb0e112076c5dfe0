//! Sums of what several parties say, and parties that are made of sound alone.

use std::collections::HashMap;

use super::Source;
use crate::g711::FRAME;
use crate::sound::{Player, Sound};
use crate::state::LegId;

/// What everybody said in the last 20 ms.
pub(crate) type Said = HashMap<LegId, [i16; FRAME]>;

/// The sum of what these say; sounds are added by whoever plays them.
pub(crate) fn sum(sources: &[Source], said: &Said) -> [i32; FRAME] {
    let mut sum = [0; FRAME];
    let heard = sources.iter().filter_map(|source| match source {
        Source::Leg(leg) => said.get(leg),
        Source::Sound(_) => None,
    });
    for frame in heard {
        for (total, sample) in sum.iter_mut().zip(frame) {
            *total += i32::from(*sample);
        }
    }
    sum
}

/// A party without a connection: the simulated customer.
#[derive(Debug)]
pub(crate) struct Bot {
    player: Option<Player>,
    echo: bool,
    sources: Vec<Source>,
}

impl Bot {
    pub(crate) fn new(sound: Option<Sound>, echo: bool) -> Self {
        Self { player: sound.map(Player::new), echo, sources: Vec::new() }
    }

    pub(crate) fn hear(&mut self, sources: Vec<Source>) {
        self.sources = sources;
    }

    /// Its next 20 ms. What other bots say is not in `said` yet: bots do not hear each other, and nothing goes round in circles.
    pub(crate) fn speak(&mut self, said: &Said) -> [i16; FRAME] {
        let mut mix = if self.echo { sum(&self.sources, said) } else { [0; FRAME] };
        if let Some(player) = &mut self.player {
            player.mix_into(&mut mix);
        }
        mix.map(|sample| sample.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: LegId = LegId(1);
    const TWO: LegId = LegId(2);

    #[test]
    fn only_what_is_heard_is_summed() {
        let said = Said::from([(ONE, [100; FRAME]), (TWO, [20; FRAME])]);
        assert_eq!(sum(&[Source::Leg(ONE), Source::Leg(TWO)], &said), [120; FRAME]);
        assert_eq!(sum(&[Source::Leg(TWO), Source::Leg(LegId(9)), Source::Sound(Sound::Melody)], &said), [20; FRAME]);
        assert_eq!(sum(&[], &said), [0; FRAME]);
    }

    #[test]
    fn a_bot_says_back_what_it_hears_and_never_overflows() {
        let said = Said::from([(ONE, [i16::MAX; FRAME]), (TWO, [i16::MAX; FRAME])]);
        let mut bot = Bot::new(None, true);
        assert_eq!(bot.speak(&said), [0; FRAME], "it hears nobody yet");
        bot.hear(vec![Source::Leg(ONE), Source::Leg(TWO)]);
        assert_eq!(bot.speak(&said), [i16::MAX; FRAME]);
        let mut mute = Bot::new(None, false);
        mute.hear(vec![Source::Leg(ONE)]);
        assert_eq!(mute.speak(&said), [0; FRAME]);
    }
}
