use crate::plan::plan;

/// A region of the numbering plan: an ISO 3166-1 alpha-2 code, or `001` for the calling codes that belong to no country.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// The region of the calling codes that belong to no country (`+800`, `+870` …): libphonenumber's `001`.
    pub const WORLD: Self = Self(*b"00");

    /// The region of an upper-case code. None: libphonenumber knows no such region.
    pub fn from_code(code: &str) -> Option<Self> {
        let region = match code.as_bytes() {
            b"001" => Self::WORLD,
            &[a, b] => Self([a, b]),
            _ => return None,
        };
        plan().region(region).map(|plan| plan.region)
    }

    pub(crate) const fn from_letters(a: u8, b: u8) -> Self {
        Self([a, b])
    }

    /// The code: `CN`, or `001`.
    pub fn code(&self) -> &str {
        if *self == Self::WORLD { "001" } else { core::str::from_utf8(&self.0).unwrap_or("001") }
    }

    /// The calling code: 86.
    pub fn calling_code(self) -> u16 {
        plan().region(self).map_or(0, |plan| plan.code)
    }
}

impl core::fmt::Debug for Region {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.code())
    }
}
