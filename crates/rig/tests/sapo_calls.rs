//! The Sapo server: an agent's own calls, with sound.

#![allow(clippy::unwrap_used)]

mod support;

use patchcord_cti::sapo::{AutoAcw, Command, Dial, Login};
use patchcord_rig::{CallState, Rig, SapoCustomer, SapoCustomerState, Sound};
use support::sapo::{Seat, login};
use support::{LONG, rig};

fn dial(number: &str) -> Command {
    Command::Dial(Box::new(Dial { number: number.to_owned(), ..Dial::default() }))
}

/// A customer who plays 2000 Hz comes into the queue, and this agent answers.
async fn customer(rig: &Rig, seat: &mut Seat) -> u64 {
    let spec = SapoCustomer { sound: Sound::Tone(2000), echo: false, ..SapoCustomer::default() };
    let id = rig.sapo_customer(spec).await.unwrap();
    assert_eq!(seat.rings_and_answers().await, "13912345678");
    seat.cti.said("status 已注册 呼入通话 已登录  13912345678").await;
    seat.hears(&[(2000, true)]).await;
    id
}

#[tokio::test]
async fn dial_rings_the_own_phone_then_the_customer() {
    let rig = rig().await;
    let mut seat = Seat::new(&rig, "1001", 300).await;
    seat.cti.send(dial("913800138000"));
    assert_eq!(seat.rings().await, "913800138000");
    seat.cti.says(&["response dial true", "status 已注册 外呼振铃 已登录  913800138000"]).await;
    seat.answers().await;
    seat.cti.says(&["call 外呼振铃 913800138000", "outbound ringing 913800138000", "status 已注册 外呼振铃 已登录  913800138000"]).await;
    seat.hears(&[(425, true), (300, false)]).await;
    seat.cti
        .says(&[
            "call 外呼通话 913800138000",
            "outbound answered 913800138000 上海/上海/移动",
            "status 已注册 外呼通话 已登录  913800138000",
        ])
        .await;
    // The customer says back what it hears.
    seat.hears(&[(300, true)]).await;
    let word = |call: &str| rig.sapo().agent("1001").is_some_and(|agent| agent.call == call && agent.number == "913800138000");
    assert!(word("外呼通话"), "{:?}", rig.sapo());
    assert_eq!(seat.cti.ask(dial("13800138000")).await, Err("分机正在通话".into()));
    seat.cti.send(Command::Hangup);
    seat.hung_up_on().await;
    seat.cti.says(&["response hangup true", "hangup", "call 空闲", "status 已注册 空闲 已登录"]).await;
}

#[tokio::test]
async fn dialling_what_does_not_answer() {
    let rig = rig().await;
    let mut seat = Seat::new(&rig, "1001", 300).await;
    seat.cti.send(dial("13800130001"));
    seat.rings_and_answers().await;
    seat.hung_up_on().await;
    seat.cti.said("outbound ringing 13800130001").await;
    seat.cti.says(&["status 已注册 外呼振铃 已登录  13800130001", "hangup", "call 空闲", "status 已注册 空闲 已登录"]).await;
    for (number, reason) in [("", "号码不能为空"), ("abc", "号码不存在"), ("1003", "分机未注册")] {
        assert_eq!(seat.cti.ask(dial(number)).await, Err(reason.into()), "{number:?}");
    }
    // Hung up before the own phone was answered.
    seat.cti.send(dial("13800138000"));
    seat.rings().await;
    seat.cti.send(Command::Hangup);
    seat.cancelled().await;
    seat.cti.said("hangup").await;
    assert_eq!(seat.cti.ask(Command::Hangup).await, Err("没有可操作的通话".into()));
}

#[tokio::test]
async fn hold_is_silent_both_ways_and_unhold_ends_it() {
    let rig = rig().await;
    let mut seat = Seat::new(&rig, "1001", 300).await;
    customer(&rig, &mut seat).await;
    assert_eq!(seat.cti.ask(Command::Unhold).await, Err("通话未保持".into()));
    assert_eq!(seat.cti.ask(Command::Hold).await, Ok(String::new()));
    seat.hears(&[(2000, false)]).await;
    assert_eq!(seat.cti.ask(Command::Hold).await, Err("通话已保持".into()));
    assert_eq!(seat.cti.ask(Command::Unhold).await, Ok(String::new()));
    seat.hears(&[(2000, true)]).await;
}

#[tokio::test]
async fn after_call_work_follows_the_direction() {
    let rig = rig().await;
    for (acw, inbound, outbound) in [(AutoAcw::Inbound, "话后", ""), (AutoAcw::Outbound, "", "话后"), (AutoAcw::All, "话后", "话后")]
    {
        let mut seat = Seat::with(&rig, Login { autoacw: acw, ..login("1001") }, 300).await;
        let id = customer(&rig, &mut seat).await;
        rig.sapo_customer_leaves(id).await.unwrap();
        seat.hung_up_on().await;
        ended(&mut seat, inbound).await;
        seat.cti.send(Command::Idle);
        seat.cti.said("busy").await;
        seat.cti.send(dial("13800130009"));
        seat.rings_and_answers().await;
        seat.cti.said("status 已注册 外呼通话 已登录  13800130009").await;
        seat.cti.send(Command::Hangup);
        seat.hung_up_on().await;
        ended(&mut seat, outbound).await;
    }
}

