//! The live data of a call between the AI and a customer: the JSON text in `msg` of the monitor events.

use core::fmt;

use serde_json::{Map, Value};

/// What is known of one AI call. Every field is optional on the wire; the names are those of the vendor's table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AiCall {
    fields: Map<String, Value>,
}

/// Why a `msg` is no live data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AiCallError {
    /// No JSON.
    NotJson,
    /// JSON, but no object.
    NotAnObject,
}

impl fmt::Display for AiCallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotJson => "not JSON",
            Self::NotAnObject => "not a JSON object",
        })
    }
}

impl core::error::Error for AiCallError {}

impl AiCall {
    /// Reads a `msg`.
    ///
    /// # Errors
    /// [`AiCallError`], if it is no JSON object.
    pub fn parse(msg: &str) -> Result<Self, AiCallError> {
        match serde_json::from_str(msg) {
            Ok(Value::Object(fields)) => Ok(Self { fields }),
            Ok(_) => Err(AiCallError::NotAnObject),
            Err(_) => Err(AiCallError::NotJson),
        }
    }

    /// A field as text: numbers and truth values as they are written, nothing for `null` and what is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.fields.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// The id of the conversation.
    #[must_use]
    pub fn uuid(&self) -> Option<String> {
        self.text("uuid").filter(|uuid| !uuid.is_empty())
    }

    /// A later event of the same call: what it says replaces what was known, what it leaves out stays.
    pub fn merge(&mut self, later: Self) {
        for (name, value) in later.fields {
            if !value.is_null() {
                self.fields.insert(name, value);
            }
        }
    }

    /// All fields, those that no table knows included.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whatever_type_the_server_chose() {
        let call =
            AiCall::parse(r#"{"uuid":"u1","phone":13912345678,"score":"3","mark":null,"sex":true,"data7":"x","new":{"a":1}}"#).unwrap();
        assert_eq!(call.uuid().as_deref(), Some("u1"));
        assert_eq!(call.text("phone").as_deref(), Some("13912345678"));
        assert_eq!(call.text("score").as_deref(), Some("3"));
        assert_eq!(call.text("mark"), None);
        assert_eq!(call.text("sex").as_deref(), Some("true"));
        assert_eq!(call.text("new").as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(call.iter().count(), 7);
    }

    #[test]
    fn a_later_event_adds_and_replaces() {
        let mut call = AiCall::parse(r#"{"uuid":"u1","title":"开场","score":1}"#).unwrap();
        call.merge(AiCall::parse(r#"{"title":"挽留","score":null,"asks_count":2}"#).unwrap());
        assert_eq!(call.text("title").as_deref(), Some("挽留"));
        assert_eq!(call.text("score").as_deref(), Some("1"));
        assert_eq!(call.text("asks_count").as_deref(), Some("2"));
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(AiCall::parse("{"), Err(AiCallError::NotJson));
        assert_eq!(AiCall::parse("[]"), Err(AiCallError::NotAnObject));
        assert_eq!(AiCall::parse(&"[".repeat(100_000)), Err(AiCallError::NotJson));
    }
}
