//! The Sapo server: customers in queues, and what agents do with the calls of others, with sound; its HTTP control and pages.

#![allow(clippy::unwrap_used)]

mod support;

use patchcord_cti::sapo::{Command, Login};
use patchcord_rig::{ControlError, Rig, SapoCustomer, SapoCustomerState, SapoState, Sound};
use support::http::http;
use support::sapo::{Seat, login};
use support::{LONG, rig};

async fn seat(rig: &Rig, extension: &str, queue: &str, hertz: u32) -> Seat {
    Seat::with(rig, Login { queue: queue.to_owned(), ..login(extension) }, hertz).await
}

fn spec() -> SapoCustomer {
    SapoCustomer { sound: Sound::Tone(2000), echo: false, ..SapoCustomer::default() }
}

#[tokio::test]
async fn a_customer_rings_with_all_that_is_known() {
    let rig = rig().await;
    let mut one = Seat::new(&rig, "1001", 300).await;
    let place = Some(["广东".to_owned(), "深圳".to_owned(), "联通".to_owned()]);
    let id = rig.sapo_customer(SapoCustomer { data: "order:7:8".into(), place, ..spec() }).await.unwrap();
    assert_eq!(one.rings().await, "13912345678");
    one.cti
        .says(&[
            "call 呼入振铃 13912345678",
            "incomming ringing 13912345678 广东/深圳/联通 order:7:8",
            "status 已注册 呼入振铃 已登录  13912345678",
        ])
        .await;
    assert_eq!(rig.sapo().customer(id).unwrap().state, SapoCustomerState::Ringing);
    one.answers().await;
    one.cti
        .says(&[
            "call 呼入通话 13912345678",
            "incomming answered 13912345678 广东/深圳/联通 order:7:8",
            "status 已注册 呼入通话 已登录  13912345678",
        ])
        .await;
    one.hears(&[(2000, true), (300, false)]).await;
    rig.sapo_customer_leaves(id).await.unwrap();
    one.hung_up_on().await;
    one.cti.says(&["hangup", "call 空闲", "status 已注册 空闲 已登录"]).await;
    assert_eq!(rig.sapo_customer_leaves(id).await, Err(ControlError::NoSuchCall));
    // A campaign's call has a state of its own.
    rig.sapo_customer(SapoCustomer { autodial: true, number: "02012345678".into(), ..spec() }).await.unwrap();
    one.rings_and_answers().await;
    one.cti.said("incomming ringing 02012345678 广东/广州/电信 auto").await;
    one.cti.said("call 自动外呼接入 02012345678").await;
}

#[tokio::test]
async fn customers_wait_for_free_agents() {
    let rig = rig().await;
    let mut one = Seat::new(&rig, "1001", 300).await;
    one.cti.send(Command::Busy("会议".into()));
    one.cti.said("queue kefu 0 1 0").await;
    let first = rig.sapo_customer(spec()).await.unwrap();
    one.cti.said("queue kefu 0 1 1").await;
    let second = rig.sapo_customer(SapoCustomer { number: "13812345678".into(), ..spec() }).await.unwrap();
    one.cti.said("queue kefu 0 1 2").await;
    assert_eq!(rig.sapo().customer(second).unwrap().state, SapoCustomerState::Waiting);
    rig.sapo_customer_leaves(first).await.unwrap();
    one.cti.said("queue kefu 0 1 1").await;
    one.cti.send(Command::Idle);
    assert_eq!(one.rings_and_answers().await, "13812345678");
    one.cti.said("queue kefu 0 1 0").await;
}

#[tokio::test]
async fn who_declines_is_followed_by_the_next_and_then_asked_again() {
    let rig = rig().await;
    let mut one = Seat::with(&rig, Login { skill: "9".into(), ..login("1001") }, 300).await;
    let mut two = Seat::new(&rig, "1002", 1500).await;
    rig.sapo_customer(spec()).await.unwrap();
    // The higher skill first.
    one.rings().await;
    one.declines().await;
    one.cti.said("hangup").await;
    two.rings().await;
    two.declines().await;
    two.cti.said("hangup").await;
    one.rings_and_answers().await;
    one.hears(&[(2000, true)]).await;
}

#[tokio::test]
async fn a_phone_that_nobody_answers_rings_no_longer_than_it_should() {
    let rig = rig().await;
    let mut one = Seat::new(&rig, "1001", 300).await;
    rig.sapo_customer(SapoCustomer { ring_ms: 300, ..spec() }).await.unwrap();
    one.rings().await;
    one.cancelled().await;
    one.cti.said("hangup").await;
    one.cti.said("queue kefu 1 1 1").await;
    // Two seconds later once more.
    one.rings().await;
}

