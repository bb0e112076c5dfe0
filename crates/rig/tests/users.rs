//! Calls between users and calls of the rig to users: Opus and G.711 relayed, forking, refusals, screen pop headers.

#![allow(clippy::unwrap_used)]

mod support;

use patchcord_rig::{CallEnd, ControlError, LegState, PlaceCall, Rig, RigConfig, Sound};
use patchcord_sip::message::{HeaderName, Method, Request};
use str0m::format::Codec;
use support::peer::tone;
use support::{Codecs, LONG, Peer, Phone, rig};

/// Answers an INVITE with 180 and 200; gives the request and waits for the ACK.
async fn answer(phone: &mut Phone, peer: &Peer, tag: &str) -> Request {
    let invite = phone.request(Method::Invite).await;
    phone.respond(&invite, 180, tag, "").await;
    phone.respond(&invite, 200, tag, &peer.answer(invite.text())).await;
    phone.request(Method::Ack).await;
    invite
}

#[tokio::test]
async fn two_users_hear_each_other() {
    for (caller_has, called_has, codec, name) in [
        (Codecs::All, Codecs::All, Codec::Opus, "opus"),
        (Codecs::All, Codecs::G711, Codec::PCMU, "PCMU"),
        (Codecs::Pcma, Codecs::All, Codec::PCMA, "PCMA"),
    ] {
        let rig = rig().await;
        let (mut one, mut two) = (Phone::registered(&rig, "1001").await, Phone::registered(&rig, "1002").await);
        let (left, right) = (Peer::new(caller_has), Peer::new(called_has));
        let offer = left.offer();
        let dialling = async {
            let mut dialog = one.invite_with("1002", &offer, &[("X-Customer", "张伟 42")]).await;
            assert_eq!(one.response(Method::Invite).await.status(), 180);
            let answer = one.response(Method::Invite).await;
            one.ack(&mut dialog, &answer).await;
            left.take_answer(answer.text());
            dialog
        };
        let (mut dialog, invite) = tokio::join!(dialling, answer(&mut two, &right, "callee"));
        assert_eq!(invite.get("X-Customer"), Some("张伟 42"));
        let from = invite.from().unwrap();
        assert_eq!((from.uri().user(), from.display_name().as_ref()), ("1001", "林薇"));
        // Opus is carried, not understood: any bytes do.
        let (said_left, said_right) = if codec == Codec::Opus { (vec![0x11; 60], vec![0x22; 80]) } else { (tone(), vec![0x80; 160]) };
        left.play(Some(said_left.clone()));
        right.play(Some(said_right.clone()));
        let heard = right.wait("the caller", |heard| heard.packets >= 50).await;
        assert_eq!((heard.codec, heard.payload), (Some(codec), said_left));
        let heard = left.wait("the callee", |heard| heard.packets >= 50).await;
        assert_eq!((heard.codec, heard.payload), (Some(codec), said_right));
        let state = rig.wait_for(LONG, |state| state.leg_of("1002").is_some_and(|leg| leg.media.packets_in >= 50)).await.unwrap();
        for user in ["1001", "1002"] {
            let media = &state.leg_of(user).unwrap().media;
            assert_eq!((media.codec.as_str(), media.lost_in, media.telephone_event), (name, 0, true), "{user}");
            assert!(media.first_sound_in_at.is_some() && media.packets_out >= 40, "{user}: {media:?}");
        }
        // Digits go through to the other side, and are heard by the PBX.
        left.digit(9);
        right.wait("a digit", |heard| heard.events.contains(&9)).await;
        rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.dtmf == "9")).await.unwrap();
        one.within(&mut dialog, Method::Bye, "").await;
        assert_eq!(one.final_response(Method::Bye).await.status(), 200);
        let bye = two.request(Method::Bye).await;
        two.respond(&bye, 200, "", "").await;
        let state = rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
        assert_eq!(state.ended[0].legs.len(), 2);
    }
}

