//! Who may register, and where they are reached (RFC 3261 section 10, RFC 7118, RFC 8760).

#![allow(clippy::unwrap_used)]

mod support;

use patchcord_rig::{DigestOffer, Rig, RigConfig};
use patchcord_sip::digest::Algorithm;
use patchcord_sip::message::{HeaderName, Method};
use support::{LONG, Phone, rig};

#[tokio::test]
async fn sha_256_and_md5_both_get_in() {
    let rig = rig().await;
    for (user, algorithm) in [("1001", Algorithm::SHA_256), ("1002", Algorithm::MD5)] {
        let mut phone = Phone::connect(&rig.addresses().ws, user).await.unwrap();
        let answer = phone.register(algorithm, &format!("pw-{user}"), 600).await;
        assert_eq!(answer.status(), 200);
        let contact = answer.contact().unwrap();
        assert_eq!((contact.uri().as_str(), contact.param("expires")), (phone.contact.as_str(), Some("600")));
        let state = rig.wait_for(LONG, |state| state.is_registered(user)).await.unwrap();
        let registration = state.registrations.iter().find(|registration| registration.user == user).unwrap();
        assert_eq!((registration.user_agent.as_str(), registration.tls, registration.refreshes), ("test phone", false, 0));
    }
}

#[tokio::test]
async fn tls_with_the_certificate_of_the_addresses() {
    let rig = rig().await;
    let mut phone = Phone::connect_tls(&rig, "1003").await;
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1003", 60).await.status(), 200);
    let state = rig.wait_for(LONG, |state| state.is_registered("1003")).await.unwrap();
    assert!(state.registrations[0].tls);
}

#[tokio::test]
async fn the_offer_of_algorithms_is_as_configured() {
    for (digest, offered, refused) in
        [(DigestOffer::Md5, Algorithm::MD5, Algorithm::SHA_256), (DigestOffer::Sha256, Algorithm::SHA_256, Algorithm::MD5)]
    {
        let rig = Rig::start(RigConfig { digest, ..RigConfig::default() }).await.unwrap();
        let mut phone = Phone::connect(&rig.addresses().ws, "1001").await.unwrap();
        assert_eq!(phone.register(refused, "pw-1001", 60).await.status(), 401, "no challenge to answer");
        assert_eq!(phone.register(offered, "pw-1001", 60).await.status(), 200);
    }
}

#[tokio::test]
async fn a_wrong_password_stays_outside() {
    let rig = rig().await;
    let mut phone = Phone::connect(&rig.addresses().ws, "1001").await.unwrap();
    assert_eq!(phone.register(Algorithm::SHA_256, "wrong", 60).await.status(), 401);
    let state = rig.wait_for(LONG, |state| state.refused_credentials == 1).await.unwrap();
    assert!(!state.is_registered("1001"));
    // The same connection gets in with the right one.
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
}

#[tokio::test]
async fn another_users_name_is_refused() {
    let rig = rig().await;
    let mut phone = Phone::connect(&rig.addresses().ws, "1001").await.unwrap();
    phone.user = "1002".to_owned();
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 401, "1001's password is not 1002's");
    phone.user = "nobody".to_owned();
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-nobody", 60).await.status(), 401);
}

#[tokio::test]
async fn too_brief_is_told_and_removal_removes() {
    let rig = rig().await;
    let mut phone = Phone::connect(&rig.addresses().ws, "1001").await.unwrap();
    let answer = phone.register(Algorithm::SHA_256, "pw-1001", 3).await;
    assert_eq!((answer.status(), answer.number(HeaderName::MinExpires)), (423, Some(10)));
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 90).await.status(), 200);
    let state = rig.wait_for(LONG, |state| state.registrations.iter().any(|registration| registration.refreshes == 1)).await.unwrap();
    assert_eq!(state.registrations.len(), 1);
    let answer = phone.register(Algorithm::SHA_256, "pw-1001", 0).await;
    assert_eq!((answer.status(), answer.get(HeaderName::Contact)), (200, None));
    rig.wait_for(LONG, |state| state.registrations.is_empty()).await.unwrap();
}

