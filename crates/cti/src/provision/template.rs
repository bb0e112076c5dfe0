//! Values that are computed for each request.
//!
//! | written | means |
//! |---|---|
//! | `text` | itself |
//! | `{s}` | seconds since 1970 |
//! | `{ms}` | milliseconds since 1970 |
//! | `{nonce}` | 32 random hex digits, the same throughout one request |
//! | `{secret}` | the account's secret, never shown |
//! | `{name}` | the value of the parameter `name`, where that stands before this one |
//! | `{md5:…}` `{sha1:…}` `{sha256:…}` | lower-case hex digest of what `…` comes to |
//! | `{hmac-sha256:KEY\|…}` | lower-case hex HMAC (RFC 2104) of what `…` comes to, with what `KEY` comes to |
//! | `\{` `\}` `\\` `\|` | the character itself |

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Digest as _;

/// A value that is computed for each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Seconds,
    Milliseconds,
    Nonce,
    Secret,
    Parameter(String),
    Digest(Algorithm, Vec<Part>),
    Hmac { key: Vec<Part>, text: Vec<Part> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha1,
    Sha256,
}

/// What a template is computed from.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// Milliseconds since 1970.
    pub unix_ms: u64,
    /// 32 random hex digits.
    pub nonce: &'a str,
    /// The account's secret.
    pub secret: &'a str,
    /// The parameters before this one, with their values.
    pub earlier: &'a [(String, String)],
}

/// Why a text is no template, or has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// A `{` without its `}`.
    Unclosed,
    /// A `}` without its `{`.
    Unopened,
    /// `{hmac-sha256:…}` without the `|` after the key.
    NoKey,
    /// A function that there is not.
    UnknownFunction(String),
    /// `{name}` where no earlier parameter has that name.
    UnknownParameter(String),
    /// Nested deeper than anybody needs.
    TooDeep,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclosed => f.write_str("a `{` is not closed"),
            Self::Unopened => f.write_str("a `}` closes nothing"),
            Self::NoKey => f.write_str("`hmac-sha256` needs `KEY|` before the text"),
            Self::UnknownFunction(name) => write!(f, "there is no function `{name}`"),
            Self::UnknownParameter(name) => write!(f, "no earlier parameter is called `{name}`"),
            Self::TooDeep => f.write_str("nested too deep"),
        }
    }
}

impl core::error::Error for TemplateError {}

