//! Small searches. The standard library's are faster on long texts, which there are none of here, and weigh kilobytes.

/// Where `needle` first is.
pub(crate) fn position(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len().max(1)).position(|window| window == needle.as_bytes())
}

/// The items of a list that we wrote ourselves.
pub(crate) fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(|item| item.trim_matches(' '))
}

/// A `qvalue` (RFC 3261 25.1) in thousandths; 1 where there is none.
pub(crate) fn thousandths(q: Option<&str>) -> u32 {
    let Some(q) = q else { return 1_000 };
    let (whole, part) = q.split_once('.').unwrap_or((q, ""));
    let digits = part.bytes().chain(*b"000").take(3);
    let part = digits.fold(0, |value, digit| value * 10 + u32::from(digit.wrapping_sub(b'0').min(9)));
    if whole == "0" { part } else { 1_000 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds() {
        assert_eq!(position("abcabd", "abd"), Some(3));
        assert_eq!(position("ab", "abc"), None);
        assert_eq!(position("", "a"), None);
    }

    #[test]
    fn weighs() {
        let cases = [
            (None, 1_000),
            (Some("1"), 1_000),
            (Some("1.000"), 1_000),
            (Some("0.5"), 500),
            (Some("0.25"), 250),
            (Some("0"), 0),
            (Some("0.001"), 1),
        ];
        for (q, expected) in cases {
            assert_eq!(thousandths(q), expected, "{q:?}");
        }
    }
}
