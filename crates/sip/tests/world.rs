//! Two and three user agents behind a proxy, in virtual time: stories, and random sequences of operations and losses.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::World;
use patchcord_sip::{CallEvent as E, CallRequest, Ended, Input, RegistrationState, Uri};

fn connected(world: &mut World) -> (patchcord_sip::CallHandle, patchcord_sip::CallHandle) {
    world.run(2_000);
    let alice = world.dial(0, 1);
    world.run(1_000);
    let bob = world.incoming(1).unwrap();
    world.ask(1, bob, CallRequest::Answer);
    world.run(1_000);
    assert!(world.is_connected(0, alice) && world.is_connected(1, bob), "{:#?}", world.trace);
    (alice, bob)
}

fn ended(world: &World, node: usize, call: patchcord_sip::CallHandle) -> Vec<Ended> {
    world
        .events_of(node, call)
        .into_iter()
        .filter_map(|event| if let E::Ended(reason) = event { Some(reason.clone()) } else { None })
        .collect()
}

#[test]
fn a_call_from_one_to_the_other() {
    let mut world = World::new(2, 1);
    let (alice, bob) = connected(&mut world);
    world.ask(0, alice, CallRequest::Hold(true));
    world.run(1_000);
    assert_eq!(world.events_of(1, bob).last(), Some(&&E::Held { local: false, remote: true }));
    world.ask(1, bob, CallRequest::Hold(true));
    world.run(1_000);
    assert_eq!(world.events_of(0, alice).last(), Some(&&E::Held { local: true, remote: true }));
    world.ask(0, alice, CallRequest::Hold(false));
    world.run(1_000);
    world.ask(1, bob, CallRequest::Hold(false));
    world.run(1_000);
    assert_eq!(world.events_of(0, alice).last(), Some(&&E::Held { local: false, remote: false }));
    assert_eq!(world.events_of(1, bob).last(), Some(&&E::Held { local: false, remote: false }));
    world.ask(1, bob, CallRequest::HangUp);
    world.run(1_000);
    assert_eq!(ended(&world, 0, alice), [Ended::Remote]);
    assert_eq!(ended(&world, 1, bob), [Ended::Local]);
}

/// Both press hold at the same moment, at all latencies: both get it in the end.
#[test]
fn glare_is_settled() {
    for seed in 0..60 {
        let mut world = World::new(2, seed);
        let (alice, bob) = connected(&mut world);
        world.ask(0, alice, CallRequest::Hold(true));
        world.run(seed % 7 * 5);
        world.ask(1, bob, CallRequest::Hold(true));
        world.run(30_000);
        for (node, call) in [(0, alice), (1, bob)] {
            let events = world.events_of(node, call);
            assert_eq!(events.last(), Some(&&E::Held { local: true, remote: true }), "seed {seed}: {:#?}", world.trace);
            assert!(world.nodes[node].engines[&call].faults.is_empty(), "seed {seed}");
        }
    }
}

#[test]
fn cancel_races_answer() {
    let (mut cancelled, mut talked) = (0, 0);
    for seed in 0..100 {
        let mut world = World::new(2, seed);
        world.run(2_000);
        let alice = world.dial(0, 1);
        world.run(500);
        let bob = world.incoming(1).unwrap();
        world.ask(0, alice, CallRequest::HangUp);
        world.run(seed);
        world.ask(1, bob, CallRequest::Answer);
        world.run(40_000);
        assert_eq!(ended(&world, 0, alice), [Ended::Local], "seed {seed}: {:#?}", world.trace);
        match ended(&world, 1, bob).as_slice() {
            [Ended::Cancelled] => cancelled += 1,
            [Ended::Remote] => talked += 1,
            other => panic!("seed {seed}: {other:?} {:#?}", world.trace),
        }
    }
    assert!(cancelled > 5 && talked > 5, "not a race: {cancelled} {talked}");
}

