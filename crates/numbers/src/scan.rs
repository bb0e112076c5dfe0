//! Goes over one cell: run by run, and in a run from the whole to its parts, as libphonenumber's matcher does.

use std::cell::Cell;

use crate::chars::{digit, is_latin, kind};
use crate::extension::{Extension, extension};
use crate::finder::next_digit;
use crate::hint::{Hint, Verdict, judge};
use crate::run::{Group, Run};
use crate::score::{Candidate, Outline};
use crate::steps::step;
use crate::surroundings::{is_chain, is_space};
use crate::{Finder, Kind, Number, Strength, service, shape};

/// How far before a number a word is looked for.
const REACH: usize = 32;
/// Runs of more groups are not searched for numbers among other digits.
const SEARCHED: usize = 10;

/// One cell under examination.
pub(crate) struct Scan<'a> {
    pub(crate) finder: &'a Finder,
    pub(crate) text: &'a [u16],
    pub(crate) hint: Hint,
    /// What words said of the candidate before, and where that one ended.
    chain: (usize, Verdict),
    /// The number before, and where it ended.
    last: Option<(usize, Number)>,
    /// Where the text starts and ends, blanks left out.
    content: (usize, usize),
    /// What words say of the number that starts at a place.
    known: Cell<(usize, Verdict)>,
}

/// A number with its place in the cell.
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) number: Number,
}

/// Which groups of a run part it, in the order in which libphonenumber tries them.
const PARTINGS: [(u8, u8); 7] = [
    (kind::SLASH, kind::SLASH),
    (kind::OPEN, kind::OPEN),
    (kind::SPACE | kind::DASH, kind::SPACE | kind::DASH),
    (kind::LONG_DASH, kind::LONG_DASH),
    // What libphonenumber does not do: at every space and full stop, as in 1.13912345678 2.13812345678.
    (0, 0),
    (kind::DOT, kind::DOT),
    (kind::SPACE, kind::SPACE),
];

impl<'a> Scan<'a> {
    pub(crate) fn new(finder: &'a Finder, text: &'a [u16], hint: Hint) -> Self {
        Self {
            finder,
            text,
            hint,
            chain: (0, Verdict::default()),
            last: None,
            content: content(text),
            known: Cell::new((usize::MAX, Verdict::default())),
        }
    }

    /// Finds all numbers of the cell, whose first digit stands at `first`.
    pub(crate) fn run(mut self, run: &mut Run, first: usize, mut found: impl FnMut(usize, usize, Number)) {
        let (mut next, mut floor) = (Some(first), 0);
        while let Some(at) = next {
            let end = run.collect(self.text, at, floor);
            let mut index = end;
            if let Some(hit) = self.search(run) {
                found(hit.start, hit.end, hit.number);
                (index, floor) = (hit.end, hit.end);
                self.chain.0 = hit.end;
                if hit.number.code_len == 0 {
                    self.chain.1 = self.verdict(hit.start);
                }
                self.last = Some((hit.end, hit.number));
            }
            next = next_digit(self.text, index.max(at + 1));
        }
    }

    /// The first number in a run.
    fn search(&mut self, run: &Run) -> Option<Hit> {
        let groups = run.groups();
        let (first, last) = (groups.first()?, groups.last()?);
        if groups.len() == 1 && run.plus.is_none() {
            if let Some(hit) = self.short(run) {
                return Some(hit);
            }
            if first.len() < 4 {
                return None;
            }
        }
        let mut count = groups.len();
        if count > 1 && self.is_next_word(last) {
            count -= 1;
        }
        // Dates part a run: what stands before one is a run of its own, as is what follows.
        let mut from = 0;
        if self.finder.strength != Strength::Eager || run.groups().iter().any(|group| group.before == kind::SLASH) {
            while let Some((start, end)) = (from..count.saturating_sub(2)).find_map(|index| self.date(run, index, count)) {
                if let Some(hit) = self.segment(run, from, start) {
                    return Some(hit);
                }
                from = end;
            }
        }
        self.segment(run, from, count).or_else(|| self.local(run))
    }

