//! From dialled digits to a number: international prefixes, calling codes, national prefixes and their transform rules, as
//! libphonenumber's `parse` treats them.

use crate::plan::{Plan, RegionPlan};
use crate::{Kind, Region};

/// The longest national number.
const LONGEST: usize = 17;

/// How a number says where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A plus sign and a calling code.
    Plus,
    /// An international prefix and a calling code.
    International,
    /// The calling code of the region, without a plus sign.
    Code,
    /// A national number of the region.
    National,
}

/// What digits mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parsed {
    /// Calling code, then national number.
    pub(crate) digits: [u8; 20],
    pub(crate) len: u8,
    pub(crate) code_len: u8,
    /// The calling code's place in the plan.
    pub(crate) place: usize,
    pub(crate) region: Region,
    pub(crate) kind: Kind,
    pub(crate) source: Source,
    /// A national prefix was written.
    pub(crate) prefix: bool,
    /// How many of the written digits stand before the national number. None: a transform rule moved digits.
    pub(crate) skipped: Option<u8>,
}

impl Parsed {
    pub(crate) fn national(&self) -> &[u8] {
        self.digits.get(usize::from(self.code_len)..usize::from(self.len)).unwrap_or(&[])
    }
}

/// Parses digits that follow a plus sign.
pub(crate) fn parse_plus(plan: &Plan, digits: &[u8]) -> Option<Parsed> {
    with_code(plan, digits, 0, Source::Plus)
}

/// Parses digits as they would be dialled in a region.
pub(crate) fn parse_in(plan: &Plan, region: &RegionPlan, digits: &[u8]) -> Option<Parsed> {
    if let Some(length) = plan.international_prefix(region, digits) {
        let rest = digits.get(length..)?;
        // Behind an international prefix no calling code starts with 0; then it was none.
        if rest.first() != Some(&b'0')
            && let Some(parsed) = with_code(plan, rest, length, Source::International)
        {
            return Some(parsed);
        }
    }
    let (place, code_len) = Plan::place_of_region(region);
    let national = national(plan, region, (place, region.code, code_len), digits, 0, Source::National);
    if national.is_some() {
        return national;
    }
    let code = code_digits(region.code);
    let rest = digits.strip_prefix(code.get(3 - code_len..)?)?;
    self::national(plan, region, (place, region.code, code_len), rest, code_len, Source::Code)
}

/// Parses digits that start with `00`, as most of the world dials abroad.
pub(crate) fn parse_international(plan: &Plan, digits: &[u8]) -> Option<Parsed> {
    let rest = digits.strip_prefix(b"00")?;
    if rest.first() == Some(&b'0') { None } else { with_code(plan, rest, 2, Source::International) }
}

fn with_code(plan: &Plan, digits: &[u8], skipped: usize, source: Source) -> Option<Parsed> {
    let (place, code_len) = plan.code_of(digits)?;
    let code = plan.code_at(place)?;
    let region = plan.main_region(code)?;
    national(plan, region, (place, code, code_len), digits.get(code_len..)?, skipped + code_len, source)
}

/// The national number without its prefix if that is valid, else as it stands if that is.
fn national(
    plan: &Plan,
    region: &RegionPlan,
    (place, code, code_len): (usize, u16, usize),
    digits: &[u8],
    skipped: usize,
    source: Source,
) -> Option<Parsed> {
    let code_digits = code_digits(code);
    let mut parsed = Parsed {
        digits: [0; 20],
        len: 0,
        code_len: code_len as u8,
        place,
        region: Region::WORLD,
        kind: Kind::FixedLine,
        source,
        prefix: false,
        skipped: None,
    };
    if let Some(stripped) = plan.national_prefix(region, digits) {
        let kept = digits.get(stripped.kept.0..stripped.kept.1)?;
        let rest = digits.get(stripped.rest..)?;
        let moved = !stripped.insert.is_empty() || !kept.is_empty();
        if fill(&mut parsed, &[code_digits.get(3 - code_len..)?, stripped.insert, kept, rest])
            && let Some((region, kind)) = plan.validate(place, parsed.national())
        {
            let skipped = if moved { None } else { Some((skipped + stripped.rest) as u8) };
            return Some(Parsed { region, kind, prefix: true, skipped, ..parsed });
        }
    }
    if !fill(&mut parsed, &[code_digits.get(3 - code_len..)?, digits]) {
        return None;
    }
    let (region, kind) = plan.validate(place, parsed.national())?;
    Some(Parsed { region, kind, skipped: Some(skipped as u8), ..parsed })
}

fn fill(parsed: &mut Parsed, parts: &[&[u8]]) -> bool {
    let mut len = 0;
    for part in parts {
        for digit in *part {
            let Some(slot) = parsed.digits.get_mut(len) else { return false };
            *slot = *digit;
            len += 1;
        }
    }
    parsed.len = len as u8;
    len <= LONGEST + usize::from(parsed.code_len)
}

/// The digits of a calling code, at the end of three.
pub(crate) fn code_digits(code: u16) -> [u8; 3] {
    [b'0' + (code / 100 % 10) as u8, b'0' + (code / 10 % 10) as u8, b'0' + (code % 10) as u8]
}
