//! RFC 4475's torture messages and RFC 5118's for IPv6, as fixtures in `tests/torture`, each with the verdict that its RFC gives.

use patchcord_sip::message::{Check, Contacts, HeaderName as H, Message, Method, Refusal, Request, Response, Verdict, check};

use Verdict::{Accept, Discard, Reject};

fn read(rfc: &str, name: &str) -> Vec<u8> {
    let path = format!("{}/../../tests/torture/{rfc}/{name}.dat", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn verdict(rfc: &str, name: &str) -> Check {
    check(&read(rfc, name))
}

fn expect_all(rfc: &str, table: &[(&str, Verdict)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(name, expected)| (name, expected, verdict(rfc, name)))
        .filter(|(_, expected, found)| found.verdict != **expected)
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong: {wrong:#?}", wrong.len(), table.len());
}

/// RFC 4475 3.1.1.
const VALID: [(&str, Verdict); 13] = [
    ("wsinv", Accept),
    ("intmeth", Accept),
    ("esc01", Accept),
    ("escnull", Accept),
    ("esc02", Accept),
    ("lwsdisp", Accept),
    ("longreq", Accept),
    ("dblreq", Accept),
    ("semiuri", Accept),
    ("transports", Accept),
    ("mpart01", Accept),
    ("unreason", Accept),
    ("noreason", Accept),
];

/// RFC 4475 3.1.2. Where the RFC leaves a choice, ours is to refuse, here where each message is judged to the letter.
const INVALID: [(&str, Verdict); 19] = [
    ("badinv01", Reject(400)),
    ("clerr", Reject(400)),
    ("ncl", Reject(400)),
    ("scalar02", Reject(400)),
    ("scalarlg", Discard),
    ("quotbal", Reject(400)),
    ("ltgtruri", Reject(400)),
    ("lwsruri", Reject(400)),
    ("lwsstart", Reject(400)),
    ("trws", Reject(400)),
    ("escruri", Reject(400)),
    ("baddate", Reject(400)),
    ("regbadct", Reject(400)),
    ("badaspec", Reject(400)),
    ("baddn", Reject(400)),
    ("badvers", Reject(505)),
    ("mismatch01", Reject(400)),
    ("mismatch02", Reject(501)),
    ("bigcode", Discard),
];

/// RFC 4475 3.2 to 3.4.
const APPLICATION: [(&str, Verdict); 17] = [
    ("badbranch", Reject(400)),
    ("insuf", Reject(400)),
    ("unkscm", Reject(416)),
    ("novelsc", Reject(416)),
    ("unksm2", Reject(400)),
    ("bext01", Reject(420)),
    ("invut", Reject(415)),
    // The unknown scheme is as good as no Authorization; whether a registrar then asks for one is its own affair.
    ("regaut01", Accept),
    ("multi01", Reject(400)),
    ("mcl01", Reject(400)),
    ("bcast", Discard),
    ("zeromf", Accept),
    ("cparam01", Accept),
    ("cparam02", Accept),
    ("regescrt", Accept),
    ("sdp01", Reject(406)),
    ("inv2543", Accept),
];

/// RFC 5118 section 4.
const IPV6: [(&str, Verdict); 12] = [
    ("ipv6-good", Accept),
    ("ipv6-bad", Reject(400)),
    ("port-ambiguous", Accept),
    ("port-unambiguous", Accept),
    ("via-received-param-with-delim", Accept),
    ("via-received-param-no-delim", Accept),
    ("ipv6-in-sdp", Accept),
    ("mult-ip-in-header", Accept),
    ("mult-ip-in-sdp", Accept),
    ("ipv4-mapped-ipv6", Accept),
    ("ipv6-bug-abnf-3-colons", Accept),
    ("ipv6-correct-abnf-2-colons", Accept),
];

#[test]
fn every_fixture_has_a_verdict_here() {
    for (rfc, known) in [("rfc4475", 49), ("rfc5118", IPV6.len())] {
        let folder = format!("{}/../../tests/torture/{rfc}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).unwrap().filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "dat"));
        assert_eq!(files.count(), known);
    }
    assert_eq!(VALID.len() + INVALID.len() + APPLICATION.len(), 49);
}

#[test]
fn valid_messages_are_accepted() {
    expect_all("rfc4475", &VALID);
}

#[test]
fn invalid_messages_are_answered_as_the_rfc_says() {
    expect_all("rfc4475", &INVALID);
}

#[test]
fn application_level_messages_are_handled_as_the_rfc_says() {
    expect_all("rfc4475", &APPLICATION);
}

#[test]
fn ipv6_messages_are_handled_as_the_rfc_says() {
    expect_all("rfc5118", &IPV6);
}

/// What is printed of a message is read again as the same message.
#[test]
fn accepted_messages_survive_printing() {
    let mut count = 0;
    for (rfc, name) in
        VALID.iter().chain(&APPLICATION).map(|(name, _)| ("rfc4475", name)).chain(IPV6.iter().map(|(name, _)| ("rfc5118", name)))
    {
        let Ok(message) = Message::parse_bytes(&read(rfc, name)) else { continue };
        let again = Message::parse_bytes(&message.to_bytes()).unwrap_or_else(|refused| panic!("{name}: {refused}"));
        let lines = |message: &Message| {
            message
                .headers()
                .iter()
                .filter(|(name, _)| *name != H::ContentLength)
                .map(|(name, value)| (name.as_str().to_owned(), value.to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(&message), lines(&again), "{name}");
        assert_eq!(message.body(), again.body(), "{name}");
        assert_eq!(message.to_bytes(), again.to_bytes(), "{name}");
        count += 1;
    }
    // 13, 13 (all but badbranch, insuf, multi01, mcl01), 11.
    assert_eq!(count, 37);
}

/// Each 400 can be sent: it holds what the request had to be copied, and is itself well-formed where the request's own headers were.
#[test]
fn refusals_can_be_sent() {
    for (name, expected) in INVALID.iter().chain(&APPLICATION) {
        let Err(refused) = Message::parse_bytes(&read("rfc4475", name)) else { continue };
        let response = refused.response("totag");
        assert_eq!(response.is_some(), matches!(expected, Reject(_)), "{name}");
        let Some(response) = response else { continue };
        let frame = response.finish().unwrap();
        let Refusal::Answer(status) = refused.refusal else { panic!("{name}") };
        assert!(frame.starts_with(&format!("SIP/2.0 {status} ")), "{name}: {frame}");
        assert!(frame.contains("\r\nVia: "), "{name}: {frame}");
        assert_eq!(*expected, Reject(status), "{name}");
    }
}

fn request(rfc: &str, name: &str) -> Request {
    match Message::parse_bytes(&read(rfc, name)) {
        Ok(Message::Request(request)) => request,
        other => panic!("{name}: {other:?}"),
    }
}

fn response(name: &str) -> Response {
    match Message::parse_bytes(&read("rfc4475", name)) {
        Ok(Message::Response(response)) => response,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn wsinv_means_what_the_rfc_says() {
    let request = request("rfc4475", "wsinv");
    assert_eq!(request.method(), &Method::Invite);
    assert_eq!(request.uri().to_string(), "sip:vivekg@chair-dnrc.example.com;unknownparam");
    assert_eq!(request.uri().param("unknownparam"), Some(""));
    let to = request.to().unwrap();
    assert_eq!((to.uri().user(), to.uri().host(), to.tag()), ("vivekg", "chair-dnrc.example.com", Some("1918181833n")));
    let from = request.from().unwrap();
    assert_eq!(from.display_name(), "J Rosenberg \\\"");
    assert_eq!((from.uri().as_str(), from.tag()), ("sip:jdrosen@example.com", Some("98asjd8")));
    assert_eq!(request.number(H::MaxForwards), Some(68));
    assert_eq!(request.call_id(), "wsinv.ndaksdj@192.0.2.1");
    assert_eq!(request.cseq().unwrap().number, 9);
    let vias: Vec<_> = request.vias().map(Result::unwrap).map(|via| (via.transport(), via.host(), via.branch().unwrap())).collect();
    assert_eq!(
        vias,
        [("UDP", "192.0.2.2", "390skdjuw"), ("TCP", "spindle.example.com", "z9hG4bK9ikj8"), ("UDP", "192.168.255.111", "z9hG4bK30239")]
    );
    assert_eq!(request.get("subject"), Some(""));
    // The line break and each white space around it stand for one space (RFC 3261 25.1, LWS).
    let fangled: Vec<_> = request.get("NewFangledHeader").unwrap().split_whitespace().collect();
    assert_eq!(fangled.join(" "), "newfangled value continued newfangled value");
    assert_eq!(request.get("unknownheaderwithunusualvalue"), Some(";;,,;;,;"));
    let route = request.addresses(H::Route).next().unwrap();
    assert_eq!(route.uri().host(), "services.example.com");
    assert_eq!(route.uri().params().iter().collect::<Vec<_>>(), [("lr", None), ("unknownwith", Some("value")), ("unknown-no-value", None)]);
    let contact = request.contact().unwrap();
    assert_eq!(contact.display_name(), "Quoted string \"\"");
    assert_eq!(contact.params().iter().collect::<Vec<_>>(), [("newparam", Some("newvalue")), ("secondparam", None), ("q", Some("0.33"))]);
    assert!(request.content_type().unwrap().unwrap().is("application", "sdp"));
    assert_eq!(request.body().len(), 150);
}

#[test]
fn intmeth_means_what_the_rfc_says() {
    let request = request("rfc4475", "intmeth");
    assert_eq!(request.method().as_str(), "!interesting-Method0123456789_*+`.%indeed'~");
    assert_eq!(request.uri().user(), "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    assert_eq!(request.uri().view().password(), "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
    assert_eq!(request.uri().host(), "example.com");
    assert_eq!(request.via().unwrap().branch(), Some("z9hG4bK-.!%66*_+`'~"));
    assert_eq!(request.to().unwrap().display_name(), "BEL:\u{7} NUL:\0 DEL:\u{7f}");
    let from = request.from().unwrap();
    assert_eq!(from.display_name(), "token1~` token2'+_ token3*%!.-");
    assert_eq!(from.params().unquoted("fromParam''~+*_!.-%").unwrap(), "работающий");
    assert_eq!(from.tag(), Some("_token~1'+`*%!-."));
    assert_eq!(request.call_id(), "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{");
    assert_eq!(request.cseq().unwrap().number, 139_122_385);
    assert_eq!(request.number(H::MaxForwards), Some(255));
    assert_eq!(request.get("extensionHeader-!.%*+_`'~"), Some("\u{feff}大停電"));
}

#[test]
fn escapes_mean_what_the_rfc_says() {
    let esc01 = request("rfc4475", "esc01");
    assert_eq!(esc01.uri().user_unescaped(), "sips:user@example.com");
    assert_eq!(esc01.uri().host(), "example.net");
    assert_eq!(esc01.to().unwrap().uri().user_unescaped(), "user");
    assert_eq!(esc01.from().unwrap().uri().user_unescaped(), "I have spaces");
    let contact = esc01.contact().unwrap();
    assert_eq!(contact.uri().user_unescaped(), "caller");
    assert!(contact.uri().equivalent("sip:caller@host5.example.net;lr;name=value%2541".parse::<patchcord_sip::Uri>().unwrap().view()));

    let escnull = request("rfc4475", "escnull");
    assert_eq!(escnull.to().unwrap().uri().user_unescaped(), "null-\0-null");
    let Contacts::Some(contacts) = escnull.contacts() else { panic!() };
    assert_eq!(contacts.iter().map(|contact| contact.uri().user_unescaped().len()).collect::<Vec<_>>(), [1, 2]);

    let esc02 = request("rfc4475", "esc02");
    assert_eq!(esc02.method().as_str(), "RE%47IST%45R");
    assert_eq!(esc02.to().unwrap().display_name(), "%Z%45");
    let Contacts::Some(contacts) = esc02.contacts() else { panic!() };
    assert_eq!(contacts.len(), 2);
    assert_eq!(esc02.get("C%6Fntact"), Some("<sip:alias2@host2.example.com>"));
}

#[test]
fn the_other_valid_ones_mean_what_the_rfc_says() {
    let from = request("rfc4475", "lwsdisp");
    let from = from.from().unwrap();
    assert_eq!((from.display_name().as_ref(), from.uri().user()), ("caller", "caller"));

    let longreq = request("rfc4475", "longreq");
    let to = longreq.to().unwrap();
    assert_eq!(to.display_name(), format!("I have a user name of {} proportion", "extreme".repeat(10)));
    assert_eq!(to.uri().port(), Some(6000));
    assert_eq!(to.uri().param("unknownparam1").unwrap(), format!("very{}value", "long".repeat(20)));
    assert_eq!(longreq.from().unwrap().tag().unwrap(), format!("12{}424", "982".repeat(50)));
    let vias: Vec<_> = longreq.vias().map(Result::unwrap).collect();
    assert_eq!(vias.len(), 34);
    assert_eq!((vias[11].host(), vias[33].params().get("received")), ("sip22.example.com", Some("192.0.2.5")));

    let dblreq = request("rfc4475", "dblreq");
    assert_eq!(dblreq.method(), &Method::Register);
    assert_eq!(dblreq.body(), b"");

    let semiuri = request("rfc4475", "semiuri");
    assert_eq!(semiuri.uri().user_unescaped(), "user;par=u@example.net");
    assert_eq!((semiuri.uri().host(), semiuri.uri().params().as_str()), ("example.com", ""));
    assert_eq!(semiuri.values(H::Accept).count(), 6);

    let transports = request("rfc4475", "transports");
    let names: Vec<_> = transports.vias().map(|via| via.unwrap().transport()).collect();
    assert_eq!(names, ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"]);

    let mpart01 = request("rfc4475", "mpart01");
    assert_eq!(mpart01.body().len(), 553);
    assert_eq!(mpart01.content_type().unwrap().unwrap().params.get("boundary"), Some("7a9cbec02ceef655"));

    let unreason = response("unreason");
    assert_eq!((unreason.status(), unreason.reason()), (200, "= 2**3 * 5**2 но сто девяносто девять - простое"));
    let noreason = response("noreason");
    assert_eq!((noreason.status(), noreason.reason()), (100, ""));
}

#[test]
fn application_level_messages_mean_what_the_rfc_says() {
    let cparam01 = request("rfc4475", "cparam01");
    let contact = cparam01.contact().unwrap();
    assert!(contact.params().has("unknownparam") && !contact.uri().params().has("unknownparam"));
    let cparam02 = request("rfc4475", "cparam02");
    let contact = cparam02.contact().unwrap();
    assert!(!contact.params().has("unknownparam") && contact.uri().params().has("unknownparam"));
    let regescrt = request("rfc4475", "regescrt");
    let contact = regescrt.contact().unwrap();
    assert_eq!(contact.uri().headers().collect::<Vec<_>>(), [("Route", "%3Csip:sip.example.com%3E")]);
    let unksm2 = request("rfc4475", "unksm2");
    assert_eq!(unksm2.to().unwrap().uri().scheme(), "isbn");
    assert_eq!(unksm2.contact().unwrap().uri().as_str(), "name:John_Smith");
    let inv2543 = request("rfc4475", "inv2543");
    assert_eq!(inv2543.via().unwrap().branch(), None);
    assert_eq!(inv2543.from().unwrap().tag(), None);
    // In an addr-spec without angle brackets, parameters are the header's.
    let to = inv2543.to().unwrap();
    assert_eq!((to.param("user"), to.uri().params().as_str()), (Some("phone"), ""));
    assert!(inv2543.text().ends_with("m=audio 49217 RTP/AVP 0\r\n"));
    let bext01 = request("rfc4475", "bext01");
    assert_eq!(bext01.values(H::Require).collect::<Vec<_>>(), ["nothingSupportsThis", "nothingSupportsThisEither"]);
}

#[test]
fn ipv6_messages_mean_what_the_rfc_says() {
    let ambiguous = request("rfc5118", "port-ambiguous");
    assert_eq!((ambiguous.uri().host(), ambiguous.uri().port()), ("[2001:db8::10:5070]", None));
    let unambiguous = request("rfc5118", "port-unambiguous");
    assert_eq!((unambiguous.uri().host(), unambiguous.uri().port()), ("[2001:db8::10]", Some(5070)));
    for (name, received) in [("via-received-param-with-delim", "[2001:db8::9:255]"), ("via-received-param-no-delim", "2001:db8::9:255")] {
        let request = request("rfc5118", name);
        let via = request.via().unwrap();
        assert_eq!((via.host(), via.params().get("received")), ("[2001:db8::9:1]", Some(received)));
    }
    let header = request("rfc5118", "mult-ip-in-header");
    let vias: Vec<_> = header.vias().map(|via| via.unwrap()).map(|via| (via.host(), via.port())).collect();
    assert_eq!(vias, [("[2001:db8::9:1]", Some(6050)), ("192.0.2.1", None), ("[2001:db8::9:255]", None)]);
    let mapped = request("rfc5118", "ipv4-mapped-ipv6");
    assert_eq!(mapped.via().unwrap().host(), "[::ffff:192.0.2.10]");
    let colons = request("rfc5118", "ipv6-bug-abnf-3-colons");
    assert_eq!(colons.uri().host(), "[2001:db8:::192.0.2.1]");
}
