/// The digit that a code unit stands for: ASCII or full-width.
pub(crate) fn digit(unit: u16) -> Option<u8> {
    match unit {
        0x30..=0x39 => Some((unit - 0x30) as u8),
        0xFF10..=0xFF19 => Some((unit - 0xFF10) as u8),
        _ => None,
    }
}

/// Whether a plus sign: ASCII or full-width.
pub(crate) fn is_plus(unit: u16) -> bool {
    unit == 0x2B || unit == 0xFF0B
}

/// Whether it may stand between the digits of one number.
pub(crate) fn is_separator(unit: u16) -> bool {
    matches!(unit, 0x20 | 0x28 | 0x29 | 0x2D | 0x2E | 0xA0 | 0x2010..=0x2015 | 0x3000 | 0xFF08 | 0xFF09 | 0xFF0D)
}

/// Whether an ASCII letter or underscore: beside digits it makes them part of a word.
pub(crate) fn is_word(unit: u16) -> bool {
    matches!(unit, 0x30..=0x39 | 0x41..=0x5A | 0x61..=0x7A | 0x5F)
}
