//! The cases of libphonenumber's own `PhoneNumberMatcherTest`, judged by libphonenumber itself (its Rust port, leniency "valid").
//!
//! Cases: Copyright (C) 2011 The Libphonenumber Authors, Apache-2.0. Their test metadata is not used: the numbers are judged by
//! the real one, which is why the port, and not the table, says what is to be found.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use patchcord_numbers::{Hint, Strength};
use rlibphonenumber::phonenumber_matcher::{Leniency, PhoneNumberMatcherFactory};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberUtil};
use std::sync::LazyLock;
use support::{finder, found_with};

/// Numbers that the test puts into every context, with the region in which they are read.
const NUMBERS: &[(&str, &str)] = &[
    ("033316005", "NZ"),
    ("03-331 6005", "NZ"),
    ("03 331 6005", "NZ"),
    ("0064 3 331 6005", "NZ"),
    ("01164 3 331 6005", "US"),
    ("+64 3 331 6005", "US"),
    ("64(0)64123456", "NZ"),
    ("123/45678", "DE"),
    ("123-456-7890", "US"),
    ("+1 (650) 333-6000", "NZ"),
    ("1-650-333-6000", "US"),
    ("0011-650-333-6000", "SG"),
    ("0081-650-333-6000", "SG"),
    ("0191-650-333-6000", "SG"),
    ("0~01-650-333-6000", "PL"),
    ("++1 (650) 333-6000", "PL"),
    ("\u{FF0B}1 (650) 333-6000", "SG"),
    (
        "\u{FF0B}\u{FF11}\u{3000}\u{FF08}\u{FF16}\u{FF15}\u{FF10}\u{FF09}\u{3000}\u{FF13}\u{FF13}\u{FF13}\u{FF0D}\u{FF16}\u{FF10}\u{FF10}\u{FF10}",
        "SG",
    ),
    ("+39 02-36618 300", "NZ"),
    ("02-36618 300", "IT"),
    ("312 345 678", "IT"),
    ("+54 9 343 555 1212", "AR"),
    ("0343 15 555 1212", "AR"),
    ("+54 9 3715 65 4320", "AR"),
    ("03715 15 65 4320", "AR"),
    ("+54 11 3797 0000", "AR"),
    ("011 3797 0000", "AR"),
    ("+54 3715 65 4321", "AR"),
    ("03715 65 4321", "AR"),
    ("+54 23 1234 0000", "AR"),
    ("023 1234 0000", "AR"),
    ("(0xx) 123456789", "AR"),
    ("(0xx) 123456789 x 1234", "AR"),
    ("011xx5481429712", "US"),
    ("+52 (449)978-0001", "MX"),
    ("01 (449)978-0001", "MX"),
    ("(449)978-0001", "MX"),
    ("+52 1 33 1234-5678", "MX"),
    ("044 (33) 1234-5678", "MX"),
    ("045 33 1234-5678", "MX"),
    ("+64 3 331 6005", "ZZ"),
    ("03 331 6005 ext 3456", "NZ"),
    ("03-3316005x3456", "NZ"),
    ("03-3316005 int.3456", "NZ"),
    ("03 3316005 #3456", "NZ"),
    ("0~0 1800 7493 524", "PL"),
    ("(1800) 7493.524", "US"),
    ("0~0 1800 7493 524 ~1234", "PL"),
    ("+44 2034567890x456", "NZ"),
    ("+44 2034567890x456", "GB"),
    ("+44 2034567890 x456", "GB"),
    ("+44 2034567890 X456", "GB"),
    ("+44 2034567890 X 456", "GB"),
    ("+44 2034567890 X  456", "GB"),
    ("+44 2034567890  X 456", "GB"),
    ("(800) 901-3355 x 7246433", "US"),
    ("(800) 901-3355 , ext 7246433", "US"),
    ("(800) 901-3355 ,extension 7246433", "US"),
    ("(800) 901-3355 ,x 7246433", "US"),
    ("(800) 901-3355 ext: 7246433", "US"),
    ("0 3   3 3 1   6 0 0 5", "NZ"),
];