    /// A date of three groups at `index`.
    fn date(&self, run: &Run, index: usize, count: usize) -> Option<(usize, usize)> {
        let slashes = run.groups().get(index + 1).is_some_and(|group| group.before == kind::SLASH);
        let wanted = self.finder.strength != Strength::Eager || slashes;
        // Two-digit years only between slashes, or alone.
        let alone = count == 3 || slashes;
        if !wanted || !shape::is_three_part_date(run, index, alone) {
            return None;
        }
        // 20.12.34 is also how New Caledonia writes numbers.
        let number = count == 3
            && Candidate::new(self, run, 0, count).is_some_and(|candidate| candidate.is_exact())
            && run.groups().first().is_some_and(|first| self.verdict(first.start).is_phone());
        (!number).then_some((index, index + 3))
    }

    /// The first number among the groups `from..to`.
    fn segment(&mut self, run: &Run, from: usize, to: usize) -> Option<Hit> {
        if from >= to {
            return None;
        }
        if let Some(hit) = self.attempt(run, from, to, false) {
            return Some(hit);
        }
        if to - from < 2 {
            return None;
        }
        let groups = run.groups();
        // 010-65529988-8001, 0~0 1800 7493 524 ~1234: the last group is an extension.
        if let Some(last) = groups.get(to - 1)
            && last.len() <= 6
            && (last.before == kind::DASH || last.before & kind::TILDE != 0)
            && let Some(hit) = self.attempt(run, from, to - 1, true)
        {
            return Some(hit);
        }
        for (mask, wanted) in PARTINGS {
            let parts = |group: &Group| match mask {
                0 => group.before & (kind::SPACE | kind::DOT) != 0,
                _ => group.before & mask == wanted,
            };
            let mut start = from;
            let mut parted = false;
            // Most separators part nothing.
            if !groups.get(from + 1..to).is_some_and(|inner| inner.iter().any(parts)) {
                continue;
            }
            for at in from + 1..=to {
                let here = at == to || groups.get(at).is_some_and(parts);
                // A slash parts once: what follows the first is one piece.
                if !here || (mask == kind::SLASH && parted && at != to) {
                    continue;
                }
                parted |= at != to;
                if parted && let Some(hit) = self.attempt(run, start, at, false).or_else(|| self.with_dashed_extension(run, start, at)) {
                    return Some(hit);
                }
                start = at;
            }
        }
        self.among_others(run, from, to)
    }

    fn with_dashed_extension(&mut self, run: &Run, from: usize, to: usize) -> Option<Hit> {
        let last = run.groups().get(to.checked_sub(1)?)?;
        if to - from > 2 && last.before == kind::DASH && last.len() <= 6 { self.attempt(run, from, to - 1, true) } else { None }
    }

    /// A number written exactly as its region writes it, with one or two groups of something else beside it.
    fn among_others(&mut self, run: &Run, from: usize, to: usize) -> Option<Hit> {
        let groups = run.groups();
        let count = to - from;
        let glued = groups.get(to - 1).is_some_and(|group| self.text.get(group.end).is_some_and(|next| is_latin(*next)));
        if !(3..=SEARCHED).contains(&count) || glued || self.finder.strength == Strength::Careful {
            return None;
        }
        let edge = kind::SPACE | kind::SLASH | kind::OPEN;
        // Short groups before it would be a prefix that nobody knows; a plus sign belongs to the first group.
        let first = match run.plus {
            Some(_) => from + 1,
            None => groups.get(from..to)?.iter().take(3).take_while(|group| group.len() > 3).count() + from + 1,
        };
        let open = |index: usize| index == from || index == to || groups.get(index).is_some_and(|group| group.before & edge != 0);
        for start in from..first.min(to) {
            for end in (start + 2..=to).rev() {
                let left_out = count - (end - start);
                let length = |index: usize| groups.get(index).map_or(0, Group::len);
                let one_side = (start == from) != (end == to);
                let alike = start > from && length(start - 1) == length(start) || end < to && length(end) == length(end - 1);
                if (1..=2).contains(&left_out)
                    && (one_side && !alike || length(start) == 3)
                    && open(start)
                    && open(end)
                    && run.digits(start, end).len() >= 10
                    && let Some(candidate) = Candidate::new(self, run, start, end)
                    && candidate.is_exact()
                    && let Some(hit) = self.attempt(run, start, end, false)
                {
                    return Some(hit);
                }
            }
        }
        None
    }

