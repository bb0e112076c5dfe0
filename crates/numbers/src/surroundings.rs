//! What directly surrounds a number: letters, money, addresses, code.

use crate::chars::{digit, fold, is_currency, is_latin, is_word_letter, kind, separator};
use crate::hint::is_letter;
use crate::steps::step;

/// How far back an address or a path is looked for.
const REACH: usize = 80;

/// What the neighbours of a number say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Neighbours {
    Fine,
    /// Part of a code or an id, unless it is clearly written as a phone number.
    Doubtful,
    /// Part of something else.
    Wrong,
}

/// What stands before a number that starts at `start`. `lead`: it starts with a plus sign or a bracket, which part it from a word.
pub(crate) fn before(text: &[u16], start: usize, lead: bool) -> Neighbours {
    let unit = |index: usize| text.get(index).copied().unwrap_or(0);
    if start == 0 {
        return Neighbours::Fine;
    }
    let previous = unit(start - 1);
    if is_currency(previous) {
        return Neighbours::Wrong;
    }
    if is_latin(previous) {
        return if lead { Neighbours::Fine } else { Neighbours::Wrong };
    }
    match previous {
        // *: a masked number; \: code; ^ and °: figures.
        0x2A | 0x5C | 0x5E | 0xB0 | 0xD7 => return Neighbours::Wrong,
        0x23 | 0xFF03 => return Neighbours::Doubtful,
        0x2D | 0x5F | 0x2F | 0x3D | 0x26 | 0x3F | 0x40 | 0x3A | 0x2E | 0x25 | 0x7E | 0x2C => {}
        _ => return Neighbours::Fine,
    }
    if previous == 0x2C && start > 1 && digit(unit(start - 2)).is_some() {
        return Neighbours::Fine;
    }
    // The word that it hangs on, back to a space.
    let floor = start.saturating_sub(REACH);
    let mut index = start;
    let (mut letters, mut lower, mut digits) = (0, 0, 0);
    while index > floor {
        step();
        let unit = unit(index - 1);
        let stops = unit <= 0x20 || matches!(unit, 0x22 | 0x27 | 0x28 | 0x3C | 0x3E | 0x5B | 0x60 | 0x7B | 0xA0) || unit >= 0x2E80;
        if stops {
            break;
        }
        letters += usize::from(is_word_letter(unit));
        lower += usize::from(matches!(unit, 0x61..=0x7A));
        digits += usize::from(digit(unit).is_some());
        index -= 1;
    }
    let token = text.get(index..start).unwrap_or(&[]);
    if is_address(token) {
        return Neighbours::Wrong;
    }
    match previous {
        0x3D | 0x26 | 0x3F | 0x40 | 0x5F | 0x25 => Neighbours::Doubtful,
        0x2D if letters > 0 && (lower == 0 || digits > 0) => Neighbours::Doubtful,
        0x2F if letters > 0 && token.first() == Some(&0x2F) => Neighbours::Doubtful,
        _ => Neighbours::Fine,
    }
}

/// What stands behind a number that ends at `end`.
pub(crate) fn after(text: &[u16], end: usize) -> Neighbours {
    let unit = |index: usize| text.get(index).copied().unwrap_or(0);
    let (next, second) = (unit(end), unit(end + 1));
    if is_latin(next) || is_currency(next) {
        return Neighbours::Wrong;
    }
    match next {
        // E-mail, masked, degrees, multiplied, more of a figure.
        0x40 | 0x2A | 0xB0 | 0xD7 | 0x2032 | 0x2033 | 0x2030 | 0x2103 => Neighbours::Wrong,
        0x3A if digit(second).is_some() => Neighbours::Wrong,
        0x2C if digit(second).is_some() && is_thousands(text, end) => Neighbours::Wrong,
        0x2E if is_file_ending(text, end + 1) => Neighbours::Wrong,
        0x2D if is_latin(second) => Neighbours::Doubtful,
        0x5F if second < 0x2E80 => Neighbours::Doubtful,
        0x3D | 0x26 if is_word_letter(second) => Neighbours::Doubtful,
        0x20 | 0xA0 => unit_after(text, end + 1),
        _ if next >= 0x2E80 => unit_after(text, end),
        _ => Neighbours::Fine,
    }
}

