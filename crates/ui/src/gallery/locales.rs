//! `chrome.i18n.getMessage` as documented, over the project's own locale files.

use serde_json::Value;

/// A locale's messages.
pub struct Locale(Value);

impl Locale {
    /// A locale by its folder's name; English for any other.
    #[must_use]
    pub fn load(language: &str) -> Self {
        let text = match language {
            "zh_CN" => include_str!("../../../../manifest/_locales/zh_CN/messages.json"),
            _ => include_str!("../../../../manifest/_locales/en/messages.json"),
        };
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// The words for a key; empty for an unknown one, as in Chromium.
    #[must_use]
    pub fn words(&self, key: &str, args: &[String]) -> String {
        render(&self.0[key], args)
    }
}

/// A message with its placeholders filled in: `$NAME$` by the placeholder's content, `$1` there by the first argument.
#[must_use]
pub fn render(message: &Value, args: &[String]) -> String {
    let mut words = message["message"].as_str().unwrap_or_default().to_owned();
    if let Some(placeholders) = message["placeholders"].as_object() {
        for (name, placeholder) in placeholders {
            let index = placeholder["content"]
                .as_str()
                .and_then(|content| content.strip_prefix('$'))
                .and_then(|digits| digits.parse::<usize>().ok());
            let value = index.and_then(|index| args.get(index.wrapping_sub(1))).cloned().unwrap_or_default();
            words = words.replace(&format!("${}$", name.to_uppercase()), &value);
        }
    }
    words
}
