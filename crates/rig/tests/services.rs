//! Numbers that the rig itself answers: sound both ways, digits, early media, refusals, hold.

#![allow(clippy::unwrap_used)]

mod support;

use patchcord_rig::{CallEnd, CallState, LegState, Rig};
use patchcord_sip::message::{HeaderName, Method};
use str0m::format::Codec;
use str0m::media::Direction;
use support::peer::tone;
use support::phone::Dialog;
use support::{Codecs, LONG, Peer, Phone, registered};

/// Calls a number that answers; sound flows from then on.
async fn call(phone: &mut Phone, peer: &Peer, number: &str) -> Dialog {
    let (dialog, response) = phone.call(number, &peer.offer()).await;
    peer.take_answer(response.text());
    peer.play(Some(tone()));
    dialog
}

async fn end(rig: &Rig, phone: &mut Phone, mut dialog: Dialog) -> patchcord_rig::Call {
    phone.bye(&mut dialog).await;
    let state = rig.wait_for(LONG, |state| state.calls.is_empty() && !state.ended.is_empty()).await.unwrap();
    state.ended.last().cloned().unwrap()
}

#[tokio::test]
async fn echo_says_back_what_it_hears() {
    for (codecs, name, codec) in
        [(Codecs::All, "PCMU", Codec::PCMU), (Codecs::G711, "PCMU", Codec::PCMU), (Codecs::Pcma, "PCMA", Codec::PCMA)]
    {
        let (rig, mut phone) = registered("1001").await;
        let peer = Peer::new(codecs);
        let dialog = call(&mut phone, &peer, "9196").await;
        let heard = peer.wait("the echo", |heard| heard.packets >= 50).await;
        assert_eq!((heard.codec, heard.payload), (Some(codec), tone()));
        let state = rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.packets_in >= 50)).await.unwrap();
        let media = &state.leg_of("1001").unwrap().media;
        assert_eq!((media.codec.as_str(), media.connected, media.telephone_event, media.lost_in), (name, true, true, 0));
        assert!(
            media.packets_out >= 40 && media.first_sound_in_at.is_some() && media.energy_in > 0.0 && media.energy_out > 0.0,
            "{media:?}"
        );
        if name == "PCMU" {
            assert_eq!(media.tone_in_hz, Some(500), "{media:?}");
        }
        let ended = end(&rig, &mut phone, dialog).await;
        assert!(matches!(ended.end, Some(CallEnd::HungUp { .. })), "{ended:?}");
        assert!(ended.legs[0].media.packets_in >= 50, "the figures of an ended call stay");
    }
}

#[tokio::test]
async fn digits_arrive_by_both_ways() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    let mut dialog = call(&mut phone, &peer, "9196").await;
    peer.wait("sound", |heard| heard.packets > 5).await;
    for event in [1, 2, 2, 10, 11, 0] {
        peer.digit(event);
    }
    let state = rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.dtmf.len() >= 6)).await.unwrap();
    assert_eq!((state.leg_of("1001").unwrap().dtmf.as_str(), state.leg_of("1001").unwrap().dtmf_by_info), ("122*#0", 0));
    phone.within(&mut dialog, Method::Info, "Signal=7\r\nDuration=160\r\n").await;
    assert_eq!(phone.final_response(Method::Info).await.status(), 200);
    let state = rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.dtmf_by_info == 1)).await.unwrap();
    assert_eq!(state.leg_of("1001").unwrap().dtmf, "122*#07");
}

#[tokio::test]
async fn a_customer_rings_answers_sings_and_echoes() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::All);
    let mut dialog = phone.invite("13800138000", &peer.offer()).await;
    assert_eq!(phone.response(Method::Invite).await.status(), 180);
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.state == LegState::Ringing)).await.unwrap();
    let answer = phone.response(Method::Invite).await;
    assert_eq!(answer.status(), 200);
    phone.ack(&mut dialog, &answer).await;
    peer.take_answer(answer.text());
    let heard = peer.wait("the melody", |heard| heard.packets >= 50 && heard.payload.iter().any(|byte| *byte != 0xff)).await;
    assert_eq!(heard.codec, Some(Codec::PCMU));
    let state = rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.level_out > 0.1)).await.unwrap();
    let call = state.call_of("1001").unwrap();
    assert_eq!((call.to.as_str(), call.state, call.legs[0].inbound), ("13800138000", CallState::Up, true));
    let quiet = state.leg_of("1001").unwrap().media.level_out;
    peer.play(Some(tone()));
    // Two sounds are louder than one: the echo is mixed in.
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.media.level_out > quiet * 1.2)).await.unwrap();
    end(&rig, &mut phone, dialog).await;
}

