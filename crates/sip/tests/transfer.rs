//! Transfers, blind and attended, in all three roles.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Bench, Reply, World, ack_for};
use patchcord_sip::message::{HeaderName as H, Request};
use patchcord_sip::{CallEvent as E, CallHandle, CallRequest, Ended, TransferState as T, Uri};

fn sipfrag(bench: &mut Bench, invite: &Request, number: u32, refer: u32, line: &str, state: &str) {
    let event = format!("refer;id={refer}");
    let body = format!("{line}\r\n");
    bench.far_request(invite, "NOTIFY", number, &body, &[("Event", &event), ("Subscription-State", state), ("X-Kind", "sipfrag")]);
    bench.response(200);
}

fn transfer(bench: &mut Bench, call: CallHandle, target: &str) {
    bench.ask(call, CallRequest::Transfer { target: Uri::parse(target).unwrap() });
}

#[test]
fn we_transfer_blindly() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.connected();
    transfer(&mut bench, call, "sip:1003@pbx.example.com");
    let refer = bench.request("REFER");
    assert_eq!(refer.get(H::ReferTo), Some("<sip:1003@pbx.example.com>"));
    assert_eq!(refer.get(H::ReferredBy), Some("<sip:1001@pbx.example.com>"));
    assert!(refer.contact().is_some());
    assert_eq!(refer.to().unwrap().tag(), Some("far"));
    bench.respond(&refer, 202, Reply::default());
    let number = refer.cseq().unwrap().number;
    sipfrag(&mut bench, &invite, 1, number, "SIP/2.0 100 Trying", "active;expires=60");
    sipfrag(&mut bench, &invite, 2, number, "SIP/2.0 180 Ringing", "active;expires=60");
    assert_eq!(bench.events(), [E::Transfer(T::Accepted), E::Transfer(T::Progress(180))]);
    sipfrag(&mut bench, &invite, 3, number, "SIP/2.0 200 OK", "terminated;reason=noresource");
    bench.request("BYE");
    assert_eq!(bench.events(), [E::Transfer(T::Done), E::Ended(Ended::Transferred)]);
    bench.assert_quiet();
}

#[test]
fn a_transfer_that_fails_leaves_the_call() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.connected();
    transfer(&mut bench, call, "sip:1003@pbx.example.com");
    let refer = bench.request("REFER");
    bench.respond(&refer, 202, Reply::default());
    sipfrag(&mut bench, &invite, 1, refer.cseq().unwrap().number, "SIP/2.0 486 Busy Here", "terminated;reason=noresource");
    assert_eq!(bench.events(), [E::Transfer(T::Accepted), E::Transfer(T::Failed(486, "Busy Here".to_owned()))]);
    bench.nothing_sent();
    // It can be tried again, and be refused at once.
    transfer(&mut bench, call, "sip:1004@pbx.example.com");
    let refer = bench.request("REFER");
    bench.respond(&refer, 603, Reply::default());
    assert_eq!(bench.events(), [E::Transfer(T::Failed(603, "Decline".to_owned()))]);
    transfer(&mut bench, call, "sip:1004@pbx.example.com");
    let refer = bench.request("REFER");
    bench.respond(&refer, 202, Reply::default());
    sipfrag(&mut bench, &invite, 2, refer.cseq().unwrap().number, "SIP/2.0 100 Trying", "terminated;reason=timeout");
    assert!(matches!(bench.events().last(), Some(E::Transfer(T::Failed(408, _)))));
    bench.ask(call, CallRequest::HangUp);
    bench.request("BYE");
}

#[test]
fn a_server_that_hangs_up_instead_of_telling_has_done_it() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.connected();
    transfer(&mut bench, call, "sip:1003@pbx.example.com");
    let refer = bench.request("REFER");
    bench.respond(&refer, 202, Reply::default());
    bench.far_request(&invite, "BYE", 1, "", &[]);
    bench.response(200);
    assert_eq!(bench.events(), [E::Transfer(T::Accepted), E::Transfer(T::Done), E::Ended(Ended::Transferred)]);
    // One that has not even taken the REFER has just hung up.
    let mut bench = Bench::registered();
    let (call, invite) = bench.connected();
    transfer(&mut bench, call, "sip:1003@pbx.example.com");
    bench.far_request(&invite, "BYE", 1, "", &[]);
    assert_eq!(bench.events(), [E::Ended(Ended::Remote)]);
}