#[tokio::test]
async fn nothing_in_common_is_488() {
    let rig = rig().await;
    let (mut one, _two) = (Phone::registered(&rig, "1001").await, Phone::registered(&rig, "1002").await);
    let offer = Peer::new(Codecs::Pcma).offer().replace("PCMA", "G729");
    let offer = offer.replace("SAVPF 8 ", "SAVPF 18 ").replace(":8 ", ":18 ");
    one.invite("1002", &offer).await;
    assert_eq!(one.final_response(Method::Invite).await.status(), 488);
    assert!(rig.state().calls.is_empty());
}

#[tokio::test]
async fn all_contacts_ring_and_the_first_answer_wins() {
    let rig = rig().await;
    let mut caller = Phone::registered(&rig, "1001").await;
    let (mut quick, mut slow) = (Phone::registered(&rig, "1002").await, Phone::registered(&rig, "1002").await);
    let (left, right) = (Peer::new(Codecs::G711), Peer::new(Codecs::G711));
    let mut dialog = caller.invite("1002", &left.offer()).await;
    let (first, second) = (quick.request(Method::Invite).await, slow.request(Method::Invite).await);
    assert_ne!(first.uri().as_str(), second.uri().as_str());
    slow.respond(&second, 180, "slow", "").await;
    assert_eq!(caller.response(Method::Invite).await.status(), 180);
    quick.respond(&first, 200, "quick", &right.answer(first.text())).await;
    quick.request(Method::Ack).await;
    let answer = caller.response(Method::Invite).await;
    assert_eq!(answer.status(), 200);
    caller.ack(&mut dialog, &answer).await;
    let cancel = slow.request(Method::Cancel).await;
    let reason = cancel.reasons().next().unwrap();
    assert_eq!((reason.value, reason.params.get("cause")), ("SIP", Some("200")));
    assert_eq!(cancel.get("Reason"), Some("SIP;cause=200;text=\"Call completed elsewhere\""));
    slow.respond(&cancel, 200, "slow", "").await;
    slow.respond(&second, 487, "slow", "").await;
    assert_eq!(slow.request(Method::Ack).await.cseq().unwrap().number, second.cseq().unwrap().number);
    let state = rig.wait_for(LONG, |state| state.call_of("1002").is_some_and(|call| call.legs.len() == 3)).await.unwrap();
    let states: Vec<LegState> = state.call_of("1002").unwrap().legs.iter().map(|leg| leg.state).collect();
    assert_eq!(states.iter().filter(|state| **state == LegState::Up).count(), 2);
    assert_eq!(states.iter().filter(|state| **state == LegState::Ended).count(), 1);
}

/// CANCEL and answer cross: the second answer is acknowledged and ended (RFC 3261 9.1).
#[tokio::test]
async fn a_second_answer_is_acknowledged_and_ended() {
    let rig = rig().await;
    let mut caller = Phone::registered(&rig, "1001").await;
    let (mut quick, mut slow) = (Phone::registered(&rig, "1002").await, Phone::registered(&rig, "1002").await);
    let (left, right, late) = (Peer::new(Codecs::G711), Peer::new(Codecs::G711), Peer::new(Codecs::G711));
    caller.invite("1002", &left.offer()).await;
    let (first, second) = (quick.request(Method::Invite).await, slow.request(Method::Invite).await);
    quick.respond(&first, 200, "quick", &right.answer(first.text())).await;
    quick.request(Method::Ack).await;
    slow.respond(&second, 200, "slow", &late.answer(second.text())).await;
    slow.request(Method::Ack).await;
    let bye = slow.request(Method::Bye).await;
    slow.respond(&bye, 200, "", "").await;
    assert_eq!(caller.final_response(Method::Invite).await.status(), 200);
    // The state is up to 10 ms behind what is said on the sockets.
    let ended =
        |state: &patchcord_rig::State| state.calls.iter().flat_map(|call| &call.legs).filter(|leg| leg.state == LegState::Ended).count();
    let state = rig.wait_for(LONG, |state| ended(state) == 1).await.unwrap();
    assert_eq!(state.calls.len(), 1);
}

