//! The project's own user agent against the rig, with sound: the two are written apart and must understand each other.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use patchcord_rig::{DigestOffer, Fault as Trouble, PlaceCall, Rig, RigConfig, Sound};
use patchcord_sip::{CallEvent, CallRequest, Ended, Event, Fault, Input, RegistrationState};
use support::agent::{Agent, config};
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

#[tokio::test]
async fn it_registers_whatever_is_offered_and_leaves() {
    for digest in [DigestOffer::Both, DigestOffer::Md5, DigestOffer::Sha256] {
        let rig = Rig::start(RigConfig { digest, ..RigConfig::default() }).await.unwrap();
        let mut agent = Agent::registered(&rig.addresses().ws, "1001", 300, Codecs::G711).await;
        let state = rig.wait_for(LONG, |state| state.is_registered("1001")).await.unwrap();
        assert_eq!(state.registrations[0].user_agent, "patchcord test");
        assert!(state.registrations[0].instance.as_deref().is_some_and(|instance| instance.ends_with("1001")));
        agent.input(Input::Stop);
        agent.event(|event| matches!(event, Event::Registration(RegistrationState::Stopped)).then_some(())).await;
        rig.wait_for(LONG, |state| state.registrations.is_empty()).await.unwrap();
    }
}

#[tokio::test]
async fn a_wrong_password_is_final() {
    let rig = rig().await;
    let mut wrong = config(&rig.addresses().ws, "1001");
    wrong.credential = patchcord_sip::Credential::Password(patchcord_messages::Secret::new("wrong"));
    let mut agent = Agent::start(wrong, 300, Codecs::G711);
    let fault = agent
        .event(|event| match event {
            Event::Registration(RegistrationState::Failed { fault }) => Some(fault.clone()),
            _ => None,
        })
        .await;
    assert_eq!(fault, Fault::Credentials);
    let state = rig.wait_for(LONG, |state| state.refused_credentials >= 1).await.unwrap();
    assert!(state.requests.get("REGISTER").is_some_and(|count| *count <= 3), "{:?}", state.requests);
}

#[tokio::test]
async fn it_talks_with_a_customer_holds_resumes_dials_and_hangs_up() {
    let rig = rig().await;
    let mut agent = Agent::registered(&rig.addresses().ws, "1001", 300, Codecs::All).await;
    let call = agent.dial("sip:13800138000@rig.test").await;
    let status = agent
        .call_event(call, |event| match event {
            CallEvent::Progress { status, .. } => Some(*status),
            _ => None,
        })
        .await;
    assert_eq!(status, 180);
    agent.call_event(call, connected).await;
    // The customer echoes: our own tone comes back.
    agent.peer(call).wait("the echo", |heard| strength(&heard.payload, 300) > 2000.0).await;
    agent.request(call, CallRequest::Dtmf("12*#".to_owned()));
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.dtmf == "12*#" && leg.dtmf_by_info == 0)).await.unwrap();
    for hold in [true, false] {
        agent.request(call, CallRequest::Hold(hold));
        let local = agent
            .call_event(call, |event| match event {
                CallEvent::Held { local, .. } => Some(*local),
                _ => None,
            })
            .await;
        assert_eq!(local, hold);
        rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.holds == hold)).await.unwrap();
    }
    let before = agent.peer(call).heard().packets;
    agent.peer(call).wait("sound after the hold", |heard| heard.packets > before + 50 && strength(&heard.payload, 300) > 2000.0).await;
    agent.request(call, CallRequest::HangUp);
    assert_eq!(agent.call_event(call, ended).await, Ended::Local);
    let state = rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
    assert_eq!(state.ended[0].legs[0].media.lost_in, 0);
}

#[tokio::test]
async fn refusals_come_through() {
    let rig = rig().await;
    let mut agent = Agent::registered(&rig.addresses().ws, "1001", 300, Codecs::All).await;
    for (number, status) in [("9100", 603), ("13800130001", 486), ("1099", 404), ("1002", 480), ("9198", 486)] {
        let call = agent.dial(&format!("sip:{number}@rig.test")).await;
        match agent.call_event(call, ended).await {
            Ended::Refused(refused, _) => assert_eq!(refused, status, "{number}"),
            other => panic!("{number}: {other:?}"),
        }
    }
    let call = agent.dial("sip:9199@rig.test").await;
    agent.call_event(call, |event| matches!(event, CallEvent::Progress { .. }).then_some(())).await;
    agent.request(call, CallRequest::HangUp);
    assert_eq!(agent.call_event(call, ended).await, Ended::Local);
    rig.wait_for(LONG, |state| state.calls.is_empty() && state.requests.contains_key("CANCEL")).await.unwrap();
}