#[test]
fn a_transfer_that_makes_no_sense_is_refused_with_nothing_sent() {
    let mut bench = Bench::registered();
    let (call, _) = bench.connected();
    for target in ["sip:1001@pbx.example.com", "mailto:a@b.example"] {
        transfer(&mut bench, call, target);
        assert!(matches!(bench.events().as_slice(), [E::Transfer(T::Failed(400, _))]), "{target}");
    }
    bench.ask(call, CallRequest::TransferTo { call });
    assert!(matches!(bench.events().as_slice(), [E::Transfer(T::Failed(491, _))]));
    bench.ask(call, CallRequest::TransferTo { call: CallHandle(99) });
    assert!(matches!(bench.events().as_slice(), [E::Transfer(T::Failed(491, _))]));
    bench.nothing_sent();
    let (ringing, _) = bench.dial("sip:1002@pbx.example.com");
    bench.events();
    bench.ask(ringing, CallRequest::TransferTo { call });
    assert!(matches!(bench.events().as_slice(), [E::Transfer(T::Failed(491, _))]));
    transfer(&mut bench, ringing, "sip:1003@pbx.example.com");
    assert!(matches!(bench.events().as_slice(), [E::Transfer(T::Failed(491, _))]));
    bench.nothing_sent();
}

#[test]
fn an_attended_transfer_on_the_wire() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.connected();
    let (other, second, ok) = bench.connected_inbound();
    bench.ask(call, CallRequest::TransferTo { call: other });
    let refer = bench.request("REFER");
    let refer_to = refer.address(H::ReferTo).unwrap().unwrap();
    assert_eq!(refer_to.uri().to_uri().without_headers().as_str(), "sip:1002@pbx.example.com");
    let (name, value) = refer_to.uri().headers().next().unwrap();
    let far_tag = second.from().unwrap().tag().unwrap();
    let our_tag = ok.to().unwrap().tag().unwrap();
    assert_eq!((name, value), ("Replaces", format!("{}%3Bto-tag%3D{far_tag}%3Bfrom-tag%3D{our_tag}", second.call_id()).as_str()));
    bench.respond(&refer, 202, Reply::default());
    sipfrag(&mut bench, &invite, 1, refer.cseq().unwrap().number, "SIP/2.0 200 OK", "terminated;reason=noresource");
    // Both calls end here, even if the target forgets its part.
    let byes = [bench.request("BYE"), bench.request("BYE")];
    assert!(byes.iter().any(|bye| bye.call_id() == invite.call_id()) && byes.iter().any(|bye| bye.call_id() == second.call_id()));
    assert!(bench.calls.contains(&(call, E::Ended(Ended::Transferred))) && bench.calls.contains(&(other, E::Ended(Ended::Transferred))));
    bench.assert_quiet();
}

/// The agent does not wait for the target to answer.
#[test]
fn a_transfer_to_one_who_still_rings_is_a_blind_one() {
    let mut bench = Bench::registered();
    let (call, _) = bench.connected();
    let (other, invite) = bench.dial("sip:1003@pbx.example.com");
    bench.respond(&invite, 180, Reply::tag("third"));
    bench.ask(call, CallRequest::TransferTo { call: other });
    assert_eq!(bench.request("REFER").get(H::ReferTo), Some("<sip:1003@pbx.example.com>"));
    bench.request("CANCEL");
    bench.nothing_sent();
}

#[test]
fn a_notify_of_nothing_is_481() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.connected();
    bench.far_request(&invite, "NOTIFY", 1, "SIP/2.0 200 OK\r\n", &[("Event", "refer"), ("Subscription-State", "active")]);
    bench.response(481);
    assert_eq!(bench.events(), []);
}

#[test]
fn we_are_transferred() {
    let mut bench = Bench::registered();
    let (call, invite) = bench.connected();
    let refer = bench.far_request(
        &invite,
        "REFER",
        1,
        "",
        &[("Refer-To", "<sip:1003@pbx.example.com>"), ("Referred-By", "<sip:1002@pbx.example.com>")],
    );
    bench.response(202);
    let trying = bench.request("NOTIFY");
    assert_eq!(trying.get(H::Event), Some(format!("refer;id={}", refer.cseq().unwrap().number).as_str()));
    assert!(trying.text().starts_with("SIP/2.0 100 Trying"));
    assert!(trying.get(H::SubscriptionState).unwrap().starts_with("active"));
    let new = bench.request("INVITE");
    assert_eq!(new.uri().as_str(), "sip:1003@pbx.example.com");
    assert_eq!(new.get(H::ReferredBy), Some("<sip:1002@pbx.example.com>"));
    assert!(new.get(H::Replaces).is_none());
    let events = std::mem::take(&mut bench.calls);
    let (handle, E::Referred { by, target }) = &events[0] else { panic!("{events:?}") };
    assert_eq!((*by, target.as_str()), (call, "sip:1003@pbx.example.com"));
    assert_ne!(*handle, call);
    bench.respond(&trying, 200, Reply::default());
    bench.respond(&new, 180, Reply::tag("third"));
    assert!(bench.request("NOTIFY").text().starts_with("SIP/2.0 180 "));
    bench.respond(&new, 200, Reply::tag("third").sdp("sendrecv"));
    bench.request("ACK");
    let done = bench.request("NOTIFY");
    assert!(done.text().starts_with("SIP/2.0 200 "));
    assert_eq!(done.get(H::SubscriptionState), Some("terminated;reason=noresource"));
    bench.far_request(&invite, "BYE", 2, "", &[]);
    bench.response(200);
    bench.nothing_sent();
    assert!(bench.calls.contains(&(call, E::Ended(Ended::Remote))));
    bench.ask(*handle, CallRequest::HangUp);
    bench.request("BYE");
}