#[tokio::test]
async fn several_contacts_and_a_star() {
    let rig = rig().await;
    let mut one = Phone::registered(&rig, "1001").await;
    let _two = Phone::registered(&rig, "1001").await;
    rig.wait_for(LONG, |state| state.registrations.len() == 2).await.unwrap();
    let answer = one.register_as("*", Algorithm::MD5, "pw-1001", 0).await;
    assert_eq!(answer.status(), 200);
    rig.wait_for(LONG, |state| state.registrations.is_empty()).await.unwrap();
}

/// An instance that comes back under another contact replaces its old self (RFC 5626 section 6).
#[tokio::test]
async fn an_instance_has_one_contact() {
    let rig = rig().await;
    for host in ["a.invalid", "b.invalid"] {
        let mut phone = Phone::connect(&rig.addresses().ws, "1001").await.unwrap();
        let contact = format!("<sip:1001@{host};transport=ws>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000000000001>\"");
        assert_eq!(phone.register_as(&contact, Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
        if host == "b.invalid" {
            let state = rig.wait_for(LONG, |state| state.registrations.iter().any(|found| found.contact.contains(host))).await.unwrap();
            assert_eq!(state.registrations.len(), 1);
            assert_eq!(state.registrations[0].instance.as_deref(), Some("urn:uuid:00000000-0000-1000-8000-000000000001"));
        }
    }
}

#[tokio::test]
async fn a_lost_connection_takes_its_contacts_along() {
    let rig = rig().await;
    let phone = Phone::registered(&rig, "1001").await;
    rig.wait_for(LONG, |state| state.is_registered("1001") && state.connections == 1).await.unwrap();
    drop(phone);
    rig.wait_for(LONG, |state| !state.is_registered("1001") && state.connections == 0).await.unwrap();
}

#[tokio::test]
async fn a_socket_without_the_sub_protocol_is_refused() {
    let rig = rig().await;
    let address = rig.addresses().ws.strip_prefix("ws://").unwrap();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let refusal = tokio_tungstenite::client_async(rig.addresses().ws.as_str(), stream).await.expect_err("no sub-protocol");
    assert!(refusal.to_string().contains("400"), "{refusal}");
}

#[tokio::test]
async fn keep_alives_and_options_are_answered() {
    let rig = rig().await;
    let mut phone = Phone::registered(&rig, "1001").await;
    phone.send("\r\n\r\n").await;
    assert_eq!(phone.frame().await.as_deref(), Some("\r\n"));
    let text = "OPTIONS sip:rig.test SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKo1\r\nFrom: <sip:1001@rig.test>;tag=1\r\n\
                To: <sip:rig.test>\r\nCall-ID: o1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
    phone.send(text).await;
    let answer = phone.final_response(Method::Options).await;
    assert!(answer.status() == 200 && answer.has_value(HeaderName::Allow, "INVITE"));
}

/// What is no SIP, or bad SIP, is refused or ignored, and the connection goes on.
#[tokio::test]
async fn rubbish_does_no_harm() {
    let rig = rig().await;
    let mut phone = Phone::connect(&rig.addresses().ws, "1001").await.unwrap();
    for rubbish in ["", "\r\n", "hello", "INVITE", "SIP/2.0 200 OK\r\n\r\n", "ACK sip:x SIP/2.0\r\n\r\n", "\0\0\0\0"] {
        phone.send(rubbish).await;
    }
    phone.send("x".repeat(300_000)).await;
    phone.send_binary(vec![0xff; 2000]).await;
    let bad = "INVITE sip:1002@rig.test SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKb1\r\nFrom: <sip:1001@rig.test>;tag=1\r\n\
               To: <sip:1002@rig.test>\r\nCall-ID: b1\r\nCSeq: one INVITE\r\nContent-Length: 0\r\n\r\n";
    phone.send(bad).await;
    assert!(phone.frame().await.unwrap().starts_with("SIP/2.0 400"));
    assert_eq!(phone.register(Algorithm::SHA_256, "pw-1001", 60).await.status(), 200);
}
