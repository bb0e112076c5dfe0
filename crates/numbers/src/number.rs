use crate::plan::plan;
use crate::{Cell, DialRules, Finder, FinderConfig, Hint, Region, Strength, format};

/// What sort of number, as libphonenumber tells them apart, and two that have no E.164 form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A landline.
    FixedLine,
    /// A mobile.
    Mobile,
    /// One of the two: the plan does not tell.
    FixedLineOrMobile,
    /// Free for the caller.
    TollFree,
    /// Dear for the caller.
    PremiumRate,
    /// Cost shared between both.
    SharedCost,
    /// Over IP.
    Voip,
    /// Follows a person.
    PersonalNumber,
    /// A pager.
    Pager,
    /// Universal access: one number for a whole company.
    Uan,
    /// A mailbox.
    Voicemail,
    /// A landline of the caller's own area, written without its area code: no E.164 form as long as nobody says which area.
    Local,
    /// A national short number: 95588, 10086, 12345. Not reachable from abroad, no E.164 form.
    Service,
    /// An extension of the account's own PBX.
    Internal,
}

impl Kind {
    /// The numbers of the packed plan.
    pub(crate) fn from_number(number: u8) -> Self {
        match number {
            1 => Self::PremiumRate,
            2 => Self::TollFree,
            3 => Self::SharedCost,
            4 => Self::Voip,
            5 => Self::PersonalNumber,
            6 => Self::Pager,
            7 => Self::Uan,
            8 => Self::Voicemail,
            9 => Self::FixedLine,
            10 => Self::Mobile,
            _ => Self::FixedLineOrMobile,
        }
    }

    /// Its name as the command line writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FixedLine => "fixed-line",
            Self::Mobile => "mobile",
            Self::FixedLineOrMobile => "fixed-line-or-mobile",
            Self::TollFree => "toll-free",
            Self::PremiumRate => "premium-rate",
            Self::SharedCost => "shared-cost",
            Self::Voip => "voip",
            Self::PersonalNumber => "personal",
            Self::Pager => "pager",
            Self::Uan => "uan",
            Self::Voicemail => "voicemail",
            Self::Local => "local",
            Self::Service => "service",
            Self::Internal => "internal",
        }
    }
}

/// A phone number. Plain and small: no heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Calling code, then national number, ASCII digits.
    pub(crate) digits: [u8; 20],
    pub(crate) len: u8,
    /// How many of them are the calling code. 0: a number without an E.164 form.
    pub(crate) code_len: u8,
    pub(crate) extension: [u8; 8],
    pub(crate) extension_len: u8,
    /// Where it belongs.
    pub region: Region,
    /// What sort it is.
    pub kind: Kind,
}

impl Number {
    /// The number that an E.164 text is: `+`, calling code, national number, nothing else, nothing taken off. None: not valid.
    pub fn from_e164(text: &str) -> Option<Self> {
        let all = text.strip_prefix('+')?.as_bytes();
        if all.len() > 20 || !all.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let (place, code_len) = plan().code_of(all)?;
        let (region, kind) = plan().validate(place, all.get(code_len..)?)?;
        Some(Self { code_len: code_len as u8, ..Self::short(all, region, kind) })
    }

    /// The number that a whole text is, as a person would type it: with `+`, an international prefix, or as dialled in `home`; separators
    /// and an extension allowed. None: not valid.
    pub fn parse(text: &str, home: Option<Region>) -> Option<Self> {
        let units: Vec<u16> = text.trim().encode_utf16().collect();
        let config = FinderConfig { regions: home.into_iter().collect(), strength: Strength::Eager, ..FinderConfig::default() };
        let mut finds = Vec::new();
        Finder::new(&config).find(&units, &[Cell::new(units.len(), Hint::None)], &mut finds);
        match finds.as_slice() {
            [find] if find.start == 0 && find.end as usize == units.len() => Some(find.number),
            _ => None,
        }
    }

