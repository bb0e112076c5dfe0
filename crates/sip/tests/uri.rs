//! URIs and addresses.

use patchcord_sip::Uri;
use patchcord_sip::message::{NameAddr, NameAddrRef};

fn uri(text: &str) -> Uri {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn parts() {
    let whole = uri("sips:al%20ice;day=tuesday:p%40ss@[2001:db8::1]:5061;lr;transport=WS;x=%3d?subject=a%20b&to=c");
    assert_eq!((whole.scheme(), whole.user(), whole.view().password()), ("sips", "al%20ice;day=tuesday", "p%40ss"));
    assert_eq!(whole.user_unescaped(), "al ice;day=tuesday");
    assert_eq!((whole.host(), whole.port()), ("[2001:db8::1]", Some(5061)));
    assert_eq!(
        (whole.param("LR"), whole.param("transport"), whole.param("x"), whole.param("y")),
        (Some(""), Some("WS"), Some("%3d"), None)
    );
    assert_eq!(whole.headers().collect::<Vec<_>>(), [("subject", "a%20b"), ("to", "c")]);
    assert_eq!(whole.without_headers().to_string(), "sips:al%20ice;day=tuesday:p%40ss@[2001:db8::1]:5061;lr;transport=WS;x=%3d");
    assert_eq!(whole.without_params().to_string(), "sips:al%20ice;day=tuesday:p%40ss@[2001:db8::1]:5061");
    assert_eq!(uri("sip:a@b?x=y").without_params().to_string(), "sip:a@b");
    assert_eq!(uri("sip:a@b?x=y").with_param("lr", "").unwrap().to_string(), "sip:a@b;lr?x=y");
    assert_eq!(uri("sip:b").user(), "");
}

#[test]
fn well_formed() {
    for text in [
        "sip:a",
        "SIP:A@B.",
        "sip:a@1.2.3.4:5060",
        "sip:+1-212-555-1212:1234@gateway.com;user=phone",
        "sip:%E4%BD%A0@example.com",
        "sip:&=+$,;?/@example.com",
        "sip:host_with_underscore.local",
        "sip:a@[::1]",
        "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
        "sip:a@b;p[]/:&+$",
        "sip:a@b?h[]/?:+$=",
        "sip:*31#@b",
        "sip:b;lr;vsf=dGVzdA==",
        "tel:+86-10-1234(567)",
        "tel:863-1234;phone-context=+1-914-555",
        "tel:*31#",
        "urn:service:sos",
        "http://example.com/a?b=c#d",
        "name:John_Smith",
    ] {
        let parsed = uri(text);
        assert_eq!(parsed.to_string(), text);
        assert_eq!(uri(&parsed.to_string()), parsed);
    }
}

#[test]
fn malformed() {
    for text in [
        "",
        "a",
        "a@b",
        "sip:",
        "sip:@b",
        "sip:a@",
        "sip:a@@b",
        "sip:a b@c",
        "sip:a@b c",
        "sip:a@b:",
        "sip:a@b:65536",
        "sip:a@b:x",
        "sip:a@b;",
        "sip:a@b;x=",
        "sip:a@b;=x",
        "sip:a@b;;x",
        "sip:a@b?x",
        "sip:a@b?=x",
        "sip:a@b?",
        "sip:a%@b",
        "sip:a%2@b",
        "sip:a%zz@b",
        "sip:a@-b",
        "sip:a@b..c",
        "sip:a@.b",
        "sip:a@[::1",
        "sip:a@[1.2.3.4]",
        "sip:a@[fe80::1%25eth0]",
        "sip:2001:db8::10",
        "sip:<a@b>",
        "sip:a@b>",
        "sip:你@b",
        "sip:a\"@b",
        "1sip:a@b",
        "tel:",
        "tel:+",
        "tel:()",
        "tel:+12a",
        "tel:12;x=",
        "x:",
        "x:a b",
        "sip:a@b\r\nX: y",
        "sip:a\0@b",
    ] {
        assert!(text.parse::<Uri>().is_err(), "{text:?} was taken");
    }
    assert!(format!("sip:{}@b", "a".repeat(9000)).parse::<Uri>().is_err());
}

#[test]
fn made_uris_escape_what_they_must() {
    assert_eq!(Uri::sip("1001", "pbx.test").unwrap().to_string(), "sip:1001@pbx.test");
    assert_eq!(Uri::sip("a@b c%", "pbx.test:5060;transport=ws").unwrap().to_string(), "sip:a%40b%20c%25@pbx.test:5060;transport=ws");
    assert_eq!(Uri::sip("a@b c%\r\n你", "x").unwrap().user_unescaped(), "a@b c%\r\n你");
    assert_eq!(Uri::sip("", "pbx.test").unwrap().to_string(), "sip:pbx.test");
    assert!(Uri::sip("a", "b c").is_err());
    assert!(Uri::sip("a", "").is_err());
    assert!(Uri::sip("a", "b\r\nX: y").is_err());
    let with = uri("sip:a@b;x=1;y").with_param("X", "a=b;c").unwrap();
    assert_eq!(with.to_string(), "sip:a@b;y;X=a%3Db%3Bc");
}

/// The examples of RFC 3261 19.1.4, and TEL URIs (RFC 3966 section 4).
#[test]
fn equivalence() {
    for (a, b) in [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        ("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x"),
        ("tel:+1-212-555-1212", "tel:+1(212)5551212"),
        ("sip:s;a;a=b", "sip:s;a;a=b"),
    ] {
        assert!(uri(a).equivalent(&uri(b)), "{a} {b}");
        assert!(uri(b).equivalent(&uri(a)), "{b} {a}");
    }
    for (a, b) in [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:a@b", "sips:a@b"),
        ("sip:a@b", "sip:b"),
        ("sip:a:x@b", "sip:a@b"),
        ("tel:+1", "tel:1"),
        ("tel:1;phone-context=+86", "tel:1"),
    ] {
        assert!(!uri(a).equivalent(&uri(b)), "{a} {b}");
        assert!(!uri(b).equivalent(&uri(a)), "{b} {a}");
    }
}

#[test]
fn addresses() {
    for (text, name, address, params) in [
        ("\"A. \\\"Al\\\" \\\\ B\" <sip:a@b;x>;tag=1", "A. \"Al\" \\ B", "sip:a@b;x", ";tag=1"),
        ("<sip:a@b>", "", "sip:a@b", ""),
        ("sip:a@b;tag=1;x", "", "sip:a@b", ";tag=1;x"),
        ("Alice Smith <sip:a@b>", "Alice Smith", "sip:a@b", ""),
        ("Alice<sip:a@b> ; x = \"<;,>\"", "Alice", "sip:a@b", "; x = \"<;,>\""),
        ("\"\"<sip:a@b>", "", "sip:a@b", ""),
        ("\"你好\" <tel:+86>", "你好", "tel:+86", ""),
        // RFC 4475 3.1.2.15: a reader may infer the quotes.
        ("你 好<sip:a@b>", "你 好", "sip:a@b", ""),
        ("Bell, Alexander (Sales) <sip:a@b>;tag=1", "Bell, Alexander (Sales)", "sip:a@b", ";tag=1"),
        ("sip:c@d <sip:a@b>", "sip:c@d", "sip:a@b", ""),
        ("\t \"J \\\"\"  \t<sip:a@b>  ", "J \"", "sip:a@b", ""),
    ] {
        let parsed = NameAddrRef::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((parsed.display_name().as_ref(), parsed.uri().as_str()), (name, address), "{text}");
        assert_eq!(parsed.params().as_str().trim(), params, "{text}");
        let owned = parsed.to_name_addr();
        assert_eq!(owned.to_string().parse::<NameAddr>().unwrap(), owned);
        assert_eq!(owned.to_string(), parsed.to_string());
    }
    for text in [
        "",
        "<sip:a@b",
        "sip:a@b>",
        "\"Alice <sip:a@b>",
        "\"Alice\" sip:a@b",
        "Alice sip:a@b",
        "<sip:a@b> x",
        "<sip:a@b>;",
        "<sip:a@b>;;x",
        "<sip:a@b>;x=",
        "<sip:a@b>;x=\"y",
        "<sip:a@b>;x y",
        "< sip:a@b>",
        "sip:a@b?x=y",
        "<>",
        "*",
    ] {
        assert!(NameAddrRef::parse(text).is_err(), "{text:?} was taken");
    }
}

#[test]
fn a_tag_is_replaced() {
    let address: NameAddr = "\"A\" <sip:a@b>;x=1;TAG=old;y".parse().unwrap();
    assert_eq!(address.tag(), Some("old"));
    let tagged = address.with_tag("new");
    assert_eq!(tagged.tag(), Some("new"));
    assert_eq!(tagged.to_string(), "\"A\" <sip:a@b>;x=1;y;tag=new");
}
