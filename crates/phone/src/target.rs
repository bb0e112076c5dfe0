//! What the agent wants to dial, read: a number in any usual spelling, a feature code, or a SIP URI.

use patchcord_messages::Problem;

use crate::text::{clean, is_unseen};

/// More digits than any number has, with prefixes, extensions and account codes counted in (E.164 ends at 15).
const MOST_DIGITS: usize = 40;
/// A SIP URI longer than this is refused.
const MOST_URI: usize = 256;

/// Something to dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// As shown, and as compared to tell a double click.
    pub(crate) shown: String,
    /// Where to.
    pub(crate) address: Address,
    /// Tones to be sent once it is answered, `,` for a pause.
    pub(crate) after: String,
}

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// A user at the account's own domain, unescaped.
    User(String),
    /// A SIP URI, as written.
    Uri(String),
}

impl Target {
    /// Reads `text`.
    ///
    /// # Errors
    /// What is wrong with it, in terms of what the agent typed.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        // A line break or another control never gets as far as a header.
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return Err(invalid(text));
        }
        let text: String = text.chars().filter(|c| !is_unseen(*c)).collect();
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::NumberEmpty);
        }
        match scheme(text) {
            Some(("sip" | "sips", _)) => sip(text),
            Some(("tel" | "callto" | "wtai", rest)) => tel(rest, text),
            Some(_) => Err(invalid(text)),
            None if text.contains('@') => sip(&format!("sip:{text}")),
            None => number(text),
        }
    }
}

fn invalid(text: &str) -> Problem {
    Problem::NumberInvalid { number: clean(text, 40) }
}

/// The lower-case scheme where there is a known one, and what follows it.
fn scheme(text: &str) -> Option<(&'static str, &str)> {
    let (head, rest) = text.split_once(':')?;
    let known = ["sip", "sips", "tel", "callto", "wtai"].into_iter().find(|known| head.trim().eq_ignore_ascii_case(known));
    Some((known.unwrap_or(""), rest))
}

/// `sip:user@host…`, or `sip:user` for a user at the account's own domain.
fn sip(text: &str) -> Result<Target, Problem> {
    if text.len() > MOST_URI {
        return Err(Problem::NumberTooLong);
    }
    let (_, rest) = text.split_once(':').unwrap_or(("", text));
    // Headers in a URI (`?Replaces=…`) would become headers of the INVITE; what isn't ASCII or breaks out of `<…>` is no URI.
    let spoils = |c: char| !c.is_ascii_graphic() || matches!(c, '?' | '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}' | ',');
    if rest.is_empty() || rest.contains(spoils) {
        return Err(invalid(text));
    }
    match rest.split_once('@') {
        None => {
            let user = percent_decode(rest).filter(|user| !user.contains(|c: char| c.is_control() || c == ';'));
            let user = user.ok_or_else(|| invalid(text))?;
            Ok(Target { shown: clean(&user, 64), address: Address::User(user), after: String::new() })
        }
        Some((user, host)) if user.is_empty() || host.is_empty() || host.contains('@') => Err(invalid(text)),
        Some((user, _)) => {
            // `%0d%0a` stays escaped on the wire, but nobody dials it in good faith.
            if percent_decode(user).is_none_or(|user| user.contains(char::is_control)) {
                return Err(invalid(text));
            }
            let uri = match text.split_once(':') {
                Some((scheme, rest)) => format!("{}:{rest}", scheme.trim().to_ascii_lowercase()),
                None => text.to_owned(),
            };
            Ok(Target { shown: clean(&uri, 80), address: Address::Uri(uri), after: String::new() })
        }
    }
}

/// RFC 3966: the number, visual separators, `;ext=`; other parameters say nothing to a PBX.
fn tel(rest: &str, whole: &str) -> Result<Target, Problem> {
    let rest = percent_decode(rest.trim_start_matches('/')).ok_or_else(|| invalid(whole))?;
    if rest.contains(char::is_control) {
        return Err(invalid(whole));
    }
    let mut parts = rest.split(';');
    let mut target = number(parts.next().unwrap_or_default())?;
    for part in parts {
        if let Some((name, value)) = part.split_once('=')
            && name.trim().eq_ignore_ascii_case("ext")
        {
            target.after = format!(",{}", tones(value).filter(|tones| !tones.is_empty()).ok_or_else(|| invalid(whole))?);
        }
    }
    Ok(target)
}

