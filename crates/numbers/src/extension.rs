//! Extensions behind a number: `转 123`, `分机号:5`, `ext. 5`, `x5`, `#5`, `,,5`, `;ext=5`, `int. 5`, `доб. 5`, `durchwahl 5` …

use crate::chars::{digit, fold, is_word_letter, kind, separator};
use crate::hint::is_letter;
use crate::words::{Says, words};

/// How many digits an extension has at most: after a clear word, and after a mere sign.
const CLEAR: usize = 8;
const SIGN: usize = 7;

/// An extension's digits and where they end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extension {
    pub(crate) digits: [u8; 8],
    pub(crate) len: u8,
    pub(crate) end: usize,
}

impl Extension {
    /// Whether a letter hangs on its last digit: then it was none, and what stands before it no number.
    pub(crate) fn is_glued(&self, text: &[u16]) -> bool {
        text.get(self.end).is_some_and(|next| is_word_letter(*next) && *next < 0x0600)
    }
}

/// The extension behind the number that ends at `end`.
pub(crate) fn extension(text: &[u16], end: usize) -> Option<Extension> {
    let unit = |index: usize| text.get(index).copied().unwrap_or(0);
    let mut index = end;
    // Dialled by the phone itself: `,,5`, `;5`; RFC 3966's `;ext=5`.
    let mut commas = 0;
    while index < end + 6 {
        match fold(unit(index)) {
            0x20 | 0x09 => {}
            0x2C => commas += 1,
            0x3B => commas += 2,
            0x28 if commas == 0 => commas = -9,
            _ => break,
        }
        index += 1;
    }
    let bracket = commas < 0;
    let first = fold(unit(index));
    let (mut at, mut most) = (index, SIGN);
    if first == 0x23 || first == 0x7E {
        at += 1;
    } else if is_letter(first)
        && let Some(length) = word(text, index)
    {
        at += length;
        most = if length == 1 && first == 0x78 { SIGN } else { CLEAR };
        if fold(unit(at)) == 0x3D {
            at += 1;
        }
    } else if digit(first).is_none() || commas < 2 {
        return None;
    }
    // Between the word and its digits: a colon, a full stop, spaces, a dash, 号.
    let mut gap = 0;
    while gap < 4 && (matches!(fold(unit(at)), 0x3A | 0x2E | 0x20 | 0x09 | 0x2C | 0x53F7 | 0x7801) || separator(unit(at)) == kind::DASH) {
        at += 1;
        gap += 1;
    }
    let mut found = Extension { digits: [0; 8], len: 0, end: at };
    while let Some(value) = digit(unit(found.end)) {
        if usize::from(found.len) == most {
            return None;
        }
        if let Some(slot) = found.digits.get_mut(usize::from(found.len)) {
            *slot = b'0' + value;
        }
        found.len += 1;
        found.end += 1;
    }
    if found.len == 0 || !ends_well(text, found.end) {
        return None;
    }
    if matches!(fold(unit(found.end)), 0x23) {
        found.end += 1;
    }
    if bracket {
        if !matches!(fold(unit(found.end)), 0x29) {
            return None;
        }
        found.end += 1;
    }
    Some(found)
}

/// Whether an extension's digits may end here: no more of a number behind them.
fn ends_well(text: &[u16], end: usize) -> bool {
    let unit = |index: usize| text.get(index).copied().unwrap_or(0);
    !matches!(unit(end), 0x2D | 0x2E | 0x3A | 0x40 | 0x25) || digit(unit(end + 1)).is_none()
}

/// The length of the word at `at` that announces an extension.
fn word(text: &[u16], at: usize) -> Option<usize> {
    let unit = |index: usize| fold(text.get(index).copied().unwrap_or(0));
    match words().at(text, at) {
        Some((Says::Extension, length)) => Some(length),
        // x5, r. 5
        _ => (matches!(unit(at), 0x78 | 0x72) && !is_word_letter(unit(at + 1))).then_some(1),
    }
}