    /// A landline without its area code. With an area (`+8610`) it is as good as written with it, if that makes it valid.
    pub(crate) fn local(area: &[u8], digits: &[u8], region: Region) -> Self {
        let mut text = [0; 24];
        let whole = area.iter().chain(digits);
        let length = area.len() + digits.len();
        whole.zip(&mut text).for_each(|(digit, slot)| *slot = *digit);
        let text = text.get(..length).and_then(|text| core::str::from_utf8(text).ok());
        let number = if area.is_empty() { None } else { text.and_then(Self::from_e164) };
        number.unwrap_or_else(|| Self::short(digits, region, Kind::Local))
    }

    /// The calling code and area code before a Chinese landline's last `local` digits, as the start of an E.164 text.
    pub(crate) fn area_before(&self, local: usize) -> Option<([u8; 6], usize)> {
        let area = usize::from(self.len).checked_sub(local)?;
        let landline = self.kind == Kind::FixedLine && self.region.code() == "CN" && (4..=5).contains(&area);
        let mut text = [b'+'; 6];
        self.digits.iter().take(area).zip(text.get_mut(1..)?).for_each(|(digit, slot)| *slot = *digit);
        landline.then_some((text, area + 1))
    }

    /// A number without an E.164 form.
    pub(crate) fn short(short: &[u8], region: Region, kind: Kind) -> Self {
        let mut digits = [0; 20];
        short.iter().zip(&mut digits).for_each(|(digit, slot)| *slot = *digit);
        Self { digits, len: short.len().min(20) as u8, code_len: 0, extension: [0; 8], extension_len: 0, region, kind }
    }

    /// `+`, calling code, national number. For [`Kind::Local`], [`Kind::Service`] and [`Kind::Internal`], which have no E.164 form, the bare
    /// digits.
    pub fn e164(&self) -> String {
        let mut text = String::with_capacity(21);
        if self.code_len > 0 {
            text.push('+');
        }
        text.push_str(str_of(&self.digits, self.len));
        text
    }

    /// The calling code's digits: `86`. Empty for numbers without an E.164 form.
    pub fn calling_code(&self) -> &str {
        str_of(&self.digits, self.code_len)
    }

    /// The national (significant) number's digits, without a national prefix: `13800138000`, `1065529988`.
    pub fn national_number(&self) -> &str {
        let all = str_of(&self.digits, self.len);
        all.get(self.code_len as usize..).unwrap_or(all)
    }

    /// The extension's digits. Empty: none.
    pub fn extension(&self) -> &str {
        str_of(&self.extension, self.extension_len)
    }

    /// The type that an E.164 text has in a region. None: it is not valid there. A number may be valid in several regions of one calling
    /// code (`+1 800 …`), and be so in another one than that which libphonenumber gives it.
    pub fn valid_in(e164: &str, region: Region) -> Option<Kind> {
        let all = e164.strip_prefix('+')?.as_bytes();
        let (place, code_len) = plan().code_of(all)?;
        plan().validate_in(place, all.get(code_len..)?, region)
    }

    /// As written inside its own country: `138 0013 8000`, `010 6552 9988`.
    pub fn national(&self) -> String {
        let mut text = String::new();
        self.write(false, &mut text);
        text
    }

    /// As written for abroad: `+86 138 0013 8000`.
    pub fn international(&self) -> String {
        if self.code_len == 0 {
            return self.e164();
        }
        let mut text = format!("+{} ", self.calling_code());
        self.write(true, &mut text);
        text
    }

    fn write(&self, international: bool, text: &mut String) {
        match plan().code_of(self.all_digits()) {
            Some((place, _)) if self.code_len > 0 => format::write(place, self.national_number().as_bytes(), international, text),
            _ => text.push_str(self.national_number()),
        }
    }

    fn all_digits(&self) -> &[u8] {
        self.digits.get(..usize::from(self.len)).unwrap_or(&[])
    }

    /// What to send to the PBX by the account's dial rules; without the extension.
    pub fn dial_string(&self, rules: &DialRules) -> String {
        rules.apply(self)
    }
}

fn str_of(digits: &[u8], len: u8) -> &str {
    digits.get(..len as usize).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or("")
}
