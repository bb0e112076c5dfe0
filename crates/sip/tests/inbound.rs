//! Calls that come in, and other requests from outside.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply, ack_for, config, sdp};
use patchcord_sip::message::{Builder, HeaderName as H, Method, Request, Uri};
use patchcord_sip::{CallEvent as E, CallHandle, CallRequest, Config, Ended, Input, MediaError, SocketEvent};

fn cancel_text(invite: &Request, reason: Option<&str>) -> String {
    let mut builder = Builder::request(&Method::Cancel, invite.uri())
        .header(H::Via, invite.get(H::Via).unwrap())
        .header(H::From, invite.get(H::From).unwrap())
        .header(H::To, invite.get(H::To).unwrap())
        .header(H::CallId, invite.call_id())
        .header(H::CSeq, &format!("{} CANCEL", invite.cseq().unwrap().number));
    if let Some(reason) = reason {
        builder = builder.header(H::Reason, reason);
    }
    builder.finish().unwrap()
}

fn refusal_ack(invite: &Request) -> String {
    Builder::request(&Method::Ack, invite.uri())
        .header(H::Via, invite.get(H::Via).unwrap())
        .header(H::From, invite.get(H::From).unwrap())
        .header(H::To, &format!("{};tag=x", invite.get(H::To).unwrap()))
        .header(H::CallId, invite.call_id())
        .header(H::CSeq, &format!("{} ACK", invite.cseq().unwrap().number))
        .finish()
        .unwrap()
}

/// Any request outside a dialog.
fn request(method: &str, to: &str, extra: &[(&str, &str)]) -> String {
    let mut builder = Builder::request(&Method::parse(method).unwrap(), &Uri::parse("sip:1001@here.invalid").unwrap())
        .header(H::Via, &format!("SIP/2.0/WSS pbx.example.com;branch=z9hG4bK-{method}-{}", extra.len()))
        .header(H::From, "<sip:x@pbx.example.com>;tag=x")
        .header(H::To, to)
        .header(H::CallId, "other")
        .header(H::CSeq, &format!("1 {method}"))
        .header(H::Contact, "<sip:x@x.invalid>");
    for (name, value) in extra {
        builder = builder.header(*name, value);
    }
    builder.finish().unwrap()
}

#[test]
fn rings_is_answered_and_talks_after_the_ack() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite.header("X-Customer", "4711").header(H::Subject, "hi"));
    let ringing = bench.response(180);
    assert_eq!(ringing.get(H::RecordRoute), invite.get(H::RecordRoute));
    assert!(ringing.contact().is_some() && ringing.to().unwrap().tag().is_some());
    let events = bench.events();
    let [E::Incoming(remote)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((remote.user.as_str(), remote.display_name.as_str()), ("1002", "Bob"));
    assert_eq!(remote.headers, [("X-Customer".to_owned(), "4711".to_owned()), ("Subject".to_owned(), "hi".to_owned())]);
    assert!(bench.engines.is_empty(), "no microphone before the agent answers");
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    assert_eq!(ok.to().unwrap().tag(), ringing.to().unwrap().tag());
    assert!(ok.text().contains("a=sendrecv"));
    assert!(ok.has_value(H::Allow, "BYE") && ok.has_value(H::Supported, "replaces"));
    assert_eq!(bench.events(), []);
    bench.frame(&ack_for(&invite, &ok));
    assert!(matches!(bench.events().as_slice(), [E::Connected { remote }] if remote.user == "1002"));
    assert_eq!(bench.engine(call).log, ["answer sendrecv"]);
    bench.ask(call, CallRequest::HangUp);
    let bye = bench.request("BYE");
    assert_eq!(bye.uri().as_str(), "sip:1002@bob.invalid;transport=ws");
    assert_eq!(bye.get(H::Route), Some("<sip:pbx.example.com;transport=ws;lr>"));
    assert_eq!(bye.to().unwrap().tag(), Some("bob1"));
    assert_eq!(bye.from().unwrap().tag(), ringing.to().unwrap().tag());
    bench.respond(&bye, 200, Reply::default());
    assert_eq!(bench.events(), [E::Ending, E::Ended(Ended::Local)]);
    bench.assert_quiet();
}