    /// The number that the groups `from..to` are, if they are one.
    fn attempt(&mut self, run: &Run, from: usize, to: usize, extended: bool) -> Option<Hit> {
        let start = run.groups().get(from)?.start;
        if !Candidate::LENGTHS.contains(&run.digits(from, to).len()) {
            return None;
        }
        // Words are read late: most digits are no number whatever stands beside them.
        let candidate = match Candidate::new(self, run, from, to) {
            Some(candidate) => candidate,
            None => Candidate::possible(self, run, from, to).filter(|_| self.verdict(start) == Verdict::said(Hint::Phone))?,
        };
        let verdict = self.verdict(start);
        self.chain = (run.groups().last()?.end, verdict);
        let outline = candidate.outline;
        let mut end = outline.end;
        let mut extra = None;
        if extended {
            let group = run.groups().get(to)?;
            candidate.takes_dashed_extension().then_some(())?;
            let mut digits = [0; 8];
            run.digits(to, to + 1).iter().zip(&mut digits).for_each(|(digit, slot)| *slot = *digit);
            extra = Some(Extension { digits, len: group.len() as u8, end: group.end });
        } else if to == run.groups().len() {
            extra = extension(self.text, end);
        }
        if let Some(extension) = extra {
            if extension.is_glued(self.text) {
                return None;
            }
            end = extension.end;
        }
        if candidate.score(self, run, verdict, end)? < self.threshold() {
            return None;
        }
        let mut number = candidate.number();
        if let Some(extension) = extra {
            (number.extension, number.extension_len) = (extension.digits, extension.len);
        }
        Some(Hit { start: outline.start, end, number })
    }

    fn threshold(&self) -> i32 {
        match self.finder.strength {
            Strength::Careful => 5,
            Strength::Normal => 3,
            Strength::Eager => -3,
        }
    }

    /// Whether the last group belongs to what follows: `139 1234 5678 09:00`, `… 9am`.
    fn is_next_word(&self, last: &Group) -> bool {
        let unit = |index: usize| self.text.get(index).copied().unwrap_or(0);
        let next = unit(last.end);
        let time = matches!(next, 0x3A | 0xFF1A) && digit(unit(last.end + 1)).is_some();
        let word =
            is_latin(next) && !is_latin(unit(last.end + 2)) || matches!(next, 0x5E74 | 0x6708 | 0x65E5 | 0x70B9 | 0x65F6 | 0x5143 | 0x25);
        last.before & kind::SPACE != 0 && last.len() <= 4 && (time || word) && extension(self.text, last.end).is_none()
    }

    /// What words say of a number that starts at `start`.
    fn verdict(&self, start: usize) -> Verdict {
        let (known, verdict) = self.known.get();
        if known == start {
            return verdict;
        }
        let verdict = self.read(start);
        self.known.set((start, verdict));
        verdict
    }

    fn read(&self, start: usize) -> Verdict {
        let text = self.text;
        let unit = |index: usize| text.get(index).copied().unwrap_or(0);
        let floor = start.saturating_sub(REACH);
        let mut index = start;
        let mut figures = 0;
        while index > floor {
            step();
            let before = unit(index - 1);
            let full_stop = before == 0x2E && is_space(unit(index)) && index > 5 && (2..6).all(|back| is_latin(unit(index - back)));
            if full_stop || matches!(before, 0x0A | 0x0D | 0x21 | 0x3F | 0x3002 | 0xFF01 | 0xFF1F) {
                break;
            }
            figures = if digit(before).is_some() { figures + 1 } else { 0 };
            if figures == 3 {
                index += 2;
                break;
            }
            index -= 1;
        }
        let verdict = judge(text, index, start);
        let chained = verdict.hint == Hint::None && self.chain.0 > 0 && self.chain.0 < start && is_chain(text, self.chain.0, start);
        let verdict = if chained { Verdict { inherited: true, ..self.chain.1 } } else { verdict };
        // A word right before the number knows better than the label of the cell; one further off does not.
        if verdict.immediate || self.hint == Hint::None { verdict } else { Verdict::said(self.hint) }
    }