#[test]
fn both_hang_up_at_once() {
    for seed in 0..50 {
        let mut world = World::new(2, seed);
        let (alice, bob) = connected(&mut world);
        world.ask(0, alice, CallRequest::HangUp);
        world.run(seed % 10);
        world.ask(1, bob, CallRequest::HangUp);
        world.run(40_000);
        assert_eq!(ended(&world, 0, alice).len(), 1);
        assert_eq!(ended(&world, 1, bob).len(), 1);
    }
}

#[test]
fn a_restart_of_the_server_in_mid_call() {
    for seed in 0..40 {
        let mut world = World::new(2, seed);
        let (alice, bob) = connected(&mut world);
        world.down = true;
        world.cut(0, true);
        world.cut(1, true);
        world.run(5_000 + seed * 100);
        world.down = false;
        world.run(90_000);
        assert!(world.is_connected(0, alice) && world.is_connected(1, bob), "seed {seed}: {:#?}", world.trace);
        for node in 0..2 {
            assert_eq!(world.nodes[node].states.last(), Some(&RegistrationState::Registered));
        }
        // In-dialog requests find their way over the new sockets.
        world.ask(0, alice, CallRequest::Hold(true));
        world.run(20_000);
        assert_eq!(world.events_of(1, bob).last(), Some(&&E::Held { local: false, remote: true }), "seed {seed}: {:#?}", world.trace);
        world.ask(1, bob, CallRequest::HangUp);
        world.run(40_000);
        assert_eq!(ended(&world, 0, alice), [Ended::Remote], "seed {seed}: {:#?}", world.trace);
    }
}

#[test]
fn a_hang_up_during_the_outage_reaches_the_other() {
    for seed in 0..40 {
        let mut world = World::new(2, seed);
        let (alice, bob) = connected(&mut world);
        world.down = true;
        world.cut(0, true);
        world.cut(1, true);
        world.run(3_000);
        world.ask(0, alice, CallRequest::HangUp);
        world.down = false;
        world.run(120_000);
        assert_eq!(ended(&world, 0, alice), [Ended::Local]);
        assert_eq!(ended(&world, 1, bob), [Ended::Remote], "seed {seed}: {:#?}", world.trace);
    }
}

