//! Giving up a call that we make: CANCEL, and what a lost connection does to an INVITE.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply};
use patchcord_sip::message::{HeaderName as H, Message};
use patchcord_sip::{CallEvent as E, CallRequest, Ended, Input, SocketEvent, Uri};

fn ended(reason: Ended) -> Vec<E> {
    vec![E::Ended(reason)]
}

#[test]
fn cancel_waits_for_a_provisional_response() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.ask(call, CallRequest::HangUp);
    bench.nothing_sent();
    assert_eq!(bench.events(), [E::Sent, E::Ending]);
    bench.respond(&invite, 100, Reply::default());
    let cancel = bench.request("CANCEL");
    assert_eq!(cancel.via().unwrap(), invite.via().unwrap(), "the same Via");
    assert_eq!(cancel.uri(), invite.uri());
    assert_eq!(cancel.cseq().unwrap().number, invite.cseq().unwrap().number);
    assert_eq!(cancel.get(H::To), invite.get(H::To));
    bench.respond(&cancel, 200, Reply::tag("far"));
    bench.respond(&invite, 487, Reply::tag("far"));
    bench.request("ACK");
    assert_eq!(bench.events(), ended(Ended::Local));
    bench.assert_quiet();
}

#[test]
fn cancel_against_200() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.ask(call, CallRequest::HangUp);
    bench.request("CANCEL");
    bench.respond(&invite, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    let bye = bench.request("BYE");
    assert_eq!(bench.events().iter().filter(|event| matches!(event, E::Connected { .. })).count(), 0);
    bench.respond(&bye, 200, Reply::default());
    assert_eq!(bench.events(), ended(Ended::Local));
    bench.assert_quiet();
}

#[test]
fn a_200_before_cancel_may_be_sent_is_ended_too() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.ask(call, CallRequest::HangUp);
    bench.respond(&invite, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    bench.request("BYE");
    bench.nothing_sent();
}

#[test]
fn a_cancelled_invite_that_is_never_answered_ends() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.ask(call, CallRequest::HangUp);
    bench.request("CANCEL");
    bench.events();
    for _ in 0..40 {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
    assert_eq!(bench.events(), ended(Ended::Local));
    // The late 200 finds somebody who ends it.
    bench.sent.clear();
    bench.respond(&invite, 200, Reply::tag("far").sdp("sendrecv"));
    bench.nothing_sent();
}

#[test]
fn a_challenge_after_hanging_up_is_not_met() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.ask(call, CallRequest::HangUp);
    bench.respond(&invite, 407, Reply::tag("p").with("Proxy-Authenticate", "Digest realm=\"pbx\", nonce=\"n1\", qop=\"auth\""));
    bench.request("ACK");
    bench.nothing_sent();
    assert_eq!(bench.events().last(), Some(&E::Ended(Ended::Local)));
}

#[test]
fn a_call_waits_for_the_connection_that_is_coming_back() {
    let mut bench = Bench::registered();
    bench.lose_socket();
    let call = bench.ua.reserve_call();
    bench.input(Input::Invite { call, target: Uri::parse("sip:1@pbx.example.com").unwrap(), headers: Vec::new() });
    assert_eq!(bench.events(), []);
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    bench.request("INVITE");
    assert_eq!(bench.events(), [E::Sent]);
    // But not for ever.
    let mut bench = Bench::registered();
    bench.lose_socket();
    let call = bench.ua.reserve_call();
    bench.input(Input::Invite { call, target: Uri::parse("sip:1@pbx.example.com").unwrap(), headers: Vec::new() });
    bench.advance(32_100);
    assert_eq!(bench.events(), ended(Ended::TimedOut));
}

#[test]
fn loss_during_an_invite_sends_no_second_one() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.events();
    let lost = bench.now;
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    bench.nothing_sent();
    while bench.calls.is_empty() {
        bench.advance(100);
        bench.frame("\r\n");
        assert!(bench.now - lost <= 32_000);
    }
    assert_eq!(bench.events(), ended(Ended::TimedOut));
    // The far side must not ring on.
    let cancel = bench.request("CANCEL");
    assert_eq!(cancel.via().unwrap().branch(), invite.via().unwrap().branch());
    bench.respond(&invite, 487, Reply::tag("far"));
    bench.request("ACK");
    bench.nothing_sent();
    bench.assert_quiet();
}

#[test]
fn loss_during_an_invite_and_no_connection_any_more_is_timer_b() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.events();
    bench.lose_socket();
    let lost = bench.now;
    while bench.calls.is_empty() {
        bench.advance(100);
        assert!(bench.now - lost <= 32_100);
    }
    assert_eq!(bench.events(), ended(Ended::TimedOut));
    // The far side does not ring on when we are back.
    while bench.urls.len() < 3 {
        bench.socket(SocketEvent::Closed { was_open: false, code: 1006, reason: String::new() });
        bench.advance(30_000);
    }
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    let cancel = bench.request("CANCEL");
    assert_eq!(cancel.via().unwrap().branch(), invite.via().unwrap().branch());
    bench.respond(&invite, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    bench.request("BYE");
    assert_eq!(bench.events(), []);
}

#[test]
fn an_answer_over_the_new_connection_is_taken() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    bench.respond(&invite, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    assert!(matches!(bench.events().last(), Some(E::Connected { .. })));
    bench.advance(6_000);
    bench.ask(call, CallRequest::HangUp);
    bench.sent.retain(|message| matches!(message, Message::Request(request) if request.method().as_str() == "BYE"));
    bench.request("BYE");
}

#[test]
fn a_hang_up_while_offline_becomes_a_cancel() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("far"));
    bench.lose_socket();
    bench.ask(call, CallRequest::HangUp);
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    bench.request("CANCEL");
    bench.respond(&invite, 487, Reply::tag("far"));
    bench.request("ACK");
    assert_eq!(bench.events().last(), Some(&E::Ended(Ended::Local)));
}

#[test]
fn so_does_one_before_any_provisional_response() {
    let mut bench = Bench::registered();
    let (call, _) = bench.dial("sip:1002@pbx.example.com");
    bench.lose_socket();
    bench.ask(call, CallRequest::HangUp);
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    // The provisional response went to the old connection, if there was one: no use in waiting for it.
    bench.request("CANCEL");
}
