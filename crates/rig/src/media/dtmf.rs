//! Named telephone events (RFC 4733).

/// Reads digits out of event packets: one digit for each timestamp, however often its packet is sent.
#[derive(Debug, Default)]
pub(crate) struct Digits {
    last: Option<(u32, u32)>,
}

impl Digits {
    /// A packet of events; gives a digit the first time that it is heard of.
    pub(crate) fn take(&mut self, ssrc: u32, timestamp: u32, payload: &[u8]) -> Option<char> {
        let event = *payload.first()?;
        if payload.len() < 4 || self.last == Some((ssrc, timestamp)) {
            return None;
        }
        self.last = Some((ssrc, timestamp));
        digit(event)
    }
}

/// RFC 4733 section 3.2.
fn digit(event: u8) -> Option<char> {
    "0123456789*#ABCD".chars().nth(usize::from(event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_for_each_timestamp() {
        let mut digits = Digits::default();
        let heard: String = [
            (1, 100, [5, 0x0a, 0, 160]),
            (1, 100, [5, 0x0a, 1, 64]),
            (1, 100, [5, 0x8a, 1, 224]),
            (1, 900, [5, 0x0a, 0, 160]),
            (1, 1800, [11, 0x0a, 0, 160]),
            (1, 2700, [10, 0x0a, 0, 160]),
            (1, 3600, [16, 0x0a, 0, 160]),
        ]
        .iter()
        .filter_map(|(ssrc, timestamp, payload)| digits.take(*ssrc, *timestamp, payload))
        .collect();
        assert_eq!(heard, "55#*");
    }

    #[test]
    fn too_short_is_nothing() {
        assert_eq!(Digits::default().take(1, 1, &[5, 0]), None);
        assert_eq!(Digits::default().take(1, 1, &[]), None);
    }
}
