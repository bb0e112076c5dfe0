//! Agreement with libphonenumber itself, in its Rust port of the same metadata: validity by region, types, formats, and that every
//! region's example numbers are found.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use patchcord_numbers::{Kind, Number, Region};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};
use support::{Random, found};

/// How many numbers are compared.
const COUNT: usize = 1_000_000;

const TYPES: [PhoneNumberType; 11] = [
    PhoneNumberType::FixedLine,
    PhoneNumberType::Mobile,
    PhoneNumberType::FixedLineOrMobile,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::UAN,
    PhoneNumberType::VoiceMail,
];

fn kind(of: PhoneNumberType) -> Option<Kind> {
    Some(match of {
        PhoneNumberType::FixedLine => Kind::FixedLine,
        PhoneNumberType::Mobile => Kind::Mobile,
        PhoneNumberType::FixedLineOrMobile => Kind::FixedLineOrMobile,
        PhoneNumberType::TollFree => Kind::TollFree,
        PhoneNumberType::PremiumRate => Kind::PremiumRate,
        PhoneNumberType::SharedCost => Kind::SharedCost,
        PhoneNumberType::VoIP => Kind::Voip,
        PhoneNumberType::PersonalNumber => Kind::PersonalNumber,
        PhoneNumberType::Pager => Kind::Pager,
        PhoneNumberType::UAN => Kind::Uan,
        PhoneNumberType::VoiceMail => Kind::Voicemail,
        PhoneNumberType::Unknown => return None,
    })
}

/// Every example number that the metadata has, by region.
fn examples() -> Vec<(rlibphonenumber::Region, PhoneNumber)> {
    let mut examples = Vec::new();
    for region in PHONE_NUMBER_UTIL.get_supported_regions() {
        for of in TYPES {
            if let Ok(number) = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, of) {
                examples.push((region, number));
            }
        }
    }
    // In an order that does not change from run to run.
    examples.sort_by_key(|(region, number)| {
        (region.as_region_str().to_string(), PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::E164).to_string())
    });
    assert!(examples.len() > 1000);
    examples
}

fn oracle_number(code: &str, national: &str) -> PhoneNumber {
    let mut number =
        PhoneNumber { country_code: code.parse().unwrap(), national_number: national.parse().unwrap(), ..PhoneNumber::default() };
    let zeros = national.bytes().take_while(|byte| *byte == b'0').count().min(national.len() - 1);
    if zeros > 0 {
        number.italian_leading_zero = Some(true);
        number.number_of_leading_zeros = Some(zeros as i32);
    }
    number
}

fn national_of(number: &PhoneNumber) -> String {
    rlibphonenumber::get_national_significant_number_owned(number)
}

#[test]
fn random_and_mutated_numbers_are_valid_where_libphonenumber_says_so() {
    let examples = examples();
    let mut codes: Vec<i32> = PHONE_NUMBER_UTIL.get_supported_calling_codes().collect();
    codes.sort_unstable();
    let mut random = Random::new(20_261_120);
    let mut valid = 0;
    for index in 0..COUNT {
        let (code, national) = if index % 4 == 0 {
            let code = codes[random.below(codes.len())];
            let length = 4 + random.below(12);
            (code.to_string(), random.digits(length))
        } else {
            let (_, number) = &examples[random.below(examples.len())];
            let mut digits = national_of(number).into_bytes();
            for _ in 0..=random.below(4) {
                let at = random.below(digits.len());
                match random.below(12) {
                    0 if digits.len() < 17 => digits.insert(at, b'0' + random.below(10) as u8),
                    1 if digits.len() > 4 => {
                        digits.remove(at);
                    }
                    _ => digits[at] = b'0' + random.below(10) as u8,
                }
            }
            (number.country_code.to_string(), String::from_utf8(digits).unwrap())
        };
        let oracle = oracle_number(&code, &national);
        let text = format!("+{code}{national}");
        let ours = Number::from_e164(&text);
        let theirs = PHONE_NUMBER_UTIL.is_valid_number(&oracle);
        assert_eq!(ours.is_some(), theirs, "{text} is valid");
        let of = PHONE_NUMBER_UTIL.get_number_type(&oracle);
        assert_eq!(ours.map(|number| number.kind), kind(of), "{text} is of type");
        let region = PHONE_NUMBER_UTIL.get_region_for_number(&oracle).map(|region| region.as_region_str().to_string());
        if let Some(number) = ours {
            valid += 1;
            assert_eq!(Some(number.region.code().to_owned()), region, "{text} belongs to");
        }
        if index % 8 == 0
            && let Some(regions) = PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(oracle.country_code)
        {
            for region in regions {
                let ours = Number::valid_in(&text, Region::from_code(&region.as_region_str()).unwrap());
                let theirs = PHONE_NUMBER_UTIL.is_valid_number_for_region(&oracle, region);
                assert_eq!(ours.is_some(), theirs, "{text} is valid in {region:?}");
            }
        }
    }
    assert!(valid > COUNT / 5, "only {valid} were valid");
}

#[test]
fn every_example_is_written_as_libphonenumber_writes_it() {
    for (_, example) in examples() {
        let e164 = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164).to_string();
        let number = Number::from_e164(&e164).unwrap();
        assert_eq!(number.national(), PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::National), "{e164} nationally");
        assert_eq!(number.international(), PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::International), "{e164} internationally");
    }
}

#[test]
fn every_example_is_found_in_every_format() {
    let mut missed = Vec::new();
    let mut count = 0;
    for (region, example) in examples() {
        let e164 = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164).to_string();
        let region = region.as_region_str().to_string();
        for format in [PhoneNumberFormat::E164, PhoneNumberFormat::International, PhoneNumberFormat::National] {
            let text = PHONE_NUMBER_UTIL.format(&example, format).to_string();
            count += 1;
            let finds = found(&[&region], &format!("Tel: {text}."));
            if finds.len() != 1 || finds[0].span != text || finds[0].number.e164() != e164 {
                missed.push(format!(
                    "{region} {text} ({e164}): {:?}",
                    finds.iter().map(|find| (&find.span, find.number.e164())).collect::<Vec<_>>()
                ));
            }
        }
    }
    assert!(missed.is_empty(), "{} of {count} missed:\n{}", missed.len(), missed.join("\n"));
}
