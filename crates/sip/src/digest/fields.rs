//! `auth-param`s: `name=value` parted by commas, values quoted or not.

use std::borrow::Cow;

use crate::message::{Malformed, Values, trim, unquote};

/// Digest has 15 (RFC 7616 3.3 and 3.4), extensions a few more.
const MAX: usize = 64;

/// The scheme and the parameters of one challenge or of credentials.
pub(super) struct Fields<'a> {
    pub(super) scheme: &'a str,
    rest: &'a str,
}

impl<'a> Fields<'a> {
    /// Reads `scheme 1*SP params`.
    pub(super) fn parse(value: &'a str) -> Result<Self, Malformed> {
        let value = trim(value);
        let (scheme, rest) = value.split_once([' ', '\t']).unwrap_or((value, ""));
        let fields = Self { scheme, rest: trim(rest) };
        if scheme.is_empty() || scheme.contains(['=', ',', '"']) {
            return Err(Malformed("authentication scheme is missing"));
        }
        Ok(fields)
    }

    /// Reads parameters without a scheme: Authentication-Info.
    pub(super) fn bare(value: &'a str) -> Self {
        Self { scheme: "", rest: trim(value) }
    }

    /// All of them; an error in place of one without `=`, or with a value that is neither a token nor a well-formed quoted string.
    pub(super) fn iter(&self) -> impl Iterator<Item = Result<(&'a str, &'a str), Malformed>> + use<'a> {
        Values::new(self.rest, true).map(|field| {
            let (name, value) = field.split_once('=').ok_or(Malformed("authentication parameter without ="))?;
            let (name, value) = (trim(name), trim(value));
            let closed = !value.starts_with('"') || (value.len() > 1 && value.ends_with('"'));
            if name.is_empty() || !closed {
                return Err(Malformed("bad authentication parameter"));
            }
            Ok((name, value))
        })
    }

    /// The value of one, without quotes.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        self.iter().flatten().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| unquote(value))
    }

    /// The same, owned.
    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(Cow::into_owned)
    }

    /// All must be well-formed, none may stand twice, and there are no more than any scheme could have.
    pub(super) fn check(&self) -> Result<(), Malformed> {
        for (at, field) in self.iter().enumerate() {
            let (name, _) = field?;
            if at >= MAX {
                return Err(Malformed("too many authentication parameters"));
            }
            if self.iter().take(at).flatten().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
                return Err(Malformed("authentication parameter stands twice"));
            }
        }
        Ok(())
    }
}
