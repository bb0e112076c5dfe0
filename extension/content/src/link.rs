//! What links to call say: `tel:` (RFC 3966), `callto:` and `sip:` (RFC 3261, section 19.1). No DOM.

/// More than any number or address has.
const LONGEST: usize = 200;

/// The number or address that a link calls; none for any other link, and for one that calls nobody, which the page may keep.
#[must_use]
pub fn callee(href: &str) -> Option<String> {
    let (scheme, rest) = href.trim().split_once(':')?;
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    if is("sip") || is("sips") {
        let address = rest.trim();
        let sound =
            !address.is_empty() && !address.contains(|unit: char| unit.is_whitespace() || unit.is_control() || "<>\"".contains(unit));
        return (sound && address.len() <= LONGEST).then(|| format!("{}:{address}", scheme.to_ascii_lowercase()));
    }
    if !(is("tel") || is("callto")) {
        return None;
    }
    let text = decode(rest.trim_start_matches('/'))?;
    // Parameters (`;ext=`, `;phone-context=`, and `?call` of callto) are no part of the number.
    let text = text.split([';', '?']).next().unwrap_or_default();
    let mut number = String::new();
    for unit in text.chars() {
        match unit {
            '0'..='9' | '*' | '#' => number.push(unit),
            '\u{ff10}'..='\u{ff19}' => number.push(char::from_digit(u32::from(unit) - 0xff10, 10)?),
            '+' | '\u{ff0b}' if number.is_empty() => number.push('+'),
            // RFC 3966's visual separators, and what people write besides.
            '-' | '.' | '(' | ')' | ' ' | '\u{a0}' | '/' | '\u{2010}'..='\u{2015}' => {}
            // A name (`callto:alice.smith`) is no number.
            _ => return None,
        }
    }
    (number.len() <= LONGEST && number.contains(|unit: char| unit.is_ascii_digit() || "*#".contains(unit))).then_some(number)
}

/// RFC 3986, section 2.1.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::callee;

    #[test]
    fn tel_links_give_the_bare_number() {
        for (href, number) in [
            ("tel:+86-138-0013-8000", "+8613800138000"),
            ("TEL:10086", "10086"),
            ("tel:(010) 6552-9988;ext=12", "01065529988"),
            ("tel:%2B44%2020%207946%200018", "+442079460018"),
            ("tel:7042;phone-context=example.com", "7042"),
            ("tel://+15551230000", "+15551230000"),
            ("callto:138 0013 8000", "13800138000"),
            ("callto://+8613800138000?call", "+8613800138000"),
            ("tel:１３８００１３８０００", "13800138000"),
            ("tel:*86", "*86"),
        ] {
            assert_eq!(callee(href).as_deref(), Some(number), "{href}");
        }
    }

    #[test]
    fn sip_links_keep_their_address() {
        assert_eq!(callee("sip:bob@example.com").as_deref(), Some("sip:bob@example.com"));
        assert_eq!(callee("SIPS:bob@example.com").as_deref(), Some("sips:bob@example.com"));
    }

    #[test]
    fn other_links_stay_the_pages() {
        let long = format!("tel:{}", "1".repeat(201));
        for href in [
            "https://example.com",
            "#",
            "",
            "tel:",
            "tel:+",
            "callto:alice",
            "tel:%zz",
            "tel:%4",
            "sip:",
            "sip:a b",
            "sip:a\r\nb",
            "mailto:a@b",
            "x-tel:1",
            &long,
        ] {
            assert_eq!(callee(href), None, "{href}");
        }
    }
}
