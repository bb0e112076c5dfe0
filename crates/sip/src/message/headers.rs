use super::chars::slice;
use super::list::Values;
use super::name::HeaderName;

/// The headers and the body of a message, in the frame that they came in. See also the typed accessors below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// The frame; the body is in it where it is text.
    pub(super) frame: String,
    pub(super) fields: Vec<Field>,
    /// Where the body is in `frame`.
    pub(super) body: (u32, u32),
    /// The body where it is no text.
    pub(super) binary: Option<Box<[u8]>>,
}

/// One header line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Known names have no lifetime to keep; of others, `name` has the span.
    pub(super) known: Option<HeaderName<'static>>,
    pub(super) name: (u32, u32),
    pub(super) value: (u32, u32),
}

impl Headers {
    pub(super) fn at(&self, (from, to): (u32, u32)) -> &str {
        slice(&self.frame, from as usize, to as usize)
    }

    fn name(&self, field: &Field) -> HeaderName<'_> {
        field.known.unwrap_or_else(|| HeaderName::Other(self.at(field.name)))
    }

    /// All header lines in order: name and value, unfolded and trimmed.
    pub fn iter(&self) -> impl Iterator<Item = (HeaderName<'_>, &str)> {
        self.fields.iter().map(|field| (self.name(field), self.at(field.value)))
    }

    /// The first line of this name. Takes a [`HeaderName`] or a `&str`, in any case, long or compact.
    #[must_use]
    pub fn get<'n>(&self, name: impl Into<HeaderName<'n>>) -> Option<&str> {
        self.find(name.into())
    }

    fn find(&self, name: HeaderName<'_>) -> Option<&str> {
        self.fields.iter().find(|field| self.name(field) == name).map(|field| self.at(field.value))
    }

    /// All lines of this name, as they stand.
    pub fn get_all<'n>(&self, name: HeaderName<'n>) -> impl Iterator<Item = &str> + use<'_, 'n> {
        self.fields.iter().filter(move |field| self.name(field) == name).map(|field| self.at(field.value))
    }

    /// All values of this name: lines are parted at commas where the header is a list ([`HeaderName::is_list`]), other lines are one value.
    /// Empty values are left out.
    pub fn values<'n>(&self, name: HeaderName<'n>) -> impl Iterator<Item = &str> + use<'_, 'n> {
        let list = name.is_list();
        self.get_all(name).flat_map(move |line| Values::new(line, list))
    }

    /// Whether a list header (Require, Supported, Allow, …) has this value, in any case.
    #[must_use]
    pub fn has_value(&self, name: HeaderName<'_>, value: &str) -> bool {
        self.values(name).any(|known| known.eq_ignore_ascii_case(value))
    }

    /// The body as bytes; empty for none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        match &self.binary {
            Some(body) => body,
            None => self.at(self.body).as_bytes(),
        }
    }

    /// The body as text; empty for none, and for one that is no UTF-8.
    #[must_use]
    pub fn text(&self) -> &str {
        if self.binary.is_some() { "" } else { self.at(self.body) }
    }
}