#[tokio::test]
async fn refusals_of_all_contacts_are_weighed() {
    let rig = rig().await;
    let mut caller = Phone::registered(&rig, "1001").await;
    let (mut one, mut two) = (Phone::registered(&rig, "1002").await, Phone::registered(&rig, "1002").await);
    let offer = Peer::new(Codecs::G711).offer();
    for (first, second, told) in [(480, 486, 486), (486, 480, 486), (404, 503, 404)] {
        caller.invite("1002", &offer).await;
        let request = one.request(Method::Invite).await;
        one.respond(&request, first, "a", "").await;
        let request = two.request(Method::Invite).await;
        two.respond(&request, second, "b", "").await;
        assert_eq!(caller.final_response(Method::Invite).await.status(), told);
    }
    // 603 speaks for all: the other one is cancelled.
    caller.invite("1002", &offer).await;
    let other = two.request(Method::Invite).await;
    two.respond(&other, 180, "b", "").await;
    let request = one.request(Method::Invite).await;
    assert_eq!(caller.response(Method::Invite).await.status(), 180);
    one.respond(&request, 603, "a", "").await;
    assert_eq!(caller.final_response(Method::Invite).await.status(), 603);
    assert_eq!(two.request(Method::Cancel).await.get("Reason"), None);
}

#[tokio::test]
async fn a_caller_who_gives_up_is_told_to_the_called() {
    let rig = rig().await;
    let (mut one, mut two) = (Phone::registered(&rig, "1001").await, Phone::registered(&rig, "1002").await);
    let dialog = one.invite("1002", &Peer::new(Codecs::G711).offer()).await;
    let invite = two.request(Method::Invite).await;
    // CANCEL before any provisional response waits for one (RFC 3261 9.1).
    one.cancel(&dialog).await;
    assert_eq!(one.final_response(Method::Invite).await.status(), 487);
    two.respond(&invite, 180, "b", "").await;
    let cancel = two.request(Method::Cancel).await;
    assert_eq!((cancel.get("Reason"), cancel.via().unwrap().branch()), (None, invite.via().unwrap().branch()));
    two.respond(&cancel, 200, "b", "").await;
    two.respond(&invite, 487, "b", "").await;
    two.request(Method::Ack).await;
}

#[tokio::test]
async fn ringing_has_an_end() {
    let rig = Rig::start(RigConfig { ring_timeout_ms: 300, ..RigConfig::default() }).await.unwrap();
    let (mut one, mut two) = (Phone::registered(&rig, "1001").await, Phone::registered(&rig, "1002").await);
    one.invite("1002", &Peer::new(Codecs::G711).offer()).await;
    let invite = two.request(Method::Invite).await;
    two.respond(&invite, 180, "b", "").await;
    assert_eq!(one.final_response(Method::Invite).await.status(), 480);
    two.request(Method::Cancel).await;
}

