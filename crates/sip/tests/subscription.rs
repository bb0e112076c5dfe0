//! Subscriptions, notices and short messages.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply};
use patchcord_sip::message::{Builder, HeaderName as H, Method, Request};
use patchcord_sip::{Event, Input, Lamp, Mailbox, SocketEvent, SubscriptionState as S, Uri};

fn subscribe(bench: &mut Bench, id: u32, event: &str) -> Request {
    let target = Uri::parse("sip:1001@pbx.example.com").unwrap();
    bench.input(Input::Subscribe { id, target, event: event.to_owned(), expires: 600 });
    bench.request("SUBSCRIBE")
}

fn state(id: u32, state: S) -> Event {
    Event::Subscription { id, state }
}

fn others(bench: &mut Bench) -> Vec<Event> {
    std::mem::take(&mut bench.others)
}

/// A NOTIFY for this SUBSCRIBE.
fn notify(bench: &mut Bench, subscribe: &Request, number: u32, subscription: &str, kind: &str, body: &str) {
    let frame = Builder::request(&Method::Notify, &subscribe.contact().unwrap().uri().to_uri())
        .header(H::Via, &format!("SIP/2.0/WSS pbx.example.com;branch=z9hG4bKn{number}{}", subscribe.call_id()))
        .header(H::From, &format!("{};tag=far", subscribe.get(H::To).unwrap().split(";tag").next().unwrap()))
        .header(H::To, subscribe.get(H::From).unwrap())
        .header(H::CallId, subscribe.call_id())
        .header(H::CSeq, &format!("{number} NOTIFY"))
        .header(H::Contact, "<sip:vm@far.invalid>")
        .header(H::Event, subscribe.get(H::Event).unwrap())
        .header(H::SubscriptionState, subscription)
        .body(kind, body)
        .finish()
        .unwrap();
    bench.frame(&frame);
    bench.response(200);
}

const SUMMARY: &str = "application/simple-message-summary";

fn alive(bench: &mut Bench, seconds: u64) {
    for _ in 0..seconds {
        bench.advance(1_000);
        bench.frame("\r\n");
    }
}

#[test]
fn a_mailbox_is_watched() {
    let mut bench = Bench::registered();
    let first = subscribe(&mut bench, 7, "message-summary");
    assert_eq!((first.get(H::Event), first.get(H::Accept), first.number(H::Expires)), (Some("message-summary"), Some(SUMMARY), Some(600)));
    bench.respond(&first, 202, Reply::tag("far").with("Expires", "100"));
    assert_eq!(others(&mut bench), [state(7, S::Active)]);
    notify(&mut bench, &first, 1, "active;expires=100", SUMMARY, "Messages-Waiting: yes\r\nVoice-Message: 3/1 (0/0)\r\n");
    assert_eq!(others(&mut bench), [Event::Mailbox(Mailbox { waiting: true, new: 3, old: 1 })]);
    alive(&mut bench, 81);
    let refresh = bench.request("SUBSCRIBE");
    assert_eq!(refresh.call_id(), first.call_id());
    assert_eq!(refresh.to().unwrap().tag(), Some("far"));
    assert_eq!(refresh.uri().host(), "far.invalid");
    assert_eq!(refresh.cseq().unwrap().number, first.cseq().unwrap().number + 1);
    bench.respond(&refresh, 200, Reply::tag("far").with("Expires", "100"));
    assert_eq!(others(&mut bench), []);
    bench.input(Input::Unsubscribe { id: 7 });
    let end = bench.request("SUBSCRIBE");
    assert_eq!(end.number(H::Expires), Some(0));
    notify(&mut bench, &first, 2, "terminated;reason=timeout", SUMMARY, "Messages-Waiting: no\r\n");
    bench.respond(&end, 200, Reply::tag("far"));
    assert_eq!(others(&mut bench).last(), Some(&state(7, S::Ended(0, String::new()))));
    alive(&mut bench, 1_000);
    assert!(!bench.sent.iter().any(|message| message.to_frame().starts_with("SUBSCRIBE")));
}