#[test]
fn the_200_is_repeated_until_the_ack() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    let start = bench.now;
    let mut times = Vec::new();
    while bench.now - start < 15_000 {
        bench.advance(100);
        bench.frame("\r\n");
        while !bench.sent.is_empty() {
            assert_eq!(bench.response(200), ok);
            times.push(bench.now - start);
        }
    }
    assert_eq!(times, [500, 1_500, 3_500, 7_500, 11_500], "T1 doubling up to T2 (13.3.1.4)");
    bench.frame(&ack_for(&invite, &ok));
    bench.advance(20_000);
    assert!(!bench.sent.iter().any(|message| matches!(message, patchcord_sip::message::Message::Response(_))));
}

#[test]
fn without_an_ack_the_call_is_ended() {
    let mut bench = Bench::registered();
    let (call, _) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    bench.events();
    for _ in 0..330 {
        bench.advance(100);
        bench.frame("\r\n");
    }
    assert_eq!(bench.events(), [E::Ended(Ended::TimedOut)]);
    let last = bench.sent.pop_back().unwrap();
    assert!(last.to_frame().starts_with("BYE "));
    bench.assert_quiet();
}

#[test]
fn hanging_up_before_the_ack_waits_for_it() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    bench.events();
    bench.ask(call, CallRequest::HangUp);
    assert_eq!(bench.events(), [E::Ending]);
    bench.nothing_sent();
    bench.frame(&ack_for(&invite, &ok));
    let bye = bench.request("BYE");
    bench.respond(&bye, 200, Reply::default());
    assert_eq!(bench.events(), [E::Ended(Ended::Local)]);
    bench.assert_quiet();
}

#[test]
fn a_rejection_says_its_status() {
    for status in [486, 603, 480, 404] {
        let mut bench = Bench::registered();
        let (call, invite) = bench.ring(|invite| invite);
        bench.response(180);
        bench.ask(call, CallRequest::Reject(status));
        bench.response(status);
        assert_eq!(bench.events().last(), Some(&E::Ended(Ended::Rejected)));
        bench.frame(&refusal_ack(&invite));
        bench.nothing_sent();
        // The answer comes too late.
        bench.ask(call, CallRequest::Answer);
        bench.nothing_sent();
        bench.assert_quiet();
    }
    let mut bench = Bench::registered();
    let (call, _) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::Reject(200));
    bench.response(480);
    let mut bench = Bench::registered();
    let (call, _) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::HangUp);
    bench.response(486);
}

#[test]
fn a_call_is_sent_elsewhere() {
    let mut bench = Bench::registered();
    let (call, _) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::Redirect { target: Uri::parse("sip:1005@pbx.example.com").unwrap() });
    assert_eq!(bench.response(302).get(H::Contact), Some("<sip:1005@pbx.example.com>"));
    assert_eq!(bench.events().last(), Some(&E::Ended(Ended::Rejected)));
}

#[test]
fn the_caller_gives_up() {
    for (reason, expected) in [
        (None, Ended::Cancelled),
        (Some("SIP;cause=200;text=\"Call completed elsewhere\""), Ended::AnsweredElsewhere),
        (Some("Q.850;cause=16, SIP ;cause=200"), Ended::AnsweredElsewhere),
        (Some("SIP;cause=487"), Ended::Cancelled),
        (Some("Q.850;cause=200"), Ended::Cancelled),
    ] {
        let mut bench = Bench::registered();
        let (_, invite) = bench.ring(|invite| invite);
        let ringing = bench.response(180);
        bench.events();
        bench.frame(&cancel_text(&invite, reason));
        let ok = bench.response(200);
        assert_eq!(ok.cseq().unwrap().method, Method::Cancel);
        assert_eq!(ok.to().unwrap().tag(), ringing.to().unwrap().tag());
        let terminated = bench.response(487);
        assert_eq!(terminated.cseq().unwrap().method, Method::Invite);
        assert_eq!(bench.events(), [E::Ended(expected)]);
        bench.frame(&refusal_ack(&invite));
        bench.advance(40_000);
    }
}

#[test]
fn cancel_while_answering_wins_and_after_the_200_loses() {
    let mut bench = Bench::registered();
    bench.hold_media = true;
    let (call, invite) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    bench.frame(&cancel_text(&invite, None));
    bench.response(200);
    bench.response(487);
    bench.release_media();
    bench.nothing_sent();
    assert_eq!(bench.events().last(), Some(&E::Ended(Ended::Cancelled)));
    bench.assert_quiet();

    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    bench.frame(&cancel_text(&invite, None));
    assert_eq!(bench.response(200).cseq().unwrap().method, Method::Cancel);
    bench.nothing_sent();
    bench.frame(&ack_for(&invite, &ok));
    assert!(matches!(bench.events().last(), Some(E::Connected { .. })));
}

