//! Text from outside, made safe to show: without controls and bidi overrides, and of a bounded length.

/// Longest display name kept, in characters.
pub(crate) const NAME: usize = 80;
/// Longest number or SIP user kept, in characters.
pub(crate) const NUMBER: usize = 64;
/// Longest reason phrase, header value or detail kept, in characters.
pub(crate) const LINE: usize = 256;

/// Characters that are invisible or reorder their surroundings: bidi controls (UAX #9), zero-width characters, the byte order mark, soft hyphen.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    ) || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

/// `text` on one line, without controls and unseen characters, at most `most` characters long (an ellipsis ends what was cut).
pub(crate) fn clean(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.trim().chars().filter(|c| !is_unseen(*c)).enumerate() {
        if count == most {
            out.pop();
            out.push('…');
            break;
        }
        out.push(if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans() {
        for (given, most, expected) in [
            ("Alice", 10, "Alice"),
            ("  Alice \r\n", 10, "Alice"),
            ("Al\u{202e}ice\u{2066}", 10, "Alice"),
            ("a\r\nb\0c", 10, "a  b c"),
            ("王小明", 3, "王小明"),
            ("王小明明", 3, "王小…"),
            ("\u{feff}\u{200b}", 3, ""),
            ("x\u{e0041}y", 5, "xy"),
        ] {
            assert_eq!(clean(given, most), expected, "{given:?}");
        }
    }

    #[test]
    fn caps_in_characters_whatever_is_cut() {
        assert_eq!(clean(&"长".repeat(1000), NAME).chars().count(), NAME);
    }
}
