//! Documents out of a stream that is cut anywhere.

use core::fmt;

/// A document longer than this is refused, in bytes.
pub const MAX_DOCUMENT: usize = 64 * 1024;

/// Collects what comes until a line is whole.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    buffer: String,
    /// A line that is too long is being skipped.
    skipping: bool,
}

/// A line that cannot be a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// Over [`MAX_DOCUMENT`]; skipped to its end.
    TooLong,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a document over {MAX_DOCUMENT} bytes")
    }
}

impl core::error::Error for LineError {}

impl Lines {
    /// Takes what came and gives the lines that are whole now, without their ends; empty ones are left out.
    pub fn push(&mut self, chunk: &str) -> Vec<Result<String, LineError>> {
        let mut lines = Vec::new();
        let mut rest = chunk;
        while let Some((head, tail)) = rest.split_once('\n') {
            self.append(head, &mut lines);
            let line = core::mem::take(&mut self.buffer);
            let line = line.trim();
            if !core::mem::take(&mut self.skipping) && !line.is_empty() {
                lines.push(Ok(line.to_owned()));
            }
            rest = tail;
        }
        self.append(rest, &mut lines);
        lines
    }

    /// Forgets what is not whole: a new connection begins.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn append(&mut self, piece: &str, lines: &mut Vec<Result<String, LineError>>) {
        if self.skipping {
            return;
        }
        if self.buffer.len() + piece.len() > MAX_DOCUMENT {
            self.buffer = String::new();
            self.skipping = true;
            lines.push(Err(LineError::TooLong));
            return;
        }
        self.buffer.push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_gives_the_same_lines() {
        let stream = "<a>一</a>\n<b/>\r\n\n<c>3</c>\n<half";
        let whole = Lines::default().push(stream);
        assert_eq!(whole, [Ok("<a>一</a>".to_owned()), Ok("<b/>".to_owned()), Ok("<c>3</c>".to_owned())]);
        for cut in (0..=stream.len()).filter(|cut| stream.is_char_boundary(*cut)) {
            for second in (cut..=stream.len()).filter(|second| stream.is_char_boundary(*second)) {
                let mut lines = Lines::default();
                let mut got = lines.push(&stream[..cut]);
                got.extend(lines.push(&stream[cut..second]));
                got.extend(lines.push(&stream[second..]));
                assert_eq!(got, whole, "cut at {cut} and {second}");
            }
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_once() {
        let mut lines = Lines::default();
        let mut got = Vec::new();
        for _ in 0..100 {
            got.extend(lines.push(&"x".repeat(4096)));
            assert!(lines.buffer.len() <= MAX_DOCUMENT, "the buffer grows");
        }
        got.extend(lines.push("\n<a/>\n"));
        assert_eq!(got, [Err(LineError::TooLong), Ok("<a/>".to_owned())]);
    }
}