#[tokio::test]
async fn it_takes_a_call_is_held_and_hung_up_on() {
    let rig = rig().await;
    let mut agent = Agent::registered(&rig.addresses().ws, "1001", 300, Codecs::All).await;
    let place = PlaceCall {
        display_name: "客户".into(),
        headers: vec![("X-Order".into(), "7".into())],
        sound: Sound::Tone(2000),
        echo: false,
        ..PlaceCall::default()
    };
    let id = rig.place_call(place).await.unwrap();
    let (call, remote) = agent.incoming().await;
    assert_eq!((remote.user.as_str(), remote.display_name.as_str()), ("13912345678", "客户"));
    assert!(remote.headers.iter().any(|(name, value)| name == "X-Order" && value == "7"), "{remote:?}");
    agent.request(call, CallRequest::Answer);
    agent.call_event(call, connected).await;
    agent.peer(call).wait("the customer", |heard| strength(&heard.payload, 2000) > 2000.0).await;
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.tone_in_hz == Some(300))).await.unwrap();
    for hold in [true, false] {
        if hold { rig.hold(id).await } else { rig.resume(id).await }.unwrap();
        let remote = agent
            .call_event(call, |event| match event {
                CallEvent::Held { remote, .. } => Some(*remote),
                _ => None,
            })
            .await;
        assert_eq!(remote, hold);
    }
    rig.hang_up(id).await.unwrap();
    assert_eq!(agent.call_event(call, ended).await, Ended::Remote);
}

#[tokio::test]
async fn two_agents_talk_in_opus_and_a_third_contact_is_told() {
    let rig = rig().await;
    let mut one = Agent::registered(&rig.addresses().ws, "1001", 300, Codecs::All).await;
    let mut two = Agent::registered(&rig.addresses().ws, "1002", 500, Codecs::All).await;
    let mut second = config(&rig.addresses().ws, "1002");
    second.instance = "00000000-0000-1000-8000-000000009999".to_owned();
    let mut also_two = Agent::start(second, 700, Codecs::All);
    rig.wait_for(LONG, |state| state.registrations.len() == 3).await.unwrap();
    let out = one.dial("sip:1002@rig.test").await;
    let (incoming, remote) = two.incoming().await;
    assert!(remote.headers.iter().any(|(name, value)| name == "X-Test" && value == "张三"), "{remote:?}");
    let (other, _) = also_two.incoming().await;
    two.request(incoming, CallRequest::Answer);
    two.call_event(incoming, connected).await;
    one.call_event(out, connected).await;
    assert_eq!(also_two.call_event(other, ended).await, Ended::AnsweredElsewhere);
    one.peer(out).wait("two", |heard| heard.packets > 50).await;
    two.peer(incoming).wait("one", |heard| heard.packets > 50).await;
    let state = rig.wait_for(LONG, |state| state.leg_of("1002").is_some_and(|leg| leg.media.packets_in > 50)).await.unwrap();
    assert_eq!((state.leg_of("1001").unwrap().media.codec.as_str(), state.leg_of("1001").unwrap().media.lost_in), ("opus", 0));
    two.request(incoming, CallRequest::HangUp);
    assert_eq!(one.call_event(out, ended).await, Ended::Remote);
}

/// The connection is lost in mid-call: the agent is back by itself, the call goes on, and either side can end it.
#[tokio::test]
async fn a_call_outlives_its_connection() {
    let rig = rig().await;
    let mut agent = Agent::registered(&rig.addresses().ws, "1001", 300, Codecs::G711).await;
    let call = agent.dial("sip:9196@rig.test").await;
    agent.call_event(call, connected).await;
    agent.peer(call).wait("the echo", |heard| heard.packets > 20).await;
    rig.fault(Trouble::DropSockets).await.unwrap();
    rig.wait_for(LONG, |state| state.registrations.is_empty()).await.unwrap();
    let before = agent.peer(call).heard().packets;
    rig.wait_for(LONG, |state| state.is_registered("1001")).await.unwrap();
    agent.peer(call).wait("the echo goes on", |heard| heard.packets > before + 20).await;
    let state = rig.state();
    assert!(state.leg_of("1001").unwrap().media.longest_gap_in_ms < 500.0, "{:?}", state.leg_of("1001"));
    rig.hang_up(state.call_of("1001").unwrap().id).await.unwrap();
    assert_eq!(agent.call_event(call, ended).await, Ended::Remote);
}

#[tokio::test]
async fn servers_that_are_down_silent_or_overloaded() {
    let rig = rig().await;
    // Refused: it tries again by itself and gets in.
    rig.fault(Trouble::RefuseConnections { ms: 1500 }).await.unwrap();
    let mut agent = Agent::start(config(&rig.addresses().ws, "1001"), 300, Codecs::G711);
    let waiting = |event: &Event| match event {
        Event::Registration(RegistrationState::Waiting { fault, .. }) => Some(fault.clone()),
        _ => None,
    };
    let registered = |event: &Event| matches!(event, Event::Registration(RegistrationState::Registered)).then_some(());
    assert_eq!(agent.event(waiting).await, Fault::Unreachable);
    agent.event(registered).await;
    // Overloaded: 503 with Retry-After.
    let overload =
        Trouble::Answer { method: "REGISTER".into(), status: 503, headers: vec![("Retry-After".into(), "1".into())], times: Some(1) };
    rig.fault(overload).await.unwrap();
    let mut other = Agent::start(config(&rig.addresses().ws, "1002"), 300, Codecs::G711);
    assert!(matches!(other.event(waiting).await, Fault::Refused(503, _)));
    other.event(registered).await;
    // Slow: all is well.
    rig.fault(Trouble::Delay { ms: 300 }).await.unwrap();
    let start = std::time::Instant::now();
    let _third = Agent::registered(&rig.addresses().ws, "1003", 300, Codecs::G711).await;
    assert!(start.elapsed() >= Duration::from_millis(1200), "{:?}", start.elapsed());
}
