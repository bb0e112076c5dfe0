//! Character classes of RFC 3261 section 25.1, as one table lookup each, and a cursor over one header value.

use super::Malformed;

/// `token`.
pub(crate) const TOKEN: u8 = 1;
/// `unreserved`: alphanumeric or mark.
pub(crate) const UNRESERVED: u8 = 2;
/// `user-unreserved`.
pub(crate) const USER: u8 = 4;
/// What a password may have besides `unreserved`.
pub(crate) const PASSWORD: u8 = 8;
/// `param-unreserved`.
pub(crate) const PARAM: u8 = 16;
/// `hnv-unreserved`.
pub(crate) const HEADER: u8 = 32;
/// `word`, of which Call-ID is made.
pub(crate) const WORD: u8 = 64;
/// A host name: letters, digits, `-`, `.`, and `_`, which the grammar lacks and container networks have.
pub(crate) const HOST: u8 = 128;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = mark([0; 256], b"-.!%*_+`'~", TOKEN | WORD);
    table = mark(table, b"()<>:\\\"/[]?{}", WORD);
    table = mark(table, b"-_.!~*'()", UNRESERVED);
    table = mark(table, b"&=+$,;?/", USER);
    table = mark(table, b"&=+$,", PASSWORD);
    table = mark(table, b"[]/:&+$", PARAM);
    table = mark(table, b"[]/?:+$", HEADER);
    table = mark(table, b"-._", HOST);
    mark(table, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", TOKEN | WORD | UNRESERVED | HOST)
}

const fn mark(mut table: [u8; 256], bytes: &[u8], class: u8) -> [u8; 256] {
    let mut i = 0;
    while i < bytes.len() {
        table[bytes[i] as usize] |= class;
        i += 1;
    }
    table
}

/// Whether a byte is in one of the classes of `mask`.
#[inline]
pub(crate) fn is(byte: u8, mask: u8) -> bool {
    CLASS.get(usize::from(byte)).is_some_and(|class| class & mask != 0)
}

/// Whether all of `text` is in `mask`, or `also`, or escaped as `%` and two hex digits.
pub(crate) fn all_escaped(text: &str, mask: u8, also: Option<u8>) -> bool {
    let mut bytes = text.as_bytes().iter();
    while let Some(&byte) = bytes.next() {
        if is(byte, mask) || also == Some(byte) {
            continue;
        }
        let hex = byte == b'%' && bytes.next().is_some_and(u8::is_ascii_hexdigit) && bytes.next().is_some_and(u8::is_ascii_hexdigit);
        if !hex {
            return false;
        }
    }
    true
}

/// Whether `text` is a `token`.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| is(byte, TOKEN))
}

/// `text[from..to]`, empty where that is none.
#[inline]
pub(crate) fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// `text` without white space on both sides (after unfolding that is space and tab).
pub(crate) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let (mut from, mut to) = (0, bytes.len());
    while space(bytes.get(from)) {
        from += 1;
    }
    while to > from && space(bytes.get(to - 1)) {
        to -= 1;
    }
    slice(text, from, to)
}

/// A non-negative decimal number that fits.
pub(crate) fn number(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    let mut value = 0_u32;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u32::from(digit))?;
    }
    Some(value)
}

/// A place in one header value.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    /// The whole value.
    pub(crate) text: &'a str,
    /// Byte offset of what comes next.
    pub(crate) at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips white space.
    #[inline]
    pub(crate) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes one byte if it is next.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Takes a separator with the white space around it.
    pub(crate) fn separator(&mut self, byte: u8) -> bool {
        let start = self.at;
        self.space();
        if self.eat(byte) {
            self.space();
            return true;
        }
        self.at = start;
        false
    }

    /// Takes as many bytes of a class as there are.
    #[inline]
    pub(crate) fn run(&mut self, mask: u8) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(|byte| is(byte, mask)) {
            self.at += 1;
        }
        slice(self.text, start, self.at)
    }

    /// Takes a `token`.
    pub(crate) fn token(&mut self, what: &'static str) -> Result<&'a str, Malformed> {
        let token = self.run(TOKEN);
        if token.is_empty() { Err(Malformed(what)) } else { Ok(token) }
    }

    /// Takes a quoted string, quotes included; the next byte is the opening one.
    pub(crate) fn quoted(&mut self) -> Result<&'a str, Malformed> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(Malformed("quoted string does not end")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(slice(self.text, start, self.at));
                }
                // A quoted pair is a backslash and any ASCII character but CR and LF, which a line can't have anyway.
                Some(b'\\') => {
                    self.at += 1;
                    if !self.peek().is_some_and(|byte| byte.is_ascii()) {
                        return Err(Malformed("bad escape in a quoted string"));
                    }
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// Nothing but white space is left.
    pub(crate) fn done(&mut self) -> bool {
        self.space();
        self.at >= self.text.len()
    }
}
