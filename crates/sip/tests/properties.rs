//! What holds for every input: parse∘print is the identity on meaning, arbitrary bytes never panic, hostile sizes cost linear time.

#![allow(clippy::unwrap_used, reason = "a test")]

use patchcord_sip::Uri;
use patchcord_sip::digest::{Algorithm, Challenge, Credentials, Hash, Offer, Proof, Response as Answer};
use patchcord_sip::message::{
    Builder, CSeq, Contacts, HeaderName as H, MediaType, Message, Method, NameAddr, NameAddrRef, RAck, RetryAfter, Valued, Verdict, Via,
    Warning, check, unescape, unquote,
};
use proptest::prelude::*;

/// Text of any kind, with the characters that matter often among it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,24}", "[ -~]{0,24}", "[\"\\\\<>;,=?@:% \t\\[\\]a-c1.]{0,24}", "(sip|sips|tel):[a-z%@:;?=&\\[\\].0-9]{0,30}"]
}

fn token() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9.!%*_+`'~-]{1,12}"
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9]{0,8}(\\.[a-z0-9]{1,8}){0,3}",
        any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
        any::<std::net::Ipv6Addr>().prop_map(|address| format!("[{address}]")),
    ]
}

fn uri() -> impl Strategy<Value = Uri> {
    let params = prop::collection::vec(("[a-zA-Z][a-zA-Z0-9-]{0,6}", prop::option::of(".{1,6}")), 0..4);
    (".{0,12}", host(), any::<Option<u16>>(), params).prop_map(|(user, host, port, params)| {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let mut uri = Uri::sip(&user, &format!("{host}{port}")).unwrap();
        for (name, value) in params {
            uri = uri.with_param(&name, &value.unwrap_or_default()).unwrap();
        }
        uri
    })
}

/// What a display name may be: no control character.
fn display_name() -> impl Strategy<Value = String> {
    "[^\\p{Cc}]{0,16}"
}

/// A header value as a builder takes it, trimmed.
fn value() -> impl Strategy<Value = String> {
    "[^\\p{Cc}]{0,40}".prop_map(|value| value.trim_matches([' ', '\t']).to_owned())
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    let hash = prop_oneof![Just(Hash::Md5), Just(Hash::Sha256), Just(Hash::Sha512_256)];
    (hash, any::<bool>()).prop_map(|(hash, session)| Algorithm { hash, session })
}

/// Calls every reader with the same text.
fn read_all(text: &str) {
    let _ = Uri::parse(text).map(|uri| (uri.without_params(), uri.without_headers(), uri.with_param("a", "b"), uri.equivalent(&uri)));
    let _ = NameAddr::parse(text).map(|address| address.with_tag("t").to_string());
    let _ = Via::parse(text).map(|via| via.branch().map(str::len));
    let _ =
        (CSeq::parse(text), RAck::parse(text), Valued::parse(text), MediaType::parse(text), RetryAfter::parse(text), Warning::parse(text));
    let _ = (unquote(text), unescape(text), Method::parse(text), H::parse(text).is_list());
    let _ = (Offer::parse(text), Answer::parse(text));
    if let Ok(message) = Message::parse(text) {
        touch(&message);
    }
    judge(text.as_bytes());
}

/// Strictness only takes away: what is not even read is never accepted.
fn judge(bytes: &[u8]) {
    let accepted = check(bytes).verdict == Verdict::Accept;
    assert!(!accepted || Message::parse_bytes(bytes).is_ok());
}

/// Calls every view of a message.
fn touch(message: &Message) {
    let headers = message.headers();
    headers.vias().for_each(|via| assert!(!via.unwrap().host().is_empty()));
    let _ = (headers.from().unwrap(), headers.to().unwrap(), headers.cseq().unwrap(), headers.call_id());
    let _ = (headers.contact(), headers.contacts(), headers.rack(), headers.content_type(), headers.retry_after());
    let _ = (headers.reasons().count(), headers.warnings().count(), headers.body().len(), headers.text().len());
    for (name, _) in headers.iter() {
        let _ = (headers.get(name), headers.number(name), headers.valued(name), headers.address(name));
        let _ = (headers.addresses(name).count(), headers.values(name).count());
    }
    assert!(Message::parse_bytes(&message.to_bytes()).is_ok(), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn uris_survive_printing(uri in uri()) {
        let again: Uri = uri.to_string().parse().unwrap();
        prop_assert_eq!(&again, &uri);
        prop_assert!(again.equivalent(&uri));
    }

    #[test]
    fn made_uris_keep_the_user(user in ".{1,12}", host in host()) {
        let uri = Uri::sip(&user, &host).unwrap();
        prop_assert_eq!(uri.user_unescaped(), user.as_str());
        prop_assert_eq!(uri.host(), host.as_str());
    }

    #[test]
    fn whatever_is_taken_for_a_uri_survives_printing(text in text()) {
        if let Ok(uri) = Uri::parse(&text) {
            prop_assert_eq!(uri.to_string(), text);
            let parts = uri.without_headers();
            prop_assert_eq!(&parts.to_string().parse::<Uri>().unwrap(), &parts);
            let parts = uri.without_params();
            prop_assert_eq!(&parts.to_string().parse::<Uri>().unwrap(), &parts);
        }
    }

    #[test]
    fn addresses_survive_printing(name in display_name(), uri in uri(), tag in token()) {
        let address = NameAddr::new(&name, uri.clone()).with_tag(&tag);
        let printed = address.to_string();
        let again = NameAddrRef::parse(&printed).unwrap();
        prop_assert_eq!(again.display_name(), name.as_str());
        prop_assert_eq!(again.uri().to_uri(), uri);
        prop_assert_eq!(again.tag(), Some(tag.as_str()));
        prop_assert_eq!(again.to_name_addr(), address);
    }

    #[test]
    fn whatever_is_taken_for_an_address_survives_printing(text in text()) {
        if let Ok(address) = NameAddr::parse(&text) {
            prop_assert_eq!(address.to_string().parse::<NameAddr>().unwrap(), address);
        }
    }

    #[test]
    fn messages_survive_printing(
        target in uri(),
        names in prop::collection::vec(display_name(), 2),
        tags in prop::collection::vec(token(), 3),
        number in any::<u32>(),
        extra in prop::collection::vec((token(), value()), 0..6),
        body in ".{0,64}",
    ) {
        let target = target.without_headers();
        let mut builder = Builder::request(&Method::Info, &target)
            .header(H::Via, &format!("SIP/2.0/WSS x.invalid;branch=z9hG4bK{}", tags[0]))
            .address(H::From, &names[0], &target, &tags[1])
            .address(H::To, &names[1], &target, "")
            .header(H::CallId, &tags[2])
            .cseq(number, &Method::Info)
            .body("text/plain;charset=utf-8", &body);
        for (name, value) in &extra {
            builder = builder.header(format!("X-{name}").as_str(), value);
        }
        let frame = builder.finish().unwrap();
        let message = Message::parse(frame.as_str()).unwrap();
        prop_assert_eq!(message.to_frame(), frame);
        touch(&message);
        let Message::Request(request) = &message else { panic!() };
        prop_assert_eq!(request.uri(), &target);
        prop_assert_eq!(request.cseq().unwrap().number, number);
        prop_assert_eq!(request.from().unwrap().display_name(), names[0].as_str());
        prop_assert_eq!(request.from().unwrap().tag(), Some(tags[1].as_str()));
        prop_assert_eq!(request.text(), &body);
        for (name, value) in &extra {
            let name = format!("x-{name}");
            let kept = request.get_all(H::parse(&name)).any(|found| found == value);
            prop_assert!(kept, "{} is lost", name);
        }
        let response = Builder::response(request, 200, "", "mine").finish().unwrap();
        let Ok(Message::Response(response)) = Message::parse(response) else { panic!() };
        prop_assert_eq!(response.to().unwrap().tag(), Some("mine"));
        prop_assert_eq!(response.from().unwrap(), request.from().unwrap());
    }

    #[test]
    fn challenges_survive_printing(
        realm in display_name(), nonce in display_name(), opaque in prop::option::of(display_name()), algorithm in algorithm(),
        qop_auth in any::<bool>(), stale in any::<bool>(), user in display_name(), password in ".{0,12}", count in 1_u32.., cnonce in token(),
    ) {
        let challenge = Challenge { realm, nonce, opaque, algorithm, qop_auth, stale };
        prop_assert_eq!(Offer::parse(&challenge.to_value()), Ok(Offer::Digest(challenge.clone())));
        let proof = Proof::Password(&password);
        let answer = challenge.answer(Credentials { user: &user, proof }, "REGISTER", "sip:x", count, &cnonce);
        let answer = Answer::parse(&answer).unwrap().unwrap();
        prop_assert_eq!(&answer.user, &user);
        prop_assert_eq!(answer.count, qop_auth.then_some(count));
        prop_assert!(answer.verify(proof, "REGISTER"));
    }

    #[test]
    fn text_never_panics(text in text()) {
        read_all(&text);
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        judge(&bytes);
    }

    /// A real message with a few bytes changed, cut or doubled.
    #[test]
    fn damaged_messages_never_panic(name in 0..FIXTURES.len(), edits in prop::collection::vec((any::<u16>(), any::<u8>(), 0..4_u8), 1..8)) {
        let path = format!("{}/../../tests/torture/rfc4475/{}.dat", env!("CARGO_MANIFEST_DIR"), FIXTURES[name]);
        let mut bytes = std::fs::read(path).unwrap();
        for (at, byte, kind) in edits {
            let at = usize::from(at) % bytes.len().max(1);
            match kind {
                0 if !bytes.is_empty() => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if !bytes.is_empty() => drop(bytes.remove(at)),
                _ => bytes.extend_from_within(at..),
            }
        }
        match Message::parse_bytes(&bytes) {
            Ok(message) => touch(&message),
            Err(refused) => drop(refused.response("tag").map(Builder::finish)),
        }
        judge(&bytes);
    }
}

const FIXTURES: &[&str] = &["wsinv", "intmeth", "esc01", "longreq", "dblreq", "mpart01", "unreason", "multi01", "bext01", "inv2543"];

/// The worst that fits into a frame, of each kind that a careless reader would need quadratic time for.
#[test]
fn hostile_frames_cost_little() {
    let head = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n";
    let line = |unit: &str| unit.repeat(8000 / unit.len());
    let mut frames = vec![
        "\r\n".repeat(30_000),
        format!("{head}{}\r\n", "X:\r\n".repeat(240)),
        format!("{head}X: {}\r\n\r\n", line("a\r\n ")),
        format!("{head}{}\r\n", "X: a\r\n b\r\n".repeat(240)),
        format!("{head}{}\r\n", "s: a\r\n".repeat(240)),
    ];
    for unit in [",", "<sip:a@b>,", "\"", "\\\"", ";a", ";a=\"", "<", "%41", "a=b,", " ", "()", "[", "::"] {
        for name in ["Contact", "Via", "Route", "Authorization", "WWW-Authenticate", "Accept", "Warning", "X", "From"] {
            frames.push(format!("{head}{}\r\n", format!("{name}: {}\r\n", line(unit)).repeat(6)));
        }
        frames.push(format!("{head}WWW-Authenticate: Digest {}\r\n\r\n", line(unit)));
        frames.push(format!("OPTIONS sip:{} SIP/2.0\r\n{}", line(unit), &head[25..]));
    }
    let began = std::time::Instant::now();
    for frame in &frames {
        let bytes = frame.as_bytes();
        if let Ok(message) = Message::parse_bytes(bytes) {
            touch(&message);
            if let Contacts::Some(contacts) = message.contacts() {
                assert!(contacts.len() < 10_000);
            }
        }
        judge(bytes);
    }
    let each = began.elapsed() / u32::try_from(frames.len()).unwrap();
    assert!(each.as_millis() < 200, "{each:?} a frame");
}
