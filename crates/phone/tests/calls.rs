//! Calls out: what the agent sees from the click to the end.

mod bench;

use bench::{Bench, SDP, header};
use patchcord_messages::{Badge, CallId, CallState, Command, Devices, EndReason, Hold, Microphone, Problem, ToWorker};
use patchcord_phone::{Input, MediaCommand, MediaEvent, Tone};
use patchcord_sip::{MediaError, MediaRequest};

fn ended(bench: &Bench) -> EndReason {
    match bench.call().state {
        CallState::Ended { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

fn badge(bench: &Bench) -> Option<Badge> {
    bench.worker.iter().rev().find_map(|message| match message {
        ToWorker::Badge { badge } => Some(*badge),
        _ => None,
    })
}

#[test]
fn a_call_from_click_to_end() {
    let mut bench = Bench::logged_in();
    assert_eq!(bench.dial("138 0013-8000"), Some(None));
    let call = bench.call();
    assert_eq!(call.peer.number, "13800138000");
    assert!(matches!(call.state, CallState::Dialing { .. }));
    let invite = bench.take("INVITE");
    assert!(invite.starts_with("INVITE sip:13800138000@pbx.test SIP/2.0\r\n"), "{invite}");
    bench.respond(&invite, 100, "", "");
    assert!(matches!(bench.call().state, CallState::Dialing { .. }));
    bench.respond(&invite, 180, "", "");
    assert!(matches!(bench.call().state, CallState::Ringing { early_media: false, .. }));
    assert_eq!(bench.tones, [Tone::RingBack]);
    bench.advance(3_000);
    let answered = bench.now;
    bench.respond(&invite, 200, "", SDP);
    bench.take("ACK");
    assert_eq!(bench.tones, [Tone::RingBack, Tone::Silence]);
    let CallState::Connected { since, hold, pending_hold } = bench.call().state else { panic!("{:?}", bench.call()) };
    assert_eq!((since, hold, pending_hold), (answered, Hold::default(), None));
    bench.advance(125_000);
    assert_eq!(badge(&bench), Some(Badge::InCall { minutes: 2 }));
    bench.bye(&invite);
    bench.take("SIP/2.0 200");
    assert_eq!(bench.call().state, CallState::Ended { at: bench.now, talked: Some(125_000), reason: EndReason::FarHungUp });
    assert_eq!(badge(&bench), Some(Badge::Ready));
    assert!(bench.media.iter().any(|command| matches!(command, MediaCommand::Close { .. })));
    bench.advance(7_900);
    bench.call();
    bench.advance(200);
    assert!(bench.snapshot().calls.is_empty());
}

#[test]
fn the_agent_hangs_up() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let id = bench.call().id;
    assert_eq!(bench.command(Command::HangUp { call: id }), Some(None));
    let bye = bench.take("BYE");
    assert!(matches!(bench.call().state, CallState::Ending { .. }));
    bench.respond(&bye, 200, "", "");
    assert_eq!(ended(&bench), EndReason::HungUp);
    assert_eq!(bench.command(Command::HangUp { call: id }), Some(Some(Problem::NoSuchCall)));
    assert_eq!(bench.command(Command::Dismiss { call: id }), Some(None));
    assert!(bench.snapshot().calls.is_empty());
    assert_eq!(bench.command(Command::Dismiss { call: id }), Some(None));
    assert_eq!(bench.command(Command::Dismiss { call: CallId(77) }), Some(Some(Problem::NoSuchCall)));
}

#[test]
fn the_agent_gives_up() {
    let mut bench = Bench::logged_in();
    bench.dial("10086");
    let invite = bench.take("INVITE");
    bench.respond(&invite, 180, "", "");
    let id = bench.call().id;
    bench.command(Command::HangUp { call: id });
    let cancel = bench.take("CANCEL");
    bench.respond(&cancel, 200, "", "");
    bench.respond(&invite, 487, "", "");
    bench.take("ACK");
    assert_eq!(ended(&bench), EndReason::Cancelled);
    assert_eq!(bench.tones, [Tone::RingBack, Tone::Silence], "no busy tone for the agent's own wish");
}

#[test]
fn refusals_have_their_words_and_a_busy_tone() {
    for (status, expected) in [
        (486, EndReason::Busy),
        (603, EndReason::Declined),
        (404, EndReason::NotFound),
        (480, EndReason::Unavailable),
        (403, EndReason::Forbidden),
        (488, EndReason::Failed { problem: Problem::NoCommonCodec }),
        (500, EndReason::Failed { problem: Problem::CallRefused { status: 500, reason: "Words".into() } }),
    ] {
        let mut bench = Bench::logged_in();
        bench.dial("10086");
        let invite = bench.take("INVITE");
        bench.respond(&invite, status, "", "");
        bench.take("ACK");
        assert_eq!(ended(&bench), expected, "{status}");
        assert_eq!(bench.tones, [Tone::Busy], "{status}");
        bench.advance(3_000);
        assert_eq!(bench.tones, [Tone::Busy, Tone::Silence], "{status}");
    }
}

#[test]
fn nobody_answers() {
    let mut bench = Bench::logged_in();
    bench.dial("9199");
    let invite = bench.take("INVITE");
    bench.respond(&invite, 180, "", "");
    bench.advance(20_000);
    bench.respond(&invite, 480, "", "");
    assert_eq!(ended(&bench), EndReason::NoAnswer);
}

#[test]
fn early_media_is_heard_instead_of_a_tone() {
    let mut bench = Bench::logged_in();
    bench.dial("9198");
    let invite = bench.take("INVITE");
    bench.respond(&invite, 183, "", SDP);
    assert!(matches!(bench.call().state, CallState::Ringing { early_media: true, .. }), "{:?}", bench.call());
    assert_eq!(bench.tones, []);
    bench.respond(&invite, 486, "", "");
    assert_eq!(ended(&bench), EndReason::Busy);
}

#[test]
fn what_is_no_number_sends_nothing() {
    let mut bench = Bench::logged_in();
    for (number, expected) in [
        ("", "problemNumberEmpty"),
        ("abc", "problemNumberInvalid"),
        ("*#06#", "problemNumberIsDeviceCode"),
        ("138\r\nX: y", "problemNumberInvalid"),
        (&"1".repeat(200), "problemNumberTooLong"),
    ] {
        let reply = bench.dial(number);
        assert_eq!(reply.flatten().map(|problem| problem.text().key).as_deref(), Some(expected));
    }
    bench.nothing("INVITE");
    assert!(bench.snapshot().calls.is_empty());
    assert_eq!(bench.changes, 0);
}

#[test]
fn nothing_is_dialled_logged_out() {
    let mut bench = Bench::new();
    assert_eq!(bench.dial("10086"), Some(Some(Problem::NotLoggedIn)));
    assert_eq!(bench.dial("abc").flatten().map(|problem| problem.text().key).as_deref(), Some("problemNumberInvalid"));
}

#[test]
fn a_double_click_is_one_call() {
    let mut bench = Bench::logged_in();
    assert_eq!(bench.page("https://crm", "a", "10086"), Some(None));
    bench.now += 200;
    assert_eq!(bench.page("https://crm", "b", "10086"), Some(None));
    assert_eq!(bench.page("https://crm", "a", "10086"), Some(None));
    assert_eq!(bench.page("https://crm", "c", "10010"), Some(Some(Problem::NotPossibleNow)));
    assert_eq!(bench.sent.iter().filter(|message| message.starts_with("INVITE")).count(), 1);
    assert_eq!(bench.snapshot().calls.len(), 1);
}

#[test]
fn no_microphone_sends_nothing_and_says_so() {
    for (error, expected) in [
        (MediaError::MicrophoneMissing, Problem::MicrophoneMissing),
        (MediaError::MicrophoneRefused, Problem::MicrophoneRefused),
        (MediaError::MicrophoneNotAsked, Problem::MicrophoneNotAsked),
        (MediaError::MicrophoneBusy, Problem::MicrophoneBusy),
    ] {
        let mut bench = Bench::logged_in();
        bench.microphone = Err(error);
        assert_eq!(bench.dial("10086"), Some(Some(expected.clone())));
        bench.nothing("INVITE");
        assert_eq!(ended(&bench), EndReason::Failed { problem: expected });
        assert!(bench.worker.contains(&ToWorker::MicrophoneNeeded));
        assert_eq!(bench.tones, []);
    }
}

#[test]
fn a_microphone_known_to_be_wanting_costs_no_call() {
    for (microphone, expected) in [
        (Microphone::Missing, Problem::MicrophoneMissing),
        (Microphone::Refused, Problem::MicrophoneRefused),
        (Microphone::NotAsked, Problem::MicrophoneNotAsked),
    ] {
        let mut bench = Bench::logged_in();
        bench.input(Input::Media(MediaEvent::Devices(Devices { microphone, list: Vec::new() })));
        assert_eq!(bench.dial("10086"), Some(Some(expected)));
        bench.nothing("INVITE");
        assert!(bench.snapshot().calls.is_empty());
        assert!(bench.worker.contains(&ToWorker::MicrophoneNeeded));
        assert_eq!(bench.media, [MediaCommand::LookForDevices]);
        bench.input(Input::Media(MediaEvent::Devices(Devices { microphone: Microphone::Ready, list: Vec::new() })));
        assert_eq!(bench.dial("10086"), Some(None));
    }
}

#[test]
fn hold_is_silence_both_ways_at_once() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let (id, leg) = (bench.call().id, bench.leg());
    bench.command(Command::SetHold { call: id, hold: true });
    let CallState::Connected { hold, pending_hold, .. } = bench.call().state else { panic!() };
    assert_eq!((hold.local, pending_hold), (false, Some(true)));
    assert_eq!(bench.gate(leg), Some((false, false)), "before the far side has agreed");
    let reinvite = bench.take("INVITE");
    assert!(reinvite.contains("a=") && header(&reinvite, "To").is_some_and(|to| to.contains("tag=")), "{reinvite}");
    bench.respond(&reinvite, 200, "", &SDP.replace("sendrecv", "recvonly"));
    let CallState::Connected { hold, pending_hold, .. } = bench.call().state else { panic!() };
    assert_eq!((hold, pending_hold), (Hold { local: true, remote: false }, None));
    bench.command(Command::SetHold { call: id, hold: false });
    let reinvite = bench.take("INVITE");
    bench.respond(&reinvite, 200, "", SDP);
    let CallState::Connected { hold, pending_hold, .. } = bench.call().state else { panic!() };
    assert_eq!((hold, pending_hold), (Hold::default(), None));
    assert_eq!(bench.gate(leg), Some((true, true)));
}

#[test]
fn a_far_side_that_will_not_be_held_is_silenced_here() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let (id, leg) = (bench.call().id, bench.leg());
    bench.command(Command::SetHold { call: id, hold: true });
    let reinvite = bench.take("INVITE");
    bench.respond(&reinvite, 488, "", "");
    let CallState::Connected { hold, pending_hold, .. } = bench.call().state else { panic!("{:?}", bench.call()) };
    assert_eq!((hold.local, pending_hold), (true, None));
    assert_eq!(bench.gate(leg), Some((false, false)));
    bench.sent.clear();
    bench.command(Command::SetHold { call: id, hold: false });
    bench.nothing("INVITE");
    assert_eq!(bench.gate(leg), Some((true, true)));
}

