//! One message: lines `key:value`.

use core::fmt::Write as _;

/// A message longer than this is refused, in bytes. A team list of 10,000 agents stays below it.
pub const MAX_MESSAGE: usize = 1 << 20;

/// The lines of one message, in order. Values keep every colon after the first: the vendor's client cuts them off, which loses data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    lines: Vec<(String, String)>,
}

impl Fields {
    /// Reads a message. Lines without a colon, and empty ones, are left out; a carriage return before the line's end is dropped.
    /// None if it is over [`MAX_MESSAGE`] or has no line with a colon.
    #[must_use]
    pub fn parse(message: &str) -> Option<Self> {
        if message.len() > MAX_MESSAGE {
            return None;
        }
        let lines: Vec<_> = message
            .split('\n')
            .filter_map(|line| line.strip_suffix('\r').unwrap_or(line).split_once(':'))
            .map(|(key, value)| (key.trim().to_owned(), value.to_owned()))
            .collect();
        (!lines.is_empty()).then_some(Self { lines })
    }

    /// The first value under `key`. Keys are compared exactly.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.lines.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The first value under `key`, or nothing.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.get(key).unwrap_or_default().to_owned()
    }

    /// Adds a line. What could end the line early is taken out of `value`, so that no value can bring a line of its own.
    pub fn push(&mut self, key: &str, value: &str) {
        self.lines.push((key.to_owned(), one_line(value)));
    }

    /// A message with this first line.
    #[must_use]
    pub fn new(key: &str, value: &str) -> Self {
        let mut fields = Self::default();
        fields.push(key, value);
        fields
    }

    /// [`Self::push`], for chains.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.push(key, value);
        self
    }

    /// The first line.
    #[must_use]
    pub fn first(&self) -> Option<(&str, &str)> {
        self.lines.first().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// All lines, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The text of the message, with the empty line that ends it.
    #[must_use]
    pub fn to_message(&self) -> String {
        let mut text = String::new();
        for (key, value) in &self.lines {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{key}:{value}");
        }
        text.push('\n');
        text
    }
}

/// `value` without anything that a server might take for the end of a line: CR, LF, NUL, and Unicode's own line ends.
fn one_line(value: &str) -> String {
    value.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first_colon_only() {
        let fields = Fields::parse("data:http://crm/?id=1:2\r\nnumber:139\n\n").unwrap();
        assert_eq!(fields.get("data"), Some("http://crm/?id=1:2"));
        assert_eq!(fields.get("number"), Some("139"));
        assert_eq!(fields.get("nothing"), None);
    }

    #[test]
    fn refuses_what_is_no_message() {
        for bad in ["", "\n\n", "no colon here", "a\nb\nc"] {
            assert_eq!(Fields::parse(bad), None, "{bad:?}");
        }
        assert_eq!(Fields::parse(&"a:b\n".repeat(MAX_MESSAGE / 4 + 1)), None);
    }

    #[test]
    fn a_value_cannot_bring_a_line() {
        let fields = Fields::new("command", "dial").with("dialString", "139\ncommand:logout\r\n\u{2028}x:y\0");
        assert_eq!(fields.to_message(), "command:dial\ndialString:139command:logoutx:y\n\n");
    }
}
