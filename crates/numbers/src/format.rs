//! How numbers are written: by calling code, an automaton over national numbers that ends in a template.

use std::sync::OnceLock;

use crate::plan::plan;
use crate::unpack::{Decoder, Table, Walk};

struct Formats {
    table: Table,
    /// By calling code, in the order of the plan.
    roots: Vec<u16>,
    /// For each template (from 1): where its national and its international form start in `text`; the next one's start ends it.
    templates: Vec<(u16, u16)>,
    text: Vec<u8>,
}

/// Unpacked when first asked for: a page where nobody hovers over a number never pays for it.
fn formats() -> &'static Formats {
    static FORMATS: OnceLock<Formats> = OnceLock::new();
    FORMATS.get_or_init(|| Formats::unpack(include_bytes!("../data/formats.bin"), plan().code_count()))
}

impl Formats {
    fn unpack(bytes: &[u8], codes: usize) -> Self {
        let mut decoder = Decoder::new(bytes);
        let mut walk = Walk::new();
        let roots = (0..codes).map(|_| walk.root(&mut decoder)).collect();
        let (mut templates, mut text) = (Vec::new(), Vec::new());
        for _ in 0..decoder.count() {
            let national = text.len() as u16;
            decoder.text(&mut text);
            text.push(0);
            let international = if decoder.bit(crate::unpack::context::END + 1) {
                national
            } else {
                let at = text.len() as u16;
                decoder.text(&mut text);
                text.push(0);
                at
            };
            templates.push((national, international));
        }
        Self { table: walk.table, roots, templates, text }
    }
}

/// How numbers of a plan's place are grouped: what a template says without its characters.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Grouping {
    /// Bit `n` is set: a group ends behind the first `n` digits of the national number.
    pub(crate) breaks: u32,
    /// Never written without the national prefix.
    pub(crate) prefix_required: bool,
    /// Usually written with the national prefix.
    pub(crate) prefix_usual: bool,
}

/// How a national number is grouped.
pub(crate) fn grouping(place: usize, national: &[u8]) -> Grouping {
    let mut grouping = Grouping::default();
    let (mut digits, mut broken) = (0, false);
    for byte in template(place, national, false) {
        match byte {
            b'!' => grouping.prefix_required = true,
            b'#' | b'_' => {
                if broken && digits > 0 {
                    grouping.breaks |= 1 << digits;
                }
                broken = false;
                digits += 1;
            }
            b'0'..=b'9' if digits == 0 => grouping.prefix_usual = true,
            _ => broken = true,
        }
    }
    grouping
}

/// The template for a national number of the calling code at a place: `#` is the next digit, `_` one that is left out, `!` in front says
/// that the national prefix is never left out, anything else stands for itself. Empty: all digits as they are.
fn template(place: usize, national: &[u8], international: bool) -> &'static [u8] {
    let formats = formats();
    let mut node = formats.roots.get(place).copied().unwrap_or(0);
    for digit in national {
        node = formats.table.step(node, digit.wrapping_sub(b'0'));
    }
    let Some(index) = formats.table.output(node).checked_sub(1) else { return &[] };
    let Some(&(home, abroad)) = formats.templates.get(usize::from(index)) else { return &[] };
    let text = formats.text.get(usize::from(if international { abroad } else { home })..).unwrap_or(&[]);
    text.split(|byte| *byte == 0).next().unwrap_or(&[])
}

/// Appends a national number written by its template.
pub(crate) fn write(place: usize, national: &[u8], international: bool, text: &mut String) {
    let mut digits = national.iter().map(|digit| char::from(*digit));
    for byte in template(place, national, international) {
        match byte {
            b'!' => {}
            b'#' => text.extend(digits.next()),
            b'_' => {
                digits.next();
            }
            other => text.push(char::from(*other)),
        }
    }
    text.extend(digits);
}
