use crate::Region;

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FinderConfig {
    /// The regions whose national numbers are found, home first. Empty: only numbers that start with `+`.
    pub regions: Vec<Region>,
    /// How sure the finder has to be.
    pub strength: Strength,
    /// The area code, without the national prefix, of landlines that are written without one (`电话：62288888`): `10`, `571`. Empty: they are
    /// found as [`crate::Kind::Local`].
    pub area: String,
    /// How many digits the account's internal extensions have (shortest, longest). None: internal extensions are not looked for.
    pub internal_extensions: Option<(u8, u8)>,
}

/// How eagerly numbers are found: the same three steps as `patchcord_messages::NumberStyle`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Only what can hardly be anything else.
    Careful,
    /// What a careful reader would call.
    #[default]
    Normal,
    /// Whatever could be a number.
    Eager,
}
