//! Runs: groups of digits with nothing between them that could not stand inside a number.

use crate::chars::{digit, is_plus, kind, separator};
use crate::steps::step;

/// How many groups a run has at most; a number with more is none.
pub(crate) const GROUPS: usize = 22;
/// How many digits a run keeps.
const DIGITS: usize = 72;
/// How many separators may stand between two groups.
const GAP: usize = 4;
/// No number has a group this long.
const LONGEST_GROUP: usize = 20;

/// Digits without anything between them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Group {
    /// Where it stands in the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Where its digits start among those of the run.
    pub(crate) from: usize,
    /// What stands before it: bits of [`kind`]. For the first group: nothing.
    pub(crate) before: u8,
}

impl Group {
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }
}

/// A run. One is kept and filled again and again.
#[derive(Debug)]
pub(crate) struct Run {
    groups: [Group; GROUPS],
    count: usize,
    digits: [u8; DIGITS],
    digit_count: usize,
    /// A plus sign stands before the first group.
    pub(crate) plus: Option<usize>,
    /// Holds a group too long for a number.
    pub(crate) overlong: bool,
}

impl Run {
    pub(crate) fn new() -> Self {
        Self { groups: [Group::default(); GROUPS], count: 0, digits: [0; DIGITS], digit_count: 0, plus: None, overlong: false }
    }

    /// Collects the run whose first digit stands at `at`. Returns where to look on: behind its last digit.
    pub(crate) fn collect(&mut self, text: &[u16], at: usize, floor: usize) -> usize {
        self.count = 0;
        self.digit_count = 0;
        self.overlong = false;
        self.plus = plus_before(text, at, floor);
        let mut index = at;
        let mut before = 0;
        loop {
            let group = Group { start: index, end: index, from: self.digit_count, before };
            while let Some(value) = text.get(index).copied().and_then(digit) {
                if let Some(slot) = self.digits.get_mut(self.digit_count) {
                    *slot = b'0' + value;
                    self.digit_count += 1;
                }
                index += 1;
                step();
            }
            self.overlong |= index - group.start > LONGEST_GROUP;
            if let Some(slot) = self.groups.get_mut(self.count) {
                *slot = Group { end: index, ..group };
                self.count += 1;
            }
            let end = index;
            before = 0;
            let mut gap = 0;
            while let Some(&unit) = text.get(index) {
                step();
                let kind = separator(unit);
                if kind == kind::OTHER || gap == GAP {
                    break;
                }
                if kind != kind::INVISIBLE {
                    before |= kind;
                    gap += 1;
                } else if index - end > 2 * GAP {
                    break;
                }
                index += 1;
            }
            let more = text.get(index).copied().and_then(digit).is_some();
            if !more || self.count == GROUPS || self.digit_count + LONGEST_GROUP > DIGITS {
                return end;
            }
        }
    }

    pub(crate) fn groups(&self) -> &[Group] {
        self.groups.get(..self.count).unwrap_or(&[])
    }

    /// The digits of the groups `from..to`.
    pub(crate) fn digits(&self, from: usize, to: usize) -> &[u8] {
        let start = self.groups.get(from).map_or(0, |group| group.from);
        let end = if to < self.count { self.groups.get(to).map_or(0, |group| group.from) } else { self.digit_count };
        self.digits.get(start..end).unwrap_or(&[])
    }
}

/// Where the plus sign stands that belongs to the digits at `at`: at most a few spaces and one bracket away.
fn plus_before(text: &[u16], at: usize, floor: usize) -> Option<usize> {
    let mut index = at;
    while index > floor && at - index < 4 {
        index -= 1;
        let unit = text.get(index).copied().unwrap_or(0);
        if is_plus(unit) {
            // Some write two.
            let doubled = index > floor && text.get(index - 1).is_some_and(|unit| is_plus(*unit));
            return Some(index - usize::from(doubled));
        }
        if !matches!(separator(unit), kind::SPACE | kind::OPEN | kind::INVISIBLE) {
            return None;
        }
    }
    None
}
