//! Calls that we make: INVITE, provisional responses, CANCEL, forks, refusals, redirection.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply, config, response_text, sdp};
use patchcord_sip::message::HeaderName as H;
use patchcord_sip::{CallEvent as E, CallRequest, Config, Ended, Input, MediaError, Uri};

fn ended(reason: Ended) -> Vec<E> {
    vec![E::Ended(reason)]
}

#[test]
fn an_invite_carries_what_it_must() {
    let mut bench = Bench::registered();
    let call = bench.ua.reserve_call();
    let headers = vec![("X-Customer".to_owned(), "4711".to_owned())];
    bench.input(Input::Invite { call, target: Uri::parse("sip:13800138000@pbx.example.com").unwrap(), headers });
    let invite = bench.request("INVITE");
    assert_eq!(invite.uri().as_str(), "sip:13800138000@pbx.example.com");
    assert_eq!(invite.to().unwrap().uri().as_str(), "sip:13800138000@pbx.example.com");
    assert!(invite.to().unwrap().tag().is_none() && invite.from().unwrap().tag().is_some());
    assert_eq!(invite.from().unwrap().uri().as_str(), "sip:1001@pbx.example.com");
    assert_eq!(invite.get("X-Customer"), Some("4711"));
    assert!(invite.contact().unwrap().uri().param("ob").is_some());
    for method in ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS"] {
        assert!(invite.has_value(H::Allow, method), "{method}");
    }
    assert!(invite.content_type().unwrap().unwrap().is("application", "sdp"));
    assert!(invite.text().contains("a=sendrecv"));
    assert_eq!(bench.events(), [E::Sent]);
}

#[test]
fn rings_connects_and_is_hung_up_by_us() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 100, Reply::default());
    bench.respond(&invite, 180, Reply::tag("far"));
    let route = "<sip:p1.example.com;lr>, <sip:p2.example.com;lr>";
    bench.respond(
        &invite,
        200,
        Reply::tag("far").sdp("sendrecv").with("Record-Route", route).with("P-Asserted-Identity", "\"Bob\" <sip:+8610@x.example>"),
    );
    let ack = bench.request("ACK");
    assert_eq!(ack.uri().as_str(), "sip:1002@far.invalid;transport=ws");
    assert_eq!(ack.values(H::Route).collect::<Vec<_>>(), ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"]);
    assert_eq!(ack.cseq().unwrap().number, invite.cseq().unwrap().number);
    assert_ne!(ack.via().unwrap().branch(), invite.via().unwrap().branch());
    let events = bench.events();
    let [E::Sent, E::Progress { status: 180, early_media: false }, E::Connected { remote }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((remote.display_name.as_str(), remote.user.as_str()), ("Bob", "+8610"));
    assert_eq!(bench.engine(call).log, ["offer sendrecv", "take sendrecv"]);
    bench.ask(call, CallRequest::HangUp);
    let bye = bench.request("BYE");
    assert_eq!(bye.cseq().unwrap().number, invite.cseq().unwrap().number + 1);
    assert_eq!(bye.to().unwrap().tag(), Some("far"));
    assert_eq!(bye.values(H::Route).collect::<Vec<_>>(), ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"]);
    assert_eq!(bench.events(), [E::Ending]);
    bench.respond(&bye, 200, Reply::default());
    assert_eq!(bench.events(), ended(Ended::Local));
    bench.assert_quiet();
}

#[test]
fn the_far_side_hangs_up() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.connected();
    bench.far_request(&invite, "BYE", 1, "", &[]);
    bench.response(200);
    assert_eq!(bench.events(), ended(Ended::Remote));
    // Its own retransmission, or whatever comes later, finds no call.
    bench.far_request(&invite, "BYE", 2, "", &[]);
    bench.response(481);
    bench.assert_quiet();
}

#[test]
fn early_media_is_heard_and_the_final_answer_taken() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 183, Reply::tag("far").sdp("sendrecv"));
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.respond(&invite, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    let events = bench.events();
    assert!(matches!(
        events.as_slice(),
        [E::Sent, E::Progress { status: 183, early_media: true }, E::Progress { status: 180, early_media: true }, E::Connected { .. }]
    ));
    assert_eq!(bench.engine(call).log, ["offer sendrecv", "take sendrecv early", "take sendrecv"]);
}