#[test]
fn a_change_of_mind_during_a_hold_is_caught_up() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let id = bench.call().id;
    bench.command(Command::SetHold { call: id, hold: true });
    let reinvite = bench.take("INVITE");
    bench.command(Command::SetHold { call: id, hold: false });
    bench.nothing("INVITE");
    bench.respond(&reinvite, 200, "", &SDP.replace("sendrecv", "recvonly"));
    let again = bench.take("INVITE");
    bench.respond(&again, 200, "", SDP);
    let CallState::Connected { hold, pending_hold, .. } = bench.call().state else { panic!() };
    assert_eq!((hold, pending_hold), (Hold::default(), None));
}

#[test]
fn mute_is_ours_alone() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let (id, leg) = (bench.call().id, bench.leg());
    assert_eq!(bench.command(Command::SetMuted { call: id, muted: true }), Some(None));
    assert!(bench.call().muted);
    assert_eq!(bench.gate(leg), Some((false, true)));
    bench.command(Command::SetMuted { call: id, muted: false });
    assert_eq!(bench.gate(leg), Some((true, true)));
    bench.nothing("INVITE");
}

#[test]
fn tones_are_sent_and_shown() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let id = bench.call().id;
    let digits = |bench: &mut Bench, digits: &str| bench.command(Command::SendDigits { call: id, digits: digits.into() });
    assert_eq!(digits(&mut bench, "1#"), Some(None));
    assert_eq!(digits(&mut bench, "d"), Some(None));
    assert_eq!(bench.call().digits, "1#D");
    let by_media =
        bench.media.iter().filter(|command| matches!(command, MediaCommand::Ask { request: MediaRequest::SendDtmf { .. }, .. })).count();
    assert_eq!(by_media, 2);
    for bad in ["", "x", "1\r\n", &"1".repeat(33)] {
        assert!(matches!(digits(&mut bench, bad), Some(Some(Problem::DigitsInvalid { .. }))), "{bad:?}");
    }
    for _ in 0..100 {
        digits(&mut bench, "5");
    }
    assert_eq!(bench.call().digits.len(), 64);
}

