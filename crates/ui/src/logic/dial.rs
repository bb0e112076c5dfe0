//! What the dial field does with keys and pasted text, before the phone judges the number.

/// As much as the field takes: no number is longer, and a SIP URI seldom.
pub const MAX_LENGTH: usize = 128;

/// The keys of the dial pad, in its order, with the letters of ITU-T E.161 below the digits.
pub const KEYS: [(char, &str); 12] = [
    ('1', ""),
    ('2', "ABC"),
    ('3', "DEF"),
    ('4', "GHI"),
    ('5', "JKL"),
    ('6', "MNO"),
    ('7', "PQRS"),
    ('8', "TUV"),
    ('9', "WXYZ"),
    ('*', ""),
    ('0', "+"),
    ('#', ""),
];

/// What was typed or pasted, fit for the field: no control or bidi characters, no line breaks, no surrounding space, not longer than [`MAX_LENGTH`].
#[must_use]
pub fn clean(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() && !is_bidi(*c)).take(MAX_LENGTH).collect()
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// The tone that a key of the keyboard stands for during a call: 0–9, `*`, `#`; A–D are left to those who know they need them.
#[must_use]
pub fn tone_of_key(key: &str) -> Option<char> {
    let mut chars = key.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii_digit() || c == '*' || c == '#' => Some(c),
        _ => None,
    }
}

/// What a digit key pressed anywhere in the widget adds to the dial field.
#[must_use]
pub fn digit_of_key(key: &str) -> Option<char> {
    if key == "+" { Some('+') } else { tone_of_key(key) }
}

/// The number that "Call" dials: the field's, or, where it is empty, the last one dialled.
#[must_use]
pub fn to_dial(field: &str, last: Option<&str>) -> Option<Wish> {
    let field = clean(field);
    if !field.is_empty() {
        return Some(Wish::Dial(field));
    }
    last.filter(|last| !last.is_empty()).map(|last| Wish::Recall(last.to_owned()))
}

/// What "Call" does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Dial this.
    Dial(String),
    /// As desk phones do: the first press brings the last number back into the field, the second dials it.
    Recall(String),
}

/// A dialling code as typed into the settings: at most eight digits, or nothing. None for anything else.
#[must_use]
pub fn code(typed: &str) -> Option<String> {
    let typed = typed.trim();
    (typed.len() <= 8 && typed.bytes().all(|b| b.is_ascii_digit())).then(|| typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_short_and_of_digits() {
        assert_eq!((code(" 90 "), code("")), (Some("90".into()), Some(String::new())));
        for wrong in ["9a", "+", "123456789", "９", "9 0"] {
            assert_eq!(code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn pasted_text_loses_what_no_number_has() {
        assert_eq!(clean("  138 0013\r\n8000\u{202e} "), "138 00138000");
        assert_eq!(clean(&"9".repeat(500)).len(), MAX_LENGTH);
        assert_eq!(clean("\u{200b}"), "");
    }

    #[test]
    fn keys_become_tones_and_digits() {
        assert_eq!(
            (tone_of_key("5"), tone_of_key("#"), tone_of_key("+"), tone_of_key("Enter"), tone_of_key("")),
            (Some('5'), Some('#'), None, None, None)
        );
        assert_eq!((digit_of_key("+"), digit_of_key("F1"), digit_of_key("a")), (Some('+'), None, None));
    }

    #[test]
    fn an_empty_field_recalls_the_last_number() {
        assert_eq!(to_dial(" 9196 ", Some("1")), Some(Wish::Dial("9196".into())));
        assert_eq!(to_dial(" ", Some("1002")), Some(Wish::Recall("1002".into())));
        assert_eq!(to_dial("", None), None);
    }
}
