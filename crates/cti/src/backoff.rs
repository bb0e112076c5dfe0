//! When to try a lost connection again.

use patchcord_messages::Millis;

/// Grows from one second to thirty, with full jitter, so that a hundred agents who lose one server do not all come back at once.
#[derive(Clone, Debug)]
pub struct Backoff {
    random: u64,
    tries: u32,
}

/// The longest wait between two tries, in milliseconds.
pub const LONGEST: Millis = 30_000;

impl Backoff {
    /// `seed` makes the jitter; any value will do, but each phone needs its own.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { random: seed ^ 0x9E37_79B9_7F4A_7C15, tries: 0 }
    }

    /// How long to wait before the next try, in milliseconds: 0–1 s the first time, then up to twice as long each time.
    pub fn next_wait(&mut self) -> Millis {
        let ceiling = 1_000u64.saturating_mul(1 << self.tries.min(5)).min(LONGEST);
        self.tries = self.tries.saturating_add(1);
        self.draw() % (ceiling + 1)
    }

    /// It worked: the next loss starts from the beginning.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    // xorshift64*: jitter needs no better.
    fn draw(&mut self) -> u64 {
        let mut x = if self.random == 0 { 1 } else { self.random };
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.random = x;
        x.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_stay_under_their_ceiling_and_reach_it_nearly() {
        let mut highest = [0; 8];
        for seed in 0..500 {
            let mut backoff = Backoff::new(seed);
            for slot in &mut highest {
                *slot = (*slot).max(backoff.next_wait());
            }
        }
        for (slot, ceiling) in highest.into_iter().zip([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]) {
            assert!(slot <= ceiling, "{slot} is over {ceiling}");
            assert!(slot * 10 >= ceiling * 9, "{slot} never came near {ceiling}");
        }
    }

    #[test]
    fn success_starts_over() {
        let mut backoff = Backoff::new(7);
        for _ in 0..10 {
            backoff.next_wait();
        }
        backoff.reset();
        assert!(backoff.next_wait() <= 1_000);
    }
}
