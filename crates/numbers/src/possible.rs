//! Numbers that the plan does not know, under a word that says that they are phone numbers: new ranges, and the made-up numbers of examples
//! and tests (021-12345678, (555) 123-4567).

use crate::parse::{Parsed, Source};
use crate::plan::Plan;
use crate::{Kind, Region};

/// A number that has the outward form of one of a region's.
pub(crate) fn possible(plan: &Plan, region: Region, digits: &[u8], groups: usize) -> Option<Parsed> {
    let (skipped, kind, prefix) = match region.code().as_bytes() {
        b"CN" => china(digits, groups)?,
        b"US" | b"CA" => america(digits, groups)?,
        _ => return None,
    };
    let (place, code_len) = Plan::place_of_region(plan.region(region)?);
    let code: &[u8] = if code_len == 1 { b"1" } else { b"86" };
    let national = digits.get(skipped..)?;
    let mut all = [0; 20];
    code.iter().chain(national).zip(&mut all).for_each(|(digit, slot)| *slot = *digit);
    Some(Parsed {
        digits: all,
        len: (code_len + national.len()) as u8,
        code_len: code_len as u8,
        place,
        region,
        kind,
        source: Source::National,
        prefix,
        skipped: Some(skipped as u8),
    })
}

/// Mobiles, and landlines whose area code stands apart.
fn china(digits: &[u8], groups: usize) -> Option<(usize, Kind, bool)> {
    match digits {
        [b'1', b'3'..=b'9', ..] if digits.len() == 11 => Some((0, Kind::Mobile, false)),
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] if digits.len() == 11 && groups > 1 => Some((1, Kind::FixedLine, true)),
        [b'0', b'3'..=b'9', ..] if (11..=12).contains(&digits.len()) && groups > 1 => Some((1, Kind::FixedLine, true)),
        _ => None,
    }
}

/// Area codes start with 2 to 9.
fn america(digits: &[u8], groups: usize) -> Option<(usize, Kind, bool)> {
    let skipped = usize::from(digits.len() == 11 && digits.first() == Some(&b'1'));
    match digits.get(skipped..)? {
        [b'2'..=b'9', rest @ ..] if rest.len() == 9 && groups > 1 => Some((skipped, Kind::FixedLineOrMobile, skipped > 0)),
        _ => None,
    }
}