#[test]
fn a_notice_may_come_before_the_answer() {
    let mut bench = Bench::registered();
    let first = subscribe(&mut bench, 1, "message-summary");
    notify(&mut bench, &first, 5, "active", SUMMARY, "Messages-Waiting: no\r\n");
    assert_eq!(others(&mut bench), [Event::Mailbox(Mailbox::default()), state(1, S::Active)]);
    bench.respond(&first, 200, Reply::tag("far").with("Expires", "100"));
    alive(&mut bench, 81);
    let refresh = bench.request("SUBSCRIBE");
    assert_eq!(refresh.cseq().unwrap().number, first.cseq().unwrap().number + 1);
    assert_eq!(refresh.to().unwrap().tag(), Some("far"));
}

#[test]
fn busy_lamps() {
    let mut bench = Bench::registered();
    let first = subscribe(&mut bench, 2, "dialog");
    bench.respond(&first, 200, Reply::tag("far"));
    others(&mut bench);
    let mut number = 0;
    for (kind, dialogs, expected) in [
        ("full", "<dialog id=\"a\"><state>early</state></dialog>", Lamp::Ringing),
        ("partial", "<dialog id=\"b\"><state>confirmed</state></dialog>", Lamp::Busy),
        ("partial", "<dialog id=\"b\"><state>terminated</state></dialog>", Lamp::Ringing),
        ("full", "", Lamp::Idle),
    ] {
        number += 1;
        let body = format!(
            "<?xml version=\"1.0\"?><dialog-info version=\"{number}\" state=\"{kind}\" entity=\"sip:1002@pbx.example.com\">{dialogs}</dialog-info>"
        );
        notify(&mut bench, &first, number, "active", "application/dialog-info+xml", &body);
        assert_eq!(others(&mut bench), [Event::Lamp { id: 2, entity: "sip:1002@pbx.example.com".to_owned(), lamp: expected }]);
    }
}

#[test]
fn what_is_refused_for_good_ends_and_what_may_pass_is_tried_again() {
    for status in [403, 404, 489, 501, 603] {
        let mut bench = Bench::registered();
        let first = subscribe(&mut bench, 3, "dialog");
        bench.respond(&first, status, Reply::tag("far"));
        assert!(
            matches!(others(&mut bench).as_slice(), [Event::Subscription { id: 3, state: S::Ended(told, _) }] if *told == status),
            "{status}"
        );
        alive(&mut bench, 600);
        assert!(!bench.sent.iter().any(|message| message.to_frame().starts_with("SUBSCRIBE")), "{status}");
    }
    for status in [408, 480, 503] {
        let mut bench = Bench::registered();
        let first = subscribe(&mut bench, 3, "dialog");
        bench.respond(&first, status, Reply::tag("far"));
        assert_eq!(others(&mut bench), [state(3, S::Waiting)]);
        alive(&mut bench, 6);
        let again = bench.request("SUBSCRIBE");
        assert_ne!(again.call_id(), first.call_id());
    }
    let mut bench = Bench::registered();
    let first = subscribe(&mut bench, 3, "dialog");
    bench.respond(&first, 423, Reply::tag("far").with("Min-Expires", "3600"));
    assert_eq!(bench.request("SUBSCRIBE").number(H::Expires), Some(3600));
}

#[test]
fn a_subscription_that_the_server_drops_is_begun_anew() {
    let mut bench = Bench::registered();
    let first = subscribe(&mut bench, 4, "dialog");
    bench.respond(&first, 200, Reply::tag("far"));
    notify(&mut bench, &first, 1, "terminated;reason=deactivated", "", "");
    let second = bench.request("SUBSCRIBE");
    assert_ne!(second.call_id(), first.call_id());
    bench.respond(&second, 200, Reply::tag("far"));
    notify(&mut bench, &second, 1, "terminated;reason=rejected", "", "");
    assert_eq!(others(&mut bench).last(), Some(&state(4, S::Ended(0, "rejected".to_owned()))));
    alive(&mut bench, 100);
    assert!(!bench.sent.iter().any(|message| message.to_frame().starts_with("SUBSCRIBE")));
}

