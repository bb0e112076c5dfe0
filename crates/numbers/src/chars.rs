//! What single UTF-16 units mean to a phone number.

/// What a unit may be. The kinds of separators are bits: [`crate::run::Run`] collects them.
pub(crate) mod kind {
    /// Neither digit, plus nor separator: ends a number.
    pub(crate) const OTHER: u8 = 0;
    pub(crate) const SPACE: u8 = 1;
    pub(crate) const DASH: u8 = 2;
    pub(crate) const DOT: u8 = 4;
    pub(crate) const SLASH: u8 = 8;
    pub(crate) const OPEN: u8 = 16;
    pub(crate) const CLOSE: u8 = 32;
    /// `~`, which some write for the dial tone.
    pub(crate) const TILDE: u8 = 64;
    /// Any dash longer than the hyphen.
    pub(crate) const LONG_DASH: u8 = 128;
    pub(crate) const INVISIBLE: u8 = 3;
}

/// The digit that a unit stands for: ASCII, full-width, Arabic-Indic or Persian.
#[inline]
pub(crate) fn digit(unit: u16) -> Option<u8> {
    match unit {
        0..0x30 | 0x3A..0x0660 => None,
        0x30..=0x39 => Some((unit - 0x30) as u8),
        _ => other_digit(unit),
    }
}

#[inline(never)]
fn other_digit(unit: u16) -> Option<u8> {
    let value = match unit {
        0xFF10..=0xFF19 => unit - 0xFF10,
        0x0660..=0x0669 => unit - 0x0660,
        0x06F0..=0x06F9 => unit - 0x06F0,
        _ => return None,
    };
    Some(value as u8)
}

/// Whether a plus sign: ASCII or full-width.
#[inline]
pub(crate) fn is_plus(unit: u16) -> bool {
    unit == 0x2B || unit == 0xFF0B
}

/// Which kind of separator a unit is, as libphonenumber's `VALID_PUNCTUATION` has them, with marks that copying brings along.
#[inline(never)]
pub(crate) fn separator(unit: u16) -> u8 {
    match unit {
        0x20 | 0xA0 | 0x3000 | 0x2000..=0x200A | 0x202F | 0x205F => kind::SPACE,
        0x2D | 0x2010 | 0x2011 | 0x2212 => kind::DASH,
        0x2012..=0x2015 | 0x30FC | 0xFF0D => kind::LONG_DASH,
        0x2E | 0xFF0E | 0xB7 | 0x30FB => kind::DOT,
        0x2F | 0xFF0F => kind::SLASH,
        0x28 | 0x5B | 0xFF08 | 0xFF3B => kind::OPEN,
        0x29 | 0x5D | 0xFF09 | 0xFF3D => kind::CLOSE,
        0x7E | 0x2053 | 0x223C | 0xFF5E => kind::TILDE,
        0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060 | 0x2066..=0x2069 | 0xFEFF => kind::INVISIBLE,
        _ => kind::OTHER,
    }
}

/// Whether a letter of the Latin script or a mark on one: beside digits it makes them part of a word.
#[inline(never)]
pub(crate) fn is_latin(unit: u16) -> bool {
    matches!(unit, 0x41..=0x5A | 0x61..=0x7A | 0xAA | 0xBA | 0xC0..=0x024F | 0x0300..=0x036F | 0x1E00..=0x1EFF)
        && unit != 0xD7
        && unit != 0xF7
}

/// Whether a letter of a script that puts spaces between words.
#[inline(never)]
pub(crate) fn is_word_letter(unit: u16) -> bool {
    is_latin(unit) || matches!(unit, 0x0370..=0x052F | 0x0620..=0x064A | 0x0900..=0x097F | 0xAC00..=0xD7A3)
}

/// Whether a sign of a currency, or a percent sign.
pub(crate) fn is_currency(unit: u16) -> bool {
    matches!(unit, 0x24 | 0x25 | 0xA2..=0xA5 | 0x0E3F | 0x20A0..=0x20CF | 0xFE69 | 0xFF04 | 0xFF05 | 0xFFE0 | 0xFFE1 | 0xFFE5 | 0xFFE6)
}

/// In lower case, full-width forms as ASCII: enough for the words that the finder knows.
#[inline(never)]
pub(crate) fn fold(unit: u16) -> u16 {
    match unit {
        0x41..=0x5A => unit + 0x20,
        0xC0..=0xDE if unit != 0xD7 => unit + 0x20,
        0x0410..=0x042F => unit + 0x20,
        0x0401 => 0x0451,
        0xFF21..=0xFF3A => unit - 0xFF21 + 0x61,
        0xFF01..=0xFF5E => unit - 0xFEE0,
        0x3000 | 0xA0 => 0x20,
        _ => unit,
    }
}
