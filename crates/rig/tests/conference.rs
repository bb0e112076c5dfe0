//! Calls of several: CTI dial, listening in, whispering, conference, transfer, pickup.

#![allow(clippy::unwrap_used)]

mod support;

use patchcord_rig::{CallEnd, CallId, CallState, ControlError, DialOut, LegState, Mode, PlaceCall, Rig, Sound};
use patchcord_sip::message::{Method, Request};
use support::peer::{strength, tone_of};
use support::{Codecs, LONG, Peer, Phone, rig};

/// A registered phone with its sound: a tone of its own.
struct Agent {
    phone: Phone,
    peer: Peer,
    hertz: u32,
}

impl Agent {
    async fn new(rig: &Rig, user: &str, hertz: u32) -> Self {
        let phone = Phone::registered(rig, user).await;
        let peer = Peer::new(Codecs::G711);
        peer.play(Some(tone_of(hertz)));
        Self { phone, peer, hertz }
    }

    async fn answer(&mut self) -> Request {
        let invite = self.phone.request(Method::Invite).await;
        self.phone.respond(&invite, 180, &self.hertz.to_string(), "").await;
        self.phone.respond(&invite, 200, &self.hertz.to_string(), &self.peer.answer(invite.text())).await;
        self.phone.request(Method::Ack).await;
        invite
    }

    async fn hung_up_on(&mut self) {
        let bye = self.phone.request(Method::Bye).await;
        self.phone.respond(&bye, 200, "", "").await;
    }

