//! Calls in, and more than one call.

mod bench;

use bench::{Bench, SDP};
use patchcord_messages::{AgentStatus, Badge, CallId, CallState, Command, EndReason, Hold, NoticeKind, Peer, Problem, Shortcut, ToWorker};
use patchcord_phone::Tone;
use patchcord_sip::MediaError;

const ALICE: &str = "\"Alice\" <sip:13800138000@pbx.test>";

fn hold_of(bench: &Bench, id: u32) -> bool {
    match bench.call_of(id).state {
        CallState::Connected { hold, pending_hold, .. } => pending_hold.unwrap_or(hold.local),
        other => panic!("{other:?}"),
    }
}

fn ended(bench: &Bench, id: u32) -> EndReason {
    match bench.call_of(id).state {
        CallState::Ended { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_rings_and_is_answered() {
    let mut bench = Bench::logged_in();
    let invite = bench.invite("a", ALICE, "X-Customer: 42\r\n");
    bench.take("SIP/2.0 180");
    let call = bench.call();
    let peer = Peer { number: "13800138000".into(), name: Some("Alice".into()), place: None };
    assert_eq!(call.peer, peer);
    assert!(call.headers.contains(&("X-Customer".into(), "42".into())), "{:?}", call.headers);
    assert!(matches!(call.state, CallState::Incoming { .. }));
    assert_eq!(bench.notices, [NoticeKind::Incoming { call: call.id, peer: peer.clone() }]);
    assert!(bench.worker.contains(&ToWorker::Ring { call: call.id, peer }));
    assert!(bench.worker.contains(&ToWorker::Badge { badge: Badge::Ringing }));
    assert_eq!(bench.tones, [Tone::Ring]);
    bench.advance(2_000);
    assert_eq!(bench.command(Command::Answer { call: call.id }), Some(None));
    assert_eq!(bench.command(Command::Answer { call: call.id }), Some(Some(Problem::NotPossibleNow)), "the first answer wins");
    let ok = bench.take("SIP/2.0 200");
    bench.request("ACK", &invite, &ok);
    assert!(matches!(bench.call().state, CallState::Connected { .. }), "{:?}", bench.call());
    assert_eq!(bench.tones, [Tone::Ring, Tone::Silence]);
    assert!(bench.worker.contains(&ToWorker::RingOver { call: call.id, missed: None }));
    assert_eq!(bench.notices.last(), Some(&NoticeKind::IncomingOver { call: call.id }));
    bench.request("BYE", &invite, &ok);
    assert_eq!(ended(&bench, call.id.0), EndReason::FarHungUp);
    assert!(bench.snapshot().missed.is_empty());
}

#[test]
fn it_is_declined() {
    let mut bench = Bench::logged_in();
    bench.invite("a", ALICE, "");
    let id = bench.call().id;
    assert_eq!(bench.command(Command::Decline { call: id }), Some(None));
    bench.take("SIP/2.0 603");
    assert_eq!(ended(&bench, id.0), EndReason::DeclinedHere);
    assert!(bench.snapshot().missed.is_empty());
    assert!(bench.worker.contains(&ToWorker::RingOver { call: id, missed: None }));
}

fn cancel(bench: &mut Bench, invite: &str, more: &str) {
    let head = invite.replacen("INVITE", "CANCEL", 1).replace("1 INVITE", "1 CANCEL");
    bench.frame(format!("{head}{more}"), "");
}

#[test]
fn the_caller_gives_up() {
    let mut bench = Bench::logged_in();
    let invite = bench.invite("a", ALICE, "");
    let id = bench.call().id;
    cancel(&mut bench, &invite, "");
    bench.take("SIP/2.0 487");
    assert_eq!(ended(&bench, id.0), EndReason::Missed);
    let missed = bench.snapshot().missed;
    assert_eq!(missed.iter().map(|missed| missed.peer.number.as_str()).collect::<Vec<_>>(), ["13800138000"]);
    assert!(bench.worker.iter().any(|message| matches!(message, ToWorker::RingOver { missed: Some(_), .. })));
    assert!(bench.worker.contains(&ToWorker::Badge { badge: Badge::Missed { count: 1 } }));
    bench.command(Command::ClearMissed);
    assert!(bench.snapshot().missed.is_empty());
    assert_eq!(bench.worker.last(), Some(&ToWorker::Badge { badge: Badge::Ready }));
}

#[test]
fn another_phone_takes_it() {
    let mut bench = Bench::logged_in();
    let invite = bench.invite("a", ALICE, "");
    let id = bench.call().id;
    cancel(&mut bench, &invite, "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n");
    assert_eq!(ended(&bench, id.0), EndReason::AnsweredElsewhere);
    assert!(bench.snapshot().missed.is_empty());
}

#[test]
fn without_a_microphone_it_rings_on() {
    let mut bench = Bench::logged_in();
    bench.invite("a", ALICE, "");
    let id = bench.call().id;
    bench.microphone = Err(MediaError::MicrophoneNotAsked);
    assert_eq!(bench.command(Command::Answer { call: id }), Some(Some(Problem::MicrophoneNotAsked)));
    assert!(matches!(bench.call().state, CallState::Incoming { since: 1_000.. }));
    bench.nothing("SIP/2.0 4");
    assert!(bench.worker.contains(&ToWorker::MicrophoneNeeded));
    assert_eq!(bench.tones.last(), Some(&Tone::Ring));
    bench.microphone = Ok(());
    assert_eq!(bench.command(Command::Answer { call: id }), Some(None));
    bench.take("SIP/2.0 200");
}

#[test]
fn not_ready_turns_calls_away_unseen() {
    let mut bench = Bench::logged_in();
    let not_ready = AgentStatus::NotReady { reason: "Lunch\u{202e}".into() };
    bench.command(Command::SetAgent { status: not_ready });
    assert_eq!(bench.snapshot().agent.current, AgentStatus::NotReady { reason: "Lunch".into() });
    assert_eq!(bench.worker.last(), Some(&ToWorker::Badge { badge: Badge::NotReady }));
    bench.invite("a", ALICE, "");
    bench.take("SIP/2.0 480");
    assert!(bench.snapshot().calls.is_empty());
    assert_eq!(bench.tones, []);
    bench.command(Command::SetAgent { status: AgentStatus::Ready });
    bench.invite("b", ALICE, "");
    bench.take("SIP/2.0 180");
}

#[test]
fn text_from_outside_is_made_safe() {
    let mut bench = Bench::logged_in();
    let name = format!("\"\u{202e}Eve{}\" <sip:{}@pbx.test>", "e".repeat(500), "9".repeat(500));
    bench.invite("a", &name, "X-Long: \u{2066}value\r\n");
    let call = bench.call();
    let shown = call.peer.name.expect("a name");
    assert!(shown.starts_with("Eve"), "{shown}");
    assert_eq!(shown.chars().count(), 80);
    assert_eq!(call.peer.number.chars().count(), 64);
    assert!(call.headers.contains(&("X-Long".into(), "value".into())), "{:?}", call.headers);
}

#[test]
fn answering_a_second_call_holds_the_first_and_resume_swaps() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    bench.forget();
    let invite = bench.invite("a", ALICE, "");
    assert_eq!(bench.tones, [Tone::CallWaiting]);
    bench.command(Command::Answer { call: CallId(2) });
    let hold = bench.take("INVITE");
    bench.respond(&hold, 200, "", &SDP.replace("sendrecv", "recvonly"));
    let ok = bench.sent.iter().find(|message| message.starts_with("SIP/2.0 200")).cloned().unwrap_or_else(|| bench.take("SIP/2.0 200"));
    bench.request("ACK", &invite, &ok);
    assert!(hold_of(&bench, 1));
    assert!(!hold_of(&bench, 2));
    bench.sent.clear();
    bench.command(Command::SetHold { call: CallId(1), hold: false });
    let requests: Vec<String> = std::mem::take(&mut bench.sent).into();
    assert_eq!(requests.iter().filter(|message| message.starts_with("INVITE")).count(), 2, "{requests:#?}");
    assert!(!hold_of(&bench, 1));
    assert!(hold_of(&bench, 2));
}

#[test]
fn dialling_holds_the_call_there_is() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    assert_eq!(bench.dial("10010"), Some(None));
    assert!(hold_of(&bench, 1));
    let invites: Vec<&String> = bench.sent.iter().filter(|message| message.starts_with("INVITE")).collect();
    assert_eq!(invites.len(), 2, "{invites:#?}");
    assert_eq!(bench.snapshot().calls.len(), 2);
}

#[test]
fn the_ninth_caller_hears_busy() {
    let mut bench = Bench::logged_in();
    for at in 0..8 {
        bench.invite(&format!("c{at}"), ALICE, "");
    }
    assert_eq!(bench.snapshot().calls.len(), 8);
    bench.invite("c9", ALICE, "");
    bench.take("SIP/2.0 486");
    assert_eq!(bench.snapshot().calls.len(), 8);
}

#[test]
fn shortcuts_mean_what_the_agent_means() {
    let mut bench = Bench::logged_in();
    assert_eq!(bench.phone.meaning(Shortcut::Answer), Command::Answer { call: CallId(0) });
    assert_eq!(bench.command(bench.phone.meaning(Shortcut::HangUp)), Some(Some(Problem::NoSuchCall)));
    bench.talk("10086");
    bench.invite("a", ALICE, "");
    assert_eq!(bench.phone.meaning(Shortcut::Answer), Command::Answer { call: CallId(2) });
    assert_eq!(bench.phone.meaning(Shortcut::HangUp), Command::HangUp { call: CallId(1) });
    assert_eq!(bench.phone.meaning(Shortcut::Mute), Command::SetMuted { call: CallId(1), muted: true });
}

#[test]
fn logging_out_ends_the_calls() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    bench.command(Command::LogOut);
    let bye = bench.take("BYE");
    bench.respond(&bye, 200, "", "");
    bench.advance(6_000);
    assert_eq!(ended(&bench, 1), EndReason::HungUp);
    bench.advance(60_000);
    assert!(bench.snapshot().calls.is_empty());
    assert_eq!((bench.socket, bench.deadline), (None, None));
}

#[test]
fn the_far_side_holds() {
    let mut bench = Bench::logged_in();
    let invite = bench.invite("a", ALICE, "");
    bench.command(Command::Answer { call: CallId(1) });
    let ok = bench.take("SIP/2.0 200");
    bench.request("ACK", &invite, &ok);
    let to = bench::header(&ok, "To").expect("To");
    let head =
        invite.replace("z9hG4bKa", "z9hG4bKre").replace("1 INVITE", "2 INVITE").replace("To: <sip:1001@pbx.test>", &format!("To: {to}"));
    bench.frame(head, &SDP.replace("sendrecv", "sendonly"));
    bench.take("SIP/2.0 200");
    let CallState::Connected { hold, .. } = bench.call().state else { panic!() };
    assert_eq!(hold, Hold { local: false, remote: true });
}
