//! When a view tries again to reach the phone.

/// How long to wait before try number `tries` (0 is the first after a loss), in milliseconds. The offscreen document is made anew in tens of milliseconds,
/// so the first tries come quickly; a phone that stays away is asked for every two seconds, for as long as the view is open.
#[must_use]
pub fn delay(tries: u32) -> u32 {
    [0, 50, 150, 400, 1_000].get(tries as usize).copied().unwrap_or(2_000)
}

/// After how many vain tries the view says so.
pub const TRIES_BEFORE_TELLING: u32 = 4;

/// How long a new port may stay silent before it counts as lost, in milliseconds: the phone sends its snapshot at once.
pub const FIRST_SNAPSHOT: u32 = 3_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_hurries_first_and_never_gives_up() {
        let waits: Vec<u32> = (0..7).map(delay).collect();
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
        assert_eq!((delay(0), delay(1_000_000)), (0, 2_000));
        assert!((0..TRIES_BEFORE_TELLING).map(delay).sum::<u32>() < 1_000, "told within a second");
    }
}
