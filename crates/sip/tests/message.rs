//! Messages: reading, writing, limits.

use patchcord_sip::Uri;
use patchcord_sip::message::{
    Builder, Contacts, HeaderName as H, MAX_FRAME, MAX_HEADERS, MAX_LINE, Message, Method, Refusal, Refused, Request, Response, Values,
    Verdict, check, reason_phrase,
};

const INVITE: &str = "INVITE sip:1002@pbx.test SIP/2.0\r\nVia: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK776asdhds\r\nMax-Forwards: 70\r\n\
    To: <sip:1002@pbx.test>\r\nFrom: \"A\" <sip:1001@pbx.test>;tag=1\r\nCall-ID: c@d\r\nCSeq: 7 INVITE\r\nRecord-Route: <sip:p1;lr>, <sip:p2;lr>\r\n\
    Timestamp: 54\r\nContact: <sip:x@y.invalid;transport=ws>\r\n\r\n";

fn request(frame: &str) -> Request {
    match Message::parse(frame) {
        Ok(Message::Request(request)) => request,
        other => panic!("{frame}: {other:?}"),
    }
}

fn response(frame: &str) -> Response {
    match Message::parse(frame) {
        Ok(Message::Response(response)) => response,
        other => panic!("{frame}: {other:?}"),
    }
}

fn refused(frame: &str) -> Refused {
    match Message::parse(frame) {
        Err(refused) => refused,
        Ok(message) => panic!("{message}"),
    }
}

/// `INVITE` with more header lines.
fn with(lines: &str) -> String {
    INVITE.replace("\r\n\r\n", &format!("\r\n{lines}\r\n\r\n"))
}

#[test]
fn typed_headers() {
    let request = request(&with(
        "k: timer, 100rel\r\nSupported: replaces\r\nx: 1800;refresher=uac\r\nMin-SE: 90\r\nRefer-To: \"T\" <sip:t@u?Replaces=a%40b%3Bto-tag%3D1>\r\n\
         Event: message-summary;id=5\r\nReason: SIP;cause=200;text=\"Call completed elsewhere\", Q.850 ;cause=16\r\nRAck: 776656 1 INVITE\r\nRSeq: 988\r\n\
         Retry-After: 18000 (in (a) meeting);duration=3600\r\nWarning: 307 isi.edu \"Session \\\"x\\\"\", 399 pbx:5060 \"\"\r\n\
         Replaces: 425928@bobster.example.org;to-tag=7743;from-tag=6472\r\nContent-Type: multipart/mixed;boundary=\"a b\"\r\n\
         P-Asserted-Identity: \"Cullen Jennings\" <sip:fluffy@cisco.com>, tel:+14085264000\r\nSubscription-State: active;expires=3600\r\n\
         Accept-Contact: *;audio\r\nExpires: 99999999999\r\nAllow: INVITE,ACK, , BYE",
    ));
    assert_eq!(request.values(H::Supported).collect::<Vec<_>>(), ["timer", "100rel", "replaces"]);
    assert!(request.has_value(H::Supported, "TIMER") && !request.has_value(H::Supported, "path"));
    let expires = request.valued(H::SessionExpires).unwrap().unwrap();
    assert_eq!((expires.number(), expires.params.get("refresher")), (Some(1800), Some("uac")));
    assert_eq!(request.valued("min-se").unwrap().unwrap().number(), Some(90));
    let refer = request.address(H::ReferTo).unwrap().unwrap();
    assert_eq!(refer.uri().headers().collect::<Vec<_>>(), [("Replaces", "a%40b%3Bto-tag%3D1")]);
    let event = request.valued(H::Event).unwrap().unwrap();
    assert_eq!((event.value, event.params.get("id")), ("message-summary", Some("5")));
    let reasons: Vec<_> = request.reasons().map(|reason| (reason.value, reason.params.get("cause"))).collect();
    assert_eq!(reasons, [("SIP", Some("200")), ("Q.850", Some("16"))]);
    assert_eq!(request.reasons().next().unwrap().params.unquoted("text").unwrap(), "Call completed elsewhere");
    let rack = request.rack().unwrap().unwrap();
    assert_eq!((rack.response, rack.number, rack.method), (776_656, 1, Method::Invite));
    assert_eq!(request.number(H::RSeq), Some(988));
    let retry = request.retry_after().unwrap();
    assert_eq!((retry.seconds, retry.params.get("duration")), (18000, Some("3600")));
    let warnings: Vec<_> = request.warnings().map(|warning| (warning.code, warning.agent, warning.text.into_owned())).collect();
    assert_eq!(warnings, [(307, "isi.edu", "Session \"x\"".to_owned()), (399, "pbx:5060", String::new())]);
    let replaces = request.valued(H::Replaces).unwrap().unwrap();
    assert_eq!((replaces.value, replaces.params.get("to-tag")), ("425928@bobster.example.org", Some("7743")));
    let kind = request.content_type().unwrap().unwrap();
    assert!(kind.is("Multipart", "MIXED"));
    assert_eq!(kind.params.unquoted("boundary").unwrap(), "a b");
    assert_eq!(request.addresses(H::PAssertedIdentity).map(|address| address.uri().user()).collect::<Vec<_>>(), ["fluffy", "+14085264000"]);
    assert_eq!(request.addresses(H::RecordRoute).map(|address| address.uri().host()).collect::<Vec<_>>(), ["p1", "p2"]);
    assert_eq!(request.number(H::Expires), None);
    assert_eq!(request.values(H::Allow).collect::<Vec<_>>(), ["INVITE", "ACK", "BYE"]);
    assert_eq!(request.contact().unwrap().uri().param("transport"), Some("ws"));
    assert_eq!((request.get("a"), request.get("accept-contact")), (Some("*;audio"), Some("*;audio")));
    assert_eq!(request.get("X-None"), None);
    assert!(request.address(H::ReplyTo).unwrap().is_none());
}

