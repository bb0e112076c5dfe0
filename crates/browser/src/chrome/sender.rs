use wasm_bindgen::JsValue;

use super::{get, get_string, runtime};

/// Who sent a message or opened a port, in the browser's words: a page can't forge any of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The extension that it belongs to.
    pub extension: Option<String>,
    /// The URL of the document; none without the permission to see it.
    pub url: Option<String>,
    /// The document's origin: `null` for a sandboxed one.
    pub origin: Option<String>,
    /// The tab; none for the popup and the offscreen document.
    pub tab: Option<i32>,
    /// The frame within the tab; 0 is the top one.
    pub frame: Option<i32>,
    /// Names the document: another after a reload.
    pub document: Option<String>,
}

impl Sender {
    /// Reads a `chrome.runtime.MessageSender`.
    #[must_use]
    pub fn read(value: &JsValue) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the browser's ids are 32-bit integers")]
        let integer = |value: JsValue| value.as_f64().map(|number| number as i32);
        Self {
            extension: get_string(value, "id"),
            url: get_string(value, "url"),
            origin: get_string(value, "origin"),
            tab: integer(get(&get(value, "tab"), "id")),
            frame: integer(get(value, "frameId")),
            document: get_string(value, "documentId"),
        }
    }

    /// True for a page of this extension: popup, options, widget, microphone page, offscreen document. A content script is none, since it has its page's origin.
    #[must_use]
    pub fn is_own_page(&self) -> bool {
        self.is_page_of(&runtime::id())
    }

    /// True for the page `name` (`offscreen.html`) of this extension.
    #[must_use]
    pub fn is_own_page_named(&self, name: &str) -> bool {
        self.is_page_named(&runtime::id(), name)
    }

    fn is_page_of(&self, extension: &str) -> bool {
        let origin = self.origin.as_deref().and_then(|origin| origin.strip_prefix("chrome-extension://"));
        !extension.is_empty() && self.extension.as_deref() == Some(extension) && origin == Some(extension)
    }

    fn is_page_named(&self, extension: &str, name: &str) -> bool {
        let path = self.url.as_deref().and_then(|url| url.strip_prefix("chrome-extension://")).and_then(|url| url.split_once('/'));
        self.is_page_of(extension) && path.is_some_and(|(_, path)| path.split(['?', '#']).next() == Some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(url: &str, origin: &str) -> Sender {
        Sender { extension: Some("abc".to_owned()), url: Some(url.to_owned()), origin: Some(origin.to_owned()), ..Sender::default() }
    }

    #[test]
    fn knows_its_own_pages_from_the_webs() {
        let own = sender("chrome-extension://abc/offscreen.html?x", "chrome-extension://abc");
        assert!(own.is_page_of("abc"));
        assert!(own.is_page_named("abc", "offscreen.html"));
        assert!(!own.is_page_named("abc", "popup.html"));
        assert!(!own.is_page_of("def"));

        let content = sender("https://crm.example.com/", "https://crm.example.com");
        assert!(!content.is_page_of("abc"));
        let liar = sender("https://evil.example/chrome-extension://abc/offscreen.html", "https://evil.example");
        assert!(!liar.is_page_named("abc", "offscreen.html"));
        assert!(!Sender::default().is_page_of(""));
    }

    #[test]
    fn another_extension_is_not_ours() {
        let mut other = sender("chrome-extension://abc/offscreen.html", "chrome-extension://abc");
        other.extension = Some("def".to_owned());
        assert!(!other.is_page_of("abc"));
    }
}
