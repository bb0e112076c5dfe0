/// A region of the numbering plan: an ISO 3166-1 alpha-2 code, or `001` for the calling codes that belong to no country.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// The region-less calling codes (`+800`, `+870` …): libphonenumber's `001`.
    pub const WORLD: Self = Self(*b"00");

    /// The region of an upper-case code. None: libphonenumber knows no such region.
    pub fn from_code(code: &str) -> Option<Self> {
        match code.as_bytes() {
            &[a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Some(Self([a, b])),
            _ => None,
        }
    }

    /// The code: `CN`, or `001`.
    pub fn code(&self) -> &str {
        if *self == Self::WORLD { "001" } else { core::str::from_utf8(&self.0).unwrap_or("001") }
    }
}

impl core::fmt::Debug for Region {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.code())
    }
}