#[tokio::test]
async fn pick_up_blind_by_group_and_by_extension() {
    let rig = rig().await;
    let mut one = Seat::new(&rig, "1001", 300).await;
    let mut two = seat(&rig, "1002", "vip", 1500).await;
    let wrong = [Command::GroupPickup("vip".into()), Command::PickupExtension("1003".into())];
    let right = [Command::Pickup, Command::GroupPickup("kefu".into()), Command::PickupExtension("1001".into())];
    let none = Err("没有振铃中的通话".to_owned());
    assert_eq!(two.cti.ask(Command::Pickup).await, none);
    for command in right {
        let id = rig.sapo_customer(spec()).await.unwrap();
        one.rings().await;
        one.cti.said("call 呼入振铃 13912345678").await;
        for command in &wrong {
            assert_eq!(two.cti.ask(command.clone()).await, none);
        }
        two.cti.send(command);
        two.rings_and_answers().await;
        one.cancelled().await;
        one.cti.said("hangup").await;
        two.cti.said("call 呼入通话 13912345678").await;
        two.hears(&[(2000, true), (300, false)]).await;
        assert_eq!(rig.sapo().customer(id).unwrap().state, SapoCustomerState::Talking);
        rig.sapo_customer_leaves(id).await.unwrap();
        two.hung_up_on().await;
        two.cti.said("hangup").await;
    }
}

#[tokio::test]
async fn listening_barging_in_and_cutting() {
    let rig = rig().await;
    let mut agent = Seat::new(&rig, "1001", 300).await;
    let mut boss = seat(&rig, "1002", "boss", 1500).await;
    for command in [Command::Spy("1001".into()), Command::Insert("1001".into()), Command::HangupExtension("1001".into())] {
        assert_eq!(boss.cti.ask(command).await, Err("该分机没有通话".into()));
    }
    assert_eq!(boss.cti.ask(Command::GroupSpy("kefu".into())).await, Err("该组没有通话".into()));
    rig.sapo_customer(spec()).await.unwrap();
    agent.rings_and_answers().await;
    agent.hears(&[(2000, true)]).await;

    boss.cti.send(Command::Spy("1001".into()));
    boss.rings_and_answers().await;
    boss.cti.said("response spy true").await;
    boss.cti.says(&["call 呼入振铃 13912345678", "status 已注册 呼入振铃 已登录  13912345678"]).await;
    boss.cti.says(&["call 呼入通话 13912345678", "status 已注册 呼入通话 已登录  13912345678"]).await;
    boss.hears(&[(2000, true), (300, true), (1500, false)]).await;
    agent.hears(&[(2000, true), (1500, false)]).await;
    // From listening to talking, on the same leg.
    assert_eq!(boss.cti.ask(Command::Insert("1001".into())).await, Ok(String::new()));
    agent.hears(&[(2000, true), (1500, true)]).await;
    boss.cti.send(Command::Hangup);
    boss.hung_up_on().await;
    boss.cti.said("hangup").await;
    agent.hears(&[(2000, true), (1500, false)]).await;

    boss.cti.send(Command::GroupSpy("kefu".into()));
    boss.rings_and_answers().await;
    boss.hears(&[(2000, true), (300, true)]).await;
    agent.hears(&[(2000, true), (1500, false)]).await;
    boss.cti.send(Command::Hangup);
    boss.hung_up_on().await;
    boss.cti.said("hangup").await;

    boss.cti.send(Command::Insert("1001".into()));
    boss.rings_and_answers().await;
    agent.hears(&[(2000, true), (1500, true)]).await;
    boss.hears(&[(2000, true), (300, true)]).await;
    boss.cti.send(Command::Hangup);
    boss.hung_up_on().await;
    boss.cti.said("hangup").await;

    assert_eq!(boss.cti.ask(Command::HangupExtension("1001".into())).await, Ok(String::new()));
    agent.hung_up_on().await;
    agent.cti.said("hangup").await;
    rig.wait_for_sapo(LONG, |state| state.customers.is_empty()).await.unwrap();
    // A call that only rings is cut as well, and does not come back.
    rig.sapo_customer(spec()).await.unwrap();
    agent.rings().await;
    assert_eq!(boss.cti.ask(Command::HangupExtension("1001".into())).await, Ok(String::new()));
    agent.cancelled().await;
    agent.cti.said("hangup").await;
    assert!(rig.sapo().customers.is_empty());
}