/// A number or feature code, perhaps with an extension or pauses and tones after it.
fn number(text: &str) -> Result<Target, Problem> {
    let (main, after) = split_extension(text);
    let dialled = digits(main).ok_or_else(|| invalid(text))?;
    let count = dialled.chars().filter(char::is_ascii_digit).count();
    if dialled.is_empty() || dialled == "+" {
        return Err(invalid(text));
    }
    if dialled.len() > MOST_DIGITS {
        return Err(Problem::NumberTooLong);
    }
    // 3GPP TS 22.030: codes for the handset or the network begin with `*` or `#` and end with `#`; a PBX's own (`*97`, `*72138…`) do not.
    if dialled.starts_with(['*', '#']) && dialled.ends_with('#') && dialled.len() > 1 {
        return Err(Problem::NumberIsDeviceCode { number: dialled });
    }
    if count == 0 {
        return Err(invalid(text));
    }
    let after = match after {
        None => String::new(),
        Some(after) => {
            let tones = tones(after).filter(|tones| tones.contains(|c: char| c != ',')).ok_or_else(|| invalid(text))?;
            if tones.len() > MOST_DIGITS {
                return Err(Problem::NumberTooLong);
            }
            if tones.starts_with(',') { tones } else { format!(",{tones}") }
        }
    };
    Ok(Target { shown: dialled.clone(), address: Address::User(dialled), after })
}

/// Splits at the first thing that says "and then, once it is answered": a comma, `x`, `ext`, `转`, `轉`, `分机`.
fn split_extension(text: &str) -> (&str, Option<&str>) {
    const WORDS: [&str; 16] =
        ["extension", "EXTENSION", "Extension", "ext.", "Ext.", "EXT.", "ext", "Ext", "EXT", "x", "X", "分机号", "分机", "转", "轉", ","];
    let found = text.char_indices().find_map(|(at, _)| {
        let rest = text.get(at..)?;
        WORDS.iter().find(|word| rest.starts_with(**word)).map(|word| (at, word))
    });
    match found {
        // At the very front it introduces nothing.
        Some((at, word)) if at > 0 => {
            let keep_pause = if *word == "," { at } else { at + word.len() };
            (text.get(..at).unwrap_or_default(), text.get(keep_pause..))
        }
        _ => (text, None),
    }
}

/// The tones and pauses of what follows a number; none where something else stands there.
fn tones(text: &str) -> Option<String> {
    let mut out = String::new();
    for c in text.chars() {
        match digit(c) {
            Some(digit) => out.push(digit),
            None if matches!(c, '*' | '＊') => out.push('*'),
            None if matches!(c, '#' | '＃') => out.push('#'),
            None if matches!(c, ',' | '，') => out.push(','),
            None if is_separator(c) || matches!(c, ':' | '：') => {}
            None => return None,
        }
    }
    Some(out)
}

/// What is left of a number when its spelling is taken away; none where it has something that no number has.
fn digits(text: &str) -> Option<String> {
    let mut out = String::new();
    let text = without_trunk_zero(text);
    for c in text.chars() {
        match digit(c) {
            Some(digit) => out.push(digit),
            None if matches!(c, '+' | '＋') => {
                if !out.is_empty() {
                    return None;
                }
                out.push('+');
            }
            None if matches!(c, '*' | '＊') => out.push('*'),
            None if matches!(c, '#' | '＃') => out.push('#'),
            None if is_separator(c) => {}
            None => return None,
        }
    }
    Some(out)
}

/// `+44 (0)20 …` is `+44 20 …`: the bracketed trunk prefix is not dialled from abroad. Italy's zero belongs to the number.
fn without_trunk_zero(text: &str) -> String {
    let plain = text.trim_start_matches(['(', '（', ' ']);
    if !plain.starts_with(['+', '＋']) || plain.get(1..).is_some_and(|rest| rest.starts_with("39")) {
        return text.to_owned();
    }
    text.replacen("(0)", "", 1).replacen("（0）", "", 1).replacen("（０）", "", 1)
}

/// The value of a decimal digit: ASCII, full-width, Arabic-Indic, Persian, Devanagari.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => '0',
        '０'..='９' => '０',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        _ => return None,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

/// What people put between digits.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.'
                | '/'
                | '('
                | ')'
                | '['
                | ']'
                | '（'
                | '）'
                | '［'
                | '］'
                | '【'
                | '】'
                | '－'
                | '．'
                | '／'
                | '·'
                | '・'
                | '~'
                | '～'
                | '•'
                | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{30fc}'
        )
}

/// Undoes percent-encoding (RFC 3986 2.1); none where it is broken or no UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