#[tokio::test]
async fn the_rig_calls_a_user() {
    let rig = rig().await;
    let mut phone = Phone::registered(&rig, "1005").await;
    let peer = Peer::new(Codecs::All);
    let place = PlaceCall {
        to: "1005".into(),
        from: "+8613912345678".into(),
        display_name: "王小明 \"VIP\"".into(),
        headers: vec![("X-Order".into(), "20261120".into())],
        sound: Sound::Tone(440),
        echo: false,
        ..PlaceCall::default()
    };
    let id = rig.place_call(place).await.unwrap();
    let invite = answer(&mut phone, &peer, "callee").await;
    let from = invite.from().unwrap();
    assert_eq!((from.uri().user_unescaped().as_ref(), from.display_name().as_ref()), ("+8613912345678", "王小明 \"VIP\""));
    assert_eq!(invite.get("X-Order"), Some("20261120"));
    assert!(!invite.text().contains("opus"), "the rig makes this sound: no Opus");
    peer.play(Some(tone()));
    peer.wait("the tone", |heard| heard.packets >= 50 && heard.payload.iter().any(|byte| *byte != 0xff)).await;
    rig.wait_for(LONG, |state| state.leg_of("1005").is_some_and(|leg| leg.media.tone_in_hz == Some(500))).await.unwrap();
    rig.hang_up(id).await.unwrap();
    let bye = phone.request(Method::Bye).await;
    phone.respond(&bye, 200, "", "").await;
    let state = rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
    assert_eq!(state.call(id).unwrap().end, Some(CallEnd::Rig));
    assert_eq!(rig.hang_up(id).await, Err(ControlError::NoSuchCall));
}

#[tokio::test]
async fn a_caller_of_the_rig_gives_up_or_is_declined() {
    let rig = rig().await;
    let mut phone = Phone::registered(&rig, "1001").await;
    let id = rig.place_call(PlaceCall { give_up_after_ms: Some(200), ..PlaceCall::default() }).await.unwrap();
    let invite = phone.request(Method::Invite).await;
    phone.respond(&invite, 180, "a", "").await;
    let cancel = phone.request(Method::Cancel).await;
    phone.respond(&cancel, 200, "a", "").await;
    phone.respond(&invite, 487, "a", "").await;
    phone.request(Method::Ack).await;
    rig.wait_for(LONG, |state| state.call(id).is_some_and(|call| call.end == Some(CallEnd::Rig))).await.unwrap();
    let id = rig.place_call(PlaceCall::default()).await.unwrap();
    let invite = phone.request(Method::Invite).await;
    phone.respond(&invite, 486, "a", "").await;
    let state = rig.wait_for(LONG, |state| state.call(id).is_some_and(|call| call.ended_at.is_some())).await.unwrap();
    assert_eq!(state.call(id).unwrap().end, Some(CallEnd::Refused { status: 486 }));
}

#[tokio::test]
async fn what_cannot_be_placed_is_told() {
    let rig = rig().await;
    let place = |to: &str| rig.place_call(PlaceCall { to: to.into(), ..PlaceCall::default() });
    assert_eq!(place("nobody").await, Err(ControlError::NoSuchUser));
    assert_eq!(place("1001").await, Err(ControlError::NotRegistered));
    let _phone = Phone::registered(&rig, "1001").await;
    for header in [("X-Bad", "a\r\nX-Injected: b"), ("Via", "x"), ("no token", "x")] {
        let headers = vec![(header.0.to_owned(), header.1.to_owned())];
        let refused = rig.place_call(PlaceCall { headers, ..PlaceCall::default() }).await;
        assert_eq!(refused, Err(ControlError::InvalidHeader { name: header.0.to_owned() }));
    }
    assert!(rig.state().calls.is_empty());
}

/// Responses carry what a client needs (RFC 3261 8.2.6, 12.1.1).
#[tokio::test]
async fn responses_are_complete() {
    let rig = rig().await;
    let mut phone = Phone::registered(&rig, "1001").await;
    let dialog = phone.invite("13800138000", &Peer::new(Codecs::G711).offer()).await;
    let ringing = phone.response(Method::Invite).await;
    let answer = phone.response(Method::Invite).await;
    for response in [&ringing, &answer] {
        assert_eq!(response.call_id(), dialog.call_id);
        assert_eq!(response.get(HeaderName::Via), Some(dialog.via.as_str()));
        assert!(response.to().unwrap().tag().is_some() && response.contact().is_some());
    }
    assert_eq!(ringing.to().unwrap().tag(), answer.to().unwrap().tag());
    assert!(answer.has_value(HeaderName::Allow, "UPDATE") && answer.content_type().unwrap().unwrap().is("application", "sdp"));
}
