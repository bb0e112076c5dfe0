//! What is sent to the PBX: the rules of the Sapo manual, 6.4, and the usual ones elsewhere.
#![allow(clippy::unwrap_used)]

use patchcord_numbers::{DialRules, Mobiles, Number, Region};

fn check(rules: &DialRules, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let number = Number::parse(text, Region::from_code("CN")).unwrap_or_else(|| panic!("{text} is a number"));
        assert_eq!(number.dial_string(rules), *expected, "{text} by {rules:?}");
    }
}

fn beijing() -> DialRules {
    DialRules { home: Region::from_code("CN"), area: "10".into(), outside_line: "9".into(), ..DialRules::default() }
}

#[test]
fn nothing_set_dials_e164() {
    check(
        &DialRules::default(),
        &[("13800138000", "+8613800138000"), ("010-65529988", "+861065529988"), ("+1 650 253 0000", "+16502530000")],
    );
}

#[test]
fn an_outside_line_stands_before_everything() {
    let cases = [
        ("13800138000", "913800138000"),
        ("+86 138 0013 8000", "913800138000"),
        ("0571-88888888", "9057188888888"),
        ("+86 571 8888 8888", "9057188888888"),
        ("010-65529988", "965529988"),
        ("400-810-8888", "94008108888"),
        ("+1 650 253 0000", "90016502530000"),
        ("+852 2345 6789", "90085223456789"),
    ];
    check(&beijing(), &cases);
}

#[test]
fn mobiles_of_another_city_get_a_zero() {
    let rules = DialRules { mobiles: Mobiles::LongDistance, ..beijing() };
    check(&rules, &[("13800138000", "9013800138000"), ("010-65529988", "965529988"), ("0571-88888888", "9057188888888")]);
    let own = Mobiles::LongDistanceUnless(vec!["1380013".into(), String::new()]);
    check(&DialRules { mobiles: own, ..beijing() }, &[("13800138000", "913800138000"), ("13912345678", "9013912345678")]);
}

#[test]
fn the_calling_code_stays_if_it_is_wanted() {
    let keep = DialRules { keep_calling_code: true, home: Region::from_code("CN"), ..DialRules::default() };
    check(&keep, &[("13800138000", "+8613800138000"), ("010-65529988", "+861065529988")]);
    let prefixed = DialRules { international_prefix: "00".into(), ..keep };
    check(&prefixed, &[("13800138000", "008613800138000"), ("+44 20 7946 0958", "00442079460958")]);
    let stripped = DialRules { keep_calling_code: false, ..prefixed };
    check(&stripped, &[("+8613800138000", "13800138000"), ("+861065529988", "01065529988"), ("+44 20 7946 0958", "00442079460958")]);
}

#[test]
fn the_area_may_be_left_open() {
    check(&DialRules { area: String::new(), ..beijing() }, &[("010-65529988", "901065529988")]);
}

#[test]
fn elsewhere_the_national_form_is_dialled() {
    let rules =
        |code, prefix: &str| DialRules { home: Region::from_code(code), international_prefix: prefix.into(), ..DialRules::default() };
    let dial = |code, prefix, text| rules(code, prefix).apply(&Number::parse(text, Region::from_code(code)).unwrap());
    assert_eq!(dial("GB", "00", "+44 20 7946 0958"), "02079460958");
    assert_eq!(dial("GB", "00", "07911 123456"), "07911123456");
    assert_eq!(dial("US", "011", "+1 650-253-0000"), "6502530000");
    assert_eq!(dial("US", "011", "+44 20 7946 0958"), "011442079460958");
    assert_eq!(dial("US", "011", "+1 416 555 0134"), "4165550134");
    assert_eq!(dial("HK", "001", "2345 6789"), "23456789");
    assert_eq!(dial("JP", "010", "+81 90-1234-5678"), "09012345678");
}

#[test]
fn what_is_no_number_is_dialled_as_it_was_typed() {
    let rules = DialRules { home: Region::from_code("CN"), ..DialRules::default() };
    assert_eq!(rules.apply_to_text("1001"), "1001");
    assert_eq!(rules.apply_to_text("*72#"), "*72#");
    assert_eq!(rules.apply_to_text("139 1234-5678"), "13912345678");
    assert_eq!(rules.apply_to_text("call me"), "");
}