#[test]
fn an_answer_given_early_counts_when_the_200_has_none() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 183, Reply::tag("far").sdp("sendrecv"));
    bench.respond(&invite, 200, Reply::tag("far"));
    bench.request("ACK");
    assert_eq!(bench.engine(call).log, ["offer sendrecv", "take sendrecv early", "take sendrecv"]);
}

#[test]
fn a_200_without_any_answer_is_acknowledged_and_ended() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 200, Reply::tag("far"));
    bench.request("ACK");
    bench.request("BYE");
    assert!(matches!(bench.events().as_slice(), [E::Sent, E::Ended(Ended::Media(MediaError::NotAcceptable(_)))]));
    bench.assert_quiet();
}

#[test]
fn an_answer_that_the_engine_refuses_ends_the_call() {
    let mut bench = Bench::registered();
    bench.hold_media = true;
    let call = bench.ua.reserve_call();
    bench.input(Input::Invite { call, target: Uri::parse("sip:1@pbx.example.com").unwrap(), headers: Vec::new() });
    bench.release_media();
    let invite = bench.request("INVITE");
    bench.engines.get_mut(&call).unwrap().fail = Some(MediaError::NotAcceptable("no codec".to_owned()));
    bench.respond(&invite, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    bench.release_media();
    bench.request("BYE");
    assert_eq!(bench.events().last(), Some(&E::Ended(Ended::Media(MediaError::NotAcceptable("no codec".to_owned())))));
}

#[test]
fn no_microphone_no_invite() {
    let mut bench = Bench::registered();
    bench.hold_media = true;
    let call = bench.ua.reserve_call();
    let mut engine = common::Engine::new("near");
    engine.fail = Some(MediaError::MicrophoneMissing);
    bench.engines.insert(call, engine);
    bench.input(Input::Invite { call, target: Uri::parse("sip:1@pbx.example.com").unwrap(), headers: Vec::new() });
    bench.release_media();
    bench.nothing_sent();
    assert_eq!(bench.events(), ended(Ended::Media(MediaError::MicrophoneMissing)));
    bench.assert_quiet();
}

#[test]
fn a_repeated_200_gets_its_ack_again() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    let ok = response_text(&invite, 200, Reply::tag("far").sdp("sendrecv"));
    bench.frame(&ok);
    let first = bench.request("ACK");
    bench.events();
    for _ in 0..3 {
        bench.advance(4_000);
        bench.raw.clear();
        bench.frame(&ok);
        assert_eq!(bench.request("ACK"), first, "the same ACK, with the same branch");
    }
    assert_eq!(bench.events(), []);
    assert_eq!(bench.engine(call).log.len(), 2);
    // Also when the call is over: else the far side would go on for 32 s.
    bench.ask(call, CallRequest::HangUp);
    bench.request("BYE");
    bench.frame(&ok);
    assert_eq!(bench.request("ACK"), first);
}

#[test]
fn a_second_answer_from_another_fork_is_acknowledged_and_ended() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("one"));
    bench.respond(&invite, 180, Reply::tag("two"));
    bench.respond(&invite, 200, Reply::tag("one").sdp("sendrecv"));
    bench.request("ACK");
    bench.events();
    bench.respond(&invite, 200, Reply::tag("two").sdp("sendrecv"));
    let ack = bench.request("ACK");
    assert_eq!(ack.to().unwrap().tag(), Some("two"));
    assert_eq!(ack.uri().host(), "two.invalid");
    let bye = bench.request("BYE");
    assert_eq!(bye.to().unwrap().tag(), Some("two"));
    assert_eq!(bye.uri().host(), "two.invalid");
    bench.respond(&bye, 200, Reply::default());
    assert_eq!(bench.events(), [], "the call goes on with the first");
    // The same 200 again: its ACK again, no second BYE.
    bench.respond(&invite, 200, Reply::tag("two").sdp("sendrecv"));
    bench.request("ACK");
    bench.nothing_sent();
    bench.ask(call, CallRequest::HangUp);
    assert_eq!(bench.request("BYE").to().unwrap().tag(), Some("one"));
}

