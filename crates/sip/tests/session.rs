//! Answered calls: hold, glare, changes by the far side, tones, loss of the connection, session timers.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply, config, sdp};
use patchcord_sip::message::{HeaderName as H, Message};
use patchcord_sip::{CallEvent as E, CallHandle, CallRequest, Ended, MediaError};

/// Time passes while the server answers pings and OPTIONS.
fn alive(bench: &mut Bench, span: u64) {
    let end = bench.now + span;
    while bench.now < end {
        bench.advance((end - bench.now).min(100));
        bench.frame("\r\n");
    }
}

fn bench() -> (Bench, CallHandle, patchcord_sip::message::Request) {
    let mut bench = Bench::registered();
    let (call, invite) = bench.connected();
    (bench, call, invite)
}

#[test]
fn hold_and_resume() {
    let (mut bench, call, invite) = bench();
    bench.ask(call, CallRequest::Hold(true));
    let hold = bench.request("INVITE");
    assert!(hold.text().contains("a=sendonly"));
    assert_eq!(hold.uri().as_str(), "sip:1002@far.invalid;transport=ws");
    assert_eq!(hold.call_id(), invite.call_id());
    assert_eq!(hold.cseq().unwrap().number, invite.cseq().unwrap().number + 1);
    assert!(hold.contact().is_some());
    assert_eq!(bench.events(), []);
    bench.respond(&hold, 200, Reply::tag("far").sdp("recvonly"));
    assert_eq!(bench.request("ACK").cseq().unwrap().number, hold.cseq().unwrap().number);
    assert_eq!(bench.events(), [E::Held { local: true, remote: false }]);
    bench.ask(call, CallRequest::Hold(true));
    bench.nothing_sent();
    bench.ask(call, CallRequest::Hold(false));
    let resume = bench.request("INVITE");
    assert!(resume.text().contains("a=sendrecv"));
    bench.respond(&resume, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    assert_eq!(bench.events(), [E::Held { local: false, remote: false }]);
    assert_eq!(bench.engine(call).log[2..], ["offer sendonly", "take recvonly", "offer sendrecv", "take sendrecv"]);
    bench.assert_engine_sound();
}

#[test]
fn the_far_side_holds_and_resumes() {
    for method in ["INVITE", "UPDATE"] {
        let (mut bench, call, invite) = bench();
        bench.far_request(&invite, method, 1, &sdp("sendonly"), &[]);
        let ok = bench.response(200);
        assert!(ok.text().contains("a=recvonly"), "{}", ok.text());
        assert!(ok.contact().is_some());
        assert_eq!(bench.events(), [E::Held { local: false, remote: true }]);
        if method == "INVITE" {
            bench.far_request(&invite, "ACK", 1, "", &[]);
        }
        bench.far_request(&invite, method, 2, &sdp("sendrecv"), &[]);
        bench.response(200);
        assert_eq!(bench.events(), [E::Held { local: false, remote: false }]);
        if method == "INVITE" {
            bench.far_request(&invite, "ACK", 2, "", &[]);
        }
        // Both hold.
        bench.far_request(&invite, method, 3, &sdp("sendonly"), &[]);
        bench.response(200);
        if method == "INVITE" {
            bench.far_request(&invite, "ACK", 3, "", &[]);
        }
        bench.events();
        bench.ask(call, CallRequest::Hold(true));
        let hold = bench.request("INVITE");
        assert!(hold.text().contains("a=inactive"));
        bench.respond(&hold, 200, Reply::tag("far").sdp("inactive"));
        bench.request("ACK");
        assert_eq!(bench.events(), [E::Held { local: true, remote: true }]);
        bench.assert_engine_sound();
    }
}

/// FreeSWITCH answers so. It is no reason to hang up.
#[test]
fn odd_answers_never_end_a_call() {
    for (wish, answer) in [(true, "recvonly"), (true, "inactive"), (true, "sendrecv"), (true, "sendonly"), (false, "recvonly")] {
        let (mut bench, call, _) = bench();
        if !wish {
            bench.ask(call, CallRequest::Hold(true));
            let hold = bench.request("INVITE");
            bench.respond(&hold, 200, Reply::tag("far").sdp("recvonly"));
            bench.request("ACK");
        }
        bench.ask(call, CallRequest::Hold(wish));
        let change = bench.request("INVITE");
        bench.respond(&change, 200, Reply::tag("far").sdp(answer));
        bench.request("ACK");
        bench.nothing_sent();
        assert_eq!(bench.events().last(), Some(&E::Held { local: wish, remote: false }), "{wish} {answer}");
    }
    // An answer that the engine cannot take, and none at all.
    let (mut bench, call, _) = bench();
    bench.hold_media = true;
    bench.ask(call, CallRequest::Hold(true));
    bench.release_media();
    let hold = bench.request("INVITE");
    bench.engines.get_mut(&call).unwrap().fail = Some(MediaError::NotAcceptable("m-line".to_owned()));
    bench.respond(&hold, 200, Reply::tag("far").sdp("recvonly"));
    bench.release_media();
    bench.request("ACK");
    bench.nothing_sent();
    assert!(!bench.events().iter().any(|event| matches!(event, E::Ended(_))));
    assert_eq!(bench.engine(call).log.last().unwrap(), "rollback");
}

#[test]
fn a_refused_hold_leaves_the_call_as_it_was() {
    for status in [488, 403, 500, 503, 408] {
        let (mut bench, call, _) = bench();
        bench.ask(call, CallRequest::Hold(true));
        let hold = bench.request("INVITE");
        bench.respond(&hold, status, Reply::tag("far"));
        bench.request("ACK");
        bench.nothing_sent();
        assert!(matches!(bench.events().as_slice(), [E::HoldFailed(told, _)] if *told == status));
        assert_eq!(bench.engine(call).log.last().unwrap(), "rollback");
        // It can be tried again.
        bench.ask(call, CallRequest::Hold(true));
        bench.request("INVITE");
    }
}

#[test]
fn a_hold_without_any_answer_leaves_the_call_as_it_was() {
    let (mut bench, call, _) = bench();
    bench.ask(call, CallRequest::Hold(true));
    bench.request("INVITE");
    alive(&mut bench, 33_000);
    assert!(matches!(bench.events().as_slice(), [E::HoldFailed(408, _)]));
}

#[test]
fn a_far_side_that_knows_nothing_of_the_call_ends_it() {
    let (mut bench, call, _) = bench();
    bench.ask(call, CallRequest::Hold(true));
    let hold = bench.request("INVITE");
    bench.respond(&hold, 481, Reply::tag("far"));
    bench.request("ACK");
    assert_eq!(bench.events(), [E::Ended(Ended::Remote)]);
    bench.assert_quiet();
}

#[test]
fn an_impatient_agent_gets_what_was_asked_last() {
    let (mut bench, call, _) = bench();
    for hold in [true, false, true, false, true] {
        bench.ask(call, CallRequest::Hold(hold));
    }
    let first = bench.request("INVITE");
    bench.nothing_sent();
    bench.ask(call, CallRequest::Hold(false));
    bench.respond(&first, 200, Reply::tag("far").sdp("recvonly"));
    bench.request("ACK");
    let second = bench.request("INVITE");
    assert!(second.text().contains("a=sendrecv"));
    bench.respond(&second, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    bench.nothing_sent();
    assert_eq!(bench.events(), [E::Held { local: true, remote: false }, E::Held { local: false, remote: false }]);
}

#[test]
fn glare() {
    // We made the call, so ours is the Call-ID: 2.1–4 s. Else 0–2 s (14.1).
    for (ours, from, to) in [(true, 2_100, 4_000), (false, 0, 2_000)] {
        for seed in 0..20 {
            let mut bench = Bench::seeded(config(), seed);
            bench.start();
            bench.accept_register();
            let call = if ours { bench.connected().0 } else { bench.connected_inbound().0 };
            bench.ask(call, CallRequest::Hold(true));
            let hold = bench.request("INVITE");
            bench.respond(&hold, 491, Reply::tag("far"));
            bench.request("ACK");
            let start = bench.now;
            while bench.sent.is_empty() {
                bench.advance(10);
                assert!(bench.now - start <= to + 10, "never tried again");
            }
            assert!(bench.now - start >= from);
            let again = bench.request("INVITE");
            assert!(again.text().contains("a=sendonly"));
            bench.respond(&again, 200, Reply::tag("far").sdp("recvonly"));
            bench.request("ACK");
            assert_eq!(bench.events(), [E::Held { local: true, remote: false }]);
            bench.assert_engine_sound();
        }
    }
}

#[test]
fn an_offer_that_crosses_ours_is_491() {
    for method in ["INVITE", "UPDATE"] {
        let (mut bench, call, invite) = bench();
        bench.ask(call, CallRequest::Hold(true));
        let hold = bench.request("INVITE");
        bench.far_request(&invite, method, 1, &sdp("sendonly"), &[]);
        bench.response(491);
        if method == "INVITE" {
            let number = 1;
            bench.far_request(&invite, "ACK", number, "", &[]);
        }
        bench.respond(&hold, 200, Reply::tag("far").sdp("recvonly"));
        bench.request("ACK");
        bench.nothing_sent();
        bench.assert_engine_sound();
    }
}

#[test]
fn an_offer_that_comes_before_ours_is_sent_goes_first() {
    let (mut bench, call, invite) = bench();
    bench.hold_media = true;
    bench.ask(call, CallRequest::Hold(true));
    bench.far_request(&invite, "INVITE", 1, &sdp("sendonly"), &[]);
    bench.release_media();
    bench.response(200);
    bench.nothing_sent();
    bench.far_request(&invite, "ACK", 1, "", &[]);
    bench.release_media();
    let hold = bench.request("INVITE");
    assert!(hold.text().contains("a=inactive"), "{}", hold.text());
    bench.assert_engine_sound();
}

#[test]
fn a_second_offer_before_our_answer_is_500() {
    let (mut bench, _, invite) = bench();
    bench.hold_media = true;
    bench.far_request(&invite, "INVITE", 1, &sdp("sendonly"), &[]);
    bench.far_request(&invite, "INVITE", 2, &sdp("sendrecv"), &[]);
    let response = bench.response(500);
    assert!(response.retry_after().unwrap().seconds <= 10);
    bench.release_media();
    bench.response(200);
    bench.assert_engine_sound();
}

#[test]
fn a_request_out_of_order_is_500() {
    let (mut bench, _, invite) = bench();
    bench.far_request(&invite, "INFO", 5, "", &[]);
    bench.response(200);
    bench.far_request(&invite, "INFO", 4, "", &[]);
    bench.response(500);
    bench.far_request(&invite, "INFO", 9, "", &[]);
    bench.response(200);
}

#[test]
fn an_offer_that_cannot_be_taken_is_488_and_the_call_goes_on() {
    let (mut bench, call, invite) = bench();
    bench.engines.get_mut(&call).unwrap().fail = Some(MediaError::NotAcceptable("video".to_owned()));
    bench.far_request(&invite, "INVITE", 1, &sdp("sendrecv"), &[]);
    bench.response(488);
    assert_eq!(bench.events(), []);
    bench.ask(call, CallRequest::Hold(true));
    bench.request("INVITE");
    bench.assert_engine_sound();
}

#[test]
fn a_re_invite_without_offer_gets_ours() {
    let (mut bench, call, invite) = bench();
    bench.far_request(&invite, "INVITE", 1, "", &[]);
    let ok = bench.response(200);
    assert!(ok.text().contains("a=sendrecv"));
    // Meanwhile nothing else is begun.
    bench.ask(call, CallRequest::Hold(true));
    bench.nothing_sent();
    bench.far_request(&invite, "ACK", 1, &sdp("sendonly"), &[]);
    assert_eq!(bench.events(), [E::Held { local: false, remote: true }]);
    let hold = bench.request("INVITE");
    assert!(hold.text().contains("a=inactive"));
    bench.assert_engine_sound();
}

#[test]
fn a_re_invite_is_cancelled() {
    let (mut bench, call, invite) = bench();
    bench.hold_media = true;
    let change = bench.far_request(&invite, "INVITE", 1, &sdp("sendonly"), &[]);
    let cancel = Message::Request(change).to_frame().replacen("INVITE", "CANCEL", 1).replacen("CSeq: 1 INVITE", "CSeq: 1 CANCEL", 1);
    bench.frame(&cancel);
    bench.response(200);
    bench.response(487);
    bench.release_media();
    bench.nothing_sent();
    assert_eq!(bench.engine(call).log.last().unwrap(), "rollback");
    assert_eq!(bench.events(), []);
}

#[test]
fn a_bye_against_our_re_invite() {
    let (mut bench, call, invite) = bench();
    bench.ask(call, CallRequest::Hold(true));
    let hold = bench.request("INVITE");
    bench.far_request(&invite, "BYE", 1, "", &[]);
    bench.response(200);
    assert_eq!(bench.events(), [E::Ended(Ended::Remote)]);
    // Whatever becomes of the re-INVITE, it gets its ACK and nothing more.
    bench.respond(&hold, 487, Reply::tag("far"));
    bench.request("ACK");
    bench.nothing_sent();
    bench.assert_quiet();

    let (mut bench, call, invite) = self::bench();
    bench.ask(call, CallRequest::Hold(true));
    let hold = bench.request("INVITE");
    bench.far_request(&invite, "BYE", 1, "", &[]);
    bench.response(200);
    bench.events();
    bench.respond(&hold, 200, Reply::tag("far").sdp("recvonly"));
    let ack = bench.request("ACK");
    assert_eq!(ack.uri().host(), "far.invalid");
    bench.nothing_sent();
    assert_eq!(bench.events(), []);
}

#[test]
fn our_bye_against_their_re_invite() {
    let (mut bench, call, invite) = bench();
    bench.ask(call, CallRequest::HangUp);
    let bye = bench.request("BYE");
    bench.far_request(&invite, "INVITE", 1, &sdp("sendonly"), &[]);
    bench.response(481);
    bench.respond(&bye, 200, Reply::default());
    assert_eq!(bench.events(), [E::Ending, E::Ended(Ended::Local)]);
    bench.assert_quiet();
    // Theirs came first, and is not answered yet.
    let (mut bench, call, invite) = self::bench();
    bench.hold_media = true;
    bench.far_request(&invite, "INVITE", 1, &sdp("sendonly"), &[]);
    bench.ask(call, CallRequest::HangUp);
    bench.response(487);
    bench.request("BYE");
    bench.release_media();
    bench.nothing_sent();
    bench.assert_quiet();
}

#[test]
fn both_hang_up() {
    let (mut bench, call, invite) = bench();
    bench.ask(call, CallRequest::HangUp);
    let bye = bench.request("BYE");
    bench.far_request(&invite, "BYE", 1, "", &[]);
    bench.response(200);
    bench.respond(&bye, 481, Reply::default());
    assert_eq!(bench.events(), [E::Ending, E::Ended(Ended::Local)]);
    bench.nothing_sent();
}

#[test]
fn a_bye_that_nobody_answers() {
    let (mut bench, call, _) = bench();
    bench.ask(call, CallRequest::HangUp);
    bench.request("BYE");
    alive(&mut bench, 33_000);
    assert_eq!(bench.events(), [E::Ending, E::Ended(Ended::Local)]);
}

#[test]
fn tones_by_rfc_4733_or_by_info() {
    let (mut bench, call, _) = bench();
    bench.ask(call, CallRequest::Dtmf("12#x\r\n".to_owned()));
    assert_eq!(bench.engine(call).log.last().unwrap(), "tones 12#");
    bench.nothing_sent();

    let mut bench = Bench::registered();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    let plain = sdp("sendrecv").replace("a=rtpmap:101 telephone-event/8000\r\n", "");
    bench.respond(&invite, 200, Reply::tag("far").body(plain));
    bench.request("ACK");
    bench.ask(call, CallRequest::Dtmf("4a".to_owned()));
    let first = bench.request("INFO");
    assert!(first.content_type().unwrap().unwrap().is("application", "dtmf-relay"));
    assert_eq!(first.text(), "Signal=4\r\nDuration=160\r\n");
    bench.nothing_sent();
    bench.respond(&first, 200, Reply::default());
    assert_eq!(bench.request("INFO").text(), "Signal=A\r\nDuration=160\r\n");
}

#[test]
fn tones_come_by_info() {
    let (mut bench, _, invite) = bench();
    bench.far_request(&invite, "INFO", 1, "Signal=7\r\nDuration=160\r\n", &[]);
    bench.response(200);
    assert_eq!(bench.events(), [E::Dtmf("7".to_owned())]);
    bench.far_request(&invite, "INFO", 2, "", &[("Info-Package", "foo")]);
    bench.response(469);
    assert_eq!(bench.events(), []);
}

#[test]
fn any_info_goes_and_comes() {
    let (mut bench, call, invite) = bench();
    bench.ask(call, CallRequest::Info { content_type: "application/x-crm".to_owned(), body: "id=1".to_owned() });
    let info = bench.request("INFO");
    assert_eq!((info.get(H::ContentType), info.text()), (Some("application/x-crm"), "id=1"));
    bench.respond(&info, 200, Reply::default());
    bench.ask(call, CallRequest::Info { content_type: "no type".to_owned(), body: "id=1".to_owned() });
    bench.nothing_sent();
    bench.far_request(&invite, "INFO", 1, "hello", &[("X-A", "b")]);
    bench.response(200);
    assert_eq!(bench.events(), [E::Info { content_type: "application/dtmf-relay".to_owned(), body: "hello".to_owned() }]);
}

#[test]
fn a_pbx_tells_that_the_far_side_is_somebody_else_now() {
    let (mut bench, _, invite) = bench();
    let update = |bench: &mut Bench, number: u32, who: &str| {
        bench.far_request(&invite, "UPDATE", number, "", &[("P-Asserted-Identity", who)]);
        bench.response(200);
        bench.events()
    };
    let events = update(&mut bench, 1, "\"Carol\" <sip:1003@pbx.example.com>");
    assert!(matches!(events.as_slice(), [E::Identity(remote)] if remote.user == "1003" && remote.display_name == "Carol"));
    assert_eq!(update(&mut bench, 2, "\"Carol\" <sip:1003@pbx.example.com>"), [], "no news");
    assert_eq!(update(&mut bench, 3, "<sip:1004@pbx.example.com>").len(), 1);
}
