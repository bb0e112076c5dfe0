//! Whatever a server or the far side sends: no panic, no call lost, nothing sent without end.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply, response_text, sdp};
use patchcord_sip::message::{Message, Verdict, check};
use patchcord_sip::{CallEvent as E, CallHandle, CallRequest, RegistrationState, SocketEvent};

fn torture() -> Vec<(String, Vec<u8>)> {
    let root = format!("{}/../../tests/torture", env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for rfc in ["rfc4475", "rfc5118"] {
        for entry in std::fs::read_dir(format!("{root}/{rfc}")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "dat") {
                files.push((path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    assert!(files.len() >= 49, "{}", files.len());
    files
}

/// A user agent with a call up.
fn busy() -> (Bench, CallHandle, patchcord_sip::message::Request) {
    let mut bench = Bench::registered();
    bench.lenient = true;
    let (call, invite) = bench.connected();
    (bench, call, invite)
}

/// The call is still there and can be held.
fn works(bench: &mut Bench, call: CallHandle, what: &str) {
    bench.sent.clear();
    bench.calls.clear();
    bench.ask(call, CallRequest::Hold(true));
    let hold = bench.sent.iter().rev().find_map(|message| match message {
        Message::Request(request) if request.method().as_str() == "INVITE" => Some(request.clone()),
        _ => None,
    });
    let hold = hold.unwrap_or_else(|| panic!("{what}: the call is gone"));
    bench.respond(&hold, 200, Reply::tag("far").sdp("recvonly"));
    assert!(bench.events().contains(&E::Held { local: true, remote: false }), "{what}");
}

#[test]
fn torture_messages_are_answered_and_do_no_harm() {
    let exact = [
        ("unkscm", 416),
        ("novelsc", 416),
        ("bext01", 420),
        ("invut", 415),
        ("badvers", 505),
        ("clerr", 400),
        ("ncl", 400),
        ("insuf", 400),
    ];
    for (name, bytes) in torture() {
        let (mut bench, call, _) = busy();
        let frame = String::from_utf8_lossy(&bytes).into_owned();
        bench.frame(&frame);
        let answers: Vec<u16> = bench
            .sent
            .iter()
            .filter_map(|message| if let Message::Response(response) = message { Some(response.status()) } else { None })
            .chain(bench.echoes.iter().copied())
            .collect();
        if let Some((_, status)) = exact.iter().find(|(known, _)| *known == name) {
            assert_eq!(answers, [*status], "{name}");
        }
        if frame.starts_with("SIP/2.0") || check(&bytes).verdict == Verdict::Discard {
            assert!(answers.is_empty(), "{name}: {answers:?}");
        }
        works(&mut bench, call, &name);
    }
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below.max(1) as u64).unwrap()
    }
}

/// Changes a frame somewhere.
fn spoil(frame: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = frame.split("\r\n").map(str::to_owned).collect();
    for _ in 0..=random.below(3) {
        let at = random.below(lines.len());
        match random.below(8) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines[at] = lines[at].chars().take(random.below(lines[at].len() + 1)).collect(),
            3 => {
                let junk =
                    ["\0", "\u{202e}", ";;;", "<<", "\"", "%", ":", "=", "99999999999999999999", ",", "🦀", " \t "][random.below(12)];
                let place = (0..=random.below(lines[at].len() + 1)).rev().find(|place| lines[at].is_char_boundary(*place)).unwrap();
                lines[at].insert_str(place, junk);
            }
            4 => lines[at] = lines[at].repeat(20),
            5 => {
                let other = random.below(lines.len());
                lines.swap(at, other);
            }
            6 => lines[at] = lines[at].replace(|c: char| c.is_ascii_digit(), "9"),
            _ => lines[at] = lines[at].to_ascii_uppercase(),
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
    }
    lines.join("\r\n")
}

/// Frames that are nearly right, at a user agent in every state.
#[test]
fn spoiled_frames_do_no_harm() {
    for seed in 0..300 {
        let mut random = Random(seed);
        let mut bench = Bench::registered();
        bench.lenient = true;
        let (call, invite) = bench.dial("sip:1002@pbx.example.com");
        let mut frames = Vec::new();
        for (status, reply) in [
            (100, Reply::default()),
            (183, Reply::tag("far").sdp("sendrecv").with("Require", "100rel").with("RSeq", "1")),
            (180, Reply::tag("fork")),
            (407, Reply::tag("p").with("Proxy-Authenticate", "Digest realm=\"p\", nonce=\"n\", qop=\"auth\"")),
            (302, Reply::tag("p").with("Contact", "<sip:x@y.example>")),
            (200, Reply::tag("far").sdp("sendrecv").with("Session-Expires", "90;refresher=uas").with("Record-Route", "<sip:p.example;lr>")),
        ] {
            frames.push(response_text(&invite, status, reply));
        }
        for frame in &frames {
            let spoiled = spoil(frame, &mut random);
            bench.frame(&spoiled);
        }
        // A far side that means well, in between.
        bench.frame(frames.last().unwrap());
        let mut requests = Vec::new();
        for (number, (method, body)) in [
            ("INVITE", sdp("sendonly")),
            ("UPDATE", String::new()),
            ("INFO", "Signal=1".to_owned()),
            ("REFER", String::new()),
            ("NOTIFY", "SIP/2.0 200 OK".to_owned()),
            ("BYE", String::new()),
        ]
        .into_iter()
        .enumerate()
        {
            let before = bench.frames;
            let number = u32::try_from(number).unwrap() + 1;
            let request = bench.far_request(
                &invite,
                method,
                number,
                &body,
                &[
                    ("Refer-To", "<sip:z@pbx.example.com?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>"),
                    ("Event", "refer"),
                    ("Subscription-State", "active"),
                ],
            );
            requests.push(Message::Request(request).to_frame());
            assert!(bench.frames - before < 20, "seed {seed}: one frame made {} more", bench.frames - before);
        }
        for request in &requests {
            let spoiled = spoil(request, &mut random);
            let before = bench.frames;
            bench.frame(&spoiled);
            assert!(bench.frames - before < 20, "seed {seed}");
            bench.advance(700);
        }
        bench.ask(call, CallRequest::HangUp);
        bench.advance(40_000);
        // The connection was lost meanwhile, as nobody answered: it comes back.
        for _ in 0..100 {
            let register = bench.sent.drain(..).find_map(|message| match message {
                Message::Request(request) if request.method().as_str() == "REGISTER" => Some(request),
                _ => None,
            });
            match register {
                Some(register) => bench.respond(&register, 200, Reply::tag("reg")),
                None if bench.states.last() == Some(&RegistrationState::Connecting) => bench.socket(SocketEvent::Opened),
                None => bench.advance(1_000),
            }
            if bench.states.last() == Some(&RegistrationState::Registered) {
                break;
            }
        }
        // Whatever was made of all that: a new call works, and each old one ended once.
        bench.sent.clear();
        let (_, invite) = bench.dial("sip:1003@pbx.example.com");
        bench.respond(&invite, 486, Reply::tag("far"));
        bench.sent.clear();
        let mut calls: Vec<CallHandle> = bench.calls.iter().map(|(call, _)| *call).collect();
        calls.sort();
        calls.dedup();
        for call in calls {
            let ends = bench.calls.iter().filter(|(known, event)| *known == call && matches!(event, E::Ended(_))).count();
            assert!(ends <= 1, "seed {seed}: {call:?} ended {ends} times");
        }
        assert!(matches!(bench.calls.last(), Some((_, E::Ended(_)))), "seed {seed}");
        bench.assert_engine_sound();
    }
}

#[test]
fn a_flood_of_invites_is_bounded() {
    let mut bench = Bench::registered();
    for number in 0..2_000 {
        bench.ring(|invite| invite.set("Call-ID", &format!("flood{number}")));
    }
    let rung = bench.events().len();
    assert!(rung <= 32, "{rung}");
}

#[test]
fn big_frames_are_refused_and_nothing_grows() {
    let (mut bench, call, _) = busy();
    bench.frame(&"x".repeat(10_000_000));
    bench.frame(&format!("OPTIONS sip:a@b SIP/2.0\r\n{}", "X-A: b\r\n".repeat(10_000)));
    bench.frame(&format!("OPTIONS sip:a@b SIP/2.0\r\nX-A: {}\r\n\r\n", "b".repeat(100_000)));
    works(&mut bench, call, "big frames");
}
