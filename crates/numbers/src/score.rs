//! How likely a group of digits is the phone number that it could be.

use crate::chars::{kind, separator};
use crate::format::{Grouping, grouping};
use crate::hint::{Hint, Verdict};
use crate::parse::{Parsed, Source, parse_in, parse_international, parse_plus};
use crate::possible::possible;
use crate::run::Run;
use crate::scan::Scan;
use crate::steps::step;
use crate::surroundings::{Neighbours, after, before};
use crate::{Kind, Number, Strength, shape};

/// Where a candidate stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outline {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Starts with a plus sign or a bracket.
    pub(crate) lead: bool,
}

impl Outline {
    /// Whether nothing around it makes it part of something else.
    pub(crate) fn stands_alone(&self, text: &[u16]) -> bool {
        before(text, self.start, self.lead) == Neighbours::Fine && after(text, self.end) == Neighbours::Fine
    }
}

/// A word right before the number says that it is one.
const PHONE: Verdict = Verdict::said(Hint::Phone);

/// How the digits are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// In one piece.
    Bare,
    /// In groups as the region has them, or fewer of them.
    Usual,
    /// In other groups.
    Odd,
}

/// Groups of a run that are a valid number somewhere.
pub(crate) struct Candidate {
    pub(crate) outline: Outline,
    parsed: Parsed,
    style: Style,
    exact: bool,
    /// What the way of writing alone says.
    base: i32,
    from: usize,
    to: usize,
}

impl Candidate {
    /// How many digits are worth a look: the shortest national number, and the longest one behind an international prefix and a calling code.
    pub(crate) const LENGTHS: core::ops::RangeInclusive<usize> = 4..=22;

    /// The best reading of the groups `from..to`. None: no valid number, or brackets that do not match.
    pub(crate) fn new(scan: &Scan<'_>, run: &Run, from: usize, to: usize) -> Option<Self> {
        step();
        let digits = run.digits(from, to);
        let plus = if from == 0 { run.plus } else { None };
        if run.overlong || !Self::LENGTHS.contains(&digits.len()) {
            return None;
        }
        let plan = scan.finder.plan;
        let mut best: Option<(i32, Parsed, Style, bool)> = None;
        let mut offer = |parsed: Option<Parsed>, order: usize| {
            let Some(parsed) = parsed else { return };
            let grouping = grouping(parsed.place, parsed.national());
            if parsed.source == Source::National && !parsed.prefix && grouping.prefix_required {
                return;
            }
            let (style, exact) = style(run, from, to, &parsed, grouping);
            let mut base = base(&parsed, style, order) + i32::from(exact && from + 1 < to);
            if parsed.source == Source::National && !parsed.prefix && grouping.prefix_usual {
                base -= if style == Style::Usual { 2 } else { 3 };
            }
            if best.is_none_or(|(score, ..)| base > score) {
                best = Some((base, parsed, style, exact));
            }
        };
        if plus.is_some() {
            offer(parse_plus(plan, digits), 0);
        } else {
            for (order, region) in scan.finder.regions.iter().enumerate() {
                offer(parse_in(plan, region, digits), order);
            }
            // `00` is understood everywhere, whatever a region dials.
            if scan.finder.strength != Strength::Careful {
                offer(parse_international(plan, digits), 0);
            }
        }
        let (base, parsed, style, exact) = best?;
        let outline = outline(scan.text, run, from, to, plus, &parsed)?;
        Some(Self { outline, parsed, style, exact, base, from, to })
    }

    /// The groups as a number that the plan does not know. Only under a word that says so is it one.
    pub(crate) fn possible(scan: &Scan<'_>, run: &Run, from: usize, to: usize) -> Option<Self> {
        let digits = run.digits(from, to);
        if run.overlong || from == 0 && run.plus.is_some() {
            return None;
        }
        let mut regions = scan.finder.regions.iter();
        let parsed = regions.find_map(|plan| possible(scan.finder.plan, plan.region, digits, to - from))?;
        let (style, exact) = style(run, from, to, &parsed, Grouping { breaks: u32::MAX, ..Grouping::default() });
        let outline = outline(scan.text, run, from, to, None, &parsed)?;
        Some(Self { outline, parsed, style, exact, base: 0, from, to })
    }

