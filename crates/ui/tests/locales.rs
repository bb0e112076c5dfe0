//! The words are complete: the same keys and placeholders in every language, every key that a Rust source or the manifest uses, every problem, every control of `tests/README.md`.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use patchcord_messages::Problem;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn locales() -> BTreeMap<String, BTreeMap<String, Value>> {
    let folder = root().join("manifest/_locales");
    fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(path.join("messages.json")).unwrap();
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            )
        })
        .collect()
}

fn sources(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, extension, found);
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
}

/// What stands between `before` and the next quotation mark, wherever `before` occurs as a word of its own (`format!("` ends in `t!("` too).
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.match_indices(before)
        .filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
        .filter_map(|(at, _)| text[at + before.len()..].split_once('"').map(|(key, _)| key))
        .collect()
}

/// The `$NAME$`s of a message.
fn names(message: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = message;
    while let Some((_, after)) = rest.split_once('$') {
        let Some((name, after)) = after.split_once('$') else { break };
        names.insert(name.to_lowercase());
        rest = after;
    }
    names
}

/// How many arguments a message takes.
fn arity(message: &Value) -> usize {
    message["placeholders"].as_object().map_or(0, serde_json::Map::len)
}

#[test]
fn every_language_has_the_same_keys_and_placeholders() {
    let locales = locales();
    assert_eq!(locales.keys().collect::<Vec<_>>(), ["en", "zh_CN"]);
    let (english, chinese) = (&locales["en"], &locales["zh_CN"]);
    let keys = |locale: &BTreeMap<String, Value>| locale.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(english), keys(chinese));
    assert!(english.len() > 150);
    for (key, message) in english {
        let other = &chinese[key];
        for message in [message, other] {
            let words = message["message"].as_str().unwrap();
            assert!(!words.trim().is_empty() && words == words.trim(), "{key}");
            let declared: BTreeSet<String> = message["placeholders"]
                .as_object()
                .map(|placeholders| placeholders.keys().map(|name| name.to_lowercase()).collect())
                .unwrap_or_default();
            assert_eq!(names(words), declared, "{key}: what it uses is what it declares");
        }
        assert_eq!(message["placeholders"], other["placeholders"], "{key}: the same arguments in the same order");
        assert!(other["message"] != message["message"] || key == "extName", "{key} is not translated");
    }
}

#[test]
fn files_are_sorted_so_that_two_additions_seldom_collide() {
    for language in ["en", "zh_CN"] {
        let text = fs::read_to_string(root().join("manifest/_locales").join(language).join("messages.json")).unwrap();
        let keys: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  \"")?.split_once('"').map(|(key, _)| key)).collect();
        assert!(keys.len() > 150);
        let wrong = keys.windows(2).find(|pair| pair[0] >= pair[1]);
        assert_eq!(wrong, None, "{language}");
    }
}

#[test]
fn every_key_that_a_view_uses_exists_with_as_many_arguments() {
    let english = &locales()["en"];
    let mut files = Vec::new();
    sources(&root().join("crates/ui/src"), "rs", &mut files);
    let mut used = BTreeSet::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join(" ");
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ").replace("!( \"", "!(\"");
        for key in quoted(&code, "t!(\"").into_iter().chain(quoted(&code, "key!(\"")) {
            let message = english.get(key).unwrap_or_else(|| panic!("{}: no words for {key}", file.display()));
            used.insert(key.to_owned());
            // `t!("key")` without arguments must want none.
            if code.contains(&format!("t!(\"{key}\")")) {
                assert_eq!(arity(message), 0, "{}: {key} wants arguments", file.display());
            }
            if code.contains(&format!("t!(\"{key}\",")) {
                assert_ne!(arity(message), 0, "{}: {key} takes no arguments", file.display());
            }
        }
    }
    assert!(used.len() > 100, "the search finds the keys: {}", used.len());
}

