//! Shapes that are something else: dates, years, decimals, addresses of the net, versions, fractions, counting.

use crate::chars::kind;
use crate::run::{Group, Run};

/// Whether the groups `from..to` of a run look like a date, a range of years, or hold one.
pub(crate) fn is_date(run: &Run, from: usize, to: usize) -> bool {
    let Some(groups) = run.groups().get(from..to) else { return false };
    let value = |index: usize| number(run.digits(from + index, from + index + 1));
    let marks = kind::DASH | kind::SLASH | kind::DOT | kind::LONG_DASH;
    for index in 0..groups.len() {
        let len = |offset: usize| groups.get(index + offset).map_or(0, Group::len);
        let mark = |offset: usize| groups.get(index + offset).map_or(0, |group| group.before);
        let marked = mark(1) & marks != 0 && mark(1) & !marks == 0;
        if is_three_part_date(run, from + index, groups.len() == 3) && index + 2 < groups.len() {
            return true;
        }
        // 1979-2011, 2026-1120.
        if index == 0 && marked && len(0) == 4 && len(1) == 4 && is_year(value(index)) {
            let next = value(index + 1);
            if is_year(next) || is_month_day(next / 100, next % 100) {
                return true;
            }
        }
        // 20261120, also at the start of an id: 2026112000017.
        if matches!(len(0), 8..=14) && groups.len() == 1 {
            let digits = run.digits(from, from + 1);
            let part = |from: usize, to: usize| number(digits.get(from..to).unwrap_or(&[]));
            if (2000..=2039).contains(&part(0, 4)) && is_month_day(part(4, 6), part(6, 8))
                || len(0) == 8 && is_year(part(0, 4)) && is_month_day(part(4, 6), part(6, 8))
            {
                return true;
            }
        }
    }
    false
}

/// Whether the three groups from `index` on are a date: 2026-11-20, 20.11.2026, 11/20/2026; with `short`, 20-11-26 too.
pub(crate) fn is_three_part_date(run: &Run, index: usize, short: bool) -> bool {
    let Some([first, second, third]) = run.groups().get(index..index + 3) else { return false };
    let mark = second.before;
    if mark != third.before || !matches!(mark, kind::DASH | kind::SLASH | kind::DOT) {
        return false;
    }
    let value = |offset: usize| number(run.digits(index + offset, index + offset + 1));
    let (a, b, c) = (value(0), value(1), value(2));
    let (first, second, third) = (first.len(), second.len(), third.len());
    if first == 4 && second <= 2 && third <= 2 {
        return is_year(a) && is_month_day(b, c);
    }
    let year = third == 4 && is_year(c) || third == 2 && short;
    first <= 2 && second <= 2 && year && (is_month_day(a, b) || is_month_day(b, a))
}

/// Whether groups that are not written as numbers of their region are look like decimals, versions, fractions or addresses of the net.
pub(crate) fn is_figure(run: &Run, from: usize, to: usize) -> bool {
    let Some(groups) = run.groups().get(from..to) else { return false };
    let inner = groups.get(1..).unwrap_or(&[]);
    let brackets = inner.iter().any(|group| group.before & (kind::OPEN | kind::CLOSE) != 0);
    let dots = inner.iter().filter(|group| group.before == kind::DOT).count();
    if dots > 0 && !brackets {
        return true;
    }
    // Fractions and pages: 12 7/8, 14 12/34.
    let small = |group: &Group| group.len() <= 2;
    inner.iter().zip(groups).any(|(group, previous)| group.before & kind::SLASH != 0 && small(group) && small(previous))
}

/// Whether digits only count or repeat: 1234567890, 0000000000.
pub(crate) fn is_filler(digits: &[u8]) -> bool {
    let steps = |step: u8| digits.windows(2).all(|pair| matches!(pair, [a, b] if (b + 10 - a) % 10 == step));
    steps(0) || steps(1) || steps(9)
}

/// Whether all digits together, written without a break, pass Luhn's check: cards and IMEIs.
pub(crate) fn passes_luhn(digits: &[u8]) -> bool {
    let mut sum = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let value = u32::from(digit - b'0') << (place % 2);
        sum += if value > 9 { value - 9 } else { value };
    }
    sum % 10 == 0
}

fn is_year(value: u32) -> bool {
    (1900..=2099).contains(&value)
}

fn is_month_day(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().take(9).fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}