#[test]
fn subscriptions_move_to_the_new_connection() {
    let mut bench = Bench::registered();
    let first = subscribe(&mut bench, 5, "dialog");
    bench.respond(&first, 200, Reply::tag("far"));
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    let second = bench.request("SUBSCRIBE");
    assert_eq!(second.to().unwrap().tag(), Some("far"));
    // The server has forgotten.
    bench.respond(&second, 481, Reply::tag("far"));
    let third = bench.request("SUBSCRIBE");
    assert!(third.to().unwrap().tag().is_none());
}

#[test]
fn nonsense_is_refused_before_it_is_sent() {
    let mut bench = Bench::registered();
    let target = Uri::parse("sip:1001@pbx.example.com").unwrap();
    bench.input(Input::Subscribe { id: 1, target: target.clone(), event: "a\r\nb".to_owned(), expires: 60 });
    bench.input(Input::Message { id: 2, target, content_type: "text/plain\r\nX: y".to_owned(), body: "hi".to_owned() });
    bench.input(Input::Message {
        id: 3,
        target: Uri::parse("mailto:a@b.example").unwrap(),
        content_type: "text/plain".to_owned(),
        body: "hi".to_owned(),
    });
    bench.nothing_sent();
    let told = others(&mut bench);
    assert!(matches!(
        told.as_slice(),
        [
            Event::Subscription { id: 1, state: S::Ended(400, _) },
            Event::MessageSent { id: 2, status: 400, .. },
            Event::MessageSent { id: 3, status: 400, .. }
        ]
    ));
}

#[test]
fn short_messages_go_and_come() {
    let mut bench = Bench::registered();
    let target = Uri::parse("sip:1002@pbx.example.com").unwrap();
    bench.input(Input::Message { id: 9, target, content_type: "text/plain".to_owned(), body: "你好\r\n".to_owned() });
    let message = bench.request("MESSAGE");
    assert_eq!((message.text(), message.get(H::ContentType)), ("你好\r\n", Some("text/plain")));
    assert!(message.contact().is_none(), "RFC 3428 4");
    bench.respond(&message, 202, Reply::tag("far"));
    assert_eq!(others(&mut bench), [Event::MessageSent { id: 9, status: 202, reason: "Accepted".to_owned() }]);
    let frame = Builder::request(&Method::Message, &Uri::parse("sip:1001@here.invalid").unwrap())
        .header(H::Via, "SIP/2.0/WSS pbx.example.com;branch=z9hG4bKm")
        .header(H::From, "\"Bob\" <sip:1002@pbx.example.com>;tag=b")
        .header(H::To, "<sip:1001@pbx.example.com>")
        .header(H::CallId, "m")
        .header(H::CSeq, "1 MESSAGE")
        .body("text/plain", "hi")
        .finish()
        .unwrap();
    bench.frame(&frame);
    bench.response(200);
    let told = others(&mut bench);
    assert!(
        matches!(told.as_slice(), [Event::Message { from, content_type, body }] if from.user == "1002" && content_type == "text/plain" && body == "hi")
    );
}

#[test]
fn voicemail_is_told_of_unasked() {
    let mut bench = Bench::registered();
    let frame = |event: &str| {
        Builder::request(&Method::Notify, &Uri::parse("sip:1001@here.invalid").unwrap())
            .header(H::Via, &format!("SIP/2.0/WSS pbx.example.com;branch=z9hG4bK{event}"))
            .header(H::From, "<sip:1001@pbx.example.com>;tag=b")
            .header(H::To, "<sip:1001@pbx.example.com>")
            .header(H::CallId, event)
            .header(H::CSeq, "1 NOTIFY")
            .header(H::Event, event)
            .body(SUMMARY, "Messages-Waiting: yes\r\nVoice-Message: 1/0\r\n")
            .finish()
            .unwrap()
    };
    bench.frame(&frame("message-summary"));
    bench.response(200);
    assert_eq!(others(&mut bench), [Event::Mailbox(Mailbox { waiting: true, new: 1, old: 0 })]);
    bench.frame(&frame("presence"));
    bench.response(481);
    assert_eq!(others(&mut bench), []);
}
