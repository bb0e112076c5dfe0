//! What links to call say: `tel:` (RFC 3966), `callto:` and `sip:` (RFC 3261, section 19.1). No DOM.

/// More than any number or address has.
const LONGEST: usize = 200;

/// The number or address that a link calls; none for any other link, and for one that calls nobody, which the page may keep.
///
/// It looks at bytes: what Rust's own text search and decoding would add is larger than a content script should be.
#[must_use]
pub fn callee(href: &str) -> Option<String> {
    let bytes = href.trim_ascii().as_bytes();
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let (scheme, rest) = (bytes.get(..colon)?, bytes.get(colon + 1..)?);
    let is = |name: &[u8]| scheme.eq_ignore_ascii_case(name);
    if is(b"sip") || is(b"sips") {
        let sound = !rest.is_empty() && rest.iter().all(|byte| *byte > b' ' && *byte != 0x7f && !b"<>\"".contains(byte));
        let address = || Some([scheme.to_ascii_lowercase().as_slice(), b":", rest].concat());
        return if sound && rest.len() <= LONGEST { String::from_utf8(address()?).ok() } else { None };
    }
    if is(b"tel") || is(b"callto") { digits(rest) } else { None }
}

fn digits(text: &[u8]) -> Option<String> {
    let text = decoded(text)?;
    let mut number = Vec::new();
    let mut rest = text.as_slice();
    while let [byte, after @ ..] = rest {
        rest = after;
        match (*byte, after) {
            (b'0'..=b'9' | b'*' | b'#', _) => number.push(*byte),
            (b'+', _) if number.is_empty() => number.push(b'+'),
            // U+FF10 to U+FF19 and U+FF0B: what a Chinese keyboard gives.
            (0xef, [0xbc, last @ 0x90..=0x99, after @ ..]) => {
                number.push(last - 0x90 + b'0');
                rest = after;
            }
            (0xef, [0xbc, 0x8b, after @ ..]) if number.is_empty() => {
                number.push(b'+');
                rest = after;
            }
            // RFC 3966's visual separators, and what people write besides: spaces, U+00A0, dashes U+2010 to U+2015.
            (b'-' | b'.' | b'(' | b')' | b' ' | b'/', _) => {}
            (0xc2, [0xa0, after @ ..]) | (0xe2, [0x80, 0x90..=0x95, after @ ..]) => rest = after,
            // Parameters (`;ext=`, `;phone-context=`, and `?call` of callto) are no part of the number.
            (b';' | b'?', _) => break,
            // A name (`callto:alice.smith`) is no number.
            _ => return None,
        }
    }
    let calls = number.len() <= LONGEST && number.iter().any(|byte| *byte != b'+');
    if calls { String::from_utf8(number).ok() } else { None }
}

/// RFC 3986, section 2.1.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let hex = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte == b'%' {
            let [high, low, after @ ..] = after else { return None };
            bytes.push(hex(*high)? * 16 + hex(*low)?);
            rest = after;
        } else {
            bytes.push(*byte);
        }
    }
    Some(bytes)
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