#[test]
fn challenges_are_never_parted_at_commas() {
    let frame = INVITE.replace("INVITE sip:1002@pbx.test SIP/2.0", "SIP/2.0 401 Unauthorized").replace(
        "\r\n\r\n",
        "\r\nWWW-Authenticate: Digest realm=\"a, b\", nonce=\"1\"\r\nWWW-Authenticate: Digest realm=\"a, b\", nonce=\"2\", algorithm=SHA-256\r\n\r\n",
    );
    let response = response(&frame);
    assert_eq!((response.status(), response.reason()), (401, "Unauthorized"));
    assert_eq!(response.values(H::WwwAuthenticate).count(), 2);
    assert_eq!(response.get_all(H::WwwAuthenticate).next(), Some("Digest realm=\"a, b\", nonce=\"1\""));
}

#[test]
fn commas_part_values_outside_quotes_and_brackets_alone() {
    let line = "\"Smith, J\" <sip:a,b@c>;x=\"1,2\\\",3\", <sip:d@e> ,sip:f@g";
    let parts: Vec<_> = Values::new(line, true).collect();
    assert_eq!(parts, ["\"Smith, J\" <sip:a,b@c>;x=\"1,2\\\",3\"", "<sip:d@e>", "sip:f@g"]);
    let frame = INVITE.replace("Contact: <sip:x@y.invalid;transport=ws>", &format!("m: {line}"));
    let request = request(&frame);
    let Contacts::Some(contacts) = request.contacts() else { panic!() };
    assert_eq!(contacts.iter().map(|contact| contact.uri().host()).collect::<Vec<_>>(), ["c", "e", "g"]);
}

#[test]
fn star_contact() {
    let frame = INVITE.replace("<sip:x@y.invalid;transport=ws>", "*");
    assert_eq!(request(&frame).contacts(), Contacts::All);
    assert_eq!(request(&frame).contact(), None);
    let both = with("Contact: *");
    assert_eq!(refused(&both).refusal, Refusal::Answer(400));
}