#[test]
fn an_extension_is_dialled_after_the_answer() {
    let mut bench = Bench::logged_in();
    bench.talk("010-88886666转8001");
    assert_eq!(bench.call().peer.number, "01088886666");
    assert_eq!(bench.call().digits, "");
    bench.advance(3_000);
    assert_eq!(bench.call().digits, "8001");
}

#[test]
fn missing_sound_is_told_and_taken_back() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let leg = bench.leg();
    for second in 1..=4 {
        bench.advance(1_000);
        bench.quality(leg, second * 50);
    }
    assert_eq!(bench.call().problem, None);
    for _ in 0..5 {
        bench.advance(1_000);
        bench.quality(leg, 200);
    }
    assert_eq!(bench.call().problem, Some(Problem::NoSound));
    bench.quality(leg, 250);
    assert_eq!(bench.call().problem, None);
    bench.input(Input::Media(MediaEvent::Connection { leg, up: false }));
    assert_eq!(bench.call().problem, Some(Problem::MediaFailed));
    bench.input(Input::Media(MediaEvent::Connection { leg, up: true }));
    assert_eq!(bench.call().problem, None);
    bench.input(Input::Media(MediaEvent::Microphone(Some(MediaError::MicrophoneMissing))));
    assert_eq!(bench.call().problem, Some(Problem::MicrophoneMissing));
    bench.input(Input::Media(MediaEvent::Microphone(None)));
    assert_eq!(bench.call().problem, None);
}

