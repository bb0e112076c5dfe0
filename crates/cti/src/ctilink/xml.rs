//! As much XML as the protocol needs: elements and text. Attributes, comments and processing instructions are skipped,
//! a document type is refused, and no entity is known beyond XML's own five and character references.

use core::fmt;

/// How deep elements may be nested.
const MAX_DEPTH: usize = 32;

/// An element. Text between child elements is run together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its own text, entities resolved.
    pub text: String,
    /// Its child elements, in order.
    pub children: Vec<Element>,
}

/// Why a text is no document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlError {
    /// It ends too early.
    Truncated,
    /// A tag that is no tag, or an end tag that fits no start tag.
    Malformed,
    /// More than 32 elements deep.
    TooDeep,
    /// A document type declaration.
    DocumentType,
    /// Something stands after the root element.
    TrailingText,
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the document ends too early",
            Self::Malformed => "malformed markup",
            Self::TooDeep => "nested too deep",
            Self::DocumentType => "a document type is not allowed",
            Self::TrailingText => "text after the document",
        })
    }
}

impl core::error::Error for XmlError {}

impl Element {
    /// Reads a document.
    ///
    /// # Errors
    /// [`XmlError`], if it is none.
    pub fn parse(text: &str) -> Result<Self, XmlError> {
        let mut open: Vec<Element> = Vec::new();
        let mut rest = text.trim();
        loop {
            let (before, from_tag) = match rest.find('<') {
                Some(at) => rest.split_at(at),
                None => return Err(XmlError::Truncated),
            };
            match open.last_mut() {
                Some(element) => unescape(before, &mut element.text),
                None if before.trim().is_empty() => {}
                None => return Err(XmlError::Malformed),
            }
            rest = if let Some(inner) = from_tag.strip_prefix("<![CDATA[") {
                let (data, after) = inner.split_once("]]>").ok_or(XmlError::Truncated)?;
                open.last_mut().ok_or(XmlError::Malformed)?.text.push_str(data);
                after
            } else if let Some(inner) = from_tag.strip_prefix("<!--") {
                inner.split_once("-->").ok_or(XmlError::Truncated)?.1
            } else if let Some(inner) = from_tag.strip_prefix("<?") {
                inner.split_once("?>").ok_or(XmlError::Truncated)?.1
            } else if from_tag.starts_with("<!") {
                return Err(XmlError::DocumentType);
            } else if let Some(inner) = from_tag.strip_prefix("</") {
                let (name, after) = inner.split_once('>').ok_or(XmlError::Truncated)?;
                let done = open.pop().ok_or(XmlError::Malformed)?;
                if done.name != name.trim_end() {
                    return Err(XmlError::Malformed);
                }
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None if after.trim().is_empty() => return Ok(done),
                    None => return Err(XmlError::TrailingText),
                }
                after
            } else {
                let (tag, after) = start_tag(from_tag)?;
                let element = Element { name: tag.name.to_owned(), ..Element::default() };
                if !tag.empty {
                    if open.len() == MAX_DEPTH {
                        return Err(XmlError::TooDeep);
                    }
                    open.push(element);
                } else if let Some(parent) = open.last_mut() {
                    parent.children.push(element);
                } else if after.trim().is_empty() {
                    return Ok(element);
                } else {
                    return Err(XmlError::TrailingText);
                }
                after
            };
        }
    }

    /// The first child of this name; names are compared without case, as servers are not consistent in it.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name.eq_ignore_ascii_case(name))
    }
}

struct StartTag<'a> {
    name: &'a str,
    empty: bool,
}

/// Reads `<name …>` or `<name …/>`; attributes are skipped, `>` in their values included.
fn start_tag(from_tag: &str) -> Result<(StartTag<'_>, &str), XmlError> {
    let inner = &from_tag[1..];
    let end = inner.find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/').ok_or(XmlError::Truncated)?;
    let (name, after_name) = inner.split_at(end);
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') || name.contains(['<', '&', '"', '\'', '=']) {
        return Err(XmlError::Malformed);
    }
    let mut quote = None;
    for (at, c) in after_name.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '<') => return Err(XmlError::Malformed),
            (None, '>') => {
                let empty = after_name[..at].ends_with('/');
                return Ok((StartTag { name, empty }, &after_name[at + 1..]));
            }
            _ => {}
        }
    }
    Err(XmlError::Truncated)
}

