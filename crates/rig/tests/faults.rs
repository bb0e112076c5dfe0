//! Faults on demand: each does what it says, and none brings the rig down.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use patchcord_rig::{CallEnd, Fault, PlaceCall};
use patchcord_sip::digest::Algorithm;
use patchcord_sip::message::{HeaderName, Method};
use support::peer::tone;
use support::{Codecs, LONG, Peer, Phone, registered, rig};

#[tokio::test]
async fn dropped_sockets_take_registrations_along_and_calls_survive() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    let (mut dialog, answer) = phone.call("9196", &peer.offer()).await;
    peer.take_answer(answer.text());
    peer.play(Some(tone()));
    peer.wait("the echo", |heard| heard.packets > 20).await;
    rig.fault(Fault::DropSockets).await.unwrap();
    assert_eq!(phone.frame().await, None);
    let state = rig.wait_for(LONG, |state| state.connections == 0).await.unwrap();
    assert!(state.registrations.is_empty() && state.calls.len() == 1);
    let before = peer.heard().packets;
    let mut back = Phone::registered(&rig, "1001").await;
    peer.wait("sound goes on", |heard| heard.packets > before + 50).await;
    let media = rig.state().leg_of("1001").unwrap().media.clone();
    assert!(media.longest_gap_in_ms < 200.0, "{media:?}");
    // The PBX finds the leg on the new connection, and takes requests from there.
    let id = rig.state().call_of("1001").unwrap().id;
    let (held, invite) = tokio::join!(rig.hold(id), async {
        let invite = back.request(Method::Invite).await;
        back.respond(&invite, 200, "", &peer.answer(invite.text())).await;
        back.request(Method::Ack).await;
        invite
    });
    held.unwrap();
    assert_eq!(invite.call_id(), dialog.call_id);
    back.bye(&mut dialog).await;
    rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
}

#[tokio::test]
async fn refused_connections_come_back() {
    let rig = rig().await;
    rig.fault(Fault::RefuseConnections { ms: 400 }).await.unwrap();
    rig.wait_for(LONG, |state| state.faults.refuse).await.unwrap();
    let start = Instant::now();
    let refused = loop {
        match Phone::connect(&rig.addresses().ws, "1001").await {
            Err(error) => break error,
            Ok(_) => assert!(start.elapsed() < Duration::from_millis(300), "connections are refused at once"),
        }
    };
    assert!(refused.to_string().contains("refused") || refused.to_string().contains("reset"), "{refused}");
    rig.wait_for(LONG, |state| !state.faults.refuse).await.unwrap();
    // The port is open again as soon as the fault is over, give or take its opening.
    let mut phone = loop {
        if let Ok(phone) = Phone::connect(&rig.addresses().ws, "1001").await {
            break phone;
        }
        assert!(start.elapsed() < LONG);
    };
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
}