#[test]
fn only_one_fork_is_heard_before_the_answer() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 183, Reply::tag("one").sdp("sendrecv"));
    bench.respond(&invite, 183, Reply::tag("two").sdp("sendonly"));
    bench.respond(&invite, 200, Reply::tag("two").sdp("sendrecv"));
    assert_eq!(bench.request("ACK").to().unwrap().tag(), Some("two"));
    assert_eq!(bench.engine(call).log, ["offer sendrecv", "take sendrecv early", "take sendrecv"]);
    let events = bench.events();
    assert!(matches!(events[2], E::Progress { status: 183, early_media: false }), "{events:?}");
}

#[test]
fn a_refusal_is_acknowledged_and_told() {
    for (status, reason) in
        [(486, "Busy Here"), (404, "Not Found"), (603, "Decline"), (480, "Temporarily Unavailable"), (500, "Server Internal Error")]
    {
        let mut bench = Bench::registered();
        let (_, invite) = bench.dial("sip:1002@pbx.example.com");
        bench.respond(&invite, status, Reply::tag("far"));
        let ack = bench.request("ACK");
        assert_eq!(ack.via().unwrap().branch(), invite.via().unwrap().branch(), "the ACK for a refusal is in the INVITE's transaction");
        assert_eq!(ack.uri(), invite.uri());
        assert_eq!(ack.to().unwrap().tag(), Some("far"));
        assert_eq!(bench.events(), [E::Sent, E::Ended(Ended::Refused(status, reason.to_owned()))]);
        bench.nothing_sent();
        bench.assert_quiet();
    }
}

#[test]
fn no_answer_at_all_is_timer_b() {
    let mut bench = Bench::registered();
    let start = bench.now;
    bench.dial("sip:1002@pbx.example.com");
    bench.events();
    while bench.calls.is_empty() {
        bench.advance(100);
        bench.frame("\r\n");
        assert!(bench.now - start <= 32_100);
    }
    assert!(bench.now - start >= 31_900);
    assert_eq!(bench.events(), ended(Ended::TimedOut));
    bench.nothing_sent();
}

#[test]
fn a_ringing_call_rings_on() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.events();
    for _ in 0..300 {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    assert_eq!(bench.events(), []);
}

#[test]
fn a_challenged_invite_goes_again_with_credentials_and_its_ack_too() {
    let mut bench = Bench::registered();
    let (call, first) = bench.dial("sip:1002@pbx.example.com");
    let challenge = "Digest realm=\"pbx\", nonce=\"n1\", qop=\"auth\", algorithm=MD5";
    bench.respond(&first, 407, Reply::tag("p").with("Proxy-Authenticate", challenge));
    let ack = bench.request("ACK");
    assert_eq!(ack.via().unwrap().branch(), first.via().unwrap().branch());
    let second = bench.request("INVITE");
    assert!(second.get(H::ProxyAuthorization).unwrap().contains("uri=\"sip:1002@pbx.example.com\""));
    assert_eq!(second.call_id(), first.call_id());
    assert_eq!(second.get(H::From), first.get(H::From));
    assert_eq!(second.cseq().unwrap().number, first.cseq().unwrap().number + 1);
    assert_eq!(second.text(), first.text(), "the same offer");
    bench.respond(&second, 200, Reply::tag("far").sdp("sendrecv"));
    let ack = bench.request("ACK");
    assert_eq!(ack.get(H::ProxyAuthorization), second.get(H::ProxyAuthorization), "22.1");
    assert_eq!(ack.cseq().unwrap().number, second.cseq().unwrap().number);
    assert_eq!(bench.events().iter().filter(|event| matches!(event, E::Sent)).count(), 1);
    // The BYE is numbered after both.
    bench.ask(call, CallRequest::HangUp);
    assert_eq!(bench.request("BYE").cseq().unwrap().number, second.cseq().unwrap().number + 1);
}

