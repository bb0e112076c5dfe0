use crate::plan::plan;
use crate::{Kind, Number, Region};

/// How an account's PBX wants numbers.
///
/// The Sapo manual, 6.4, is the model: `9` + mobile, `90` + mobile of another city, `9` + area code + number for a landline of another
/// city. [`Default`] dials E.164.
///
/// ```
/// use patchcord_numbers::{DialRules, Mobiles, Number, Region};
///
/// let china = Region::from_code("CN");
/// let rules = DialRules { home: china, area: "10".into(), outside_line: "9".into(), mobiles: Mobiles::LongDistance, ..DialRules::default() };
/// let dialled = |text| rules.apply(&Number::parse(text, china).unwrap());
/// assert_eq!(dialled("138 0013 8000"), "9013800138000");
/// assert_eq!(dialled("0571-88888888"), "9057188888888");
/// assert_eq!(dialled("010-65529988"), "965529988");
/// assert_eq!(dialled("+1 650 253 0000"), "90016502530000");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DialRules {
    /// Where the PBX stands: its numbers are dialled as inside the country. None: every number is dialled as E.164 or, with
    /// [`Self::international_prefix`], with that in place of the plus sign.
    pub home: Option<Region>,
    /// The area code of the PBX without the national prefix: `10`, `571`. Landlines of the same area are dialled without it. Empty:
    /// landlines are always dialled with their area code. The finder needs it too, in [`crate::FinderConfig::area`].
    pub area: String,
    /// Dialled first to get an outside line: `9`. Not before internal extensions. Empty: none.
    pub outside_line: String,
    /// How mobiles of the home country are dialled.
    pub mobiles: Mobiles,
    /// Numbers of the home country keep their calling code: `+86 138…`, not `138…`.
    pub keep_calling_code: bool,
    /// Dialled in place of the plus sign: `00`. Empty: the plus sign stays, or, behind an outside line where nothing can dial one, `00`.
    pub international_prefix: String,
}

/// How mobiles of the home country are dialled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mobiles {
    /// As they are.
    #[default]
    Local,
    /// With the national prefix before them (`0138…`): the trunk takes every mobile for one of another city.
    LongDistance,
    /// With the national prefix, unless they start with one of these digits (without the prefix): the mobiles of the PBX's own city.
    LongDistanceUnless(Vec<String>),
}

impl DialRules {
    /// The string to dial, without the extension.
    pub fn apply(&self, number: &Number) -> String {
        match number.kind {
            Kind::Internal => number.national_number().to_owned(),
            Kind::Service | Kind::Local => format!("{}{}", self.outside_line, number.national_number()),
            _ => format!("{}{}", self.outside_line, self.route(number)),
        }
    }

    fn route(&self, number: &Number) -> String {
        let home = self.home.filter(|home| home.calling_code().to_string() == number.calling_code() && !self.keep_calling_code);
        let Some(home) = home else {
            let prefix = match self.international_prefix.as_str() {
                "" if self.outside_line.is_empty() => "+",
                "" => "00",
                prefix => prefix,
            };
            return format!("{prefix}{}{}", number.calling_code(), number.national_number());
        };
        let national = number.national_number();
        if number.kind == Kind::FixedLine
            && !self.area.is_empty()
            && let Some(local) = national.strip_prefix(self.area.as_str())
        {
            return local.to_owned();
        }
        // The national form has the prefix wherever a caller has to dial it.
        let digits: String = number.national().chars().filter(char::is_ascii_digit).collect();
        let far = number.kind == Kind::Mobile
            && match &self.mobiles {
                Mobiles::Local => false,
                Mobiles::LongDistance => true,
                Mobiles::LongDistanceUnless(own) => !own.iter().any(|start| !start.is_empty() && national.starts_with(start.as_str())),
            };
        let prefix = plan().region(home).and_then(|region| core::str::from_utf8(plan().written_prefix(region)).ok()).unwrap_or("");
        if far && !digits.starts_with(prefix) { format!("{prefix}{digits}") } else { digits }
    }

    /// The string to dial for what somebody typed: by the rules if it is a number, else its own digits, `*` and `#`.
    pub fn apply_to_text(&self, text: &str) -> String {
        match Number::parse(text, self.home) {
            Some(number) => self.apply(&number),
            None => text.chars().filter(|char| char.is_ascii_digit() || matches!(char, '*' | '#' | '+')).collect(),
        }
    }
}