/// Money, measures and counters behind a figure.
fn unit_after(text: &[u16], at: usize) -> Neighbours {
    const CHINESE: &str = "元块万亿圆円件个個台套吨米斤克升岁歲秒瓶箱只張页頁股份";
    const LATIN: &str = "usd eur rmb cny hkd twd gbp jpy krw rub brl inr km kg cm mm mb gb tb kb ms px pcs pieces units items dollars euros yuan bytes views rows points ₽ руб";
    let unit = |index: usize| fold(text.get(index).copied().unwrap_or(0));
    let first = unit(at);
    if first >= 0x2E80 {
        return if CHINESE.encode_utf16().any(|other| other == first) { Neighbours::Doubtful } else { Neighbours::Fine };
    }
    if is_currency(first) && digit(unit(at + 1)).is_none() {
        return Neighbours::Doubtful;
    }
    if !is_word_letter(first) {
        return Neighbours::Fine;
    }
    let is_unit = LATIN.split_ascii_whitespace().any(|word| {
        let mut length = 0;
        word.encode_utf16().all(|wanted| {
            length += 1;
            unit(at + length - 1) == wanted
        }) && !is_word_letter(unit(at + length))
    });
    if is_unit { Neighbours::Doubtful } else { Neighbours::Fine }
}

/// Whether exactly three digits follow a comma: `12,345,678`.
fn is_thousands(text: &[u16], comma: usize) -> bool {
    let is_digit = |index: usize| text.get(index).copied().and_then(digit).is_some();
    (1..=3).all(|offset| is_digit(comma + offset)) && !is_digit(comma + 4)
}

/// Whether a file's ending starts at `at`: `jpg`, `pdf` …
fn is_file_ending(text: &[u16], at: usize) -> bool {
    const ENDINGS: &str = "jpg jpeg png gif webp svg pdf doc docx xls xlsx ppt pptx txt csv zip rar 7z gz tar mp3 mp4 wav m4a amr avi mov htm html php asp aspx jsp js css json xml log bak exe apk dwg eml com cn net org";
    let unit = |index: usize| fold(text.get(index).copied().unwrap_or(0));
    ENDINGS.split_ascii_whitespace().any(|ending| {
        let mut length = 0;
        ending.bytes().all(|wanted| {
            length += 1;
            unit(at + length - 1) == u16::from(wanted)
        }) && !is_latin(unit(at + length))
            && digit(unit(at + length)).is_none()
    })
}

/// Whether a token is an address of the net: it has a scheme (but for `tel:` and its kin), a host, or an `@`.
fn is_address(token: &[u16]) -> bool {
    let has = |wanted: &str| {
        let first = wanted.bytes().next().map_or(0, u16::from);
        token.iter().enumerate().any(|(at, unit)| {
            fold(*unit) == first
                && wanted.bytes().enumerate().all(|(offset, byte)| token.get(at + offset).copied().map(fold) == Some(u16::from(byte)))
        })
    };
    has("://") || has("www.") || has(".com") || has(".cn/") || has(".net") || has(".org") || has(".html") || has("@")
}

/// Whether only list marks stand between two numbers, so that what a word says of the first it says of the second.
pub(crate) fn is_chain(text: &[u16], from: usize, to: usize) -> bool {
    let gap = text.get(from..to).unwrap_or(&[]);
    gap.len() <= 8
        && !gap.iter().any(|&unit| {
            let joins = matches!(unit, 0x548C | 0x6216 | 0x53CA | 0x8207 | 0x4E0E)
                || matches!(fold(unit), 0x6F | 0x72 | 0x61 | 0x6E | 0x64 | 0x65 | 0x79 | 0x75);
            is_letter(unit) && !joins || digit(unit).is_some()
        })
}

/// Whether a unit is a space of any width.
pub(crate) fn is_space(unit: u16) -> bool {
    separator(unit) == kind::SPACE
}