#[test]
fn a_cancel_of_nothing() {
    let mut bench = Bench::registered();
    bench.frame(&request("CANCEL", "<sip:1001@pbx.example.com>", &[]));
    bench.response(481);
}

#[test]
fn a_bye_ends_a_call_that_still_rings() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.ring(|invite| invite);
    let ringing = bench.response(180);
    bench.frame(
        &Builder::request(&Method::Bye, &ringing.contact().unwrap().uri().to_uri())
            .header(H::Via, "SIP/2.0/WSS pbx.example.com;branch=z9hG4bKbye")
            .header(H::From, invite.get(H::From).unwrap())
            .header(H::To, ringing.get(H::To).unwrap())
            .header(H::CallId, invite.call_id())
            .header(H::CSeq, "8 BYE")
            .finish()
            .unwrap(),
    );
    assert_eq!(bench.response(200).cseq().unwrap().method, Method::Bye);
    bench.response(487);
    assert_eq!(bench.events().last(), Some(&E::Ended(Ended::Cancelled)));
}

#[test]
fn not_ready_is_480() {
    let mut bench = Bench::registered();
    bench.input(Input::DoNotDisturb(true));
    bench.ring(|invite| invite);
    bench.response(480);
    assert_eq!(bench.events(), []);
    bench.frame(&request("OPTIONS", "<sip:1001@pbx.example.com>", &[]));
    bench.response(480);
    bench.input(Input::DoNotDisturb(false));
    bench.ring(|invite| invite);
    bench.response(180);
    let mut bench = Bench::registered_with(Config { do_not_disturb: true, ..config() });
    bench.ring(|invite| invite);
    bench.response(480);
}

#[test]
fn the_engine_cannot_answer() {
    for (error, status) in [(MediaError::NotAcceptable("codec".to_owned()), 488), (MediaError::MicrophoneRefused, 480)] {
        let mut bench = Bench::registered();
        bench.hold_media = true;
        let (call, _) = bench.ring(|invite| invite);
        bench.response(180);
        let mut engine = common::Engine::new("near");
        engine.fail = Some(error.clone());
        bench.engines.insert(call, engine);
        bench.ask(call, CallRequest::Answer);
        bench.release_media();
        bench.response(status);
        assert_eq!(bench.events().last(), Some(&E::Ended(Ended::Media(error))));
        bench.assert_quiet();
    }
}

#[test]
fn an_invite_without_offer_gets_ours_in_the_200() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite.body("", ""));
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    assert!(ok.text().contains("a=sendrecv"));
    let ack = ack_for(&invite, &ok);
    let answer = sdp("sendrecv");
    let ack = ack.replace(
        "Content-Length: 0\r\n\r\n",
        &format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{answer}", answer.len()),
    );
    bench.frame(&ack);
    assert!(matches!(bench.events().last(), Some(E::Connected { .. })));
    assert_eq!(bench.engine(call).log, ["offer sendrecv", "take sendrecv"]);
    bench.assert_engine_sound();
    // And without an answer in the ACK there is no call.
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite.body("", ""));
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    bench.frame(&ack_for(&invite, &ok));
    bench.request("BYE");
    assert!(matches!(bench.events().last(), Some(E::Ended(Ended::Media(MediaError::NotAcceptable(_))))));
}

#[test]
fn a_caller_that_holds_from_the_start_is_told_of() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite.body("application/sdp", &sdp("sendonly")));
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    bench.events();
    bench.frame(&ack_for(&invite, &ok));
    assert!(matches!(bench.events().as_slice(), [E::Connected { .. }, E::Held { local: false, remote: true }]));
}

#[test]
fn two_calls_at_once() {
    let mut bench = Bench::registered();
    let (one, first, ok) = bench.connected_inbound();
    let (two, second) = bench.ring(|invite| invite);
    bench.response(180);
    assert_ne!(one, two);
    bench.ask(two, CallRequest::Answer);
    let second_ok = bench.response(200);
    bench.frame(&ack_for(&second, &second_ok));
    bench.events();
    bench.ask(one, CallRequest::HangUp);
    let bye = bench.request("BYE");
    assert_eq!(bye.call_id(), first.call_id());
    assert_eq!(bye.from().unwrap().tag(), ok.to().unwrap().tag());
    bench.respond(&bye, 200, Reply::default());
    assert_eq!(bench.calls, [(one, E::Ending), (one, E::Ended(Ended::Local))]);
}