    /// Whether it is grouped exactly as its region groups it.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact
    }

    /// Whether `-8001` behind it is an extension.
    pub(crate) fn takes_dashed_extension(&self) -> bool {
        let line = !matches!(self.parsed.kind, Kind::Mobile | Kind::Pager);
        line && self.style == Style::Usual
            && (self.parsed.region.code() == "CN" || self.parsed.prefix || self.parsed.source == Source::Plus)
            || self.parsed.source == Source::International
    }

    /// The number.
    pub(crate) fn number(&self) -> Number {
        let Parsed { digits, len, code_len, region, kind, .. } = self.parsed;
        Number { digits, len, code_len, extension: [0; 8], extension_len: 0, region, kind }
    }

    /// All that speaks for and against it. None: it is part of something else. `end`: where it ends with its extension.
    pub(crate) fn score(&self, scan: &Scan<'_>, run: &Run, verdict: Verdict, end: usize) -> Option<i32> {
        let text = scan.text;
        let (start, lead) = (self.outline.start, self.outline.lead);
        let around = before(text, start, lead).max(after(text, end));
        if around == Neighbours::Wrong || self.is_cut_off(run) {
            return None;
        }
        let mut score = self.base;
        let usual = self.style == Style::Usual;
        let eager = scan.finder.strength == Strength::Eager;
        if self.parsed.source == Source::Plus {
            return Some(score);
        }
        if around == Neighbours::Doubtful {
            score -= if usual { 2 } else { 5 };
        }
        if self.is_something_else(run, verdict) {
            score -= 6;
        }
        score += match (verdict.hint, verdict.immediate) {
            (Hint::None, _) => 0,
            (Hint::Phone, true) => 4,
            (Hint::Phone, false) => 2,
            (Hint::Other, true) if self.parsed.source == Source::International => -3,
            (Hint::Other, true) => -8 + 2 * i32::from(usual),
            (Hint::Other, false) if eager => 0,
            (Hint::Other, false) => -4 + 3 * i32::from(usual),
        };
        Some(score + i32::from(verdict.hint != Hint::Other && scan.is_whole(start, end)))
    }

    /// Whether a full stop without a space ties it to more digits: `0.13912345678`.
    fn is_cut_off(&self, run: &Run) -> bool {
        let groups = run.groups();
        let dot = |index: usize| groups.get(index).is_some_and(|group| group.before == kind::DOT);
        let before = self.from > 0
            && dot(self.from)
            && groups.get(self.from - 1).is_some_and(|group| group.len() > 2 || run.digits(self.from - 1, self.from) == b"0");
        let behind = dot(self.to) && groups.get(self.to).is_some_and(|group| group.len() < 7);
        before || behind
    }

    fn is_something_else(&self, run: &Run, verdict: Verdict) -> bool {
        let digits = run.digits(self.from, self.to);
        let bare = self.style == Style::Bare;
        let plain = matches!(self.parsed.source, Source::Code | Source::International);
        shape::is_date(run, self.from, self.to)
            || self.style == Style::Odd && shape::is_figure(run, self.from, self.to)
            || bare && shape::is_filler(digits) && verdict != PHONE
            || bare && plain && digits.len() >= 14 && shape::passes_luhn(digits)
    }
}

/// Where a candidate starts and ends: brackets belong to it if both do. None: they do not match.
fn outline(text: &[u16], run: &Run, from: usize, to: usize, plus: Option<usize>, parsed: &Parsed) -> Option<Outline> {
    let first = run.groups().get(from)?;
    let last = run.groups().get(to.checked_sub(1)?)?;
    let unit = |index: usize| text.get(index).map_or(kind::OTHER, |unit| separator(*unit));
    let mut start = plus.unwrap_or(first.start);
    let mut end = last.end;
    let opened = start > 0 && unit(start - 1) == kind::OPEN;
    let (mut depth, mut pairs, mut closes_lead) = (0, 0, false);
    for index in start..end {
        match unit(index) {
            kind::OPEN if depth > 0 || pairs == 3 => return None,
            kind::OPEN => (depth, pairs) = (1, pairs + 1),
            kind::CLOSE if depth > 0 => depth = 0,
            kind::CLOSE if opened && !closes_lead => (closes_lead, pairs) = (true, pairs + 1),
            // 02)312-3456, as Koreans and Japanese write area codes.
            kind::CLOSE if index == first.end && parsed.prefix && matches!(parsed.region.code(), "KR" | "JP" | "TW") => {}
            kind::CLOSE => return None,
            _ => {}
        }
    }
    if depth > 0 {
        // (010) (65529988): the last bracket closes behind the last digit.
        if !matches!(text.get(end), Some(0x29 | 0xFF09)) {
            return None;
        }
        end += 1;
    }
    if closes_lead {
        start -= 1;
    }
    if pairs > 3 {
        return None;
    }
    Some(Outline { start, end, lead: plus.is_some() || closes_lead })
}

/// How the groups are written, and whether exactly as the region writes them.
fn style(run: &Run, from: usize, to: usize, parsed: &Parsed, grouping: Grouping) -> (Style, bool) {
    let groups = run.groups().get(from..to).unwrap_or(&[]);
    let Some(skipped) = parsed.skipped else {
        return (if groups.len() > 1 { Style::Usual } else { Style::Bare }, false);
    };
    let base = groups.first().map_or(0, |group| group.from) + usize::from(skipped);
    let length = parsed.national().len();
    let mut breaks = 0_u32;
    for group in groups.get(1..).unwrap_or(&[]) {
        if let Some(offset) = group.from.checked_sub(base)
            && (1..length).contains(&offset)
        {
            breaks |= 1 << offset;
        }
    }
    let style = match breaks {
        0 => Style::Bare,
        _ if breaks & !grouping.breaks == 0 => Style::Usual,
        _ => Style::Odd,
    };
    (style, breaks == grouping.breaks && breaks != 0)
}

/// What the way of writing alone says for a number.
fn base(parsed: &Parsed, style: Style, order: usize) -> i32 {
    let length = parsed.national().len();
    match (parsed.source, style) {
        (Source::Plus, _) => 10,
        (Source::International, Style::Bare) => 5,
        (Source::International, _) => 7,
        (Source::Code, Style::Usual) => 6,
        (Source::Code, Style::Odd) => 4,
        (Source::Code, Style::Bare) if parsed.kind == Kind::Mobile => 4,
        (Source::Code, Style::Bare) => 2,
        (Source::National, Style::Usual) => 6 + i32::from(parsed.prefix),
        (Source::National, Style::Odd) => {
            3 + i32::from(parsed.prefix) + 2 * i32::from(parsed.kind == Kind::Mobile && parsed.region.code() == "CN")
        }
        (Source::National, Style::Bare) => {
            let foreign = i32::from(order > 0) + i32::from(order > 0 && length < 9);
            let long = if length >= 10 { 4 } else { 2 + i32::from(length == 9) };
            let chinese = parsed.kind == Kind::Mobile && parsed.region.code() == "CN";
            long + i32::from(parsed.prefix || chinese) - foreign
        }
    }
}