#[tokio::test]
async fn early_media_then_busy() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    phone.invite("9198", &peer.offer()).await;
    let progress = phone.response(Method::Invite).await;
    assert_eq!(progress.status(), 183);
    peer.take_answer(progress.text());
    peer.wait("early media", |heard| heard.packets >= 20 && heard.payload.iter().any(|byte| *byte != 0xff)).await;
    rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.state == LegState::EarlyMedia)).await.unwrap();
    assert_eq!(phone.final_response(Method::Invite).await.status(), 486);
    let state = rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
    assert_eq!(state.ended[0].end, Some(CallEnd::Refused { status: 486 }));
}

#[tokio::test]
async fn refusals_are_those_of_the_table() {
    let (_rig, mut phone) = registered("1001").await;
    let sdp = Peer::new(Codecs::G711).offer();
    for (number, status) in [
        ("9100", 603),
        ("13800130001", 486),
        ("+8613800130002", 480),
        ("13800130003", 404),
        ("13800130008", 603),
        ("13800130010", 503),
        ("1099", 404),
        ("1002", 480),
        ("abc", 404),
    ] {
        phone.invite(number, &sdp).await;
        assert_eq!(phone.final_response(Method::Invite).await.status(), status, "{number}");
    }
}

#[tokio::test]
async fn cancel_ends_what_rings_for_ever() {
    let (rig, mut phone) = registered("1001").await;
    let dialog = phone.invite("9199", &Peer::new(Codecs::G711).offer()).await;
    assert_eq!(phone.response(Method::Invite).await.status(), 180);
    phone.cancel(&dialog).await;
    assert_eq!(phone.final_response(Method::Cancel).await.status(), 200);
    assert_eq!(phone.final_response(Method::Invite).await.status(), 487);
    let state = rig.wait_for(LONG, |state| state.calls.is_empty() && state.ended.len() == 1).await.unwrap();
    assert_eq!(state.ended[0].end, Some(CallEnd::Cancelled));
    // Once more: there is nothing left to cancel.
    phone.cancel(&dialog).await;
    assert_eq!(phone.final_response(Method::Cancel).await.status(), 481);
}

#[tokio::test]
async fn a_customer_who_hangs_up() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    call(&mut phone, &peer, "13800130006").await;
    let bye = phone.request(Method::Bye).await;
    phone.respond(&bye, 200, "", "").await;
    let state = rig.wait_for(LONG, |state| state.calls.is_empty()).await.unwrap();
    let call = &state.ended[0];
    assert_eq!(call.end, Some(CallEnd::Rig));
    let talked = call.ended_at.unwrap() - call.answered_at.unwrap();
    assert!((2900.0..4000.0).contains(&talked), "{talked} ms");
}

/// The agent holds by re-INVITE and by UPDATE, with `sendonly` and `inactive`.
#[tokio::test]
async fn a_party_holds_and_resumes() {
    for method in [Method::Invite, Method::Update] {
        let (rig, mut phone) = registered("1001").await;
        let peer = Peer::new(Codecs::G711);
        let mut dialog = call(&mut phone, &peer, "9197").await;
        peer.wait("the tone", |heard| heard.packets > 20).await;
        for (direction, answered, held) in [
            (Direction::SendOnly, "a=recvonly", true),
            (Direction::Inactive, "a=inactive", true),
            (Direction::SendRecv, "a=sendrecv", false),
        ] {
            phone.within(&mut dialog, method.clone(), &peer.offer_direction(direction)).await;
            let answer = phone.final_response(method.clone()).await;
            assert_eq!(answer.status(), 200);
            assert!(answer.text().contains(answered), "{direction:?}: {}", answer.text());
            if method == Method::Invite {
                let response = answer.clone();
                phone.ack(&mut dialog, &response).await;
            }
            peer.take_answer(answer.text());
            let state = rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.holds == held)).await.unwrap();
            let before = state.leg_of("1001").unwrap().media.clone();
            let sent = |state: &patchcord_rig::State| state.leg_of("1001").unwrap().media.packets_out - before.packets_out;
            if held {
                // Figures come ten times a second: half a second in which 25 packets would have gone.
                let later = rig.wait_for(LONG, |later| later.rev > state.rev + 6).await.unwrap();
                assert!(sent(&later) < 10, "{method} {direction:?}: {} packets sent", sent(&later));
            } else {
                rig.wait_for(LONG, |later| sent(later) > 25).await.unwrap();
            }
        }
        end(&rig, &mut phone, dialog).await;
    }
}