#[test]
fn a_call_asked_for_that_fails_is_reported() {
    for status in [404, 486, 603] {
        let mut bench = Bench::registered();
        let (_, invite) = bench.connected();
        bench.far_request(&invite, "REFER", 1, "", &[("Refer-To", "<sip:1003@pbx.example.com>")]);
        bench.response(202);
        bench.request("NOTIFY");
        let new = bench.request("INVITE");
        bench.respond(&new, status, Reply::tag("third"));
        bench.request("ACK");
        let done = bench.request("NOTIFY");
        assert!(done.text().starts_with(&format!("SIP/2.0 {status} ")));
        assert!(done.get(H::SubscriptionState).unwrap().starts_with("terminated"));
        bench.nothing_sent();
    }
}

#[test]
fn only_calls_can_be_asked_for() {
    let mut bench = Bench::registered();
    let (_, invite) = bench.connected();
    let mut number = 0;
    for (refer_to, status) in [
        (None, 400),
        (Some("<mailto:a@b.example>"), 603),
        (Some("<sip:a@b.example;method=BYE>"), 603),
        (Some("<sip:a@b.example?Replaces=x%0D%0AEvil%3A%201>"), 400),
        (Some("rubbish"), 400),
    ] {
        number += 1;
        let extra: Vec<(&str, &str)> = refer_to.map(|value| ("Refer-To", value)).into_iter().collect();
        bench.far_request(&invite, "REFER", number, "", &extra);
        bench.response(status);
        bench.nothing_sent();
    }
    // A referrer that wants to hear nothing.
    bench.far_request(&invite, "REFER", 9, "", &[("Refer-To", "<sip:1003@pbx.example.com>"), ("Refer-Sub", "false")]);
    assert_eq!(bench.response(202).get("Refer-Sub"), Some("false"));
    let new = bench.request("INVITE");
    bench.respond(&new, 180, Reply::tag("third"));
    bench.nothing_sent();
}

#[test]
fn a_call_takes_the_place_of_ours() {
    let mut bench = Bench::registered();
    let (old, first, ok) = bench.connected_inbound();
    let replaces =
        format!("{};to-tag={};from-tag={}", first.call_id(), ok.to().unwrap().tag().unwrap(), first.from().unwrap().tag().unwrap());
    let (new, second) = bench.ring(|invite| invite.header(H::Replaces, &replaces));
    let ok = bench.response(200);
    let bye = bench.request("BYE");
    assert_eq!(bye.call_id(), first.call_id());
    bench.frame(&ack_for(&second, &ok));
    bench.respond(&bye, 200, Reply::default());
    let events = std::mem::take(&mut bench.calls);
    assert!(
        matches!(&events[0], (handle, E::Replacing { call, remote }) if *handle == new && *call == old && remote.user == "1002"),
        "{events:?}"
    );
    assert!(events.contains(&(old, E::Ended(Ended::Replaced))));
    assert!(matches!(events.last(), Some((handle, E::Connected { .. })) if *handle == new));
    // No such call, a call that may only be replaced while it rings, nonsense.
    for (value, status) in
        [("nothing;to-tag=a;from-tag=b".to_owned(), 481), (format!("{replaces};early-only"), 486), ("x;to-tag=a".to_owned(), 400)]
    {
        bench.ring(|invite| invite.header(H::Replaces, &value));
        bench.response(status);
    }
    bench.nothing_sent();
}

