//! Long random lives: whatever views, pages, PBX, media engine and network do, some things always hold.

mod bench;

use std::collections::{BTreeMap, BTreeSet};

use bench::{Bench, SDP, Server};
use patchcord_messages::{AgentStatus, CallId, CallState, Command, DialSource};
use patchcord_phone::{Input, LegId, MediaCommand, MediaEvent};
use patchcord_sip::MediaError;

/// A small generator (xorshift64*), so that a life can be lived again by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    fn coin(&mut self) -> bool {
        self.roll(2) == 1
    }
}

#[derive(Default)]
struct Far {
    /// INVITEs of ours that may still be answered.
    outgoing: Vec<String>,
    /// INVITEs of the PBX.
    incoming: Vec<String>,
    made: u32,
}

fn step(bench: &mut Bench, dice: &mut Dice, far: &mut Far) {
    let call = CallId(u32::try_from(dice.roll(u64::from(far.made) + 3)).expect("small"));
    let connected = bench.socket.is_some();
    match dice.roll(24) {
        0..=2 => {
            far.made += 1;
            let number = ["10086", "13800138000,12", "abc", "sip:bob@b.test"][dice.roll(4) as usize];
            bench.command(Command::Dial { number: number.into(), source: DialSource::DialPad });
        }
        3 | 4 => drop(bench.command(Command::Answer { call })),
        5 => drop(bench.command(Command::Decline { call })),
        6 => drop(bench.command(Command::HangUp { call })),
        7..=9 => drop(bench.command(Command::SetHold { call, hold: dice.coin() })),
        10 => drop(bench.command(Command::SetMuted { call, muted: dice.coin() })),
        11 => drop(bench.command(Command::SendDigits { call, digits: "1".into() })),
        12 => {
            let status = if dice.coin() { AgentStatus::Ready } else { AgentStatus::NotReady { reason: String::new() } };
            bench.command(Command::SetAgent { status });
        }
        13 if connected => {
            far.made += 1;
            let invite = bench.invite(&format!("in{}", far.made), "<sip:alice@pbx.test>", "");
            far.incoming.push(invite);
        }
        14..=17 if connected => {
            if let Some(request) = pick(dice, &mut far.outgoing) {
                let status = [100, 180, 183, 200, 200, 200, 486, 487][dice.roll(8) as usize];
                let body = if matches!(status, 183 | 200) { SDP } else { "" };
                bench.respond(&request, status, "", body);
            }
        }
        18 if connected => {
            if let Some(invite) = pick(dice, &mut far.incoming) {
                let cancel = invite.replacen("INVITE", "CANCEL", 1).replace("1 INVITE", "1 CANCEL");
                bench.frame(cancel, "");
            }
        }
        19 if connected => {
            if let Some(invite) = pick(dice, &mut far.outgoing) {
                bench.bye(&invite);
            }
        }
        20 => {
            bench.microphone = if dice.roll(4) == 0 { Err(MediaError::MicrophoneBusy) } else { Ok(()) };
            let leg = LegId(u32::try_from(dice.roll(8)).expect("small"));
            bench.input(Input::Media(MediaEvent::Connection { leg, up: dice.coin() }));
        }
        21 if dice.roll(8) == 0 => {
            bench.server = if dice.coin() { Server::Opens } else { Server::Refuses };
            if connected {
                bench.close_socket();
            }
        }
        22 => bench.input(Input::Network { online: dice.coin() }),
        _ => {
            let span = [10, 500, 3_000, 20_000][dice.roll(4) as usize];
            bench.advance(span);
        }
    }
    // The PBX answers what is no INVITE, and remembers INVITEs for later.
    for message in std::mem::take(&mut bench.sent) {
        let method = message.split(' ').next().unwrap_or_default();
        match method {
            "INVITE" => far.outgoing.push(message),
            "BYE" | "CANCEL" | "INFO" if bench.socket.is_some() => bench.respond(&message, 200, "", ""),
            _ => {}
        }
    }
}

fn pick(dice: &mut Dice, from: &mut Vec<String>) -> Option<String> {
    if from.is_empty() {
        return None;
    }
    let at = dice.roll(from.len() as u64) as usize;
    Some(if dice.coin() { from.swap_remove(at) } else { from[at].clone() })
}

/// Returns how many calls are connected.
fn check(bench: &Bench, seed: u64) -> usize {
    let snapshot = bench.snapshot();
    let talked_on = snapshot
        .calls
        .iter()
        .filter(|call| match call.state {
            CallState::Connected { hold, pending_hold, .. } => !pending_hold.unwrap_or(hold.local),
            _ => false,
        })
        .count();
    assert!(talked_on <= 1, "life {seed}: {:#?}", snapshot.calls);
    let ids: BTreeSet<u32> = snapshot.calls.iter().map(|call| call.id.0).collect();
    assert_eq!(ids.len(), snapshot.calls.len(), "life {seed}");
    let mut replies = BTreeMap::new();
    for (_, id, _) in &bench.replies {
        *replies.entry(id).or_insert(0) += 1;
    }
    assert!(replies.values().all(|count| *count == 1), "life {seed}: {replies:?}");
    snapshot.calls.iter().filter(|call| matches!(call.state, CallState::Connected { .. })).count()
}

#[test]
fn some_things_always_hold() {
    let mut crowded = 0;
    for seed in 1..=250 {
        let mut bench = Bench::logged_in();
        let mut dice = Dice(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15));
        let mut far = Far::default();
        for _ in 0..80 {
            step(&mut bench, &mut dice, &mut far);
            crowded += usize::from(check(&bench, seed) > 1);
        }
        // In the end everything is let go of.
        bench.server = Server::Opens;
        bench.command(Command::LogOut);
        bench.advance(120_000);
        check(&bench, seed);
        assert!(bench.snapshot().calls.is_empty(), "life {seed}: {:#?}", bench.snapshot().calls);
        assert!(bench.sockets.is_empty() && bench.deadline.is_none(), "life {seed}: {:?} {:?}", bench.sockets, bench.deadline);
        assert!(bench.replies.len() > 5, "life {seed} did nothing");
        let used: BTreeSet<LegId> = bench.media.iter().filter_map(used).collect();
        let closed: BTreeSet<LegId> =
            bench.media.iter().filter_map(|command| if let MediaCommand::Close { leg } = command { Some(*leg) } else { None }).collect();
        assert!(used.is_subset(&closed), "life {seed}: {used:?} {closed:?}");
    }
    assert!(crowded > 200, "the lives are too quiet to prove anything: {crowded}");
}

fn used(command: &MediaCommand) -> Option<LegId> {
    match command {
        MediaCommand::Ask { leg, .. } | MediaCommand::Open { leg } => Some(*leg),
        _ => None,
    }
}

#[test]
fn garbage_from_the_server_changes_nothing() {
    let mut bench = Bench::logged_in();
    bench.talk("10086");
    bench.forget();
    let before = bench.snapshot();
    let socket = bench.socket.expect("a socket");
    for frame in
        ["", "\r\n", "x", "SIP/2.0 200 OK\r\n\r\n", "INVITE", "INVITE sip:x SIP/2.0\r\n\r\n", &"a".repeat(70_000), "\0\0", "{\"json\":1}"]
    {
        let event = patchcord_sip::SocketEvent::Frame(frame.to_owned());
        bench.input(Input::Socket { socket, event });
    }
    assert_eq!(bench.snapshot().calls, before.calls);
    assert_eq!(bench.snapshot().log_in, before.log_in);
}