/// How deep functions may be nested.
const MAX_DEPTH: usize = 8;

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError`], if it is none. Parameters' names are looked up later, by [`Self::value`].
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut reader = Reader { rest: text };
        let parts = reader.parts(0, false)?;
        if reader.rest.is_empty() { Ok(Self { parts }) } else { Err(TemplateError::Unopened) }
    }

    /// Its value.
    ///
    /// # Errors
    /// [`TemplateError::UnknownParameter`].
    pub fn value(&self, moment: &Moment<'_>) -> Result<String, TemplateError> {
        value(&self.parts, moment)
    }

    /// True where the secret stands in it openly, so that its value must not be shown. A digest of the secret may be.
    #[must_use]
    pub fn shows_secret(&self) -> bool {
        self.parts.contains(&Part::Secret)
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Reads up to the end, or up to the `}` that closes a function, or (for a key) up to its `|`.
    fn parts(&mut self, depth: usize, key: bool) -> Result<Vec<Part>, TemplateError> {
        if depth > MAX_DEPTH {
            return Err(TemplateError::TooDeep);
        }
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.rest.chars().next() {
            if c == '}' || (c == '|' && key) {
                break;
            }
            self.rest = &self.rest[c.len_utf8()..];
            match c {
                '\\' => {
                    if let Some(escaped) = self.rest.chars().next() {
                        text.push(escaped);
                        self.rest = &self.rest[escaped.len_utf8()..];
                    }
                }
                '{' => {
                    if !text.is_empty() {
                        parts.push(Part::Text(core::mem::take(&mut text)));
                    }
                    parts.push(self.braces(depth)?);
                    self.rest = self.rest.strip_prefix('}').ok_or(TemplateError::Unclosed)?;
                }
                c => text.push(c),
            }
        }
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(parts)
    }

    fn braces(&mut self, depth: usize) -> Result<Part, TemplateError> {
        let end = self.rest.find(['}', ':', '{']).ok_or(TemplateError::Unclosed)?;
        let (name, rest) = self.rest.split_at(end);
        if !rest.starts_with(':') {
            self.rest = rest;
            return Ok(match name {
                "s" => Part::Seconds,
                "ms" => Part::Milliseconds,
                "nonce" => Part::Nonce,
                "secret" => Part::Secret,
                name => Part::Parameter(name.to_owned()),
            });
        }
        self.rest = &rest[1..];
        let algorithm = match name {
            "md5" => Algorithm::Md5,
            "sha1" => Algorithm::Sha1,
            "sha256" => Algorithm::Sha256,
            "hmac-sha256" => {
                let key = self.parts(depth + 1, true)?;
                self.rest = self.rest.strip_prefix('|').ok_or(TemplateError::NoKey)?;
                return Ok(Part::Hmac { key, text: self.parts(depth + 1, false)? });
            }
            other => return Err(TemplateError::UnknownFunction(other.to_owned())),
        };
        Ok(Part::Digest(algorithm, self.parts(depth + 1, false)?))
    }
}

fn value(parts: &[Part], moment: &Moment<'_>) -> Result<String, TemplateError> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Seconds => out.push_str(&(moment.unix_ms / 1000).to_string()),
            Part::Milliseconds => out.push_str(&moment.unix_ms.to_string()),
            Part::Nonce => out.push_str(moment.nonce),
            Part::Secret => out.push_str(moment.secret),
            Part::Parameter(name) => {
                let found = moment.earlier.iter().find(|(earlier, _)| earlier == name);
                out.push_str(&found.ok_or_else(|| TemplateError::UnknownParameter(name.clone()))?.1);
            }
            Part::Digest(algorithm, parts) => {
                let text = value(parts, moment)?;
                let bytes = match algorithm {
                    Algorithm::Md5 => md5::Md5::digest(text.as_bytes()).to_vec(),
                    Algorithm::Sha1 => sha1::Sha1::digest(text.as_bytes()).to_vec(),
                    Algorithm::Sha256 => sha2::Sha256::digest(text.as_bytes()).to_vec(),
                };
                push_hex(&bytes, &mut out);
            }
            Part::Hmac { key, text } => {
                let key = value(key, moment)?;
                let text = value(text, moment)?;
                // HMAC takes keys of every length.
                if let Ok(mut mac) = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()) {
                    mac.update(text.as_bytes());
                    push_hex(&mac.finalize().into_bytes(), &mut out);
                }
            }
        }
    }
    Ok(out)
}

fn push_hex(bytes: &[u8], out: &mut String) {
    for nibble in bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> Moment<'static> {
        Moment { unix_ms: 1_700_000_000_123, nonce: "00ff", secret: "key", earlier: &[] }
    }

    #[test]
    fn values() {
        let earlier = [("appid".to_owned(), "A1".to_owned())];
        let check = |text: &str, expect: &str| {
            let value = Template::parse(text).and_then(|template| template.value(&Moment { earlier: &earlier, ..moment() }));
            assert_eq!(value.as_deref(), Ok(expect), "{text}");
        };
        check("", "");
        check("fixed 值", "fixed 值");
        check("{s}", "1700000000");
        check("{ms}", "1700000000123");
        check("x{nonce}y", "x00ffy");
        check("{appid}-{secret}", "A1-key");
        check(r"\{s\}\\\|", r"{s}\|");
        // RFC 1321 A.5, FIPS 180's "abc", RFC 4231 4.3 (test case 2).
        check("{md5:abc}", "900150983cd24fb0d6963f7d28e17f72");
        check("{sha1:abc}", "a9993e364706816aba3e25717850c26c9cd0d89d");
        check("{sha256:abc}", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        check("{hmac-sha256:Jefe|what do ya want for nothing?}", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        // Nested: the digest of the hex digest.
        check("{md5:{md5:abc}}", "ec0405c5aef93e771cd80e0db180b88b");
        check("{md5:a|b}", "d0726241020676b14aa6298ce6a18b21");
    }

    #[test]
    fn mistakes_are_named() {
        let check = |text: &str, expect: TemplateError| assert_eq!(Template::parse(text), Err(expect), "{text}");
        check("{s", TemplateError::Unclosed);
        check("{", TemplateError::Unclosed);
        check("{md5:abc", TemplateError::Unclosed);
        check("a}", TemplateError::Unopened);
        check("{md4:a}", TemplateError::UnknownFunction("md4".into()));
        check("{hmac-sha256:key}", TemplateError::NoKey);
        check(&"{md5:".repeat(50), TemplateError::TooDeep);
        let unknown = Template::parse("{later}").and_then(|template| template.value(&moment()));
        assert_eq!(unknown, Err(TemplateError::UnknownParameter("later".into())));
    }

    #[test]
    fn an_open_secret_is_noticed_and_a_digested_one_may_be_shown() {
        for (text, expect) in [("{secret}", true), ("x{secret}", true), ("{md5:{secret}}", false), ("secret", false)] {
            assert_eq!(Template::parse(text).map(|template| template.shows_secret()), Ok(expect), "{text}");
        }
    }
}