/// What stands before and behind them.
const CONTEXTS: &[(&str, &str)] = &[
    ("", ""),
    ("   ", "\t"),
    ("Hello ", ""),
    ("", " to call me!"),
    ("Hi there, call ", " to reach me!"),
    ("Hi there, call ", ", or don't"),
    ("Hi call", ""),
    ("", "forme"),
    ("Hi call", "forme"),
    ("It's cheap! Call ", " before 6:30"),
    ("Call ", " or +1800-123-4567!"),
    ("Call me on June 21 at", ""),
    ("As quoted by Alfonso 12-15 (2009), you may call me at ", ""),
    ("As quoted by Alfonso et al. 12-15 (2009), you may call me at ", ""),
    ("As I said on 03/10/2011, you may call me at ", ""),
    ("", ", 45 days a year"),
    ("Call ", "/x12 more"),
    ("It's only 9.99! Call ", " to buy"),
    ("Call me on 21.6.1984 at ", ""),
    ("Call me on 06/21 at ", ""),
    ("Call me on 21.6. at ", ""),
    ("Call me on 06/21/84 at ", ""),
];

/// Contexts of one number, 415-666-7777.
const AROUND: &[(&str, &str)] = &[
    ("abc", "def"),
    ("abc", ""),
    ("", "def"),
    ("\u{C9}", ""),
    ("e\u{301}", ""),
    ("$", ""),
    ("", "$"),
    ("\u{A3}", ""),
    ("\u{A5}", ""),
    ("", "%"),
    ("$20 ", ""),
    ("", " 100$"),
    ("我的电话号码是", ""),
    ("", "是我的电话号码"),
    ("请拨打", "我在明天"),
    ("My number-", ""),
    ("", ".Nice day."),
    ("Tel:", "."),
    ("Tel: ", " on Saturdays."),
];

/// Contexts of numbers that start with a sign: +14156667777 and (415)6667777.
const LED: &[(&str, &str)] =
    &[("abc", "def"), ("", "def"), ("", "\u{C9}"), ("abc", ""), ("\u{C9}", ""), ("\u{C9}", "."), ("\u{C9}", " def")];

/// Single texts.
const TEXTS: &[(&str, &str)] = &[
    ("Call 033316005  or 032316005!", "NZ"),
    ("My address is CA 34215 - 415-666-7777 is my number.", "US"),
    ("My number is (415) 666 7777. 34215 is my zip-code.", "US"),
    ("Call 650-253-4561 -- 455-234-3451", "US"),
    ("Call 650-253-4561--455-234-3451", "US"),
    ("12345", "US"),
    ("23456789", "US"),
    ("234567890112", "US"),
    ("650+253+1234", "US"),
    ("3/10/1984", "CA"),
    ("03/27/2011", "US"),
    ("31/8/2011", "US"),
    ("1/12/2011", "US"),
    ("10/12/82", "DE"),
    ("650x2531234", "US"),
    ("2012-01-02 08:00", "US"),
    ("2012/01/02 08:00", "US"),
    ("20120102 08:00", "US"),
    ("7121115678", "US"),
    ("1650 x 253 - 1234", "US"),
    ("650 x 253 - 1234", "US"),
    ("6502531x234", "US"),
    ("(20) 3346 1234", "GB"),
    ("65 02 53 00 00", "US"),
    ("6502 538365", "US"),
    ("650//253-1234", "US"),
    ("650/253/1234", "US"),
    ("9002309. 158", "US"),
    ("12 7/8 - 14 12/34 - 5", "US"),
    ("12.1 - 23.71 - 23.45", "US"),
    ("800 234 1 111x1111", "US"),
    ("1979-2011 100", "US"),
    ("+494949-4-94", "DE"),
    ("\u{FF14}\u{FF11}\u{FF15}\u{FF16}\u{FF16}\u{FF16}\u{FF16}-\u{FF17}\u{FF17}\u{FF17}", "US"),
    ("2012-0102 08", "US"),
    ("2012-01-02 08", "US"),
    ("1800-10-10 22", "AU"),
    ("(415) 6667777", "US"),
    ("415-6667777", "US"),
    ("0800-2491234", "DE"),
    ("\u{FF14}\u{FF11}\u{FF15}\u{FF16}\u{FF16}\u{FF16}\u{FF17}\u{FF17}\u{FF17}\u{FF17}", "US"),
    ("\u{FF14}\u{FF11}\u{FF15}-\u{FF16}\u{FF16}\u{FF16}-\u{FF17}\u{FF17}\u{FF17}\u{FF17}", "US"),
    ("4156667777", "US"),
    ("4156667777 x 123", "US"),
    ("415-666-7777", "US"),
    ("415/666-7777", "US"),
    ("415-666-7777 ext. 503", "US"),
    ("1 415 666 7777 x 123", "US"),
    ("+1 415-666-7777", "US"),
    ("+494949 49", "DE"),
    ("+49-49-34", "DE"),
    ("+49-4931-49", "DE"),
    ("04931-49", "DE"),
    ("+49-494949", "DE"),
    ("+49-494949 ext. 49", "DE"),
    ("+49494949 ext. 49", "DE"),
    ("0494949", "DE"),
    ("0494949 ext. 49", "DE"),
    ("01 (33) 3461 2234", "MX"),
    ("(33) 3461 2234", "MX"),
    ("80.585 [79.964, 81.191]", "US"),
    ("80.585 [79.964]", "US"),
    ("80.585 ((79.964)", "US"),
    ("(80).(585) (79).(9)64", "US"),
    ("Random text body - number is 0331 6005, see you there", "ZZ"),
    ("", "US"),
    ("  ", "US"),
    ("Random text body - number is foobar, see you there", "US"),
    ("+14156667777", "ZZ"),
    ("+14156667777 foobar +14156667777 ", "ZZ"),
];

