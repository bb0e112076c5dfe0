//! Calls and the loss of the connection under them.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply};
use patchcord_sip::message::Message;
use patchcord_sip::{CallEvent as E, CallHandle, CallRequest, Ended, Input, SocketEvent};

/// Time passes while the server answers pings and OPTIONS.
fn alive(bench: &mut Bench, span: u64) {
    let end = bench.now + span;
    while bench.now < end {
        bench.advance((end - bench.now).min(100));
        bench.frame("\r\n");
    }
}

fn reconnect(bench: &mut Bench) {
    bench.lose_socket();
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
}

fn bench() -> (Bench, CallHandle, patchcord_sip::message::Request) {
    let mut bench = Bench::registered();
    let (call, invite) = bench.connected();
    (bench, call, invite)
}

#[test]
fn a_call_outlives_its_socket_and_moves_to_the_new_one() {
    let (mut bench, call, _) = bench();
    bench.lose_socket();
    assert_eq!(bench.events(), []);
    assert!(!bench.engine(call).is_closed());
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    let recovery = bench.request("INVITE");
    assert_eq!(bench.engine(call).log.last().unwrap(), "offer sendrecv restart");
    bench.respond(&recovery, 200, Reply::tag("far").sdp("sendrecv"));
    bench.request("ACK");
    alive(&mut bench, 120_000);
    assert!(bench.sent.iter().all(|message| message.to_frame().starts_with("OPTIONS")), "once is enough");
    assert_eq!(bench.events(), []);
    bench.assert_engine_sound();
}

/// The far side may have lost its own connection to the same server.
#[test]
fn a_recovery_that_is_refused_is_tried_again_and_never_ends_the_call() {
    for status in [404, 408, 430, 480, 481, 488, 500, 503] {
        let (mut bench, call, _) = bench();
        reconnect(&mut bench);
        let start = bench.now;
        let mut tries = 0;
        while bench.now - start < 60_000 {
            alive(&mut bench, 100);
            while let Some(message) = bench.sent.pop_front() {
                if let Message::Request(request) = message
                    && request.method().as_str() == "INVITE"
                {
                    tries += 1;
                    bench.respond(&request, status, Reply::tag("far"));
                }
            }
        }
        assert!((4..=20).contains(&tries), "{status}: {tries}");
        assert_eq!(bench.events(), [], "{status}");
        // Then it is back.
        bench.sent.clear();
        while bench.sent.is_empty() {
            alive(&mut bench, 100);
        }
        let recovery = bench.request("INVITE");
        bench.respond(&recovery, 200, Reply::tag("far").sdp("sendrecv"));
        bench.request("ACK");
        bench.ask(call, CallRequest::HangUp);
        bench.request("BYE");
        bench.assert_engine_sound();
    }
}

#[test]
fn a_hold_that_the_loss_interrupted_is_done_after_it() {
    let (mut bench, call, _) = bench();
    bench.ask(call, CallRequest::Hold(true));
    let lost = bench.request("INVITE");
    reconnect(&mut bench);
    let again = bench.request("INVITE");
    assert!(again.text().contains("a=sendonly"));
    bench.respond(&again, 200, Reply::tag("far").sdp("recvonly"));
    bench.request("ACK");
    assert_eq!(bench.events(), [E::Held { local: true, remote: false }]);
    // The answer to the first one comes late: it is acknowledged.
    bench.respond(&lost, 200, Reply::tag("far").sdp("recvonly"));
    assert_eq!(bench.request("ACK").cseq().unwrap().number, lost.cseq().unwrap().number);
    assert_eq!(bench.events(), []);
    bench.assert_engine_sound();
}

#[test]
fn a_hang_up_while_offline_becomes_a_bye() {
    let (mut bench, call, _) = bench();
    bench.lose_socket();
    bench.ask(call, CallRequest::HangUp);
    assert_eq!(bench.events(), [E::Ending, E::Ended(Ended::Local)]);
    bench.advance(1_000);
    bench.socket(SocketEvent::Opened);
    bench.nothing_sent_but("REGISTER");
    bench.accept_register();
    let bye = bench.request("BYE");
    // The far side is not back yet.
    bench.respond(&bye, 404, Reply::default());
    alive(&mut bench, 3_000);
    let bye = bench.request("BYE");
    bench.respond(&bye, 200, Reply::default());
    alive(&mut bench, 60_000);
    assert!(!bench.sent.iter().any(|message| message.to_frame().starts_with("BYE")));
    bench.assert_quiet();
}

#[test]
fn a_bye_that_was_lost_with_the_socket_is_sent_again() {
    let (mut bench, call, _) = bench();
    bench.ask(call, CallRequest::HangUp);
    let first = bench.request("BYE");
    reconnect(&mut bench);
    let second = bench.request("BYE");
    assert!(second.cseq().unwrap().number > first.cseq().unwrap().number);
    assert_eq!(bench.events().iter().filter(|event| matches!(event, E::Ended(_))).count(), 1);
}

#[test]
fn a_call_that_came_in_is_recovered_too() {
    let mut bench = Bench::registered();
    let (call, invite, _) = bench.connected_inbound();
    reconnect(&mut bench);
    let recovery = bench.request("INVITE");
    assert_eq!(recovery.call_id(), invite.call_id());
    assert_eq!(recovery.uri().host(), "bob.invalid");
    assert_eq!(bench.engine(call).log.last().unwrap(), "offer sendrecv restart");
}

#[test]
fn sleep_recovers_calls() {
    let (mut bench, _, _) = bench();
    bench.now += 60_000;
    bench.input(Input::Timeout);
    assert_eq!(bench.events(), []);
    bench.socket(SocketEvent::Opened);
    bench.accept_register();
    bench.request("INVITE");
}
