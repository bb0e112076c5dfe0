//! Being transferred: what the far side and its PBX do to a call of ours.

mod bench;

use bench::{Bench, SDP, header};
use patchcord_messages::{CallId, CallState, Command, EndReason};

fn tag(value: &str) -> String {
    value.split("tag=").nth(1).expect("a tag").split(';').next().expect("a value").to_owned()
}

fn in_dialog(method: &str, invite: &str, more: &str) -> String {
    format!(
        "{method} sip:1001@client.invalid SIP/2.0\r\nVia: SIP/2.0/WSS 10.0.0.1;branch=z9hG4bK{method}\r\nMax-Forwards: 70\r\nFrom: {};tag=pbx\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: 7 {method}\r\nContact: <sip:pbx@10.0.0.1;transport=ws>\r\n{more}",
        header(invite, "To").expect("To"),
        header(invite, "From").expect("From"),
        header(invite, "Call-ID").expect("Call-ID"),
    )
}

#[test]
fn the_far_side_sends_us_elsewhere() {
    let mut bench = Bench::logged_in();
    let invite = bench.talk("10086");
    bench.frame(in_dialog("REFER", &invite, "Refer-To: <sip:10010@pbx.test>\r\n"), "");
    bench.take("SIP/2.0 202");
    let call = bench.call_of(2);
    assert_eq!(call.peer.number, "10010");
    assert!(matches!(call.state, CallState::Dialing { .. }));
    let invites: Vec<String> = bench.sent.iter().filter(|message| message.starts_with("INVITE sip:10010@")).cloned().collect();
    assert_eq!(invites.len(), 1, "{:#?}", bench.sent);
    bench.respond(&invites[0], 200, "", SDP);
    assert!(matches!(bench.call_of(2).state, CallState::Connected { .. }));
    bench.frame(in_dialog("BYE", &invite, "").replace("CSeq: 7", "CSeq: 8"), "");
    assert!(matches!(bench.call_of(1).state, CallState::Ended { reason: EndReason::FarHungUp, .. }), "{:?}", bench.call_of(1));
}

#[test]
fn an_attended_transfer_is_the_same_call_with_somebody_else() {
    let mut bench = Bench::logged_in();
    let invite = bench.talk("10086");
    let (old, since) = (bench.leg(), bench.call().state);
    bench.command(Command::SetMuted { call: CallId(1), muted: true });
    bench.forget();
    let ours = tag(&header(&invite, "From").expect("From"));
    let replaces = format!("Replaces: {};to-tag={ours};from-tag=pbx\r\n", header(&invite, "Call-ID").expect("Call-ID"));
    let second = bench.invite("other", "\"Carol\" <sip:1003@pbx.test>", &replaces);
    let ok = bench.take("SIP/2.0 200");
    bench.request("ACK", &second, &ok);
    let call = bench.call();
    assert_eq!((call.id, call.peer.number.as_str(), call.peer.name.as_deref()), (CallId(1), "1003", Some("Carol")));
    assert_eq!(call.state, since, "the timer goes on");
    assert_ne!(bench.leg(), old);
    assert_eq!(bench.gate(bench.leg()), Some((false, true)), "still muted");
    assert!(bench.notices.is_empty() && bench.tones.is_empty(), "it does not ring: {:?} {:?}", bench.notices, bench.tones);
    bench.request("BYE", &second, &ok);
    assert!(matches!(bench.call().state, CallState::Ended { reason: EndReason::FarHungUp, .. }));
}

#[test]
fn the_network_says_who_it_is_now() {
    let mut bench = Bench::logged_in();
    let invite = bench.talk("10086");
    bench.frame(in_dialog("UPDATE", &invite, "P-Asserted-Identity: \"Dave\" <sip:1004@pbx.test>\r\n"), "");
    bench.take("SIP/2.0 200");
    let peer = bench.call().peer;
    assert_eq!((peer.number.as_str(), peer.name.as_deref()), ("1004", Some("Dave")));
}
