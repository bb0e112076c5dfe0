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
    /// What the national forms say of groups, in the same order.
    groupings: Vec<Grouping>,
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
        let (mut templates, mut groupings, mut text) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..decoder.count() {
            let national = text.len() as u16;
            decoder.text(&mut text);
            groupings.push(Grouping::of(text.get(usize::from(national)..).unwrap_or(&[])));
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
        Self { table: walk.table, roots, templates, groupings, text }
    }
    /// Which template a national number of the calling code at a place has.
    fn index(&self, place: usize, national: &[u8]) -> Option<usize> {
        let mut node = self.roots.get(place).copied().unwrap_or(0);
        for digit in national {
            node = self.table.step(node, digit.wrapping_sub(b'0'));
        }
        self.table.output(node).checked_sub(1).map(usize::from)
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

impl Grouping {
    fn of(template: &[u8]) -> Self {
        let mut grouping = Self::default();
        let (mut digits, mut broken) = (0, false);
        for byte in template {
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
}

/// How a national number is grouped.
pub(crate) fn grouping(place: usize, national: &[u8]) -> Grouping {
    let formats = formats();
    formats.index(place, national).and_then(|index| formats.groupings.get(index)).copied().unwrap_or_default()
}

/// The template for a national number of the calling code at a place: `#` is the next digit, `_` one that is left out, `!` in front says
/// that the national prefix is never left out, anything else stands for itself. Empty: all digits as they are.
fn template(place: usize, national: &[u8], international: bool) -> &'static [u8] {
    let formats = formats();
    let template = formats.index(place, national).and_then(|index| formats.templates.get(index));
    let Some(&(home, abroad)) = template else { return &[] };
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