/// Random agents, random losses: whatever they do, the rules hold.
#[test]
fn any_sequence_of_operations_leaves_nothing_behind() {
    let mut seen = [0; 6];
    let lives = std::env::var("LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(150);
    for seed in 0..lives {
        for (all, one) in seen.iter_mut().zip(random_life(seed)) {
            *all += one;
        }
    }
    // A life in which nothing happens proves nothing.
    let [connected, held, lost, refused, transferred, replaced] = seen;
    assert!(connected > 200 && held > 100 && lost > 200 && refused > 20 && transferred > 10 && replaced > 3, "{seen:?}");
}

fn random_life(seed: u64) -> [usize; 6] {
    let mut world = World::new(3, seed);
    world.latency = 1 + world.random(300);
    world.media_latency = 1 + world.random(400);
    world.run(2_000);
    // Every other life is a calm one, so that calls get somewhere.
    let rough = seed.is_multiple_of(2);
    for _ in 0..60 {
        let node = world.random(3) as usize;
        let live = world.live(node);
        let pick = world.random(live.len() as u64) as usize;
        match (world.random(19), live.get(pick).copied()) {
            (0 | 1, _) if live.len() < 3 => {
                let other = (node + 1 + world.random(2) as usize) % 3;
                world.dial(node, other);
            }
            (2..=4, Some(_)) => live.iter().for_each(|call| world.ask(node, *call, CallRequest::Answer)),
            (5, Some(call)) => world.ask(node, call, CallRequest::HangUp),
            (6, Some(call)) => world.ask(node, call, CallRequest::Reject(486)),
            (7 | 8, Some(call)) => world.ask(node, call, CallRequest::Hold(true)),
            (9 | 10, Some(call)) => world.ask(node, call, CallRequest::Hold(false)),
            (11, Some(call)) => world.ask(node, call, CallRequest::Dtmf("1".to_owned())),
            (12, _) if rough => {
                let seen = world.random(2) == 0;
                world.cut(node, seen);
            }
            (13, _) if rough => world.down = !world.down && world.random(3) == 0,
            (15, Some(call)) => {
                let target = format!("sip:100{}@pbx.example.com", 1 + world.random(3));
                world.ask(node, call, CallRequest::Transfer { target: Uri::parse(&target).unwrap() });
            }
            (16, Some(call)) => {
                let other = live[world.random(live.len() as u64) as usize];
                world.ask(node, call, CallRequest::TransferTo { call: other });
            }
            (17, _) if rough && world.random(4) == 0 => {
                world.input(node, Input::Stop);
                world.run(3_000);
                world.input(node, Input::Start);
            }
            (14, _) if rough => {
                let online = world.random(2) == 0;
                world.input(node, Input::Network { online });
            }
            _ => {}
        }
        let spans = [0, 5, 50, 300, 2_000, 8_000];
        let span = spans[world.random(spans.len() as u64) as usize];
        world.run(span);
    }
    world.down = false;
    world.run(100_000);
    for node in 0..3 {
        for call in world.live(node) {
            world.ask(node, call, CallRequest::HangUp);
        }
    }
    world.run(120_000);
    check(&mut world, seed);
    let count = |wanted: fn(&E) -> bool| world.nodes.iter().flat_map(|node| &node.events).filter(|(_, event)| wanted(event)).count();
    let lost = world.nodes.iter().flat_map(|node| &node.states).filter(|state| matches!(state, RegistrationState::Waiting { .. })).count();
    [
        count(|event| matches!(event, E::Connected { .. })),
        count(|event| matches!(event, E::Held { .. })),
        lost,
        count(|event| matches!(event, E::Ended(Ended::Refused(..) | Ended::TimedOut))),
        count(|event| matches!(event, E::Ended(Ended::Transferred))),
        count(|event| matches!(event, E::Ended(Ended::Replaced))),
    ]
}

fn check(world: &mut World, seed: u64) {
    let trace = |world: &World| world.trace.join("\n");
    for node in 0..3 {
        assert_eq!(world.live(node), [], "seed {seed}: a call is not over at {node}\n{}", trace(world));
        let user = &world.nodes[node];
        assert_eq!(user.states.last(), Some(&RegistrationState::Registered), "seed {seed}");
        for (call, engine) in &user.engines {
            assert!(engine.is_closed(), "seed {seed}: media of {call:?} at {node} is open\n{}", trace(world));
            assert_eq!(engine.faults, [""; 0], "seed {seed}: {call:?} at {node} {:?}\n{}", engine.log, trace(world));
        }
        let mut calls: Vec<_> = user.events.iter().map(|(call, _)| *call).collect();
        calls.sort();
        calls.dedup();
        for call in calls {
            let events = world.events_of(node, call);
            let ends = events.iter().filter(|event| matches!(event, E::Ended(_))).count();
            assert_eq!(ends, 1, "seed {seed}: {call:?} at {node} ended {ends} times\n{}", trace(world));
            assert!(matches!(events.last(), Some(E::Ended(_))), "seed {seed}: {call:?} at {node} goes on after its end\n{}", trace(world));
            let connects = events.iter().filter(|event| matches!(event, E::Connected { .. })).count();
            assert!(connects <= 1);
        }
    }
    // Never a second INVITE for one call but with credentials.
    let mut invites: Vec<_> = world.initial_invites.iter().map(|(call, _)| call.clone()).collect();
    invites.sort();
    let all = invites.len();
    invites.dedup();
    assert_eq!(invites.len(), all, "seed {seed}: an INVITE was sent twice\n{}", trace(world));
    // The machine goes quiet: no more than keep-alive and refreshes.
    let before = world.trace.len();
    world.run(60_000);
    let noise: Vec<&String> = world.trace[before..].iter().filter(|line| !line.contains("OPTIONS") && !line.contains("REGISTER")).collect();
    assert!(noise.is_empty(), "seed {seed}: {noise:#?}");
}