#[test]
fn servers_may_ask_for_an_answer() {
    for (name, value, expected) in [
        ("Call-Info", "<sip:pbx.example.com>;answer-after=0", Some(0)),
        ("Call-Info", "<http://x.example/a,b>;purpose=icon, <sip:x>; Answer-After = 3", Some(3)),
        ("Alert-Info", "<http://localhost>;info=alert-autoanswer", Some(0)),
        ("Alert-Info", "Ring Answer", None),
        ("Call-Info", "<sip:pbx.example.com>;purpose=info", None),
    ] {
        let mut bench = Bench::registered();
        bench.ring(|invite| invite.header(name, value));
        bench.response(180);
        let asked = bench.events().into_iter().find_map(|event| if let E::AutoAnswer { after } = event { Some(after) } else { None });
        assert_eq!(asked, expected, "{value}");
    }
}

fn talk(world: &mut World, from: usize, to: usize) -> (CallHandle, CallHandle) {
    let caller = world.dial(from, to);
    world.run(1_000);
    let callee = world.incoming(to).unwrap();
    world.ask(to, callee, CallRequest::Answer);
    world.run(1_000);
    assert!(world.is_connected(from, caller) && world.is_connected(to, callee), "{:#?}", world.trace);
    (caller, callee)
}

fn sound(world: &World) {
    for node in &world.nodes {
        for engine in node.engines.values() {
            assert_eq!(engine.faults, [""; 0]);
        }
    }
}

/// Bob has Alice on the line and sends her to Carol.
#[test]
fn blind_transfer_among_three() {
    for seed in 0..10 {
        let mut world = World::new(3, seed);
        world.run(2_000);
        let (alice, bob) = talk(&mut world, 0, 1);
        world.ask(1, bob, CallRequest::Transfer { target: Uri::parse("sip:1003@pbx.example.com").unwrap() });
        world.run(1_000);
        let carol = world.incoming(2).unwrap();
        world.ask(2, carol, CallRequest::Answer);
        world.run(2_000);
        assert_eq!(world.events_of(1, bob).last(), Some(&&E::Ended(Ended::Transferred)), "{:#?}", world.trace);
        assert_eq!(world.events_of(0, alice).last(), Some(&&E::Ended(Ended::Remote)));
        let new = world.live(0);
        assert_eq!(new.len(), 1);
        assert!(world.is_connected(0, new[0]) && world.is_connected(2, carol));
        assert!(world.live(1).is_empty());
        sound(&world);
    }
}

#[test]
fn blind_transfer_to_one_who_declines() {
    let mut world = World::new(3, 5);
    world.run(2_000);
    let (alice, bob) = talk(&mut world, 0, 1);
    world.ask(1, bob, CallRequest::Transfer { target: Uri::parse("sip:1003@pbx.example.com").unwrap() });
    world.run(1_000);
    let carol = world.incoming(2).unwrap();
    world.ask(2, carol, CallRequest::Reject(603));
    world.run(2_000);
    assert!(matches!(world.events_of(1, bob).last(), Some(E::Transfer(T::Failed(603, _)))));
    assert!(world.is_connected(0, alice) && world.is_connected(1, bob), "they talk on");
}

/// Bob has Alice and Carol on the line and connects them with each other. Who called whom must not matter.
#[test]
fn attended_transfer_among_three() {
    for seed in 0..12 {
        let mut world = World::new(3, seed);
        world.run(2_000);
        let (bob_one, alice) = if seed % 2 == 0 {
            talk(&mut world, 1, 0)
        } else {
            let (a, b) = talk(&mut world, 0, 1);
            (b, a)
        };
        world.ask(1, bob_one, CallRequest::Hold(true));
        world.run(500);
        let (bob_two, carol) = if seed % 3 == 0 {
            let (c, b) = talk(&mut world, 2, 1);
            (b, c)
        } else {
            talk(&mut world, 1, 2)
        };
        world.ask(1, bob_one, CallRequest::TransferTo { call: bob_two });
        world.run(4_000);
        let trace = world.trace.join("\n");
        assert_eq!(world.events_of(1, bob_one).last(), Some(&&E::Ended(Ended::Transferred)), "seed {seed}\n{trace}");
        assert!(world.live(1).is_empty(), "seed {seed}\n{trace}");
        assert!(matches!(world.events_of(0, alice).last(), Some(E::Ended(_))));
        assert_eq!(world.events_of(2, carol).last(), Some(&&E::Ended(Ended::Replaced)), "seed {seed}\n{trace}");
        let (new_alice, new_carol) = (world.live(0), world.live(2));
        assert_eq!((new_alice.len(), new_carol.len()), (1, 1), "seed {seed}\n{trace}");
        assert!(world.is_connected(0, new_alice[0]) && world.is_connected(2, new_carol[0]));
        assert!(!world.events_of(2, new_carol[0]).iter().any(|event| matches!(event, E::Incoming(_))), "nobody is rung for");
        sound(&world);
    }
}
