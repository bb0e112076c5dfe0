//! Counts what the finder does, so that a test can say that its work grows with the text and no faster. Outside tests it does nothing.

#[cfg(test)]
thread_local! {
    static STEPS: core::cell::Cell<u64> = const { core::cell::Cell::new(0) };
}

/// One look at a unit, one reading of a group, one word tried.
#[inline(always)]
pub(crate) fn step() {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

#[cfg(test)]
mod tests {
    use super::STEPS;
    use crate::{Cell, Finder, FinderConfig, Hint, Region, Strength};

    fn steps(finder: &Finder, pattern: &str, length: usize) -> u64 {
        // `A…B`: half of the text is A, half B.
        let (first, second) = pattern.split_once('…').unwrap_or((pattern, pattern));
        let half = |pattern: &str| pattern.encode_utf16().cycle().take(length / 2).collect::<Vec<u16>>();
        let units = [half(first), half(second)].concat();
        let mut finds = Vec::new();
        STEPS.with(|steps| steps.set(0));
        finder.find(&units, &[Cell::new(length, Hint::None)], &mut finds);
        STEPS.with(core::cell::Cell::get)
    }

    #[test]
    fn work_grows_with_the_text_and_no_faster() {
        let patterns = [
            "1",
            "0",
            "9",
            " ",
            "+",
            "(",
            ")",
            "[",
            "1 ",
            "1-",
            "1.",
            "1/",
            "1(",
            "+1",
            "(1",
            "(1)",
            "0~",
            "+(",
            "1 1-1.1/1(1)",
            "139 ",
            "139-1234-5678-",
            "13912345678",
            "13912345678/",
            "13912345678 ",
            "0571-88156688-",
            "电话",
            "电话1",
            "order 1 ",
            "1:",
            "2026-11-20 ",
            "１",
            "x1",
            "1x",
            "#1",
            ",1",
            "1,111,",
            "a",
            "a1",
            "转1",
            ";ext=1",
            "12345 ",
            "123 4567 ",
            "http://1/",
            "1@",
            "+86 ",
            "00",
            "(0",
            "((((1))))",
            " …13912345678,",
            "(…139-1234-5678 ",
            "a…13912345678 ",
            "1…13912345678 ",
            "电话…1 ",
            "/…13912345678/",
            "=…=13912345678",
        ];
        for strength in [Strength::Careful, Strength::Normal, Strength::Eager] {
            let regions = ["CN", "US", "GB", "DE", "AR"].iter().filter_map(|code| Region::from_code(code)).collect();
            let finder = Finder::new(&FinderConfig { regions, strength, internal_extensions: Some((3, 5)), ..FinderConfig::default() });
            for pattern in patterns {
                let (small, large) = (steps(&finder, pattern, 10_000), steps(&finder, pattern, 100_000));
                assert!(large <= small * 11 + 1000, "`{pattern}`: {small} steps for 10,000 units, {large} for 100,000");
                assert!(large <= 100_000 * 200, "`{pattern}`: {large} steps for 100,000 units");
            }
        }
    }

    #[test]
    fn ten_million_units_are_no_more_than_ten_times_a_million() {
        let regions = ["CN", "US"].iter().filter_map(|code| Region::from_code(code)).collect();
        let finder = Finder::new(&FinderConfig { regions, ..FinderConfig::default() });
        for pattern in ["1", " ", "+", "("] {
            let (small, large) = (steps(&finder, pattern, 1_000_000), steps(&finder, pattern, 10_000_000));
            assert!(large <= small * 10 + 1000, "`{pattern}`: {small} steps for a million units, {large} for ten");
        }
    }
}
