use super::*;

fn shown(text: &str) -> String {
    match Target::parse(text) {
        Ok(Target { shown, address, after }) => {
            let to = match address {
                Address::User(user) if user == shown => String::new(),
                Address::User(user) => format!(" user {user}"),
                Address::Uri(uri) if uri == shown => " uri".to_owned(),
                Address::Uri(uri) => format!(" uri {uri}"),
            };
            let after = if after.is_empty() { after } else { format!(" then {after}") };
            format!("{shown}{to}{after}")
        }
        Err(problem) => problem.text().key,
    }
}

#[test]
fn reads_numbers_in_every_spelling() {
    for (given, expected) in [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("  138\u{a0}0013\u{3000}8000\t", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("＋８６　１３８－００１３－８０００", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("(+86) 10-8888 6666", "+861088886666"),
        ("（010）88886666", "01088886666"),
        ("010.8888.6666", "01088886666"),
        ("010–8888—6666", "01088886666"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+39 (0)6 698 1234", "+39066981234"),
        ("0044 20 7946 0958", "00442079460958"),
        ("\u{202d}+86 138 0013 8000\u{202c}", "+8613800138000"),
        ("\u{feff}10086", "10086"),
        ("٠١٢٣", "0123"),
        ("9196", "9196"),
        ("0", "0"),
        ("*97", "*97"),
        ("*72 138 0013 8000", "*7213800138000"),
        ("#31#13800138000", "#31#13800138000"),
        ("＊97", "*97"),
        ("100#", "100#"),
        ("tel:+86-10-8888-6666", "+861088886666"),
        ("TEL:10086", "10086"),
        ("tel:%2B8610%2088886666", "+861088886666"),
        ("tel:8888;phone-context=+8610", "8888"),
        ("callto://+8613800138000", "+8613800138000"),
    ] {
        assert_eq!(shown(given), expected, "{given:?}");
    }
}

#[test]
fn keeps_what_is_dialled_after_the_answer() {
    for (given, expected) in [
        ("010-88886666转8001", "01088886666 then ,8001"),
        ("010-88886666 分机 8001", "01088886666 then ,8001"),
        ("+1 415 555 2671 ext. 12", "+14155552671 then ,12"),
        ("+1 415 555 2671 x12", "+14155552671 then ,12"),
        ("10086,,1#", "10086 then ,,1#"),
        ("tel:+861088886666;ext=12", "+861088886666 then ,12"),
        ("10086x", "problemNumberInvalid"),
        ("10086,", "problemNumberInvalid"),
        ("x12", "problemNumberInvalid"),
        ("10086,abc", "problemNumberInvalid"),
    ] {
        assert_eq!(shown(given), expected, "{given:?}");
    }
}

#[test]
fn reads_sip_uris() {
    for (given, expected) in [
        ("sip:bob@pbx.test", "sip:bob@pbx.test uri"),
        ("SIP:bob@pbx.test;transport=ws", "sip:bob@pbx.test;transport=ws uri"),
        ("sips:bob@pbx.test:5061", "sips:bob@pbx.test:5061 uri"),
        ("bob@pbx.test", "sip:bob@pbx.test uri"),
        ("sip:bob", "bob"),
        ("sip:%E7%8E%8B@pbx.test", "sip:%E7%8E%8B@pbx.test uri"),
        ("sip:*97", "*97"),
    ] {
        assert_eq!(shown(given), expected, "{given:?}");
    }
}

#[test]
fn refuses_the_rest_with_the_right_words() {
    for (given, expected) in [
        ("", "problemNumberEmpty"),
        (" \t\u{3000}", "problemNumberEmpty"),
        ("\u{202e}", "problemNumberEmpty"),
        ("abc", "problemNumberInvalid"),
        ("1-800-FLOWERS", "problemNumberInvalid"),
        ("+", "problemNumberInvalid"),
        ("138+0013", "problemNumberInvalid"),
        ("--", "problemNumberInvalid"),
        ("*", "problemNumberInvalid"),
        ("**", "problemNumberInvalid"),
        ("13800138000\r\n", "problemNumberInvalid"),
        ("138\r\nX-Evil: 1", "problemNumberInvalid"),
        ("138\0", "problemNumberInvalid"),
        ("*#06#", "problemNumberIsDeviceCode"),
        ("*＃06＃", "problemNumberIsDeviceCode"),
        ("**21*123#", "problemNumberIsDeviceCode"),
        ("##002#", "problemNumberIsDeviceCode"),
        ("*100#", "problemNumberIsDeviceCode"),
        ("http://pbx.test", "problemNumberInvalid"),
        ("javascript:alert(1)", "problemNumberInvalid"),
        ("sip:", "problemNumberInvalid"),
        ("sip:@pbx.test", "problemNumberInvalid"),
        ("sip:bob@", "problemNumberInvalid"),
        ("sip:bob@a@b", "problemNumberInvalid"),
        ("sip:bob@pbx.test?Replaces=1", "problemNumberInvalid"),
        ("sip:bob@pbx.test>\"", "problemNumberInvalid"),
        ("sip:bob%0d%0aX:1@pbx.test", "problemNumberInvalid"),
        ("sip:%zz@pbx.test", "problemNumberInvalid"),
        ("sip:b ob@pbx.test", "problemNumberInvalid"),
        ("tel:%0d%0a123", "problemNumberInvalid"),
        ("12 34 元", "problemNumberInvalid"),
    ] {
        assert_eq!(shown(given), expected, "{given:?}");
    }
    assert_eq!(shown(&"1".repeat(200)), "problemNumberTooLong");
    assert_eq!(shown(&format!("1,{}", "1".repeat(200))), "problemNumberTooLong");
    assert_eq!(shown(&format!("sip:{}@a", "b".repeat(300))), "problemNumberTooLong");
}

#[test]
fn words_of_a_problem_are_short() {
    let Err(Problem::NumberInvalid { number }) = Target::parse(&"é".repeat(5000)) else { panic!("taken") };
    assert!(number.chars().count() <= 40);
}