#[test]
fn folding_and_spaces() {
    let request = request(&with("Subject \t:\r\n\t a\r\n  b  \r\nX-Empty:\r\nX-Tab:\tv\t"));
    assert_eq!(request.get("Subject").unwrap().split_whitespace().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((request.get("X-Empty"), request.get("x-tab")), (Some(""), Some("v")));
    assert!(!request.to_string_frame().contains("\r\n "));
}

trait Frame {
    fn to_string_frame(&self) -> String;
}

impl Frame for Request {
    fn to_string_frame(&self) -> String {
        Message::Request(self.clone()).to_frame()
    }
}

#[test]
fn bodies() {
    let text = "v=0\r\n\r\nx";
    let plain = format!("{}{text}", INVITE);
    assert_eq!(request(&plain).text(), text);
    let counted = format!("{}{text}", with("l: 5"));
    assert_eq!((request(&counted).text(), request(&counted).body().len()), ("v=0\r\n", 5));
    assert_eq!(refused(&format!("{}{text}", with("l: 50"))).reason, "body is shorter than Content-Length");
    assert_eq!(refused(&with("Content-Length: 0\r\nl: 1")).refusal, Refusal::Answer(400));
    assert!(Message::parse(with("Content-Length: 0\r\nl: 0")).is_ok());
    // Content-Length counts bytes, and may cut a character in two.
    let cut = format!("{}你好", with("l: 4"));
    assert_eq!((request(&cut).body(), request(&cut).text()), (&"你好".as_bytes()[..4], ""));
    let mut binary = with("l: 3").into_bytes();
    binary.extend([0xff, 0, b'\n', 7]);
    let Ok(Message::Request(request)) = Message::parse_bytes(&binary) else { panic!() };
    assert_eq!((request.body(), request.text()), (&[0xff, 0, b'\n'][..], ""));
    assert!(Message::Request(request).to_bytes().ends_with(&[0xff, 0, b'\n']));
    let mut headers = INVITE.replace("\"A\"", "\"Ä\"").into_bytes();
    let at = headers.iter().position(|byte| *byte == 0xc3).unwrap();
    headers[at] = 0xff;
    assert_eq!(Message::parse_bytes(&headers).unwrap_err().refusal, Refusal::Answer(400));
}

#[test]
fn leading_line_breaks_are_ignored() {
    assert!(Message::parse(format!("\r\n\r\n{INVITE}")).is_ok());
    for keep_alive in ["", "\r\n", "\r\n\r\n"] {
        assert_eq!(refused(keep_alive).refusal, Refusal::Discard);
    }
}

#[test]
fn faults_are_answered_or_not() {
    let status = |frame: &str| match refused(frame).refusal {
        Refusal::Answer(status) => status,
        Refusal::Discard => 0,
    };
    for (from, to, expected) in [
        ("Via: SIP", "X-Via: SIP", 0),
        ("SIP/2.0/WSS df", "SIP/2.0/WSSdf", 400),
        ("SIP/2.0/WSS", "SIP/3.0/WSS", 400),
        ("Max-Forwards: 70", "Max-Forwards: 256", 400),
        ("Max-Forwards: 70", "Max-Forwards: -1", 400),
        ("To: <", "X-To: <", 400),
        ("From: ", "X-From: ", 400),
        ("Call-ID: c@d", "X: y", 400),
        ("Call-ID: c@d", "Call-ID: c d", 400),
        ("Call-ID: c@d", "Call-ID: c@d@e", 400),
        ("Call-ID: c@d", "Call-ID: c@d\r\ni: c@d", 400),
        ("CSeq: 7 INVITE", "X: y", 400),
        ("CSeq: 7 INVITE", "CSeq: 4294967296 INVITE", 400),
        ("CSeq: 7 INVITE", "CSeq: INVITE", 400),
        ("CSeq: 7 INVITE", "CSeq: 7", 400),
        ("CSeq: 7 INVITE", "CSeq: 7 INVITE x", 400),
        ("CSeq: 7 INVITE", "CSeq: 7 BYE", 400),
        ("<sip:p1;lr>", "sip:p1;lr", 400),
        ("<sip:p1;lr>,", "<sip:p1;lr>,,", 400),
        ("Contact: <sip:x", "Contact: <:x", 400),
        ("Timestamp: 54", "Timestamp 54", 400),
        ("Timestamp: 54", ": 54", 400),
        ("Timestamp: 54", "Time stamp: 54", 400),
        ("Timestamp: 54\r\n", "Timestamp: 54\n", 400),
        ("Timestamp: 54", "Timestamp: 5\r4", 400),
        ("pbx.test SIP/2.0", "pbx.test SIP/2.1", 505),
        ("pbx.test SIP/2.0", "pbx.test sip/2.0", 200),
        ("pbx.test SIP/2.0", "pbx.test SIP/2", 400),
        ("pbx.test SIP/2.0", "pbx.test", 400),
        ("pbx.test SIP/2.0", "pbx.test HTTP/1.1", 400),
        ("INVITE sip:1002@pbx.test SIP", "INVITE SIP", 400),
        ("INVITE sip:", "INV(TE sip:", 400),
        ("INVITE sip:", " sip:", 400),
        ("\r\n\r\n", "\r\n", 400),
    ] {
        let frame = INVITE.replacen(from, to, 1);
        assert_ne!(frame, INVITE);
        let found = if expected == 200 { u16::from(Message::parse(frame.as_str()).is_ok()) * 200 } else { status(&frame) };
        assert_eq!(found, expected, "{from:?} -> {to:?}");
    }
    // Nothing of a broken line breaks ours.
    let answer = refused(&INVITE.replace("From: \"A\"", "From: \"A\rB\"")).response("t").unwrap().finish().unwrap();
    assert!(answer.contains("\r\nFrom: \"A B\" <") && !answer.replace("\r\n", "").contains('\r'), "{answer}");
    // A bad ACK and a bad response are never answered.
    let ack = INVITE.replace("INVITE", "ACK").replace("Max-Forwards: 70", "Max-Forwards: x");
    assert_eq!(status(&ack), 0);
    for line in ["SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 0200 x", "SIP/2.0 200", "SIP/2.0  200 x", "SIP/1.0 200 OK", "SIP/2.0 2xx x"] {
        assert_eq!(status(&INVITE.replace("INVITE sip:1002@pbx.test SIP/2.0", line)), 0, "{line}");
    }
    assert_eq!(status(&INVITE.replace("INVITE sip:1002@pbx.test SIP/2.0", "SIP/2.0 200 OK").replace("CSeq: 7", "CSeq: x")), 0);
}

#[test]
fn limits() {
    let long = |bytes: usize| with(&format!("X: {}", "a".repeat(bytes - 3)));
    assert!(Message::parse(long(MAX_LINE)).is_ok());
    assert_eq!(refused(&long(MAX_LINE + 1)).reason, "header line is too long");
    let folded = with(&format!("X: {}", "a\r\n ".repeat(MAX_LINE / 4)));
    assert_eq!(refused(&folded).reason, "header line is too long");
    let uri = INVITE.replace("sip:1002@", &format!("sip:{}@", "1".repeat(MAX_LINE)));
    assert_eq!(refused(&uri).refusal, Refusal::Answer(414));
    let many = |more: usize| INVITE.replace("\r\n\r\n", &format!("\r\n{}\r\n", "X: y\r\n".repeat(more)));
    assert!(Message::parse(many(MAX_HEADERS - 9)).is_ok());
    assert_eq!(refused(&many(MAX_HEADERS - 8)).refusal, Refusal::Answer(400));
    assert_eq!(refused(&many(10_000)).reason, "too many headers");
    let body = |bytes: usize| format!("{INVITE}{}", "b".repeat(bytes - INVITE.len()));
    assert!(Message::parse(body(MAX_FRAME)).is_ok());
    let large = refused(&body(MAX_FRAME + 1));
    assert_eq!((large.refusal, large.reason), (Refusal::Answer(513), "Message Too Large"));
    assert_eq!(refused(&body(MAX_FRAME).replace("tag=1", "tag=你好")).refusal, Refusal::Answer(513));
    assert_eq!(refused(&body(MAX_FRAME + 20).replace("INVITE", "ACK")).refusal, Refusal::Discard);
    assert_eq!(refused(&format!("INVITE sip:{}", "a".repeat(MAX_FRAME))).refusal, Refusal::Discard);
    let mut bytes = body(MAX_FRAME).into_bytes();
    bytes.extend([0xff; 10]);
    assert_eq!(Message::parse_bytes(&bytes).unwrap_err().refusal, Refusal::Answer(513));
    assert_eq!(Message::parse_bytes(&vec![0xff; MAX_FRAME + 1]).unwrap_err().refusal, Refusal::Discard);
}

#[test]
fn responses_copy_what_rfc_3261_8_2_6_says() {
    let request = request(INVITE);
    let ringing = response(&Builder::response(&request, 180, "", "totag").header("Contact", "<sip:me@x.invalid>").finish().unwrap());
    assert_eq!((ringing.status(), ringing.reason()), (180, "Ringing"));
    for name in [H::Via, H::From, H::CallId, H::CSeq, H::RecordRoute] {
        assert_eq!(ringing.get_all(name).collect::<Vec<_>>(), request.get_all(name).collect::<Vec<_>>());
    }
    assert_eq!(ringing.to().unwrap().tag(), Some("totag"));
    assert_eq!(ringing.get("Timestamp"), None);
    let trying = response(&Builder::response(&request, 100, "", "").finish().unwrap());
    assert_eq!((trying.to().unwrap().tag(), trying.get("Timestamp"), trying.get("Record-Route")), (None, Some("54"), None));
    let busy = response(&Builder::response(&request, 486, "Not now", "t").finish().unwrap());
    assert_eq!((busy.reason(), busy.get("Record-Route")), ("Not now", None));
    // A tag that is there stays.
    let within = INVITE.replace("To: <sip:1002@pbx.test>", "To: <sip:1002@pbx.test>;tag=old");
    let Ok(Message::Request(within)) = Message::parse(within) else { panic!() };
    assert_eq!(response(&Builder::response(&within, 200, "", "new").finish().unwrap()).to().unwrap().tag(), Some("old"));
}

#[test]
fn requests_are_written() {
    let target: Uri = "sip:1002@pbx.test".parse().unwrap();
    let frame = Builder::request(&Method::Invite, &target)
        .header(H::Via, "SIP/2.0/WSS x.invalid;branch=z9hG4bK1")
        .number(H::MaxForwards, 70)
        .address(H::From, "A \"B\" \\", &"sip:1001@pbx.test".parse().unwrap(), "ft")
        .address("t", "", &target, "")
        .header(H::CallId, "id")
        .cseq(u32::MAX, &Method::Invite)
        .headers(H::Route, ["<sip:p1;lr>", "<sip:p2;lr>"])
        .header("X-Gone", "1")
        .header("X-Set", "1")
        .set("X-SET", "2")
        .without("X-GONE")
        .header("Content-Length", "99")
        .body("application/sdp", "v=0\r\n")
        .finish()
        .unwrap();
    let expected = "INVITE sip:1002@pbx.test SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
        From: \"A \\\"B\\\" \\\\\" <sip:1001@pbx.test>;tag=ft\r\nTo: <sip:1002@pbx.test>\r\nCall-ID: id\r\nCSeq: 4294967295 INVITE\r\n\
        Route: <sip:p1;lr>\r\nRoute: <sip:p2;lr>\r\nX-SET: 2\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n";
    assert_eq!(frame, expected);
    let read = request(&frame);
    assert_eq!(read.from().unwrap().display_name(), "A \"B\" \\");
    assert_eq!(Message::Request(read).to_frame(), frame);
}

#[test]
fn nothing_breaks_out_of_its_line() {
    let target: Uri = "sip:a@b".parse().unwrap();
    let builder = Builder::request(&Method::Info, &target);
    for (name, value) in [
        ("X-A", "a\r\nVia: evil"),
        ("X-A", "a\nb"),
        ("X-A", "a\rb"),
        ("X-A", "a\0b"),
        ("X-A", "a\u{7f}b"),
        ("X A", "a"),
        ("X:A", "a"),
        ("", "a"),
        ("X\r\nY", "a"),
        ("你", "a"),
    ] {
        let error = builder.clone().header(name, value).header("X-Good", "1").finish().unwrap_err();
        assert_eq!(error.0, name);
    }
    assert!(builder.clone().address(H::From, "a\r\nb", &target, "").finish().is_err());
    assert!(builder.clone().address(H::From, "", &target, "t\r\nx: y").finish().is_err());
    assert!(builder.clone().body("text/plain\r\nX: y", "").finish().is_err());
    assert!(Builder::response(&request(INVITE), 200, "O\r\nK", "t").finish().is_err());
    assert!(Builder::response(&request(INVITE), 200, "", "t\r\nX: y").finish().is_err());
}

#[test]
fn every_status_has_a_phrase() {
    for status in 100..700 {
        assert!(!reason_phrase(status).is_empty());
    }
    assert_eq!((reason_phrase(200), reason_phrase(299), reason_phrase(418), reason_phrase(699)), ("OK", "OK", "Bad Request", "Failure"));
}

#[test]
fn known_methods_are_written_as_they_are_read() {
    for name in [
        "INVITE",
        "ACK",
        "BYE",
        "CANCEL",
        "REGISTER",
        "OPTIONS",
        "PRACK",
        "UPDATE",
        "INFO",
        "REFER",
        "NOTIFY",
        "SUBSCRIBE",
        "MESSAGE",
        "PUBLISH",
    ] {
        let method: Method = name.parse().unwrap();
        assert!(!matches!(method, Method::Other(_)) && method.to_string() == name);
    }
    assert_eq!("invite".parse::<Method>().unwrap(), Method::Other("invite".into()));
    assert!("".parse::<Method>().is_err() && "A B".parse::<Method>().is_err());
}

#[test]
fn check_judges_to_the_letter() {
    let judge = |frame: &str| check(frame.as_bytes()).verdict;
    assert_eq!(judge(INVITE), Verdict::Accept);
    for (lines, expected) in [
        ("Date: Sat, 13 Nov 2010 23:29:00 GMT", Verdict::Accept),
        ("Date: Sat, 13 Nov 2010 24:29:00 GMT", Verdict::Reject(400)),
        ("Date: today", Verdict::Reject(400)),
        ("Require: 100rel, timer", Verdict::Accept),
        ("Require: 100rel, teleport", Verdict::Reject(420)),
        ("Require: ", Verdict::Reject(400)),
        ("Require: a b", Verdict::Reject(400)),
        ("Proxy-Require: teleport", Verdict::Accept),
        ("Accept: text/plain, application/*", Verdict::Accept),
        ("Accept: ", Verdict::Reject(406)),
        ("Accept: text/plain", Verdict::Reject(406)),
        ("Accept: text", Verdict::Reject(400)),
        ("Supported: timer\r\nSession-Expires: 60", Verdict::Reject(422)),
        ("Supported: timer\r\nSession-Expires: 90;refresher=uas", Verdict::Accept),
        ("Session-Expires: soon", Verdict::Reject(400)),
        ("Replaces: a@b;to-tag=1;from-tag=2", Verdict::Accept),
        ("Replaces: a@b;to-tag=1", Verdict::Reject(400)),
        ("Replaces: a;to-tag=1;from-tag=2\r\nJoin: a;to-tag=1;from-tag=2", Verdict::Reject(400)),
        ("Authorization: Whatever x", Verdict::Accept),
        ("Authorization: Digest username", Verdict::Reject(400)),
        ("Event: a\r\nEvent: b", Verdict::Reject(400)),
        ("Contact: <sip:second@x>", Verdict::Reject(400)),
        ("Subject: a\r\ns: b", Verdict::Reject(400)),
        ("X-Any: a\r\nX-Any: b", Verdict::Accept),
        ("Expires: 99999999999999999999", Verdict::Accept),
        ("Content-Type: sdp", Verdict::Reject(400)),
        ("Expires: soon", Verdict::Reject(400)),
        ("Expires: -1", Verdict::Reject(400)),
        ("Content-Length: 0\r\nl: 0", Verdict::Reject(400)),
        ("X-Control: a\u{1}b", Verdict::Reject(400)),
        ("X-Control: a\tb \"\\\u{1}\"", Verdict::Accept),
        ("Alert-Info: <http://a/ring.wav>;info=alert-autoanswer", Verdict::Accept),
        ("Call-Info: sip:a@b;answer-after=0", Verdict::Reject(400)),
        ("Call-Info: <sip:a@b>;answer-after=0", Verdict::Accept),
        ("P-Asserted-Identity: <sip:a@b>;a;b;A", Verdict::Reject(400)),
        ("P-Asserted-Identity: <sip:a@b;x=1;x=2>", Verdict::Reject(400)),
        ("Accept-Language: da, en-gb;q=0.8, *", Verdict::Accept),
        ("Priority: very urgent", Verdict::Reject(400)),
        ("MIME-Version: 1.0", Verdict::Accept),
        ("MIME-Version: one", Verdict::Reject(400)),
    ] {
        assert_eq!(judge(&with(lines)), expected, "{lines}");
    }
    assert_eq!(judge(&INVITE.replace("\"A\"", "\"张三\"")), Verdict::Accept);
    assert_eq!(judge(&INVITE.replace("\"A\"", "张三")), Verdict::Reject(400));
    assert_eq!(request(&INVITE.replace("\"A\"", "张三")).from().unwrap().display_name(), "张三");
    for (from, to, expected) in [
        ("CSeq: 7 ", "CSeq: 2147483647 ", Verdict::Accept),
        ("CSeq: 7 ", "CSeq: 2147483648 ", Verdict::Reject(400)),
        ("transport=ws>", "transport=ws>;q=0.701", Verdict::Accept),
        ("transport=ws>", "transport=ws>;q=1.1", Verdict::Reject(400)),
        ("transport=ws>", "transport=ws>;q=0.7001", Verdict::Reject(400)),
        ("asdhds\r\n", "asdhds;rport;ttl=255;received=2001:db8::1\r\n", Verdict::Accept),
        ("asdhds\r\n", "asdhds;ttl=256\r\n", Verdict::Reject(400)),
        ("asdhds\r\n", "asdhds;rport=65536\r\n", Verdict::Reject(400)),
        ("asdhds\r\n", "asdhds;received=pbx.test\r\n", Verdict::Reject(400)),
        ("asdhds\r\n", "asdhds;branch=z9hG4bK2\r\n", Verdict::Reject(400)),
        ("pbx.test SIP", "pbx.test;lr;lr SIP", Verdict::Reject(400)),
        ("tag=1", "tag=1;tag=2", Verdict::Reject(400)),
        ("\"A\"", "A (B)", Verdict::Reject(400)),
        ("<sip:p1;lr>", "<sip:p1;lr;vsf=dGVzdA==>", Verdict::Reject(400)),
        ("<sip:1001@", "<sip:*31#@", Verdict::Reject(400)),
    ] {
        let frame = INVITE.replacen(from, to, 1);
        assert_ne!(frame, INVITE);
        assert_eq!(judge(&frame), expected, "{to}");
        // Most of it is no reason to miss a call.
        assert!(Message::parse(frame.as_str()).is_ok(), "{to}");
    }
    assert_eq!(judge(&INVITE.replace("INVITE", "SUBSCRIBE")), Verdict::Reject(489));
    assert_eq!(judge(&INVITE.replace("INVITE", "NOTIFY")), Verdict::Reject(489));
    assert_eq!(judge(&with("Event: dialog").replace("INVITE", "NOTIFY")), Verdict::Reject(400));
    assert_eq!(judge(&with("Event: dialog\r\nSubscription-State: active;expires=60").replace("INVITE", "NOTIFY")), Verdict::Accept);
    let body = |lines: &str| judge(&format!("{}v=0\r\n", with(lines)));
    assert_eq!(body("X: y"), Verdict::Reject(400));
    assert_eq!(body("Content-Type: application/sdp"), Verdict::Accept);
    assert_eq!(body("Content-Type: text/plain"), Verdict::Reject(415));
    assert_eq!(body("Content-Type: text/plain\r\nContent-Disposition: session;handling=optional"), Verdict::Accept);
    assert_eq!(body("Content-Type: application/sdp\r\nContent-Encoding: gzip"), Verdict::Reject(415));
    assert_eq!(judge(&INVITE.replace("INVITE", "REFER")), Verdict::Reject(400));
    assert_eq!(judge(&INVITE.replace("INVITE", "PRACK")), Verdict::Reject(400));
    assert_eq!(judge(&INVITE.replace("INVITE", "ACK").replace("Timestamp: 54", "Date: x")), Verdict::Discard);
    assert_eq!(judge(&INVITE.replace("Contact", "X-Contact")), Verdict::Reject(400));
    assert_eq!(judge(&INVITE.replace("sip:1002@pbx.test SIP", "tel:+1 SIP")), Verdict::Accept);
    assert_eq!(judge(&INVITE.replace("sip:1002@pbx.test SIP", "mailto:a@b SIP")), Verdict::Reject(416));
    let removal = INVITE.replace("INVITE", "REGISTER").replace("<sip:x@y.invalid;transport=ws>", "*");
    assert_eq!(judge(&removal), Verdict::Reject(400));
    assert_eq!(judge(&removal.replace("Timestamp: 54", "Expires: 0")), Verdict::Accept);
    let ok = INVITE.replace("INVITE sip:1002@pbx.test SIP/2.0", "SIP/2.0 200 OK");
    assert_eq!(judge(&ok), Verdict::Accept);
    assert_eq!(judge(&ok.replace("Timestamp: 54", "Warning: 1 x")), Verdict::Discard);
    assert_eq!(judge(&ok.replace("Timestamp: 54", "Via: SIP/2.0/UDP x")), Verdict::Discard);
}

/// The frames that the benchmark measures look like those of FreeSWITCH, Asterisk, Kamailio and browsers.
#[test]
fn ordinary_frames_are_accepted_to_the_letter() {
    let frames = include_str!("../../../tests/bench/frames.txt").split("====\n").map(|frame| frame.replace('\n', "\r\n"));
    let mut count = 0;
    for frame in frames {
        let found = check(frame.as_bytes());
        // Two Vias in a response are for a proxy (RFC 3261 8.1.3.3); none of these has them.
        assert_eq!(found.verdict, Verdict::Accept, "{}\n{frame}", found.reason);
        let message = Message::parse(frame.as_str()).unwrap();
        assert_eq!(Message::parse(message.to_frame()).unwrap().to_frame(), message.to_frame());
        count += 1;
    }
    assert_eq!(count, 15);
}
