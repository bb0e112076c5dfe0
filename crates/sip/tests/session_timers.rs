//! Session timers (RFC 4028) in both roles.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply, ack_for, config};
use patchcord_sip::message::HeaderName as H;
use patchcord_sip::{CallEvent as E, CallRequest, Config, Ended};

/// Time passes while the server answers pings and OPTIONS.
fn alive(bench: &mut Bench, span: u64) {
    let end = bench.now + span;
    while bench.now < end {
        bench.advance((end - bench.now).min(100));
        bench.frame("\r\n");
    }
}

fn with_timers() -> Bench {
    Bench::registered_with(Config { session_timers: true, ..config() })
}

#[test]
fn we_refresh_the_session_at_half_time() {
    let mut bench = with_timers();
    let (_, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(
        &invite,
        200,
        Reply::tag("far").sdp("sendrecv").with("Session-Expires", "120;refresher=uac").with("Allow", "INVITE, UPDATE"),
    );
    bench.request("ACK");
    alive(&mut bench, 59_000);
    bench.nothing_sent_but("OPTIONS");
    alive(&mut bench, 2_000);
    let update = bench.request("UPDATE");
    assert_eq!(update.get(H::SessionExpires), Some("120;refresher=uac"));
    assert!(update.text().is_empty());
    bench.respond(&update, 422, Reply::default().with("Min-SE", "240"));
    let update = bench.request("UPDATE");
    assert_eq!((update.get(H::SessionExpires), update.get(H::MinSe)), (Some("240;refresher=uac"), Some("240")));
    bench.respond(&update, 200, Reply::default().with("Session-Expires", "240;refresher=uac"));
    alive(&mut bench, 119_000);
    bench.nothing_sent_but("OPTIONS");
    alive(&mut bench, 2_000);
    bench.request("UPDATE");
    assert!(!bench.events().iter().any(|event| matches!(event, E::Ended(_))));
}

#[test]
fn without_update_the_refresh_is_a_re_invite() {
    let mut bench = with_timers();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(
        &invite,
        200,
        Reply::tag("far").sdp("sendrecv").with("Session-Expires", "120;refresher=uac").with("Allow", "INVITE, BYE"),
    );
    bench.request("ACK");
    alive(&mut bench, 61_000);
    let refresh = bench.request("INVITE");
    assert_eq!(refresh.get(H::SessionExpires), Some("120;refresher=uac"));
    bench.respond(&refresh, 200, Reply::tag("far").sdp("sendrecv").with("Session-Expires", "120;refresher=uac"));
    bench.request("ACK");
    bench.events();
    bench.ask(call, CallRequest::Hold(true));
    bench.request("INVITE");
    bench.assert_engine_sound();
}

#[test]
fn a_far_side_that_does_not_refresh_is_gone() {
    let mut bench = with_timers();
    let (call, invite) = bench.ring(|invite| invite.header(H::Supported, "timer").header(H::SessionExpires, "90;refresher=uac"));
    bench.response(180);
    bench.ask(call, CallRequest::Answer);
    let ok = bench.response(200);
    assert_eq!(ok.get(H::SessionExpires), Some("90;refresher=uac"));
    assert!(ok.has_value(H::Require, "timer"));
    bench.frame(&ack_for(&invite, &ok));
    bench.events();
    alive(&mut bench, 59_000);
    assert_eq!(bench.events(), []);
    alive(&mut bench, 3_000);
    assert_eq!(bench.events(), [E::Ending, E::Ended(Ended::TimedOut)]);
    bench.sent.retain(|message| !message.to_frame().starts_with("OPTIONS"));
    bench.request("BYE");
    bench.assert_quiet();
}

#[test]
fn their_refresh_keeps_it_alive() {
    let mut bench = with_timers();
    let (call, invite) = bench.dial("sip:1002@pbx.example.com");
    bench.respond(&invite, 200, Reply::tag("far").sdp("sendrecv").with("Session-Expires", "90;refresher=uas"));
    bench.request("ACK");
    for number in 1..10 {
        alive(&mut bench, 45_000);
        bench.sent.clear();
        bench.far_request(&invite, "UPDATE", number, "", &[("Supported", "timer"), ("Session-Expires", "90;refresher=uac")]);
        let ok = bench.response(200);
        assert_eq!(ok.get(H::SessionExpires), Some("90;refresher=uac"));
    }
    assert!(!bench.events().iter().any(|event| matches!(event, E::Ended(_))));
    assert!(!bench.engine(call).is_closed());
}

#[test]
fn too_short_an_interval_is_422() {
    let mut bench = with_timers();
    bench.ring(|invite| invite.header(H::Supported, "timer").header(H::SessionExpires, "30"));
    assert_eq!(bench.response(422).get(H::MinSe), Some("90"));
    assert_eq!(bench.events(), []);
}
