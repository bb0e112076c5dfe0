use crate::{Number, Region};

/// How the account's PBX wants numbers: the rules of the Sapo manual's 6.4 (`9` + mobile, `90` + long-distance mobile, `9` + area code
/// + number), and the usual ones elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DialRules {
    /// Where the PBX stands. None: every number is dialled as E.164.
    pub home: Option<Region>,
    /// Dialled first to get an outside line: `9`. Not before internal extensions.
    pub outside_line: String,
    /// Numbers of the home region keep `+` and calling code.
    pub keep_calling_code: bool,
    /// Replaces the `+` of numbers of other regions: `00`. Empty: the `+` stays.
    pub international_prefix: String,
}

impl DialRules {
    /// The string to dial.
    pub fn apply(&self, number: &Number) -> String {
        let mut text = self.outside_line.clone();
        if Some(number.region) == self.home && !self.keep_calling_code {
            text.push_str(number.national_number());
        } else {
            text.push_str(&number.e164());
        }
        text
    }
}
