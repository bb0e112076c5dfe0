//! Reads libphonenumber's metadata from its protocol-buffer form (`phonemetadata.proto`).

/// One pattern of a plan: what it matches, and which lengths it allows.
#[derive(Clone, Debug, Default)]
pub(super) struct Description {
    pub pattern: String,
    /// Lengths of national numbers. `-1`, libphonenumber's mark for "no such numbers", is left out.
    pub lengths: Vec<usize>,
    pub example: String,
}

/// One way of writing numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Format {
    pub pattern: String,
    pub format: String,
    pub leading_digits: Vec<String>,
    pub national_prefix_rule: String,
    /// The prefix may be left out all the same.
    pub prefix_optional: bool,
}

/// One region's plan.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub id: String,
    pub calling_code: u32,
    pub general: Description,
    /// In the order in which libphonenumber asks: premium rate, toll free, shared cost, VoIP, personal, pager, UAN, voicemail, fixed
    /// line, mobile.
    pub(super) types: [Description; 10],
    pub international_prefix: String,
    pub prefix_for_parsing: String,
    pub prefix_transform: String,
    pub national_prefix: String,
    pub leading_digits: String,
    pub main_country: bool,
    pub formats: Vec<Format>,
    pub international_formats: Vec<Format>,
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The plans in a `PhoneMetadataCollection`.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Plan>, String> {
    fields(bytes)?.into_iter().map(|(_, value)| plan(bytes_of(&value)?)).collect()
}

fn plan(bytes: &[u8]) -> Result<Plan, String> {
    let mut plan = Plan::default();
    for (field, value) in fields(bytes)? {
        let slot = match field {
            5 => Some(0),
            4 => Some(1),
            6 => Some(2),
            8 => Some(3),
            7 => Some(4),
            21 => Some(5),
            25 => Some(6),
            28 => Some(7),
            2 => Some(8),
            3 => Some(9),
            _ => None,
        };
        match (field, &value) {
            (1, _) => plan.general = description(bytes_of(&value)?)?,
            (9, _) => plan.id = text_of(&value)?,
            (10, Value::Number(code)) => plan.calling_code = *code as u32,
            (11, _) => plan.international_prefix = text_of(&value)?,
            (12, _) => plan.national_prefix = text_of(&value)?,
            (15, _) => plan.prefix_for_parsing = text_of(&value)?,
            (16, _) => plan.prefix_transform = text_of(&value)?,
            (19, _) => plan.formats.push(format(bytes_of(&value)?)?),
            (20, _) => plan.international_formats.push(format(bytes_of(&value)?)?),
            (22, Value::Number(main)) => plan.main_country = *main != 0,
            (23, _) => plan.leading_digits = text_of(&value)?,
            _ => {
                if let Some(slot) = slot {
                    plan.types[slot] = description(bytes_of(&value)?)?;
                }
            }
        }
    }
    // A type without lengths of its own has those of the whole plan.
    for kind in &mut plan.types {
        if kind.lengths.is_empty() && !kind.pattern.is_empty() {
            kind.lengths.clone_from(&plan.general.lengths);
        }
    }
    Ok(plan)
}

fn description(bytes: &[u8]) -> Result<Description, String> {
    let mut description = Description::default();
    for (field, value) in fields(bytes)? {
        match (field, &value) {
            (2, _) => description.pattern = text_of(&value)?,
            (6, _) => description.example = text_of(&value)?,
            (9, Value::Number(length)) if *length < 20 => description.lengths.push(*length as usize),
            _ => {}
        }
    }
    Ok(description)
}

fn format(bytes: &[u8]) -> Result<Format, String> {
    let mut format = Format::default();
    for (field, value) in fields(bytes)? {
        match field {
            6 => format.prefix_optional = matches!(value, Value::Number(1)),
            1 => format.pattern = text_of(&value)?,
            2 => format.format = text_of(&value)?,
            3 => format.leading_digits.push(text_of(&value)?),
            4 => format.national_prefix_rule = text_of(&value)?,
            _ => {}
        }
    }
    Ok(format)
}

fn bytes_of<'a>(value: &Value<'a>) -> Result<&'a [u8], String> {
    match value {
        Value::Bytes(bytes) => Ok(bytes),
        Value::Number(_) => Err("a number where bytes should be".into()),
    }
}

fn text_of(value: &Value<'_>) -> Result<String, String> {
    String::from_utf8(bytes_of(value)?.to_vec()).map_err(|error| error.to_string())
}

fn fields(mut bytes: &[u8]) -> Result<Vec<(u64, Value<'_>)>, String> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut bytes)?),
            2 => {
                let length = varint(&mut bytes)? as usize;
                let (value, rest) = bytes.split_at_checked(length).ok_or("a field longer than its message")?;
                bytes = rest;
                Value::Bytes(value)
            }
            wire => return Err(format!("wire type {wire} does not occur in this format")),
        };
        fields.push((tag >> 3, value));
    }
    Ok(fields)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, String> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or("ends inside a number")?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err("a number longer than ten bytes".into())
}