    /// A Chinese landline without its area code: found only where a word or the label says that it is a phone number.
    fn local(&self, run: &Run) -> Option<Hit> {
        let home = self.finder.regions.first().filter(|plan| plan.region.code() == "CN")?;
        let groups = run.groups();
        let (first, last) = (groups.first()?, groups.last()?);
        let digits = run.digits(0, groups.len());
        let usual = match groups {
            [_] => true,
            [_, second] => second.len() == 4 && second.before & !(kind::SPACE | kind::DASH | kind::LONG_DASH) == 0,
            _ => false,
        };
        let fits = matches!(digits, [b'2'..=b'8', ..]) && matches!(digits.len(), 7 | 8) && usual && run.plus.is_none();
        if !fits {
            return None;
        }
        // 0571-88156688/88156689: the second has the area code of the first.
        let area = self.last.filter(|(end, _)| is_chain(self.text, *end, first.start)).and_then(|(_, last)| last.area_before(digits.len()));
        let verdict = self.verdict(first.start);
        let said = verdict.is_phone() && self.finder.strength != Strength::Careful;
        if !(said || area.is_some() && verdict.hint != Hint::Other) || shape::is_date(run, 0, groups.len()) {
            return None;
        }
        let extension = extension(self.text, last.end);
        let end = extension.map_or(last.end, |extension| extension.end);
        if !(Outline { start: first.start, end, lead: false }).stands_alone(self.text) {
            return None;
        }
        let mut number =
            Number::local(area.as_ref().and_then(|(text, length)| text.get(..*length)).unwrap_or(&self.finder.area), digits, home.region);
        if let Some(extension) = extension {
            (number.extension, number.extension_len) = (extension.digits, extension.len);
        }
        Some(Hit { start: first.start, end, number })
    }

    /// A service number or an internal extension: found only where a word or the label says that it is a phone number.
    fn short(&self, run: &Run) -> Option<Hit> {
        let [group] = run.groups() else { return None };
        if group.len() > 8 {
            return None;
        }
        let digits = run.digits(0, 1);
        let lengths = self.finder.internal_extensions;
        let region = self.finder.regions.iter().find(|plan| service::is_service(plan.region, digits));
        let (region, kind) = match region {
            Some(plan) => (plan.region, Kind::Service),
            None => {
                let fits = lengths.is_some_and(|(least, most)| (usize::from(least)..=usize::from(most)).contains(&digits.len()));
                (fits.then(|| self.finder.regions.first()).flatten()?.region, Kind::Internal)
            }
        };
        if !self.verdict(group.start).is_phone() {
            return None;
        }
        let outline = Outline { start: group.start, end: group.end, lead: false };
        if !outline.stands_alone(self.text) {
            return None;
        }
        Some(Hit { start: group.start, end: group.end, number: Number::short(digits, region, kind) })
    }

    /// Whether nothing but the number stands in the cell.
    pub(crate) fn is_whole(&self, start: usize, end: usize) -> bool {
        start <= self.content.0 && end >= self.content.1
    }
}

/// Where a cell's text starts and ends, blanks left out.
fn content(text: &[u16]) -> (usize, usize) {
    let filled = |unit: &u16| {
        step();
        *unit > 0x20 && !is_space(*unit)
    };
    let start = text.iter().position(filled).unwrap_or(text.len());
    (start, text.iter().rposition(filled).map_or(start, |last| last + 1))
}