#[test]
fn every_key_of_the_other_contexts_exists() {
    let english = &locales()["en"];
    let manifest = fs::read_to_string(root().join("manifest/manifest.chrome.json")).unwrap();
    let in_manifest: Vec<&str> =
        manifest.match_indices("__MSG_").filter_map(|(at, _)| manifest[at + 6..].split_once("__").map(|(key, _)| key)).collect();
    assert!(in_manifest.contains(&"extName"));
    for key in in_manifest {
        assert!(english.contains_key(key), "manifest: {key}");
    }
    let mut files = Vec::new();
    for crate_ in ["extension/background/src", "extension/content/src"] {
        sources(&root().join(crate_), "rs", &mut files);
    }
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        for before in ["i18n::plain(\"", "i18n::message(\"", "plain(\"", "message(\""] {
            for key in quoted(&text, before) {
                if key.chars().all(|c| c.is_ascii_alphanumeric()) && key.starts_with(|c: char| c.is_ascii_lowercase()) {
                    assert!(english.contains_key(key), "{}: {key}", file.display());
                }
            }
        }
    }
}

/// The variants of `Problem`, as its source names them.
fn variants() -> Vec<String> {
    let text = fs::read_to_string(root().join("crates/messages/src/problem.rs")).unwrap();
    let body = text.split_once("pub enum Problem {").unwrap().1.split_once("\n}").unwrap().0;
    body.lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn every_problem_has_words_and_every_problem_text_a_problem() {
    let english = &locales()["en"];
    let expected: BTreeSet<String> = variants().into_iter().map(|variant| format!("problem{variant}")).collect();
    assert!(expected.len() > 25 && expected.contains("problemInternal"));
    let there: BTreeSet<String> = english.keys().filter(|key| key.starts_with("problem")).cloned().collect();
    assert_eq!(there, expected);
}

#[test]
fn problems_bring_as_many_arguments_as_their_words_take() {
    let english = &locales()["en"];
    let text = || "x".to_owned();
    let with_arguments = [
        Problem::ServerNotWebSocket { server: text() },
        Problem::UserInvalid { user: text() },
        Problem::Unreachable { host: text() },
        Problem::ServerSilent { host: text() },
        Problem::ConnectionLost { host: text() },
        Problem::UnsupportedAuthentication { scheme: text() },
        Problem::RegistrationRefused { status: 403, reason: text() },
        Problem::ServerMisbehaves { detail: text() },
        Problem::NumberInvalid { number: text() },
        Problem::NumberIsDeviceCode { number: text() },
        Problem::DigitsInvalid { digits: text() },
        Problem::CallRefused { status: 500, reason: text() },
        Problem::Internal { detail: text() },
    ];
    let mut wanting: BTreeSet<String> =
        english.iter().filter(|(key, message)| key.starts_with("problem") && arity(message) > 0).map(|(key, _)| key.clone()).collect();
    for problem in with_arguments {
        let said = problem.text();
        assert_eq!(said.args.len(), arity(&english[&said.key]), "{}", said.key);
        wanting.remove(&said.key);
    }
    assert!(wanting.is_empty(), "these want arguments that their problem does not bring: {wanting:?}");
}

#[test]
fn every_control_in_the_tests_readme_is_a_text_that_exists() {
    let english = &locales()["en"];
    let words: BTreeSet<String> = english
        .values()
        .map(|message| {
            let words = message["message"].as_str().unwrap();
            match words.split_once('$') {
                Some((before, _)) => format!("{}…", before),
                None => words.to_owned(),
            }
        })
        .collect();
    let readme = fs::read_to_string(root().join("tests/README.md")).unwrap();
    let section = readme.split_once("## Controls").unwrap().1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let names: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .filter_map(|line| line.split('|').nth(3))
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != "(text)")
        .collect();
    assert!(names.len() > 50, "{}", names.len());
    for name in names {
        assert!(words.contains(name), "no control is called {name:?}");
    }
}