#[test]
fn silence_on_hold_is_no_trouble() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let (id, leg) = (bench.call().id, bench.leg());
    bench.command(Command::SetHold { call: id, hold: true });
    let reinvite = bench.take("INVITE");
    bench.respond(&reinvite, 200, "", &SDP.replace("sendrecv", "recvonly"));
    for _ in 0..20 {
        bench.advance(1_000);
        bench.quality(leg, 50);
    }
    assert_eq!(bench.call().problem, None);
}

#[test]
fn a_late_answer_of_the_media_engine_is_ignored() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let (id, leg) = (bench.call().id, bench.leg());
    bench.command(Command::HangUp { call: id });
    let bye = bench.take("BYE");
    bench.respond(&bye, 200, "", "");
    bench.forget();
    bench.quality(leg, 50);
    bench.input(Input::Media(MediaEvent::Connection { leg, up: false }));
    bench.input(Input::Media(MediaEvent::Opened { leg, result: Ok(()) }));
    assert_eq!(bench.changes, 0);
    assert!(bench.media.is_empty());
}

#[test]
fn a_page_may_only_dial() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    let sender = || patchcord_phone::Sender {
        port: patchcord_phone::PortId(9),
        origin: patchcord_phone::Origin::Content { origin: "https://crm".into() },
    };
    let call = bench.call().id;
    for (at, command) in [
        Command::LogOut,
        Command::HangUp { call },
        Command::Answer { call },
        Command::SetMuted { call, muted: true },
        Command::SendDigits { call, digits: "1".into() },
        Command::ClearMissed,
    ]
    .into_iter()
    .enumerate()
    {
        bench.command_of(sender(), &format!("p{at}"), command);
        assert_eq!(bench.last_reply(), Some(Problem::NotAllowed));
    }
    assert!(matches!(bench.call().state, CallState::Connected { .. }));
}

#[test]
fn a_page_that_dials_without_end_is_stopped() {
    let mut bench = Bench::logged_in();
    let mut refused = 0;
    for at in 0..50 {
        if bench.page("https://crm", &format!("p{at}"), "abc") == Some(Some(Problem::TooMany)) {
            refused += 1;
        }
    }
    assert_eq!(refused, 40);
    assert_eq!(bench.page("https://other", "q", "10086"), Some(None));
}
