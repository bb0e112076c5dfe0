//! A thousand idle registrations, and twenty calls at once with sound both ways.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Instant;

use patchcord_rig::{Rig, RigConfig};
use support::peer::tone;
use support::{Codecs, LONG, Peer, Phone};

#[tokio::test]
async fn a_thousand_registrations_and_twenty_calls() {
    let rig = Rig::start(RigConfig { extra_users: 1000, ..RigConfig::default() }).await.unwrap();
    let start = Instant::now();
    let mut idle = Vec::new();
    for number in 2000..3000 {
        idle.push(Phone::registered(&rig, &number.to_string()).await);
    }
    rig.wait_for(LONG, |state| state.registrations.len() == 1000).await.unwrap();
    println!("1000 registrations in {:?}", start.elapsed());

    let mut calls = Vec::new();
    let start = Instant::now();
    for number in 1001..=1020 {
        let mut phone = Phone::registered(&rig, &number.to_string()).await;
        let peer = Peer::new(Codecs::G711);
        let (dialog, answer) = phone.call("9196", &peer.offer()).await;
        peer.take_answer(answer.text());
        peer.play(Some(tone()));
        calls.push((phone, peer, dialog));
    }
    let up = |state: &patchcord_rig::State| state.calls.iter().filter(|call| call.legs[0].media.packets_in > 25).count() == 20;
    let state = rig.wait_for(LONG, up).await.unwrap();
    println!("20 calls in {:?}", start.elapsed());
    for call in &state.calls {
        rig.reset_measures(call.id).await.unwrap();
    }
    let before = rig.state();
    let packets = |state: &patchcord_rig::State| -> Vec<u64> { state.calls.iter().map(|call| call.legs[0].media.packets_in).collect() };
    let start = Instant::now();
    let state =
        rig.wait_for(LONG, |state| packets(state).iter().zip(packets(&before)).all(|(now, before)| *now >= before + 250)).await.unwrap();
    let took = start.elapsed();
    let worst = state.calls.iter().map(|call| call.legs[0].media.longest_gap_out_ms).fold(0.0, f64::max);
    let lost: u64 = state.calls.iter().map(|call| call.legs[0].media.lost_in).sum();
    println!("5 s of sound of 20 calls in {took:?}, longest gap out {worst:.0} ms, lost {lost}");
    assert_eq!((state.calls.len(), state.registrations.len(), lost), (20, 1020, 0));
    // Real time, with room for a busy machine: packets neither pile up nor fall behind.
    assert!((4.5..9.0).contains(&took.as_secs_f64()), "{took:?}");
    for (_, peer, _) in &calls {
        assert!(peer.heard().packets >= 250, "{:?}", peer.heard());
    }
    drop(idle);
    rig.wait_for(LONG, |state| state.registrations.len() == 20).await.unwrap();
}
