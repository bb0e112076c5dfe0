//! The control interface over HTTP, and the demo CRM's pages.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use patchcord_rig::{Addresses, Rig, RigConfig, State};
use patchcord_sip::message::Method;
use support::http::http;
use support::{LONG, Phone, rig};

async fn state(rig: &Rig, query: &str) -> State {
    let (status, _, body) = http(&format!("{}/state{query}", rig.addresses().control), "GET", "").await;
    assert_eq!(status, 200);
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn addresses_are_those_of_the_rig() {
    let rig = rig().await;
    let (status, _, body) = http(&format!("{}/addresses", rig.addresses().control), "GET", "").await;
    let addresses: Addresses = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &addresses), (200, rig.addresses()));
    assert_eq!(addresses.users.len(), 20);
    assert!(addresses.users.iter().all(|user| user.password == format!("pw-{}", user.user)));
}

#[tokio::test]
async fn calls_are_placed_and_ended() {
    let rig = rig().await;
    let control = rig.addresses().control.clone();
    let mut phone = Phone::registered(&rig, "1001").await;
    let place = r#"{"to":"1001","from":"13812345678","display_name":"客户","headers":[["X-Id","7"]],"sound":{"tone":440}}"#;
    let (status, _, body) = http(&format!("{control}/calls"), "POST", place).await;
    assert_eq!(status, 200, "{body}");
    let id: u64 = body.parse().unwrap();
    let invite = phone.request(Method::Invite).await;
    assert_eq!((invite.from().unwrap().display_name().as_ref(), invite.get("X-Id")), ("客户", Some("7")));
    let seen = state(&rig, "").await;
    assert_eq!((seen.calls.len(), seen.calls[0].id.0, seen.calls[0].from.as_str()), (1, id, "13812345678"));
    assert_eq!(http(&format!("{control}/calls/{id}/hold"), "POST", "").await.0, 409, "it is not up");
    assert_eq!(http(&format!("{control}/calls/{id}/hang_up"), "POST", "").await.0, 200);
    assert_eq!(http(&format!("{control}/calls/{id}/hang_up"), "POST", "").await.0, 404);
    assert_eq!(http(&format!("{control}/calls/{id}/explode"), "POST", "").await.0, 404);
    let (status, _, body) = http(&format!("{control}/calls"), "POST", r#"{"to":"1002"}"#).await;
    assert_eq!((status, body.as_str()), (409, r#"{"error":"not_registered"}"#));
    assert_eq!(http(&format!("{control}/calls"), "POST", "{").await.0, 400);
}

#[tokio::test]
async fn a_long_poll_waits_for_news() {
    let rig = rig().await;
    let before = state(&rig, "").await;
    let query = format!("?after={}&timeout_ms=20000", before.rev);
    let (later, _phone) = tokio::join!(state(&rig, &query), Phone::registered(&rig, "1001"));
    assert!(later.rev > before.rev);
    // Nothing new: the same state, when the time is over.
    let still = rig.wait_for(LONG, |state| state.is_registered("1001")).await.unwrap();
    let same = tokio::time::timeout(LONG, state(&rig, &format!("?after={}&timeout_ms=50", still.rev + 1000))).await.unwrap();
    assert!(same.rev >= still.rev);
}

#[tokio::test]
async fn faults_and_the_trace() {
    let rig = rig().await;
    let control = rig.addresses().control.clone();
    let (status, _, _) = http(&format!("{control}/faults"), "POST", r#"{"fault":"delay","ms":5}"#).await;
    assert_eq!((status, rig.state().faults.delay_ms), (200, 5));
    assert_eq!(http(&format!("{control}/faults"), "POST", r#"{"fault":"earthquake"}"#).await.0, 422);
    let _phone = Phone::registered(&rig, "1001").await;
    let (_, _, body) = http(&format!("{control}/trace"), "GET", "").await;
    let trace: Vec<patchcord_rig::TraceEntry> = serde_json::from_str(&body).unwrap();
    assert_eq!(trace.iter().filter(|entry| entry.received).count(), 2);
    assert!(trace[0].text.starts_with("REGISTER") && trace[1].text.starts_with("SIP/2.0 401") && trace[0].at > 1.7e12);
}

#[tokio::test]
async fn the_same_pages_under_three_policies() {
    let rig = rig().await;
    let crm = &rig.addresses().crm;
    for (url, policy) in [
        (&crm.home, None),
        (&crm.spa, None),
        (&crm.frame, None),
        (&crm.strict, Some("default-src 'none'")),
        (&crm.trusted_types, Some("require-trusted-types-for 'script'")),
    ] {
        let (status, head, body) = http(url, "GET", "").await;
        assert!(status == 200 && body.starts_with("<!doctype html>") && !body.contains("{{"), "{url}");
        let found = head.lines().find_map(|line| line.strip_prefix("content-security-policy: "));
        assert_eq!(found.is_some(), policy.is_some(), "{url}");
        assert!(policy.is_none_or(|policy| found.unwrap().contains(policy)), "{url}");
        // The pages hold to the policy everywhere: no inline script or style, no handler attribute.
        assert!(!body.contains("<style") && !body.contains("style=") && !body.contains("<script>") && !body.contains(" onclick"), "{url}");
    }
    let (_, _, strict) = http(&crm.strict, "GET", "").await;
    assert!(strict.contains("src=\"/strict/frame\"") && strict.contains("13800138000") && strict.contains("tel:+8615011112222"));
    let base = crm.home.trim_end_matches('/');
    assert!(http(&format!("{base}/strict/frame"), "GET", "").await.1.contains("content-security-policy"));
    assert_eq!(http(&format!("{base}/nothing"), "GET", "").await.0, 404);
}

#[tokio::test]
async fn fixed_ports_and_a_taken_one() {
    // A free range, as far as one can know.
    let first = rig().await;
    let taken: u16 = first.addresses().ws.rsplit(':').next().unwrap().parse().unwrap();
    let error = Rig::start(RigConfig { port_base: Some(taken), ..RigConfig::default() }).await.expect_err("the port is taken");
    assert!(error.to_string().starts_with(&format!("port {taken} of 127.0.0.1 cannot be opened")), "{error}");
}

#[test]
fn without_any_runtime() {
    let rig = Rig::start_blocking(RigConfig::default()).unwrap();
    rig.wait_for_blocking(LONG, |state| state.rev > 0).unwrap();
    let error = rig.wait_for_blocking(Duration::from_millis(20), |state| state.connections == 1).unwrap_err();
    assert!(error.to_string().contains("\"connections\": 0"), "{error}");
    let address = rig.addresses().ws.strip_prefix("ws://").unwrap().to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(rig);
    let start = std::time::Instant::now();
    while std::net::TcpStream::connect(&address).is_ok() {
        assert!(start.elapsed() < LONG, "the port is still open");
    }
}

#[tokio::test]
async fn a_shutdown_ends_calls_in_good_order() {
    let rig = rig().await;
    let mut phone = Phone::registered(&rig, "1001").await;
    phone.call("9197", &support::Peer::new(support::Codecs::G711).offer()).await;
    rig.wait_for(LONG, |state| state.calls.iter().any(|call| call.answered_at.is_some())).await.unwrap();
    rig.shutdown().await;
    phone.request(Method::Bye).await;
    assert_eq!(phone.frame().await, None);
}
