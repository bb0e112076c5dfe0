use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{File, Finding};

/// Where the words are.
const FOLDER: &str = "manifest/_locales/";
/// The language that every other is measured by: the manifest's `default_locale`.
const FIRST: &str = "en";

/// Every language has the same keys with the same placeholders, and every key that code or manifest asks for is there.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut languages = BTreeMap::new();
    for file in files {
        let Some(language) = file.path.strip_prefix(FOLDER).and_then(|rest| rest.strip_suffix("/messages.json")) else { continue };
        match serde_json::from_str(file.text.as_deref().unwrap_or_default()) {
            Ok(Value::Object(messages)) => {
                languages.insert(language, messages);
            }
            _ => findings.push(Finding::new(&file.path, "is no JSON object")),
        }
    }
    let Some(first) = languages.get(FIRST) else {
        findings.push(Finding::new(FOLDER, format!("has no words in `{FIRST}`")));
        return findings;
    };
    for (language, messages) in &languages {
        let place = format!("{FOLDER}{language}/messages.json");
        let missing = first.keys().filter(|key| !messages.contains_key(*key));
        findings.extend(missing.map(|key| Finding::new(&place, format!("lacks `{key}`"))));
        let extra = messages.keys().filter(|key| !first.contains_key(*key));
        findings.extend(extra.map(|key| Finding::new(&place, format!("has `{key}`, which `{FIRST}` lacks"))));
        for (key, message) in messages {
            let words = message["message"].as_str().unwrap_or_default();
            if words.trim().is_empty() {
                findings.push(Finding::new(&place, format!("`{key}` says nothing")));
            }
            if first.get(key).is_some_and(|other| placeholders(other) != placeholders(message)) {
                findings.push(Finding::new(&place, format!("`{key}` has other placeholders than in `{FIRST}`")));
            }
        }
    }
    for (place, key) in files.iter().flat_map(asked_for) {
        if !first.contains_key(&key) {
            findings.push(Finding::new(place, format!("asks for the words `{key}`, which are nowhere")));
        }
    }
    findings
}

/// What a message has filled in: `$1` to `$9`, by number, through named placeholders or not.
fn placeholders(message: &Value) -> BTreeSet<char> {
    let named = message["placeholders"].as_object().into_iter().flat_map(|fields| fields.values());
    let texts = named.filter_map(|field| field["content"].as_str()).chain(message["message"].as_str());
    texts.flat_map(|text| text.split('$').skip(1).filter_map(|rest| rest.chars().next()).filter(char::is_ascii_digit)).collect()
}

/// Keys that a file asks for: `__MSG_key__` in the manifest, `"problem…"` where problems get their words.
fn asked_for(file: &File) -> Vec<(String, String)> {
    let text = file.text.as_deref().unwrap_or_default();
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let keys: Vec<String> = if file.path.starts_with("manifest/manifest.") {
        text.split("__MSG_").skip(1).filter_map(|rest| rest.split_once("__")).map(|(key, _)| key.to_owned()).collect()
    } else if file.path == "crates/messages/src/problem.rs" {
        let quoted = text.split('"').skip(1).step_by(2);
        quoted.filter(|key| key.starts_with("problem") && key.len() > "problem".len() && !key.contains(ends)).map(str::to_owned).collect()
    } else {
        Vec::new()
    };
    keys.into_iter().map(|key| (file.path.clone(), key)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    const EN: &str = "manifest/_locales/en/messages.json";
    const ZH: &str = "manifest/_locales/zh_CN/messages.json";

    fn whats(files: &[File]) -> Vec<String> {
        check(files).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn the_same_keys_and_placeholders_are_fine() {
        let en = r#"{"a": {"message": "Call $NUMBER$", "placeholders": {"number": {"content": "$1"}}}, "b": {"message": "$2"}}"#;
        let zh = r#"{"a": {"message": "呼叫 $1"}, "b": {"message": "$2"}}"#;
        assert_eq!(whats(&[file(EN, en), file(ZH, zh)]), [""; 0]);
    }

    #[test]
    fn differences_are_found() {
        let en = r#"{"a": {"message": "A $1"}, "b": {"message": "B"}, "d": {"message": "D"}}"#;
        let zh = r#"{"a": {"message": "A"}, "c": {"message": "C"}, "d": {"message": " "}}"#;
        let found = whats(&[file(EN, en), file(ZH, zh)]);
        assert_eq!(found, ["lacks `b`", "has `c`, which `en` lacks", "`a` has other placeholders than in `en`", "`d` says nothing"]);
    }

    #[test]
    fn words_that_are_nowhere_are_found() {
        let en = file(EN, r#"{"appName": {"message": "Patchcord"}}"#);
        let manifest = file("manifest/manifest.chrome.json", r#"{"name": "__MSG_appName__", "description": "__MSG_appText__"}"#);
        let problems = file("crates/messages/src/problem.rs", "Self::ServerEmpty => (\"problemServerEmpty\", vec![]),");
        let found = whats(&[en, manifest, problems]);
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|what| what.contains("appText")) && found.iter().any(|what| what.contains("problemServerEmpty")));
    }

    #[test]
    fn no_words_at_all_are_found() {
        assert_eq!(whats(&[]).len(), 1);
        assert_eq!(whats(&[file(EN, "[]")]).len(), 2);
    }
}
