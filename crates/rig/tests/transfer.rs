//! Transfers that the project's user agent asks for by REFER, blind and attended, with sound at the end.

#![allow(clippy::unwrap_used)]

mod support;

use patchcord_rig::{PlaceCall, Rig, Sound};
use patchcord_sip::{CallEvent, CallHandle, CallRequest, Ended, Remote, TransferState};
use support::agent::Agent;
use support::peer::strength;
use support::{Codecs, LONG, rig};

fn connected(event: &CallEvent) -> Option<()> {
    matches!(event, CallEvent::Connected { .. }).then_some(())
}

fn ended(event: &CallEvent) -> Option<Ended> {
    match event {
        CallEvent::Ended(how) => Some(how.clone()),
        _ => None,
    }
}

fn final_transfer(event: &CallEvent) -> Option<TransferState> {
    match event {
        CallEvent::Transfer(state @ (TransferState::Done | TransferState::Failed(..))) => Some(state.clone()),
        _ => None,
    }
}

fn identity(event: &CallEvent) -> Option<Remote> {
    match event {
        CallEvent::Identity(remote) => Some((**remote).clone()),
        _ => None,
    }
}

async fn agents(rig: &Rig, codecs: Codecs) -> (Agent, Agent, Agent) {
    let url = &rig.addresses().ws;
    (
        Agent::registered(url, "1001", 300, codecs).await,
        Agent::registered(url, "1002", 1500, codecs).await,
        Agent::registered(url, "1003", 2500, codecs).await,
    )
}

/// One calls the other; both talk.
async fn talk(from: &mut Agent, to: &mut Agent, number: &str) -> (CallHandle, CallHandle) {
    let out = from.dial(&format!("sip:{number}@rig.test")).await;
    let (incoming, _) = to.incoming().await;
    to.request(incoming, CallRequest::Answer);
    to.call_event(incoming, connected).await;
    from.call_event(out, connected).await;
    (out, incoming)
}

async fn hears(agent: &Agent, call: CallHandle, hertz: u32) {
    agent.peer(call).wait(&format!("{hertz} Hz"), |heard| strength(&heard.payload, hertz) > 2000.0).await;
}

#[tokio::test]
async fn a_customer_is_transferred_to_a_colleague() {
    let rig = rig().await;
    let (mut one, mut two, _three) = agents(&rig, Codecs::All).await;
    let id = rig.place_call(PlaceCall { sound: Sound::Tone(2000), echo: true, ..PlaceCall::default() }).await.unwrap();
    let (call, _) = one.incoming().await;
    one.request(call, CallRequest::Answer);
    one.call_event(call, connected).await;
    one.request(call, CallRequest::Transfer { target: "sip:1002@rig.test".parse().unwrap() });
    let (taken, _) = two.incoming().await;
    two.request(taken, CallRequest::Answer);
    assert_eq!(one.call_event(call, ended).await, Ended::Transferred);
    two.call_event(taken, connected).await;
    hears(&two, taken, 2000).await;
    hears(&two, taken, 1500).await;
    assert_eq!(rig.state().calls.len(), 1);
    rig.hang_up(id).await.unwrap();
    assert_eq!(two.call_event(taken, ended).await, Ended::Remote);
}

#[tokio::test]
async fn a_transfer_that_fails_leaves_the_call_as_it_was() {
    let rig = rig().await;
    let (mut one, mut two, mut three) = agents(&rig, Codecs::G711).await;
    let (out, incoming) = talk(&mut one, &mut two, "1002").await;
    for (target, status) in [("9100", 603), ("1009", 480), ("13800130001", 486), ("1003", 486)] {
        one.request(out, CallRequest::Transfer { target: format!("sip:{target}@rig.test").parse().unwrap() });
        if target == "1003" {
            let (call, _) = three.incoming().await;
            three.request(call, CallRequest::Reject(486));
        }
        match one.call_event(out, final_transfer).await {
            TransferState::Failed(failed, _) => assert_eq!(failed, status, "{target}"),
            other => panic!("{target}: {other:?}"),
        }
    }
    hears(&one, out, 1500).await;
    hears(&two, incoming, 300).await;
    one.request(out, CallRequest::HangUp);
    assert_eq!(two.call_event(incoming, ended).await, Ended::Remote);
}

/// Blind: whoever stays is told with whom they talk now; Opus stays Opus.
#[tokio::test]
async fn a_colleague_is_transferred_to_another_and_told_so() {
    for codecs in [Codecs::G711, Codecs::All] {
        let rig = rig().await;
        let (mut one, mut two, mut three) = agents(&rig, codecs).await;
        let (out, incoming) = talk(&mut one, &mut two, "1002").await;
        one.request(out, CallRequest::Transfer { target: "sip:1003@rig.test".parse().unwrap() });
        let (taken, _) = three.incoming().await;
        three.request(taken, CallRequest::Answer);
        assert_eq!(one.call_event(out, ended).await, Ended::Transferred);
        let now = two.call_event(incoming, identity).await;
        assert_eq!((now.user.as_str(), now.display_name.as_str()), ("1003", "Alice Morgan"));
        if codecs == Codecs::G711 {
            hears(&two, incoming, 2500).await;
            hears(&three, taken, 1500).await;
        } else {
            let before = two.peer(incoming).heard().packets;
            two.peer(incoming).wait("three", |heard| heard.packets > before + 50).await;
            three.peer(taken).wait("two", |heard| heard.packets > 50).await;
            assert_eq!(rig.state().leg_of("1003").unwrap().media.codec, "opus");
        }
    }
}

#[tokio::test]
async fn attended_transfers_connect_the_far_sides() {
    let rig = rig().await;
    let (mut one, mut two, mut three) = agents(&rig, Codecs::G711).await;
    let (first, at_two) = talk(&mut one, &mut two, "1002").await;
    one.request(first, CallRequest::Hold(true));
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.holds)).await.unwrap();
    let (second, at_three) = talk(&mut one, &mut three, "1003").await;
    one.request(first, CallRequest::TransferTo { call: second });
    assert_eq!(one.call_event(first, final_transfer).await, TransferState::Done);
    hears(&two, at_two, 2500).await;
    hears(&three, at_three, 1500).await;
    let state =
        rig.wait_for(LONG, |state| state.calls.len() == 1 && state.call_of("1001").is_none_or(|call| call.legs.len() > 2)).await.unwrap();
    assert!(state.call_of("1002").is_some() && state.call_of("1003").is_some());
    two.request(at_two, CallRequest::HangUp);
    assert_eq!(three.call_event(at_three, ended).await, Ended::Remote);
    rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
}

/// A customer is consulted about, and then talks with the colleague.
#[tokio::test]
async fn a_customer_is_handed_over_after_a_word() {
    let rig = rig().await;
    let (mut one, mut two, _three) = agents(&rig, Codecs::G711).await;
    let customer = one.dial("sip:13800138000@rig.test").await;
    one.call_event(customer, connected).await;
    one.request(customer, CallRequest::Hold(true));
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.holds)).await.unwrap();
    let (asked, at_two) = talk(&mut one, &mut two, "1002").await;
    one.request(customer, CallRequest::TransferTo { call: asked });
    assert_eq!(one.call_event(customer, final_transfer).await, TransferState::Done);
    // The customer echoes whoever talks now.
    hears(&two, at_two, 1500).await;
    let state = rig.wait_for(LONG, |state| state.calls.len() == 1).await.unwrap();
    assert_eq!(state.calls[0].customer.as_ref().unwrap().number, "13800138000");
}
