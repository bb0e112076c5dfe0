use super::{File, Finding};

/// Where pure crates live.
const PURE: [&str; 5] = ["crates/messages/", "crates/sip/", "crates/cti/", "crates/phone/", "crates/numbers/"];

/// What code of a pure crate may not say, and why.
const IMPURE: [(&str, &str); 15] = [
    ("std::time::Instant", "time is an argument in a pure crate"),
    ("Instant::now", "time is an argument in a pure crate"),
    ("SystemTime", "time is an argument in a pure crate"),
    ("std::thread", "no threads in a pure crate"),
    ("thread_local!", "no hidden state in a pure crate"),
    ("static mut", "no hidden state in a pure crate"),
    ("std::net", "no sockets in a pure crate"),
    ("std::fs", "no files in a pure crate"),
    ("std::env", "no environment in a pure crate"),
    ("std::process", "no processes in a pure crate"),
    ("js_sys", "no browser in a pure crate"),
    ("web_sys", "no browser in a pure crate"),
    ("wasm_bindgen", "no browser in a pure crate"),
    ("async ", "nothing async in a pure crate"),
    (".await", "nothing async in a pure crate"),
];

/// What no Rust file may say.
const NOWHERE: [(&str, &str); 3] =
    [("#[ignore", "a test runs or is deleted"), ("unimplemented!", "write it or leave it out"), ("todo!", "write it or leave it out")];

/// What Rust files may not say, by where they are.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        let Some(text) = &file.text else { continue };
        let code = code_only(text);
        let shipped = PURE.iter().any(|folder| file.path.starts_with(folder)) && !is_test(&file.path);
        if shipped {
            // Tests may read a corpus from disk.
            findings.extend(search(&file.path, &without_tests(&code), &IMPURE));
        }
        findings.extend(search(&file.path, &code, &NOWHERE));
    }
    findings
}

fn is_test(path: &str) -> bool {
    ["/tests/", "/benches/", "/examples/"].iter().any(|folder| path.contains(folder)) || path.ends_with("tests.rs")
}

fn search(path: &str, code: &str, words: &[(&str, &str)]) -> Vec<Finding> {
    let lines = code.lines().zip(1..);
    lines
        .flat_map(|(line, number)| words.iter().filter(|(word, _)| holds(line, word)).map(move |(word, why)| (number, *word, *why)))
        .map(|(number, word, why)| Finding::new(format!("{path}:{number}"), format!("`{}`: {why}", word.trim())))
        .collect()
}

/// `word` stands in `line` and is not the end of a longer name.
fn holds(line: &str, word: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !(word.starts_with(in_name) && before.is_some_and(in_name))
    })
}

/// Code whose items under `#[cfg(test)]` are blanked, lines kept.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, after)) = rest.split_once(MARK) {
        out.push_str(before);
        rest = after;
        let length = item(rest);
        blank(&mut out, rest, length);
        rest = rest.get(length..).unwrap_or_default();
    }
    out + rest
}

/// Length of the item at the beginning: up to its closing brace, or its semicolon.
fn item(code: &str) -> usize {
    let mut depth = 0usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && c == '}' {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The same text with comments and the insides of literals blanked, lines kept.
fn code_only(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            blank(&mut out, rest, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            blank(&mut out, rest, block_comment(rest))
        } else if let Some(length) = raw_string(rest).filter(|_| !out.ends_with(|c: char| c.is_alphanumeric() || c == '_')) {
            blank(&mut out, rest, length)
        } else if c == '"' {
            blank(&mut out, rest, quoted(rest, '"').unwrap_or(rest.len()))
        } else if let Some(length) = character(rest) {
            blank(&mut out, rest, length)
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

fn blank(out: &mut String, text: &str, length: usize) -> usize {
    out.extend(text.get(..length).unwrap_or(text).chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
    length
}

/// Length of the block comment at the beginning; they nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Length of the raw string (`r"…"`, `br#"…"#`) at the beginning, if there is one.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix("cr")).or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end).map_or(body.len(), |at| at + end.len());
    Some(text.len() - body.len() + length)
}

/// Length of what is quoted at the beginning, escapes heeded.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Length of the character literal at the beginning; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let mut chars = text.strip_prefix('\'')?.chars();
    match chars.next()? {
        '\\' => quoted(text, '\''),
        c => (chars.next() == Some('\'')).then(|| c.len_utf8() + 2),
    }
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&[file(path, text)]).into_iter().map(|finding| finding.place).collect()
    }

    #[test]
    fn impure_words_are_found_in_pure_crates_only() {
        for bad in ["let t = std::time::Instant::now();", "use js_sys::Date;", "pub async fn f() {}", "x.await;", "std::thread::spawn(f);"]
        {
            assert!(!found("crates/sip/src/a.rs", &format!("\n{bad}")).is_empty(), "{bad}");
            assert!(found("crates/rig/src/a.rs", bad).is_empty(), "{bad}");
        }
        assert_eq!(found("crates/phone/src/a.rs", "\n\nlet x = std::net::TcpStream;"), ["crates/phone/src/a.rs:3"]);
    }

    #[test]
    fn words_in_comments_and_literals_do_not_count() {
        let text = "// std::thread\n/* a /* js_sys */ .await */ let a = \"std::net \\\" js_sys\"; let b = r#\"async \"x\" web_sys\"#;\nlet c = '\"'; let d = b\"std::fs\";\n";
        assert_eq!(found("crates/sip/src/a.rs", text), [""; 0]);
        assert_eq!(found("crates/sip/src/a.rs", "let c = '\"'; js_sys::x(); let d = '\"';"), ["crates/sip/src/a.rs:1"]);
        assert_eq!(found("crates/sip/src/a.rs", "fn f<'a>(x: &'a str) { web_sys::y('x') }"), ["crates/sip/src/a.rs:1"]);
    }

    #[test]
    fn longer_names_do_not_count() {
        assert_eq!(found("crates/cti/src/a.rs", "let is_async = my_js_sys; not_async ();"), [""; 0]);
    }

    #[test]
    fn tests_may_read_files() {
        assert_eq!(found("crates/sip/tests/corpus.rs", "std::fs::read(x)"), [""; 0]);
        assert_eq!(found("crates/sip/src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests { use std::fs; }"), [""; 0]);
        assert_eq!(found("crates/sip/src/a.rs", "use std::fs;\n#[cfg(test)]\nmod tests {}").len(), 1);
        let after = "#[cfg(test)]\nthread_local! { static A: [u8; 3] = [0; 3]; }\n#[cfg(test)]\nmod tests;\nuse std::net::X;\n";
        assert_eq!(found("crates/sip/src/a.rs", after), ["crates/sip/src/a.rs:5"]);
    }

    #[test]
    fn switched_off_tests_are_found_everywhere() {
        assert_eq!(found("crates/rig/tests/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn x() {}"), ["crates/rig/tests/a.rs:2"]);
        assert_eq!(found("tests/stories/a.rs", "fn x() { todo!() }"), ["tests/stories/a.rs:1"]);
    }
}