/// The call is over, and this is the busy reason then.
async fn ended(seat: &mut Seat, busy: &str) {
    seat.cti.said("hangup").await;
    if busy.is_empty() {
        seat.cti.says(&["call 空闲", "status 已注册 空闲 已登录"]).await;
    } else {
        seat.cti.says(&[&format!("busy {busy}"), "call 空闲", &format!("status 已注册 空闲 已登录 {busy}")]).await;
    }
}

#[tokio::test]
async fn three_way_brings_a_colleague_in() {
    let rig = rig().await;
    let (mut one, mut two) =
        (Seat::new(&rig, "1001", 300).await, Seat::with(&rig, Login { queue: "vip".into(), ..login("1002") }, 1500).await);
    customer(&rig, &mut one).await;
    for (number, reason) in [("1099", "分机不存在"), ("1003", "分机未注册"), ("1001", "分机正在通话")] {
        assert_eq!(one.cti.ask(Command::ThreeWay(number.into())).await, Err(reason.into()));
    }
    one.cti.send(Command::ThreeWay("1002".into()));
    two.rings_and_answers().await;
    one.hears(&[(2000, true), (1500, true)]).await;
    two.hears(&[(2000, true), (300, true)]).await;
    // Who brought the colleague in may leave.
    one.cti.send(Command::Hangup);
    one.hung_up_on().await;
    one.cti.said("hangup").await;
    two.hears(&[(2000, true), (300, false)]).await;
    assert_eq!(rig.state().calls.len(), 1);
}

#[tokio::test]
async fn transfer_moves_the_customer_to_an_extension() {
    let rig = rig().await;
    let (mut one, mut two) =
        (Seat::new(&rig, "1001", 300).await, Seat::with(&rig, Login { queue: "vip".into(), ..login("1002") }, 1500).await);
    customer(&rig, &mut one).await;
    assert_eq!(one.cti.ask(Command::Transfer("1099".into())).await, Err("分机不存在".into()));
    one.cti.send(Command::Transfer("1002".into()));
    assert_eq!(two.rings().await, "13912345678");
    two.cti.said("call 呼入振铃 13912345678").await;
    one.hears(&[(2000, true)]).await;
    two.answers().await;
    one.hung_up_on().await;
    one.cti.said("hangup").await;
    two.cti.said("call 呼入通话 13912345678").await;
    two.hears(&[(2000, true), (300, false)]).await;
}

#[tokio::test]
async fn transfer_to_a_queue_rings_the_next_agent() {
    let rig = rig().await;
    let (mut one, mut two) =
        (Seat::new(&rig, "1001", 300).await, Seat::with(&rig, Login { queue: "vip".into(), ..login("1002") }, 1500).await);
    let first = customer(&rig, &mut one).await;
    assert_eq!(one.cti.ask(Command::TransferQueue("nobody".into())).await, Err("技能组不存在".into()));
    two.cti.send(Command::Busy("会议".into()));
    two.cti.said("busy 会议").await;
    one.cti.send(Command::TransferQueue("vip".into()));
    one.hung_up_on().await;
    one.cti.said("hangup").await;
    two.cti.said("queue vip 0 1 1").await;
    assert_eq!(rig.sapo().customers.len(), 1);
    assert_ne!(rig.sapo().customers[0].id, first);
    two.cti.send(Command::Idle);
    assert_eq!(two.rings_and_answers().await, "13912345678");
    two.cti.said("queue vip 0 1 0").await;
    two.hears(&[(2000, true)]).await;
}

#[tokio::test]
async fn transfer_to_an_ivr_node_plays_its_tone() {
    let rig = rig().await;
    let (mut one, mut two) = (Seat::new(&rig, "1001", 300).await, Seat::new(&rig, "1002", 1500).await);
    // The far side is a colleague, who can say what is to be heard there.
    one.cti.send(dial("1002"));
    one.rings_and_answers().await;
    two.rings_and_answers().await;
    one.cti.said("status 已注册 外呼通话 已登录  1002").await;
    two.hears(&[(300, true), (1000, false)]).await;
    assert_eq!(one.cti.ask(Command::TransferIvr("99".into())).await, Err("IVR 节点不存在".into()));
    one.cti.send(Command::TransferIvr("01005".into()));
    one.hung_up_on().await;
    one.cti.said("hangup").await;
    two.hears(&[(1000, true), (300, false)]).await;
    let ivr = SapoCustomerState::Ivr("01005".into());
    rig.wait_for_sapo(LONG, |state| state.customers.iter().any(|customer| customer.state == ivr)).await.unwrap();
    // The node's end is the call's.
    two.hung_up_on().await;
    rig.wait_for_sapo(LONG, |state| state.customers.is_empty()).await.unwrap();
    // A simulated customer goes the same way.
    customer(&rig, &mut one).await;
    one.cti.send(Command::TransferIvr("01005".into()));
    one.hung_up_on().await;
    let state = rig.wait_for_sapo(LONG, |state| state.customers.iter().any(|customer| customer.state == ivr)).await.unwrap();
    let call = state.customers[0].call.unwrap();
    let customer = rig.state().call(call).and_then(|call| call.customer.clone()).unwrap();
    assert_eq!(customer.state, CallState::Up);
}