#[tokio::test]
async fn the_far_side_holds_and_resumes() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    let dialog = call(&mut phone, &peer, "9197").await;
    peer.wait("the tone", |heard| heard.packets > 20).await;
    let id = rig.state().call_of("1001").unwrap().id;
    for (hold, direction) in [(true, "a=sendonly"), (false, "a=sendrecv")] {
        let order = async { if hold { rig.hold(id).await } else { rig.resume(id).await } };
        let answer = async {
            let request = phone.request(Method::Invite).await;
            assert!(request.text().contains(direction), "{}", request.text());
            phone.respond(&request, 200, "", &peer.answer(request.text())).await;
            phone.request(Method::Ack).await
        };
        let (done, ack) = tokio::join!(order, answer);
        done.unwrap();
        assert_eq!(ack.cseq().unwrap().method, Method::Ack);
        let state = rig.wait_for(LONG, |state| state.leg_of("1001").is_some_and(|leg| leg.held == hold)).await.unwrap();
        // Held, the party hears silence: packets go on, without a sound.
        rig.wait_for(LONG, |later| {
            later.leg_of("1001").is_some_and(|leg| {
                leg.media.packets_out > state.leg_of("1001").unwrap().media.packets_out + 15 && (leg.media.level_out < 0.001) == hold
            })
        })
        .await
        .unwrap();
    }
    end(&rig, &mut phone, dialog).await;
}

/// Both sides change the session at once (RFC 3261 14.1, 14.2): 491, and the rig tries again.
#[tokio::test]
async fn glare_is_survived() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    let mut dialog = call(&mut phone, &peer, "9196").await;
    peer.wait("the echo", |heard| heard.packets > 5).await;
    let id = rig.state().call_of("1001").unwrap().id;
    let meet = async {
        let theirs = phone.request(Method::Invite).await;
        phone.within(&mut dialog, Method::Invite, &peer.offer_direction(Direction::SendOnly)).await;
        let answer = phone.final_response(Method::Invite).await;
        assert_eq!(answer.status(), 491, "the rig's own re-INVITE is on its way");
        phone.respond(&theirs, 491, "", "").await;
        phone.request(Method::Ack).await;
        let again = phone.request(Method::Invite).await;
        assert!(again.cseq().unwrap().number > theirs.cseq().unwrap().number);
        phone.respond(&again, 200, "", &peer.answer(again.text())).await;
        phone.request(Method::Ack).await;
    };
    let (done, ()) = tokio::join!(rig.hold(id), meet);
    done.unwrap();
}

#[tokio::test]
async fn ice_restarts_without_a_break() {
    let (rig, mut phone) = registered("1001").await;
    let peer = Peer::new(Codecs::G711);
    let mut dialog = call(&mut phone, &peer, "9196").await;
    peer.wait("the echo", |heard| heard.packets > 20).await;
    let ufrag = |sdp: &str| sdp.lines().find(|line| line.starts_with("a=ice-ufrag")).map(str::to_owned);
    let sent = |entry: &patchcord_rig::TraceEntry| if entry.received { None } else { ufrag(&entry.text) };
    let first = rig.trace().iter().find_map(sent).unwrap();
    phone.within(&mut dialog, Method::Invite, &peer.restart_ice()).await;
    let answer = phone.final_response(Method::Invite).await;
    phone.ack(&mut dialog, &answer).await;
    peer.take_answer(answer.text());
    assert_ne!(ufrag(answer.text()), Some(first), "a restart has new credentials on both sides (RFC 8445 section 9)");
    let before = peer.heard().packets;
    peer.wait("the echo after the restart", |heard| heard.packets > before + 100).await;
    let media = rig.state().leg_of("1001").unwrap().media.clone();
    assert!(media.connected, "{media:?}");
}

