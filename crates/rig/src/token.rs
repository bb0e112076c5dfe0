//! Random names: tags, branches, nonces, ICE credentials.

use aws_lc_rs::rand;
use data_encoding::HEXLOWER;

/// So many random bytes in hexadecimal. All zeros where the system has no randomness, which no test bench survives anyway.
pub(crate) fn token(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    _ = rand::fill(&mut buffer);
    HEXLOWER.encode(&buffer)
}

/// A random number.
pub(crate) fn number() -> u32 {
    let mut buffer = [0; 4];
    _ = rand::fill(&mut buffer);
    u32::from_ne_bytes(buffer)
}
