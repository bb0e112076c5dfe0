//! The one source of randomness: ChaCha8 keyed with the seed, so that tags and branches cannot be guessed (RFC 3261 19.3).

/// Seeded generator.
pub(crate) struct Rng {
    key: [u32; 8],
    counter: u64,
    block: [u32; 16],
    used: usize,
}

impl Rng {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        let mut key = [0; 8];
        for (word, bytes) in key.iter_mut().zip(seed.chunks_exact(4)) {
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        Self { key, counter: 0, block: [0; 16], used: 16 }
    }

    fn refill(&mut self) {
        let mut state = [0_u32; 16];
        state[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]);
        state[4..12].copy_from_slice(&self.key);
        state[12] = self.counter as u32;
        state[13] = (self.counter >> 32) as u32;
        let mut x = state;
        for _ in 0..4 {
            for [a, b, c, d] in
                [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]]
            {
                for [p, q, r, turn] in [[a, b, d, 16], [c, d, b, 12], [a, b, d, 8], [c, d, b, 7]] {
                    x[p] = x[p].wrapping_add(x[q]);
                    x[r] = (x[r] ^ x[p]).rotate_left(turn as u32);
                }
            }
        }
        for (word, start) in x.iter_mut().zip(state) {
            *word = word.wrapping_add(start);
        }
        self.block = x;
        self.counter += 1;
        self.used = 0;
    }

    pub(crate) fn u32(&mut self) -> u32 {
        if self.used >= self.block.len() {
            self.refill();
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// Even over `0..below` to within 2⁻³² (0 for 0).
    pub(crate) fn below(&mut self, below: u64) -> u64 {
        (u64::from(self.u32()) * below) >> 32
    }

    /// `length` lower-case letters and digits: five bits each.
    pub(crate) fn token(&mut self, length: usize) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        (0..length).map(|_| char::from(LETTERS[(self.u32() >> 27) as usize])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ChaCha8 with a zero key and nonce, first words of the key stream as published with the algorithm's test vectors.
    #[test]
    fn is_chacha8() {
        let mut rng = Rng::new([0; 32]);
        let bytes: Vec<u8> = (0..4).flat_map(|_| rng.u32().to_le_bytes()).collect();
        assert_eq!(bytes, [0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6, 0x7f, 0x5b, 0xb8, 0xe8, 0x1f, 0x09, 0xa5, 0xa1]);
    }

    #[test]
    fn below_stays_below_and_reaches_the_ends() {
        let mut rng = Rng::new([7; 32]);
        let drawn: Vec<u64> = (0..1000).map(|_| rng.below(10)).collect();
        assert_eq!(drawn.iter().min(), Some(&0));
        assert_eq!(drawn.iter().max(), Some(&9));
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn tokens_differ() {
        let mut rng = Rng::new([1; 32]);
        let (one, two) = (rng.token(12), rng.token(12));
        assert_eq!(one.len(), 12);
        assert_ne!(one, two);
    }
}