/// Adds `raw` to `text`, with references resolved. What looks like a reference and is none stays as it is: the vendor's own
/// client does not escape, so a lone `&` is common.
fn unescape(raw: &str, text: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let reference = from[1..].split_once(';').and_then(|(name, after)| resolve(name).map(|c| (c, after)));
        match reference {
            Some((c, after)) => {
                text.push(c);
                rest = after;
            }
            None => {
                text.push('&');
                rest = &from[1..];
            }
        }
    }
    text.push_str(rest);
}

fn resolve(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

/// Adds `value` to `xml` as text: nothing in it can end its element or its line, and what XML 1.0 has no place for is left out.
pub(super) fn escape(value: &str, xml: &mut String) {
    for c in value.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            // A line break would end the document early.
            '\r' | '\n' => xml.push(' '),
            c if u32::from(c) < 0x20 && c != '\t' => {}
            '\u{FFFE}' | '\u{FFFF}' => {}
            c => xml.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text_of(xml: &str) -> Result<String, XmlError> {
        Element::parse(xml).map(|element| element.text)
    }

    #[test]
    fn reads_elements_and_text() {
        let root = Element::parse("<?xml version=\"1.0\"?><!-- x --><a k='>'><b>1</b><C/> t <b x=\"/\">2</b></a>").unwrap();
        assert_eq!(root.name, "a");
        assert_eq!(root.children.iter().map(|child| child.text.as_str()).collect::<Vec<_>>(), ["1", "", "2"]);
        assert_eq!(root.child("c").map(|child| child.name.as_str()), Some("C"));
        assert_eq!(root.text.trim(), "t");
    }

    #[test]
    fn resolves_what_is_a_reference_and_keeps_what_is_none() {
        let check = |xml: &str, expect: &str| assert_eq!(text_of(xml).as_deref(), Ok(expect), "{xml}");
        check("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x4E2D;</a>", "<>&\"'A中");
        check("<a>A&B & C&nbsp;&#0;&#xD800;&</a>", "A&B & C&nbsp;&#0;&#xD800;&");
        check("<a>x<![CDATA[<b>&amp;]]>y</a>", "x<b>&amp;y");
    }

    #[test]
    fn refuses_what_is_no_document() {
        let check = |xml: &str, expect: XmlError| assert_eq!(text_of(xml), Err(expect), "{xml}");
        check("", XmlError::Truncated);
        check("text", XmlError::Truncated);
        check("text<a/>", XmlError::Malformed);
        check("<a", XmlError::Truncated);
        check("<a>", XmlError::Truncated);
        check("<a></b>", XmlError::Malformed);
        check("</a>", XmlError::Malformed);
        check("<1/>", XmlError::Malformed);
        check("<a/><b/>", XmlError::TrailingText);
        check("<a></a>x", XmlError::TrailingText);
        check("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", XmlError::DocumentType);
        check(&"<a>".repeat(10_000), XmlError::TooDeep);
        check(&format!("{}{}", "<a>".repeat(33), "</a>".repeat(33)), XmlError::TooDeep);
        assert!(text_of(&format!("{}{}", "<a>".repeat(32), "</a>".repeat(32))).is_ok());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(xml in "(<|>|/|&|;|!|\\?|-|\\[|\\]|CDATA|a|\"|'| |é){0,40}") {
            let _ = Element::parse(&xml);
        }

        #[test]
        fn no_value_breaks_out_of_its_element(value in any::<String>()) {
            let mut xml = String::from("<r><v>");
            escape(&value, &mut xml);
            xml.push_str("</v></r>");
            prop_assert!(!xml.contains('\n') && !xml.contains('\r'));
            let root = Element::parse(&xml);
            let kept: String = value
                .chars()
                .map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c })
                .filter(|c| (u32::from(*c) >= 0x20 || *c == '\t') && !matches!(c, '\u{FFFE}' | '\u{FFFF}'))
                .collect();
            let text = root.ok().filter(|root| root.children.len() == 1).map(|root| root.children[0].text.clone());
            prop_assert_eq!(text, Some(kept));
        }
    }
}