#[tokio::test]
async fn delay_delays_both_ways() {
    let (rig, mut phone) = registered("1001").await;
    rig.fault(Fault::Delay { ms: 150 }).await.unwrap();
    let start = Instant::now();
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
    // REGISTER, 401, REGISTER, 200: four ways.
    assert!((600..3000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    rig.fault(Fault::Clear).await.unwrap();
    let start = Instant::now();
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
    assert!(start.elapsed().as_millis() < 600, "{:?}", start.elapsed());
}

#[tokio::test]
async fn silence_is_silence_until_it_is_cleared() {
    let (rig, mut phone) = registered("1001").await;
    rig.fault(Fault::Silent { ms: None }).await.unwrap();
    phone.send("\r\n\r\n").await;
    let mut second = Phone::connect(&rig.addresses().ws, "1002").await.expect("connections are taken");
    second.send("\r\n\r\n").await;
    // The request counter would show it if anything had been read as SIP.
    let before = rig.state().requests.clone();
    phone.invite("9196", &Peer::new(Codecs::G711).offer()).await;
    let quiet = tokio::time::timeout(Duration::from_millis(400), phone.frame()).await;
    assert!(quiet.is_err(), "the rig said {quiet:?}");
    assert_eq!(rig.state().requests, before);
    rig.fault(Fault::Clear).await.unwrap();
    phone.send("\r\n\r\n").await;
    assert_eq!(phone.frame().await.as_deref(), Some("\r\n"));
}

#[tokio::test]
async fn the_silent_port_is_always_silent() {
    let rig = rig().await;
    let mut phone = Phone::connect(&rig.addresses().silent, "1001").await.unwrap();
    phone.send("\r\n\r\n").await;
    assert!(tokio::time::timeout(Duration::from_millis(300), phone.frame()).await.is_err());
}

#[tokio::test]
async fn a_restart_forgets_everything() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    let (mut dialog, answer) = phone.call("9197", &peer.offer()).await;
    peer.take_answer(answer.text());
    peer.wait("the tone", |heard| heard.packets > 10).await;
    rig.fault(Fault::Restart { ms: 200 }).await.unwrap();
    assert_eq!(phone.frame().await, None);
    let state = rig.wait_for(LONG, |state| state.calls.is_empty() && state.registrations.is_empty() && !state.faults.refuse).await.unwrap();
    assert_eq!(state.ended[0].end, Some(CallEnd::Rig));
    let start = Instant::now();
    let mut back = loop {
        if let Ok(phone) = Phone::connect(&rig.addresses().ws, "1001").await {
            break phone;
        }
        assert!(start.elapsed() < LONG);
    };
    assert_eq!(back.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
    back.within(&mut dialog, Method::Bye, "").await;
    assert_eq!(back.final_response(Method::Bye).await.status(), 481, "the call is forgotten");
    rig.place_call(PlaceCall::default()).await.unwrap();
    back.request(Method::Invite).await;
}

#[tokio::test]
async fn canned_answers_are_given_as_often_as_asked() {
    let (rig, mut phone) = registered("1001").await;
    rig.fault(Fault::Answer { method: "REGISTER".into(), status: 503, headers: vec![("Retry-After".into(), "7".into())], times: Some(1) })
        .await
        .unwrap();
    let answer = phone.register(Algorithm::SHA_256, "pw-1001", 60).await;
    assert_eq!((answer.status(), answer.get(HeaderName::RetryAfter)), (503, Some("7")));
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
    rig.fault(Fault::Answer { method: "INVITE".into(), status: 500, headers: vec![("bad name".into(), "\r\n".into())], times: None })
        .await
        .unwrap();
    for _ in 0..2 {
        phone.invite("9196", &Peer::new(Codecs::G711).offer()).await;
        assert_eq!(phone.final_response(Method::Invite).await.status(), 500);
    }
}

#[tokio::test]
async fn lost_packets_are_counted() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    let (_dialog, answer) = phone.call("9196", &peer.offer()).await;
    peer.take_answer(answer.text());
    peer.play(Some(tone()));
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.packets_in > 20)).await.unwrap();
    rig.fault(Fault::LoseMedia { percent: 20 }).await.unwrap();
    let state = rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.packets_in > 100)).await.unwrap();
    let media = &state.leg_of("1001").unwrap().media;
    assert!((10..30).contains(&media.lost_in), "{media:?}");
    rig.fault(Fault::Clear).await.unwrap();
}

/// Gaps are measured, and can be measured afresh.
#[tokio::test]
async fn gaps_show() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    let (_dialog, answer) = phone.call("9196", &peer.offer()).await;
    peer.take_answer(answer.text());
    peer.play(Some(tone()));
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.packets_in > 20)).await.unwrap();
    peer.play(None);
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.longest_gap_in_ms > 500.0)).await.unwrap();
    peer.play(Some(tone()));
    let state = rig.state();
    let (id, before) = (state.call_of("1001").unwrap().id, state.leg_of("1001").unwrap().media.packets_in);
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.packets_in > before + 10)).await.unwrap();
    rig.reset_measures(id).await.unwrap();
    let state = rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.packets_in > before + 60)).await.unwrap();
    let media = &state.leg_of("1001").unwrap().media;
    assert!(media.longest_gap_in_ms < 200.0 && media.energy_in > 0.0, "{media:?}");
}

/// A user whose phone goes away while it rings is a user who is not there.
#[tokio::test]
async fn a_phone_that_goes_away_while_ringing() {
    let (rig, mut one) = registered("1001").await;
    let mut two = Phone::registered(&rig, "1002").await;
    one.invite("1002", &Peer::new(Codecs::G711).offer()).await;
    let invite = two.request(Method::Invite).await;
    two.respond(&invite, 180, "b", "").await;
    assert_eq!(one.response(Method::Invite).await.status(), 180);
    drop(two);
    assert_eq!(one.final_response(Method::Invite).await.status(), 480);
}