fn cases() -> Vec<(String, &'static str)> {
    let mut cases = Vec::new();
    for (number, region) in NUMBERS {
        cases.extend(CONTEXTS.iter().map(|(before, behind)| (format!("{before}{number}{behind}"), *region)));
    }
    cases.extend(AROUND.iter().map(|(before, behind)| (format!("{before}415-666-7777{behind}"), "US")));
    for number in ["+14156667777", "(415)6667777"] {
        cases.extend(LED.iter().map(|(before, behind)| (format!("{before}{number}{behind}"), "US")));
    }
    cases.extend(TEXTS.iter().map(|(text, region)| ((*text).to_owned(), *region)));
    cases.push(("My info: 415-666-7777,".repeat(100), "US"));
    cases.push(("My info: 415-666-7777 123 fake street".repeat(100), "US"));
    cases
}

type Finds = Vec<(String, String, String)>;

fn theirs(text: &str, region: &str) -> Finds {
    static FACTORY: LazyLock<PhoneNumberMatcherFactory<PhoneNumberUtil, &'static PhoneNumberUtil>> =
        LazyLock::new(PhoneNumberMatcherFactory::new);
    let matches = FACTORY.create_matcher(text, Leniency::Valid, u64::MAX, rlibphonenumber::Region::try_from(region).ok());
    matches
        .map(|found| {
            let e164 = PHONE_NUMBER_UTIL.format(&found.number, PhoneNumberFormat::E164).to_string();
            (found.raw_string.to_string(), e164, found.number.extension.clone().unwrap_or_default())
        })
        .collect()
}

fn ours(text: &str, region: &str, strength: Strength) -> Finds {
    let regions: &[&str] = if region == "ZZ" { &[] } else { &[region] };
    let found = found_with(&finder(regions, strength), text, Hint::None);
    found.into_iter().map(|found| (found.span, found.number.e164(), found.number.extension().to_owned())).collect()
}

/// Here the extension hangs on a word; libphonenumber drops it and keeps the number, for this one kind of extension alone.
const GLUED: &str = "03-3316005 int.3456forme";

/// Figures and dates that happen to be valid numbers: libphonenumber takes them, at normal strength we don't.
const FIGURES: [&str; 4] = ["12.1 - 23.71 - 23.45", "1979-2011 100", "2012-0102 08", "2012-01-02 08"];

fn check(strength: Strength, excepted: &[&str]) {
    let cases = cases();
    assert!(cases.len() > 1400);
    let mut wrong = Vec::new();
    for (text, region) in &cases {
        let (theirs, ours) = (theirs(text, region), ours(text, region, strength));
        let shorter: String = text.chars().take(80).collect();
        match excepted.contains(&text.as_str()) {
            true => assert_ne!(theirs, ours, "`{shorter}` is no exception any more"),
            false if theirs != ours => wrong.push(format!("{region} `{shorter}`\n  theirs {theirs:?}\n  ours   {ours:?}")),
            false => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn eager_agrees_with_libphonenumber() {
    check(Strength::Eager, &[GLUED]);
}

#[test]
fn normal_agrees_but_for_figures() {
    let mut excepted = FIGURES.to_vec();
    excepted.push(GLUED);
    check(Strength::Normal, &excepted);
}