#[test]
fn several_proxies_each_get_their_own_credentials() {
    let mut bench = Bench::registered();
    let (_, first) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&first, 407, Reply::tag("p").with("Proxy-Authenticate", "Digest realm=\"one\", nonce=\"n1\", qop=\"auth\""));
    bench.request("ACK");
    let second = bench.request("INVITE");
    bench.respond(&second, 407, Reply::tag("p").with("Proxy-Authenticate", "Digest realm=\"two\", nonce=\"n2\", qop=\"auth\""));
    bench.request("ACK");
    let third = bench.request("INVITE");
    let lines: Vec<&str> = third.get_all(H::ProxyAuthorization).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("realm=\"one\"") && lines[0].contains("nc=00000002"), "{lines:?}");
    assert!(lines[1].contains("realm=\"two\"") && lines[1].contains("nc=00000001"));
    // And then the registrar of the far domain.
    bench.respond(&third, 401, Reply::tag("p").with("WWW-Authenticate", "Digest realm=\"three\", nonce=\"n3\""));
    bench.request("ACK");
    let fourth = bench.request("INVITE");
    assert!(fourth.get(H::Authorization).unwrap().contains("three"));
    assert_eq!(fourth.get_all(H::ProxyAuthorization).count(), 2);
    // One that is not content: no further try.
    bench.respond(&fourth, 407, Reply::tag("p").with("Proxy-Authenticate", "Digest realm=\"one\", nonce=\"n4\", qop=\"auth\""));
    bench.request("ACK");
    bench.nothing_sent();
    assert!(matches!(bench.events().last(), Some(E::Ended(Ended::Refused(407, _)))));
}

#[test]
fn a_redirection_is_followed_the_most_wanted_first_and_no_target_twice() {
    let mut bench = Bench::registered();
    let (_, first) = bench.dial("sip:1002@pbx.example.com");
    let contacts = "<sip:b@b.example>;q=0.3, <sip:a@a.example?X-Evil=1>;q=0.9, <mailto:c@c.example>";
    bench.respond(&first, 302, Reply::tag("p").with("Contact", contacts));
    bench.request("ACK");
    let second = bench.request("INVITE");
    assert_eq!(second.uri().as_str(), "sip:a@a.example");
    assert_eq!(second.call_id(), first.call_id());
    assert_eq!(second.get(H::To), first.get(H::To));
    bench.respond(&second, 302, Reply::tag("p").with("Contact", "<sip:1002@pbx.example.com>, <sip:a@a.example>"));
    bench.request("ACK");
    bench.nothing_sent();
    assert!(matches!(bench.events().last(), Some(E::Ended(Ended::Refused(302, _)))));
}

#[test]
fn redirections_end() {
    let mut bench = Bench::registered();
    let (_, mut invite) = bench.dial("sip:1002@pbx.example.com");
    for hop in 0..20 {
        bench.respond(&invite, 302, Reply::tag("p").with("Contact", format!("<sip:{hop}@b.example>")));
        bench.request("ACK");
        if bench.sent.is_empty() {
            assert!(hop >= 3, "gave up too early");
            return;
        }
        invite = bench.request("INVITE");
    }
    panic!("followed for ever");
}