#[tokio::test]
async fn the_same_over_http() {
    let rig = rig().await;
    let control = rig.addresses().control.clone();
    let mut one = Seat::new(&rig, "1001", 300).await;
    let body = r#"{"number":"13812345678","data":"x","sound":{"tone":2000},"echo":false}"#;
    let (status, _, body) = http(&format!("{control}/sapo/customers"), "POST", body).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(one.rings_and_answers().await, "13812345678");
    one.hears(&[(2000, true)]).await;
    let (_, _, text) = http(&format!("{control}/sapo"), "GET", "").await;
    let state: SapoState = serde_json::from_str(&text).unwrap();
    assert_eq!((state.customers[0].id.to_string(), state.agent("1001").unwrap().call.as_str()), (body.clone(), "呼入通话"));
    assert_eq!(http(&format!("{control}/sapo/customers/{body}/hang_up"), "POST", "").await.0, 200);
    assert_eq!(http(&format!("{control}/sapo/customers/{body}/hang_up"), "POST", "").await.0, 404);
    one.hung_up_on().await;
    let fault = r#"{"fault":"refuse","command":"hold","reason":"不许","times":1}"#;
    assert_eq!(http(&format!("{control}/sapo/faults"), "POST", fault).await.0, 200);
    assert_eq!(one.cti.ask(Command::Hold).await, Err("不许".into()));
    assert_eq!(http(&format!("{control}/sapo/faults"), "POST", r#"{"fault":"what"}"#).await.0, 422);
    let (_, _, text) = http(&format!("{control}/sapo?after={}&timeout_ms=20000", state.rev), "GET", "").await;
    assert!(serde_json::from_str::<SapoState>(&text).unwrap().rev > state.rev);
}

/// Every function of the manual's chapter 4 and every event of chapter 5 is on the page; the vendor's tags only where asked for.
#[tokio::test]
async fn the_page_written_after_the_manual() {
    let rig = rig().await;
    let url = rig.addresses().crm.sapo.clone();
    let base = url.trim_end_matches("/sapo");
    let (status, _, plain) = http(&url, "GET", "").await;
    let (_, _, vendor) = http(&format!("{url}?vendor=1"), "GET", "").await;
    let (_, _, script) = http(&format!("{base}/sapo.js"), "GET", "").await;
    assert_eq!(status, 200);
    assert!(!plain.contains("sapo-vendor") && vendor.contains("/sapo-vendor/sapoOCX.js"), "{vendor}");
    assert!(!plain.contains("{{") && !vendor.contains("{{"));
    let port = rig.addresses().sapo.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    assert!(plain.contains(&format!("value=\"{port}\"")));
    assert!(plain.contains("role=\"log\""));
    let functions = [
        "setDebugMode",
        "connect",
        "login",
        "loginOut",
        "busy",
        "free",
        "dial",
        "hold",
        "unhold",
        "hangup",
        "threeWay",
        "transfer",
        "transferQueue",
        "transferIvr",
        "pickUp",
        "groupPickUp",
        "extenPickUp",
        "spy",
        "groupSpy",
        "insertExtension",
        "cutExtension",
        "getExtenList",
        "getVersion",
        "getExtension",
        "getAgentStaffid",
        "getAgentName",
        "getSkill",
        "getNumber",
        "getBusyState",
        "getAgentState",
        "getCallState",
        "getRegState",
    ];
    for function in functions {
        assert!(plain.contains(&format!(">{function}</button>")), "{function} has a button");
    }
    let (_, _, ocx) = http(&format!("{base}/sapo-vendor/sapoOCX.js"), "GET", "").await;
    for function in functions {
        assert!(ocx.contains(&format!("{function}:")) || ocx.contains(&format!("{function}(")), "the stand-in has {function}");
    }
    let callbacks = [
        "OnConnect",
        "OnDisconnect",
        "OnLoginSuccess",
        "OnLoginFail",
        "OnLogoutSuccess",
        "extensionList",
        "OnIncommingRing",
        "OnIncommingAnswer",
        "OnOutboundRinging",
        "OnOutbound",
        "OnHangup",
        "OnBusy",
        "OnFree",
        "OnStatusChanged",
        "OnCallStatus",
        "OnQueueStatusChanged",
        "OnErrorNotice",
    ];
    for callback in callbacks {
        assert!(script.contains(&format!("function {callback}_cb(")), "{callback}_cb is the page's");
    }
    assert!(http(&format!("{base}/sapo-vendor/websocket.js"), "GET", "").await.2.contains("/spcc/cti"));
}