/// A 2xx whose ACK does not come is sent again, and the call goes on (RFC 3261 13.3.1.4).
#[tokio::test]
async fn an_answer_is_repeated_until_acknowledged() {
    let (rig, mut phone) = registered("1001").await;
    let mut dialog = phone.invite("9196", &Peer::new(Codecs::G711).offer()).await;
    let first = phone.final_response(Method::Invite).await;
    let second = phone.final_response(Method::Invite).await;
    assert_eq!((first.status(), second.status()), (200, 200));
    assert_eq!(first.get(HeaderName::To), second.get(HeaderName::To));
    phone.ack(&mut dialog, &second).await;
    end(&rig, &mut phone, dialog).await;
}

/// Descriptions that nothing can be made of are refused, and so is what does not belong to any dialog.
#[tokio::test]
async fn bad_offers_and_strays_are_refused() {
    let (rig, mut phone) = registered("1001").await;
    for sdp in ["v=0\r\n", "rubbish", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"] {
        phone.invite("9196", sdp).await;
        assert_eq!(phone.final_response(Method::Invite).await.status(), 488);
    }
    let mut stray = phone.invite("9100", &Peer::new(Codecs::G711).offer()).await;
    phone.final_response(Method::Invite).await;
    stray.to.push_str(";tag=nobody");
    phone.within(&mut stray, Method::Bye, "").await;
    assert_eq!(phone.final_response(Method::Bye).await.status(), 481);
    assert!(rig.state().calls.is_empty());
}

/// Who is not registered on this connection has to prove who they are (407).
#[tokio::test]
async fn an_unregistered_caller_is_challenged() {
    let rig = support::rig().await;
    let mut phone = Phone::connect(&rig.addresses().ws, "1001").await.unwrap();
    let sdp = Peer::new(Codecs::G711).offer();
    phone.invite("9100", &sdp).await;
    let challenge = phone.final_response(Method::Invite).await;
    assert_eq!(challenge.status(), 407);
    let algorithm = patchcord_sip::digest::Algorithm::SHA_256;
    let value = support::digest_with(&challenge, algorithm, "1001", "pw-1001", "INVITE", "sip:9100@rig.test").unwrap();
    phone.invite_with("9100", &sdp, &[("Proxy-Authorization", &value)]).await;
    assert_eq!(phone.final_response(Method::Invite).await.status(), 603);
}

/// Session timers (RFC 4028): too short is told, refreshed goes on, not refreshed ends.
#[tokio::test]
async fn a_session_that_is_not_refreshed_ends() {
    let config = patchcord_rig::RigConfig { session_expires: Some(1), ..patchcord_rig::RigConfig::default() };
    let rig = Rig::start(config).await.unwrap();
    let mut phone = Phone::registered(&rig, "1001").await;
    let peer = Peer::new(Codecs::G711);
    let sdp = peer.offer();
    phone.invite_with("9197", &sdp, &[("Supported", "timer"), ("Session-Expires", "60")]).await;
    let refused = phone.final_response(Method::Invite).await;
    assert_eq!((refused.status(), refused.get(HeaderName::MinSe)), (422, Some("90")));
    let mut dialog = phone.invite_with("9197", &sdp, &[("Supported", "timer"), ("Session-Expires", "1800")]).await;
    let answer = phone.final_response(Method::Invite).await;
    assert_eq!((answer.get(HeaderName::SessionExpires), answer.get(HeaderName::Require)), (Some("1;refresher=uac"), Some("timer")));
    phone.ack(&mut dialog, &answer).await;
    let answered = std::time::Instant::now();
    phone.within(&mut dialog, Method::Update, "").await;
    let refreshed = phone.final_response(Method::Update).await;
    assert_eq!((refreshed.status(), refreshed.get(HeaderName::SessionExpires)), (200, Some("1;refresher=uac")));
    phone.request(Method::Bye).await;
    assert!(answered.elapsed().as_secs_f64() >= 1.0, "{:?}", answered.elapsed());
    // A caller that knows nothing of session timers is left alone.
    let (_, answer) = phone.call("9197", &Peer::new(Codecs::G711).offer()).await;
    assert_eq!(answer.get(HeaderName::SessionExpires), None);
}
