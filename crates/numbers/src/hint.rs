use crate::chars::{digit, is_word_letter};
use crate::steps::step;
use crate::words::{Says, words};

/// What the words beside a cell say that it holds: a column's header, a form's label, a `dt`, an `aria-label`, an attribute's name.
///
/// Classify each label once with [`Hint::of`] and hand the result to every cell under it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nothing that helps.
    #[default]
    None,
    /// Phone numbers: 电话, 手机, Tel, Mobile, Fax …
    Phone,
    /// Something else with digits: 订单号, 身份证, Order ID, SKU, Amount …
    Other,
}

impl Hint {
    /// What a label says: its last word that says anything (`Order phone` is a phone), or a phone among alternatives (`电话/QQ`).
    pub fn of(label: &[u16]) -> Self {
        judge(label, 0, label.len()).hint
    }
}

/// What stands before a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) hint: Hint,
    /// Nothing but glue stands between the word and the number.
    pub(crate) immediate: bool,
    /// Said of the number before it in a list.
    pub(crate) inherited: bool,
}

impl Verdict {
    /// Whether a word right before the number says that it is one.
    pub(crate) fn is_phone(self) -> bool {
        self.immediate && self.hint == Hint::Phone
    }

    /// What a word or label right at the number says.
    pub(crate) const fn said(hint: Hint) -> Self {
        Self { hint, immediate: true, inherited: false }
    }
}

/// What the last telling word between `from` and `to` says.
pub(crate) fn judge(text: &[u16], from: usize, to: usize) -> Verdict {
    let words = words();
    let mut verdict = Verdict::default();
    let mut alternative = false;
    let mut index = from;
    while index < to {
        step();
        let unit = text.get(index).copied().unwrap_or(0);
        match words.at(text, index).filter(|(says, len)| *says != Says::Extension && index + len <= to) {
            Some((says, len)) => {
                index += len;
                match says {
                    Says::Glue | Says::Extension => continue,
                    Says::Other if alternative && verdict.hint == Hint::Phone => {}
                    Says::Other => verdict = Verdict::said(Hint::Other),
                    Says::Phone => verdict = Verdict::said(Hint::Phone),
                }
                alternative = false;
                continue;
            }
            None => match unit {
                0x2F | 0x3001 | 0x2C | 0xFF0C | 0xFF0F | 0x28 | 0xFF08 | 0x7C | 0x26 => alternative = true,
                _ => {}
            },
        }
        let glue = !is_letter(unit) && digit(unit).is_none() && !matches!(unit, 0x2C | 0x3B | 0xFF0C | 0xFF1B | 0x3001);
        verdict.immediate &= glue;
        index += 1;
        // The rest of a word that is none of ours is not looked at: `telling` is no `tel`.
        if is_word_letter(unit) && unit < 0xAC00 {
            while index < to && text.get(index).is_some_and(|unit| is_word_letter(*unit)) && words.at(text, index).is_none() {
                index += 1;
            }
        }
    }
    verdict
}

/// Whether a letter of any script.
pub(crate) fn is_letter(unit: u16) -> bool {
    is_word_letter(unit) || matches!(unit, 0x0530..=0x1DFF | 0x2E80..=0x2FFF | 0x3041..=0x30FA | 0x3100..=0xD7FF | 0xF900..=0xFAFF)
}