#[test]
fn an_interval_too_small_is_raised_once() {
    let mut bench = Bench::registered_with(Config { session_timers: true, ..config() });
    let (_, first) = bench.dial("sip:1002@pbx.example.com");
    assert_eq!(first.get(H::SessionExpires), Some("1800"));
    bench.respond(&first, 422, Reply::tag("p").with("Min-SE", "3600"));
    bench.request("ACK");
    let second = bench.request("INVITE");
    assert_eq!((second.get(H::SessionExpires), second.get(H::MinSe)), (Some("3600"), Some("3600")));
    assert_eq!(second.call_id(), first.call_id());
    bench.respond(&second, 422, Reply::tag("p").with("Min-SE", "3600"));
    bench.request("ACK");
    bench.nothing_sent();
    assert!(matches!(bench.events().last(), Some(E::Ended(Ended::Refused(422, _)))));
}

#[test]
fn reliable_provisionals_get_their_prack() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    assert!(invite.has_value(H::Supported, "100rel"));
    let reliable = |sequence: &str| Reply::tag("far").with("Require", "100rel").with("RSeq", sequence);
    bench.respond(&invite, 183, reliable("100").sdp("sendrecv"));
    let prack = bench.request("PRACK");
    assert_eq!(prack.get(H::RAck), Some(format!("100 {} INVITE", invite.cseq().unwrap().number).as_str()));
    assert_eq!(prack.uri().host(), "far.invalid");
    assert_eq!(prack.to().unwrap().tag(), Some("far"));
    bench.events();
    // Repeated, or one too early: ignored. The next in line: PRACK.
    bench.respond(&invite, 183, reliable("100").sdp("sendrecv"));
    bench.respond(&invite, 180, reliable("102"));
    bench.nothing_sent();
    assert_eq!(bench.events(), []);
    bench.respond(&invite, 180, reliable("101"));
    bench.request("PRACK");
    bench.respond(&invite, 200, Reply::tag("far"));
    bench.request("ACK");
    assert_eq!(bench.engine(call).log, ["offer sendrecv", "take sendrecv early", "take sendrecv"]);
}

#[test]
fn bad_wishes_are_refused_before_anything_is_sent() {
    let mut bench = Bench::registered();
    for (name, value) in [
        ("X-A", "a\r\nVia: evil"),
        ("X A", "b"),
        ("Via", "SIP/2.0/WSS x"),
        ("", "c"),
        ("from", "<sip:x@y>"),
        ("X-N", "\0"),
        ("Contact", "*"),
    ] {
        let call = bench.ua.reserve_call();
        let headers = vec![(name.to_owned(), value.to_owned())];
        bench.input(Input::Invite { call, target: Uri::parse("sip:1@pbx.example.com").unwrap(), headers });
        assert!(matches!(bench.events().as_slice(), [E::Ended(Ended::Misuse(_))]), "{name}: {value}");
    }
    let call = bench.ua.reserve_call();
    bench.input(Input::Invite { call, target: Uri::parse("mailto:x@y.example").unwrap(), headers: Vec::new() });
    assert!(matches!(bench.events().as_slice(), [E::Ended(Ended::Misuse(_))]));
    bench.nothing_sent();
    assert!(bench.engines.is_empty(), "and no microphone is opened");
}

#[test]
fn a_tel_uri_is_called_at_our_own_server() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.dial("tel:+86-10-6552-9988");
    assert_eq!(invite.uri().as_str(), "sip:+86-10-6552-9988@pbx.example.com");
}

#[test]
fn without_a_login_there_is_no_call() {
    let mut bench = Bench::new(config());
    let call = bench.ua.reserve_call();
    bench.input(Input::Invite { call, target: Uri::parse("sip:1@pbx.example.com").unwrap(), headers: Vec::new() });
    assert_eq!(bench.events(), ended(Ended::TimedOut));
}

#[test]
fn an_early_dialog_of_the_far_side_is_answered_in() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.far_request(&invite, "UPDATE", 1, "", &[]);
    bench.response(200);
    bench.far_request(&invite, "UPDATE", 2, &sdp("sendrecv"), &[]);
    bench.response(491);
    bench.far_request(&invite, "OPTIONS", 3, "", &[]);
    bench.response(200);
}