#[test]
fn a_ringing_call_survives_the_loss_of_the_socket() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite);
    bench.response(180);
    bench.events();
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    bench.frame(&ack_for(&invite, &ok));
    assert!(matches!(bench.events().last(), Some(E::Connected { .. })));
}

#[test]
fn a_caller_whose_cancel_was_lost_does_not_ring_for_ever() {
    let mut bench = Bench::registered();
    bench.ring(|invite| invite);
    bench.response(180);
    bench.events();
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    for _ in 0..30 {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    assert_eq!(bench.events(), [E::Ended(Ended::Cancelled)]);
    bench.response(487);
}

#[test]
fn an_invitation_has_its_time() {
    let mut bench = Bench::registered();
    bench.ring(|invite| invite.header(H::Expires, "20"));
    bench.response(180);
    bench.events();
    for _ in 0..21 {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    assert_eq!(bench.events(), [E::Ended(Ended::Cancelled)]);
    bench.response(487);
    // Without a limit: 180 once a minute.
    bench.ring(|invite| invite);
    for _ in 0..305 {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    let ringing = bench.sent.iter().filter(|message| message.to_frame().starts_with("SIP/2.0 180")).count();
    assert_eq!(ringing, 6);
}

#[test]
fn a_reliable_180_where_the_caller_wants_it() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite.header(H::Require, "100rel"));
    let ringing = bench.response(180);
    assert!(ringing.has_value(H::Require, "100rel"));
    let sequence = ringing.number(H::RSeq).unwrap();
    // Repeated until PRACK comes; the 200 waits for it too.
    bench.advance(1_600);
    assert_eq!(bench.response(180), ringing);
    assert_eq!(bench.response(180), ringing);
    bench.sent.clear();
    bench.ask(call, CallRequest::Answer);
    bench.nothing_sent();
    let prack = |sequence: u32, number: u32| {
        Builder::request(&Method::Prack, &ringing.contact().unwrap().uri().to_uri())
            .header(H::Via, &format!("SIP/2.0/WSS pbx.example.com;branch=z9hG4bKprack{number}"))
            .header(H::From, invite.get(H::From).unwrap())
            .header(H::To, ringing.get(H::To).unwrap())
            .header(H::CallId, invite.call_id())
            .header(H::CSeq, &format!("{number} PRACK"))
            .header(H::RAck, &format!("{sequence} 7 INVITE"))
            .finish()
            .unwrap()
    };
    bench.frame(&prack(sequence + 1, 8));
    bench.response(481);
    bench.frame(&prack(sequence, 9));
    bench.response(200);
    let ok = bench.response(200);
    assert_eq!(ok.cseq().unwrap().method, Method::Invite);
    bench.frame(&ack_for(&invite, &ok));
    assert!(matches!(bench.events().last(), Some(E::Connected { .. })));
}

#[test]
fn no_prack_no_call() {
    let mut bench = Bench::registered();
    bench.ring(|invite| invite.header(H::Require, "100rel"));
    bench.events();
    for _ in 0..330 {
        bench.advance(100);
        bench.frame("\r\n");
    }
    assert_eq!(bench.events(), [E::Ended(Ended::TimedOut)]);
    bench.sent.drain(..bench.sent.len() - 1);
    bench.response(504);
}

#[test]
fn stopping_ends_what_rings_and_what_talks() {
    let mut bench = Bench::registered();
    let (talking, _, _) = bench.connected_inbound();
    let (ringing, _) = bench.ring(|invite| invite);
    bench.response(180);
    bench.calls.clear();
    bench.input(Input::Stop);
    let mut sent: Vec<String> = bench
        .sent
        .drain(..)
        .map(|message| message.to_frame().split("\r\n").next().unwrap().split(" sip").next().unwrap().to_owned())
        .collect();
    sent.sort();
    assert_eq!(sent, ["BYE", "REGISTER", "SIP/2.0 486 Busy Here"]);
    bench.advance(2_100);
    let ended = |call: CallHandle| bench.calls.iter().filter(|(known, event)| *known == call && matches!(event, E::Ended(_))).count();
    assert_eq!((ended(talking), ended(ringing)), (1, 1));
    assert_eq!(bench.wake, None);
}
