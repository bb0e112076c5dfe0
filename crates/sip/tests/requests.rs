//! Requests from outside that are no calls, or no proper ones.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Bench;
use patchcord_sip::CallRequest;
use patchcord_sip::message::{Builder, HeaderName as H, Method, Request, Uri};

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
fn what_cannot_be_taken_is_refused_as_the_rfc_says() {
    let mut bench = Bench::registered();
    let to = "<sip:1001@pbx.example.com>";
    for (method, extra, status) in [
        ("OPTIONS", &[][..], 200),
        ("FOO", &[], 501),
        ("PUBLISH", &[], 405),
        ("REGISTER", &[], 405),
        ("BYE", &[], 481),
        ("INFO", &[], 481),
        ("UPDATE", &[], 481),
        ("PRACK", &[], 481),
        ("OPTIONS", &[("Require", "foo, 100rel, bar")], 420),
    ] {
        bench.frame(&request(method, to, extra));
        let response = bench.response(status);
        match status {
            501 | 405 => assert!(response.has_value(H::Allow, "INVITE")),
            420 => assert_eq!(response.get(H::Unsupported), Some("foo, bar")),
            200 => assert!(response.has_value(H::Allow, "INVITE") && response.get(H::Accept) == Some("application/sdp")),
            _ => {}
        }
        assert!(response.to().unwrap().tag().is_some());
    }
    bench.frame(&request("BYE", "<sip:1001@pbx.example.com>;tag=gone", &[]));
    bench.response(481);
    bench.frame(&request("ACK", "<sip:1001@pbx.example.com>;tag=gone", &[]));
    bench.nothing_sent();
    bench.ring(|invite| invite.body("text/plain", "hello"));
    assert_eq!(bench.response(415).get(H::Accept), Some("application/sdp"));
    bench.ring(|invite| invite.header(H::ContentEncoding, "gzip"));
    bench.response(415);
    assert_eq!(bench.events(), []);
}

#[test]
fn an_unknown_scheme_is_416() {
    let mut bench = Bench::registered();
    let frame = request("OPTIONS", "<sip:1001@pbx.example.com>", &[]).replace("OPTIONS sip:1001@here.invalid ", "OPTIONS nobody:1001 ");
    bench.frame(&frame);
    bench.response(416);
}

#[test]
fn the_same_invite_by_another_way_is_482() {
    let mut bench = Bench::registered();
    let (_, _) = bench.ring(|invite| invite.set(H::CallId, "same").set(H::From, "<sip:b@x.example>;tag=same"));
    bench.response(180);
    bench.ring(|invite| invite.set(H::CallId, "same").set(H::From, "<sip:b@x.example>;tag=same"));
    bench.response(482);
    assert_eq!(bench.events().len(), 1);
}

#[test]
fn the_same_invite_again_gets_the_same_answer() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.ring(|invite| invite);
    let ringing = bench.response(180);
    bench.frame(&patchcord_sip::message::Message::Request(invite).to_frame());
    assert_eq!(bench.response(180), ringing);
    assert_eq!(bench.events().len(), 1);
}

#[test]
fn an_invite_that_was_refused_and_comes_again_gets_the_same_refusal() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.ring(|invite| invite);
    bench.response(180);
    bench.ask(call, CallRequest::Reject(486));
    let refusal = bench.response(486);
    bench.events();
    let again = patchcord_sip::message::Message::Request(invite.clone()).to_frame();
    bench.frame(&again);
    assert_eq!(bench.response(486), refusal);
    assert_eq!(bench.events(), []);
    // After the ACK it is a new one, as far as we know.
    bench.frame(&refusal_ack(&invite));
    bench.frame(&again);
    bench.response(180);
}

#[test]
fn more_calls_than_anybody_can_take_are_busy() {
    let mut bench = Bench::registered();
    for _ in 0..32 {
        bench.ring(|invite| invite);
        bench.response(180);
    }
    bench.ring(|invite| invite);
    bench.response(486);
}