    /// Waits until of these tones just those marked are heard, for ten frames in a row.
    async fn hears(&self, tones: &[(u32, bool)]) {
        let mut since = None;
        self.peer.wait(&format!("the agent of {} Hz is to hear {tones:?}", self.hertz), |_| true).await;
        let start = std::time::Instant::now();
        loop {
            let heard = self.peer.heard();
            let strengths: Vec<f64> = tones.iter().map(|(hertz, _)| strength(&heard.payload, *hertz)).collect();
            let right = heard.packets > 0 && tones.iter().zip(&strengths).all(|((_, wanted), strength)| (*strength > 2000.0) == *wanted);
            since = if right { since.or(Some(heard.packets)) } else { None };
            if since.is_some_and(|since| heard.packets >= since + 10) {
                return;
            }
            assert!(start.elapsed() < LONG, "the agent of {} Hz is to hear {tones:?}, hears {strengths:?}", self.hertz);
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

/// The rig calls 1001 as a customer who plays 2000 Hz.
async fn customer_calls(rig: &Rig, agent: &mut Agent) -> CallId {
    let place = PlaceCall { sound: Sound::Tone(2000), echo: false, ..PlaceCall::default() };
    let id = rig.place_call(place).await.unwrap();
    agent.answer().await;
    agent.hears(&[(2000, true), (agent.hertz, false)]).await;
    id
}

#[tokio::test]
async fn dialling_out_rings_the_users_own_phone_first() {
    let rig = rig().await;
    let mut agent = Agent::new(&rig, "1001", 300).await;
    let dial = DialOut { user: "1001".into(), number: "13800138000".into(), headers: vec![("X-Cti".into(), "dial-7".into())] };
    let id = rig.dial_out(dial).await.unwrap();
    let invite = agent.answer().await;
    assert_eq!((invite.get("X-Cti"), invite.from().unwrap().uri().user()), (Some("dial-7"), "13800138000"));
    let customer = |state: &patchcord_rig::State| state.call(id).and_then(|call| call.customer.clone()).map(|customer| customer.state);
    rig.wait_for(LONG, |state| customer(state) == Some(CallState::Ringing)).await.unwrap();
    // Ring-back first, then the customer, who echoes.
    agent.hears(&[(425, true), (300, false)]).await;
    rig.wait_for(LONG, |state| customer(state) == Some(CallState::Up)).await.unwrap();
    agent.hears(&[(300, true)]).await;
    rig.hang_up(id).await.unwrap();
    agent.hung_up_on().await;
    let state = rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
    assert_eq!(state.ended[0].customer.as_ref().unwrap().state, CallState::Ended);
}

#[tokio::test]
async fn dialling_out_to_a_busy_number_ends_the_users_call() {
    let rig = rig().await;
    let mut agent = Agent::new(&rig, "1001", 300).await;
    let id = rig.dial_out(DialOut { user: "1001".into(), number: "13800130001".into(), headers: vec![] }).await.unwrap();
    agent.answer().await;
    agent.hung_up_on().await;
    let state = rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
    assert_eq!(state.call(id).unwrap().end, Some(CallEnd::Refused { status: 486 }));
    for (user, number, error) in [
        ("1002", "13800138000", ControlError::NotRegistered),
        ("1001", "abc", ControlError::NoSuchUser),
        ("1001", "1003", ControlError::NotRegistered),
    ] {
        assert_eq!(rig.dial_out(DialOut { user: user.into(), number: number.into(), headers: vec![] }).await, Err(error));
    }
}

#[tokio::test]
async fn dialling_out_to_another_user() {
    let rig = rig().await;
    let (mut one, mut two) = (Agent::new(&rig, "1001", 300).await, Agent::new(&rig, "1002", 1500).await);
    rig.dial_out(DialOut { user: "1001".into(), number: "1002".into(), headers: vec![] }).await.unwrap();
    one.answer().await;
    let invite = two.answer().await;
    assert_eq!(invite.from().unwrap().uri().user(), "1001");
    tokio::join!(one.hears(&[(1500, true), (300, false)]), two.hears(&[(300, true), (1500, false)]));
}

/// A supervisor listens, whispers to the agent, talks with both, and goes; the call goes on.
#[tokio::test]
async fn listening_whispering_and_barging_in() {
    let rig = rig().await;
    let (mut agent, mut boss) = (Agent::new(&rig, "1001", 300).await, Agent::new(&rig, "1002", 1500).await);
    let id = customer_calls(&rig, &mut agent).await;
    rig.join(id, "1002", Mode::Listen).await.unwrap();
    boss.answer().await;
    boss.hears(&[(2000, true), (300, true), (1500, false)]).await;
    agent.hears(&[(2000, true), (1500, false)]).await;
    let state = rig.wait_for(LONG, |state| state.leg_of("1002").is_some_and(|leg| leg.mode == Mode::Listen)).await.unwrap();
    let (agent_leg, boss_leg) = (state.leg_of("1001").unwrap().id, state.leg_of("1002").unwrap().id);
    rig.set_mode(id, boss_leg, Mode::Whisper { to: agent_leg }).await.unwrap();
    agent.hears(&[(2000, true), (1500, true)]).await;
    rig.set_mode(id, boss_leg, Mode::Talk).await.unwrap();
    boss.hears(&[(2000, true), (300, true)]).await;
    // Held by the server, the agent hears nothing and is not heard.
    rig.set_mode(id, agent_leg, Mode::Held).await.unwrap();
    agent.hears(&[(2000, false), (1500, false)]).await;
    boss.hears(&[(2000, true), (300, false)]).await;
    rig.set_mode(id, agent_leg, Mode::Talk).await.unwrap();
    rig.set_mode(id, boss_leg, Mode::Listen).await.unwrap();
    assert_eq!(rig.set_mode(id, patchcord_rig::LegId(99_999), Mode::Talk).await, Err(ControlError::NoSuchLeg));
    // The bystander leaves; nothing else changes.
    let mut dialog = boss_dialog(&boss, &rig).await;
    boss.phone.bye(&mut dialog).await;
    rig.wait_for(LONG, |state| state.leg(boss_leg).is_some_and(|leg| leg.state == LegState::Ended)).await.unwrap();
    agent.hears(&[(2000, true), (1500, false)]).await;
    rig.hang_up(id).await.unwrap();
    agent.hung_up_on().await;
}

/// The dialog of the call that this phone has answered, from the trace.
async fn boss_dialog(agent: &Agent, rig: &Rig) -> support::phone::Dialog {
    let tag = agent.hertz.to_string();
    let text = rig
        .trace()
        .into_iter()
        .rev()
        .find(|entry| {
            !entry.received && entry.text.starts_with("INVITE") && entry.text.contains(&format!("<sip:{}@rig.test>", agent.phone.user))
        })
        .unwrap()
        .text;
    let patchcord_sip::message::Message::Request(invite) = patchcord_sip::message::Message::parse(text.as_str()).unwrap() else {
        panic!("an INVITE is a request")
    };
    agent.phone.answered(&invite, &tag)
}

#[tokio::test]
async fn three_users_talk_and_the_first_may_leave() {
    let rig = rig().await;
    let (mut one, mut two, mut three) =
        (Agent::new(&rig, "1001", 300).await, Agent::new(&rig, "1002", 1500).await, Agent::new(&rig, "1003", 2500).await);
    let offer = one.peer.offer();
    let dialling = async {
        let (dialog, answer) = one.phone.call("1002", &offer).await;
        one.peer.take_answer(answer.text());
        dialog
    };
    let (mut dialog, _) = tokio::join!(dialling, two.answer());
    let id = rig.wait_for(LONG, |state| state.call_of("1002").is_some_and(|call| call.state == CallState::Up)).await.unwrap().calls[0].id;
    rig.join(id, "1003", Mode::Talk).await.unwrap();
    three.answer().await;
    tokio::join!(
        one.hears(&[(1500, true), (2500, true), (300, false)]),
        two.hears(&[(300, true), (2500, true), (1500, false)]),
        three.hears(&[(300, true), (1500, true), (2500, false)]),
    );
    one.phone.bye(&mut dialog).await;
    tokio::join!(two.hears(&[(2500, true), (300, false)]), three.hears(&[(1500, true), (300, false)]));
    assert_eq!(rig.state().calls.len(), 1);
}

#[tokio::test]
async fn a_transfer_puts_another_user_in_a_legs_place() {
    let rig = rig().await;
    let (mut agent, mut other) = (Agent::new(&rig, "1001", 300).await, Agent::new(&rig, "1002", 1500).await);
    let id = customer_calls(&rig, &mut agent).await;
    let leg = rig.state().leg_of("1001").unwrap().id;
    // Refused: everything stays as it was.
    rig.transfer(id, leg, "1002").await.unwrap();
    let invite = other.phone.request(Method::Invite).await;
    other.phone.respond(&invite, 486, "x", "").await;
    other.phone.request(Method::Ack).await;
    agent.hears(&[(2000, true)]).await;
    rig.transfer(id, leg, "1002").await.unwrap();
    other.answer().await;
    agent.hung_up_on().await;
    other.hears(&[(2000, true), (300, false)]).await;
    let state = rig.wait_for(LONG, |state| state.leg(leg).is_some_and(|leg| leg.state == LegState::Ended)).await.unwrap();
    assert_eq!(state.call(id).unwrap().state, CallState::Up);
    assert_eq!(rig.transfer(id, leg, "1002").await, Err(ControlError::NoSuchLeg));
}

#[tokio::test]
async fn a_ringing_call_is_picked_up_by_another() {
    let rig = rig().await;
    let (mut agent, mut other) = (Agent::new(&rig, "1001", 300).await, Agent::new(&rig, "1002", 1500).await);
    let id = rig.place_call(PlaceCall { sound: Sound::Tone(2000), echo: false, ..PlaceCall::default() }).await.unwrap();
    let invite = agent.phone.request(Method::Invite).await;
    agent.phone.respond(&invite, 180, "a", "").await;
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.state == LegState::Ringing)).await.unwrap();
    rig.pick_up(id, "1002").await.unwrap();
    other.answer().await;
    let cancel = agent.phone.request(Method::Cancel).await;
    assert!(cancel.get("Reason").unwrap().contains("cause=200"));
    agent.phone.respond(&cancel, 200, "a", "").await;
    agent.phone.respond(&invite, 487, "a", "").await;
    other.hears(&[(2000, true)]).await;
    assert_eq!(rig.pick_up(id, "1001").await, Err(ControlError::NotNow), "it rings no more");
}

#[tokio::test]
async fn what_cannot_be_mixed_is_told() {
    let rig = rig().await;
    let (mut one, mut two) = (Phone::registered(&rig, "1001").await, Phone::registered(&rig, "1002").await);
    let _three = Phone::registered(&rig, "1003").await;
    let (left, right) = (Peer::new(Codecs::All), Peer::new(Codecs::All));
    let offer = left.offer();
    let answering = async {
        let invite = two.request(Method::Invite).await;
        two.respond(&invite, 200, "b", &right.answer(invite.text())).await;
    };
    let (_, ()) = tokio::join!(one.call("1002", &offer), answering);
    let id = rig.wait_for(LONG, |state| state.calls.iter().any(|call| call.state == CallState::Up)).await.unwrap().calls[0].id;
    assert_eq!(rig.join(id, "1003", Mode::Listen).await, Err(ControlError::NotMixable));
    assert_eq!(rig.join(id, "1009", Mode::Listen).await, Err(ControlError::NotMixable));
    assert_eq!(rig.join(CallId(99_999), "1003", Mode::Listen).await, Err(ControlError::NoSuchCall));
}
