use crate::chars::{digit, is_plus, is_separator, is_word};
use crate::{FinderConfig, Hint, Kind, Number, Region};

/// One run of text as a reader sees it: a table cell, a paragraph, a line. Numbers never reach over its ends.
///
/// Inline elements (`<b>139</b>12345678`) belong to one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where it ends in the buffer, exclusive, in UTF-16 code units. It starts where the one before it ends.
    pub end: u32,
    /// What the words beside it say.
    pub hint: Hint,
}

impl Cell {
    /// A cell that ends at `end`.
    pub fn new(end: usize, hint: Hint) -> Self {
        Self { end: u32::try_from(end).unwrap_or(u32::MAX), hint }
    }
}

/// A number found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find {
    /// Which cell, from 0.
    pub cell: u32,
    /// Where it starts in the cell, in UTF-16 code units.
    pub start: u32,
    /// Where it ends in the cell, exclusive. The span holds the number and its extension as a person would click it: from the `+`, the
    /// opening bracket or the first digit to the last digit; no label before it, no punctuation after it.
    pub end: u32,
    /// The number.
    pub number: Number,
}

/// Finds numbers. Make one for a configuration and keep it.
#[derive(Clone, Debug)]
pub struct Finder {
    config: FinderConfig,
}

impl Finder {
    /// A finder for a configuration.
    pub fn new(config: &FinderConfig) -> Self {
        Self { config: config.clone() }
    }

    /// Appends what `text` holds to `finds`, in order. `cells` divide the text; what lies behind the last one is not looked at.
    ///
    /// Keep `text`, `cells` and `finds` from call to call, cleared: then nothing is allocated.
    pub fn find(&self, text: &[u16], cells: &[Cell], finds: &mut Vec<Find>) {
        let mut start = 0;
        for (index, cell) in cells.iter().enumerate() {
            let end = (cell.end as usize).clamp(start, text.len());
            if let Some(slice) = text.get(start..end) {
                self.find_in_cell(slice, index as u32, cell.hint, finds);
            }
            start = end;
        }
    }

    fn find_in_cell(&self, text: &[u16], cell: u32, hint: Hint, finds: &mut Vec<Find>) {
        let at = |index: usize| text.get(index).copied().unwrap_or(0);
        let china = self.config.regions.iter().any(|region| region.code() == "CN");
        let mut index = 0;
        while index < text.len() {
            let plus = is_plus(at(index)) && digit(at(index + 1)).is_some();
            if !plus && digit(at(index)).is_none() {
                index += 1;
                continue;
            }
            let mut start = index;
            index += usize::from(plus);
            let mut digits = [0_u8; 20];
            let (mut len, mut end) = (0, index);
            let mut gap = 0;
            while index < text.len() {
                if let Some(value) = digit(at(index)) {
                    if let Some(slot) = digits.get_mut(len) {
                        *slot = b'0' + value;
                    }
                    len += 1;
                    gap = 0;
                    end = index + 1;
                } else if is_separator(at(index)) && gap < 2 {
                    gap += 1;
                } else {
                    break;
                }
                index += 1;
            }
            index = end;
            let joined = start > 0 && is_word(at(start - 1)) || is_word(at(end));
            if joined || len > 15 || hint == Hint::Other {
                continue;
            }
            let Some(all) = digits.get(..len) else { continue };
            let Some(mut number) = (if plus { abroad(all) } else { None }).or(if china && !plus { chinese(all) } else { None }) else {
                continue;
            };
            if !plus && start > 0 && matches!(at(start - 1), 0x28 | 0xFF08) {
                start -= 1;
            }
            if let Some((extension, extension_len, after)) = extension(text, end) {
                number.extension = extension;
                number.extension_len = extension_len;
                end = after;
                index = after;
            }
            finds.push(Find { cell, start: start as u32, end: end as u32, number });
        }
    }
}

fn number(code: &[u8], national: &[u8], region: Region, kind: Kind) -> Number {
    let mut digits = [0; 20];
    for (slot, value) in digits.iter_mut().zip(code.iter().chain(national)) {
        *slot = *value;
    }
    let len = (code.len() + national.len()).min(20) as u8;
    Number { digits, len, code_len: code.len() as u8, extension: [0; 8], extension_len: 0, region, kind }
}

fn abroad(all: &[u8]) -> Option<Number> {
    if let Some(national) = all.strip_prefix(b"86") {
        return chinese(national);
    }
    let code = match all {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    };
    let (code, national) = all.split_at_checked(code)?;
    (national.len() >= 6).then(|| number(code, national, Region::WORLD, Kind::FixedLineOrMobile))
}

fn chinese(all: &[u8]) -> Option<Number> {
    let region = Region::from_code("CN")?;
    let kind = match all {
        [b'1', b'3'..=b'9', ..] if all.len() == 11 => Kind::Mobile,
        [b'0', b'1', b'0', b'2'..=b'8', ..] if all.len() == 11 => Kind::FixedLine,
        [b'0', b'2', _, b'2'..=b'8', ..] if all.len() == 11 => Kind::FixedLine,
        [b'0', b'3'..=b'9', _, _, b'2'..=b'8', ..] if all.len() == 11 || all.len() == 12 => Kind::FixedLine,
        [b'4' | b'8', b'0', b'0', ..] if all.len() == 10 => Kind::SharedCost,
        _ => return None,
    };
    Some(number(b"86", all.strip_prefix(b"0").unwrap_or(all), region, kind))
}

fn extension(text: &[u16], end: usize) -> Option<([u8; 8], u8, usize)> {
    let at = |index: usize| text.get(index).copied().unwrap_or(0);
    let skip = |mut index: usize| {
        while matches!(at(index), 0x20 | 0x3A | 0x2E | 0xFF1A) {
            index += 1;
        }
        index
    };
    let start = skip(end);
    let word = ["转", "分机", "ext", "x", "#"].into_iter().find(|word| {
        word.encode_utf16().enumerate().all(|(offset, unit)| at(start + offset) == unit || at(start + offset) + 0x20 == unit)
    })?;
    let mut index = skip(start + word.encode_utf16().count());
    let mut digits = [0; 8];
    let mut len = 0;
    while let Some(value) = digit(at(index)) {
        *digits.get_mut(len)? = b'0' + value;
        len += 1;
        index += 1;
    }
    (len > 0 && !is_word(at(index))).then_some((digits, len as u8, index))
}
