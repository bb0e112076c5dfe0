//! The Sapo server: logging in and out, states, heartbeats, what can be refused, and the wire's slips.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use patchcord_cti::sapo::{ClientState, Command, Dial, Failure, ListType, Login, ServerMessage, parse_team};
use patchcord_rig::{Rig, SapoCustomer, SapoFault, Sound};
use support::sapo::{Cti, Seat, login, open, short};
use support::{LONG, Phone, rig};
use tokio_tungstenite::tungstenite::Message as Frame;

/// A socket with nothing between the test and the wire.
struct Raw(tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>);

impl Raw {
    async fn open(rig: &Rig) -> Self {
        Self(open(&rig.addresses().sapo).await.unwrap())
    }

    async fn send(&mut self, text: &str) {
        self.0.send(Frame::text(text.to_owned())).await.unwrap();
    }

    /// The next message as it is; none once the connection is closed.
    async fn next(&mut self) -> Option<String> {
        match tokio::time::timeout(LONG, self.0.next()).await.unwrap() {
            Some(Ok(Frame::Text(text))) => Some(text.to_string()),
            _ => None,
        }
    }

    /// The answer to a command, in short.
    async fn answer(&mut self, text: &str) -> String {
        self.send(text).await;
        loop {
            let message = ServerMessage::parse(&self.next().await.unwrap()).unwrap();
            if matches!(message, ServerMessage::Response(_)) {
                return short(&message);
            }
        }
    }
}

#[tokio::test]
async fn the_wire_as_it_is_written() {
    let rig = rig().await;
    let _phone = Phone::registered(&rig, "1001").await;
    let mut raw = Raw::open(&rig).await;
    raw.send("command:heartbeat\n\n").await;
    assert_eq!(raw.next().await.unwrap(), "messageType:heartbeat response\n\n");
    raw.send(
        "command:login\nagent:张三\nextension:1001\nqueue:kefu\nstaffid:10601\nbusyString:准备\nskill:1\nsecid:\nsecname:\nautoacw:0\n\n",
    )
    .await;
    assert_eq!(raw.next().await.unwrap(), "messageType:command response\ncommand:login\nsuccess:true\nresultText:登录成功\nbusy:准备\n\n");
    assert_eq!(
        raw.next().await.unwrap(),
        "messageType:event\nname:status changed\nreg:已注册\ncall:空闲\nagent:已登录\nbusy:准备\nnumber:\n\n"
    );
    assert_eq!(raw.next().await.unwrap(), "messageType:event\nname:queue status\nidle:0\nagent:1\nguest:0\nqueue:kefu\n\n");
    raw.send("command:idle\n\n").await;
    assert_eq!(raw.next().await.unwrap(), "messageType:command response\ncommand:idle\nsuccess:true\nresultText:\n\n");
    assert_eq!(raw.next().await.unwrap(), "messageType:event\nname:busy status\nbusy:\n\n");
    assert_eq!(
        raw.next().await.unwrap(),
        "messageType:event\nname:status changed\nreg:已注册\ncall:空闲\nagent:已登录\nbusy:\nnumber:\n\n"
    );
    assert_eq!(raw.next().await.unwrap(), "messageType:event\nname:queue status\nidle:1\nagent:1\nguest:0\nqueue:kefu\n\n");
    // What is no command does no harm.
    for junk in ["", "\n\n", "hello", "a:b", "command", "\u{0}", &"x".repeat(100_000)] {
        raw.send(junk).await;
    }
    assert_eq!(raw.answer("command:explode\n\n").await, "response explode false 未知命令");
    assert_eq!(raw.answer("command:logout\n\n").await, "response logout true");
    assert_eq!(raw.answer("command:hold\n\n").await, "response hold false 未登录");
    // Another path is another server.
    let elsewhere = rig.addresses().sapo.replace("/spcc/cti", "/");
    assert!(open(&elsewhere).await.is_err());
}

/// The slips of the vendor's client 2.17.0505 are understood.
#[tokio::test]
async fn the_slips_of_the_vendors_client() {
    let rig = rig().await;
    let mut seat = Seat::new(&rig, "1002", 1500).await;
    let _phone = Phone::registered(&rig, "1001").await;
    let mut raw = Raw::open(&rig).await;
    let login = "command:login\nagent:x\nextension:1001\nqueue:vip\nstaffid:1\nbusyString:\nskill:1\nsecid:\nsecname:\nautoacw:0\n\n";
    assert_eq!(raw.answer(login).await, "response login true 登录成功");
    assert_eq!(raw.answer("command:insertextension:1002\n\n").await, "response insert false 该分机没有通话");
    assert_eq!(raw.answer("command:pickupExtension\nextension1002\n\n").await, "response pickupExtension false 没有振铃中的通话");
    rig.sapo_customer(SapoCustomer { sound: Sound::Tone(2000), echo: false, ..SapoCustomer::default() }).await.unwrap();
    seat.rings_and_answers().await;
    seat.hears(&[(2000, true)]).await;
    assert_eq!(raw.answer("command:hangupExtensionextension:1002\n\n").await, "response hangupExtension true");
    seat.hung_up_on().await;
    seat.cti.said("hangup").await;
    assert!(rig.sapo().received.iter().any(|text| text == "command:hangupExtensionextension:1002\n\n"));
}

#[tokio::test]
async fn a_login_elsewhere_ends_the_older_one() {
    let rig = rig().await;
    let mut first = Cti::logged_in(&rig, login("1001")).await;
    let _second = Cti::logged_in(&rig, login("1001")).await;
    let failure = first.state(|state| matches!(state, ClientState::Failed(_))).await;
    assert_eq!(failure, ClientState::Failed(Failure::LoggedOutByServer));
    // The same person at another extension.
    let mut third = Cti::logged_in(&rig, Login { staffid: "p".into(), ..login("1003") }).await;
    let _fourth = Cti::logged_in(&rig, Login { staffid: "p".into(), ..login("1004") }).await;
    assert_eq!(third.state(|state| matches!(state, ClientState::Failed(_))).await, ClientState::Failed(Failure::LoggedOutByServer));
    let state = rig.wait_for_sapo(LONG, |state| state.connections == 2).await.unwrap();
    let extensions: Vec<&str> = state.agents.iter().map(|agent| agent.extension.as_str()).collect();
    assert_eq!(extensions, ["1001", "1004"]);
    // The wire: an answer that nobody asked for, then the end.
    let mut raw = Raw::open(&rig).await;
    raw.send(&Command::Login(Box::new(login("1001"))).encode()).await;
    let _fifth = Cti::logged_in(&rig, login("1001")).await;
    let mut last = String::new();
    while let Some(text) = raw.next().await {
        last = text;
    }
    assert_eq!(last, "messageType:command response\ncommand:logout\nsuccess:true\nresultText:座席在别处登录\n\n");
}

#[tokio::test]
async fn logins_can_be_refused() {
    let rig = rig().await;
    let refused = async |login: Login| {
        let mut cti = Cti::start(&rig, login, None);
        cti.state(|state| matches!(state, ClientState::Failed(_))).await
    };
    assert_eq!(refused(login("601")).await, ClientState::Failed(Failure::Refused("分机不存在".into())));
    let fault = SapoFault::Refuse { command: "login".into(), reason: "许可数已满".into(), times: 1 };
    rig.sapo_fault(fault).await.unwrap();
    assert_eq!(refused(login("1001")).await, ClientState::Failed(Failure::Refused("许可数已满".into())));
    Cti::logged_in(&rig, login("1001")).await;
}

#[tokio::test]
async fn every_command_can_be_refused_with_a_reason() {
    let rig = rig().await;
    let mut seat = Seat::new(&rig, "1001", 300).await;
    let text = || "1002".to_owned();
    let commands = [
        Command::Busy("会议".into()),
        Command::Idle,
        Command::Dial(Box::new(Dial { number: "13800138000".into(), ..Dial::default() })),
        Command::Hold,
        Command::Unhold,
        Command::Hangup,
        Command::ThreeWay(text()),
        Command::Transfer(text()),
        Command::TransferQueue(text()),
        Command::TransferIvr(text()),
        Command::Pickup,
        Command::GroupPickup(text()),
        Command::PickupExtension(text()),
        Command::Spy(text()),
        Command::GroupSpy(text()),
        Command::Insert(text()),
        Command::HangupExtension(text()),
        Command::GetExtensionList { list: ListType::All, secid: String::new(), queue: String::new() },
        Command::Logout,
    ];
    for command in commands {
        let reason = format!("演练:{}", command.name());
        rig.sapo_fault(SapoFault::Refuse { command: command.name().into(), reason: reason.clone(), times: 2 }).await.unwrap();
        for _ in 0..2 {
            assert_eq!(seat.cti.ask(command.clone()).await, Err(reason.clone()));
        }
    }
    let state = rig.sapo();
    assert_eq!((state.agent("1001").unwrap().busy.as_str(), rig.state().calls.len()), ("", 0), "nothing was done");
    assert_eq!(seat.cti.ask(Command::Busy("会议".into())).await, Ok(String::new()));
}

#[tokio::test]
async fn busy_idle_and_the_phones_registration_are_told() {
    let rig = rig().await;
    let mut seat = Seat::new(&rig, "1001", 300).await;
    seat.cti.send(Command::Busy("小休: 10 分钟".into()));
    seat.cti.says(&["response busy true", "busy 小休: 10 分钟", "status 已注册 空闲 已登录 小休: 10 分钟"]).await;
    assert_eq!(seat.cti.ask(Command::Busy(" ".into())).await, Err("置忙原因不能为空".into()));
    seat.cti.send(Command::Idle);
    seat.cti.says(&["response idle true", "busy", "status 已注册 空闲 已登录"]).await;
    let Seat { phone, mut cti, .. } = seat;
    drop(phone);
    cti.says(&["status 未注册 未知 已登录"]).await;
    cti.said("queue kefu 0 1 0").await;
    let _phone = Phone::registered(&rig, "1001").await;
    cti.says(&["status 已注册 空闲 已登录"]).await;
}

#[tokio::test]
async fn heartbeats_are_answered_until_they_are_not() {
    let rig = rig().await;
    let mut cti = Cti::start(&rig, login("1001"), Some(50));
    cti.state(|state| *state == ClientState::LoggedIn).await;
    // More than would be without answers.
    rig.wait_for_sapo(LONG, |state| state.heartbeats >= 6).await.unwrap();
    assert!(rig.sapo().agent("1001").is_some());
    rig.sapo_fault(SapoFault::SilentHeartbeats).await.unwrap();
    cti.state(|state| matches!(state, ClientState::Waiting { .. })).await;
    rig.sapo_fault(SapoFault::Clear).await.unwrap();
    cti.input(patchcord_cti::sapo::Input::Online);
    cti.state(|state| *state == ClientState::LoggedIn).await;
}

#[tokio::test]
async fn connections_are_dropped_and_come_back() {
    let rig = rig().await;
    let mut seat = Seat::new(&rig, "1001", 300).await;
    rig.sapo_customer(SapoCustomer { sound: Sound::Tone(2000), echo: false, ..SapoCustomer::default() }).await.unwrap();
    seat.rings_and_answers().await;
    seat.cti.said("status 已注册 呼入通话 已登录  13912345678").await;
    seat.cti.send(Command::Busy("会议".into()));
    seat.cti.said("busy 会议").await;
    rig.sapo_fault(SapoFault::Drop { extension: Some("1001".into()) }).await.unwrap();
    seat.cti.state(|state| *state == ClientState::LoggedIn).await;
    // The reason was set again, the call is told as it is, and the sound never stopped.
    seat.cti.says(&["response login true 登录成功", "status 已注册 呼入通话 已登录 会议 13912345678"]).await;
    seat.hears(&[(2000, true)]).await;
    rig.sapo_fault(SapoFault::Away { ms: 300 }).await.unwrap();
    rig.wait_for_sapo(LONG, |state| state.connections == 0).await.unwrap();
    assert!(open(&rig.addresses().sapo).await.is_err(), "nobody is there");
    seat.cti.state(|state| *state == ClientState::LoggedIn).await;
    seat.cti.said("status 已注册 呼入通话 已登录 会议 13912345678").await;
    seat.hears(&[(2000, true)]).await;
}

#[tokio::test]
async fn silence_and_floods() {
    let rig = rig().await;
    rig.sapo_fault(SapoFault::Ignore { command: "getExtensionList".into() }).await.unwrap();
    let mut cti = Cti::logged_in(&rig, login("1001")).await;
    cti.send(Command::GetExtensionList { list: ListType::All, secid: String::new(), queue: String::new() });
    cti.send(Command::Hold);
    cti.says(&["response hold false 没有可操作的通话"]).await;
    let say = SapoFault::Say {
        extension: Some("1001".into()),
        text: ServerMessage::CallStatus { call: "未知".into(), number: "1".into() }.encode(),
        times: 1000,
    };
    rig.sapo_fault(say).await.unwrap();
    let all = async {
        for _ in 0..1000 {
            cti.said("call 未知 1").await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
}

#[tokio::test]
async fn the_list_of_extensions_by_type_department_and_queue() {
    let rig = rig().await;
    let mut one = Seat::new(&rig, "1001", 300).await;
    let mut two = Seat::with(&rig, Login { queue: "vip".into(), secid: "8".into(), agent: "a|b,c".into(), ..login("1002") }, 1500).await;
    let _idle = Phone::registered(&rig, "1003").await;
    let _desk = Cti::logged_in(&rig, login("1004")).await;
    two.cti.send(Command::Busy("会议".into()));
    two.cti.said("busy 会议").await;
    let mut list = async |list: ListType, secid: &str, queue: &str| {
        one.cti.ask(Command::GetExtensionList { list, secid: secid.into(), queue: queue.into() }).await
    };
    let mut extens = async |kind, secid: &str, queue: &str| -> Vec<String> {
        parse_team(&list(kind, secid, queue).await.unwrap()).into_iter().map(|member| member.exten).collect()
    };
    assert_eq!(extens(ListType::All, "", "").await.len(), 20);
    assert_eq!(extens(ListType::Idle, "", "").await, ["1001", "1002", "1003"]);
    assert_eq!(extens(ListType::Agent, "", "").await, ["1001", "1002", "1004"]);
    assert_eq!(extens(ListType::AgentIdle, "", "").await, ["1001"]);
    assert_eq!(extens(ListType::Agent, "8", "").await, ["1002"]);
    assert_eq!(extens(ListType::All, "", "kefu").await, ["1001", "1004"]);
    assert_eq!(extens(ListType::Agent, "8", "kefu").await, Vec::<String>::new());
    assert_eq!(list(ListType::Other("odd".into()), "", "").await, Err("未知的列表类型".into()));
    let all = list(ListType::All, "", "").await.unwrap();
    assert!(all.starts_with("1001|座席1001|s1001|客服部|kefu|空闲|,1002|a b c|s1002|客服部|vip|空闲|会议,1003|||||空闲|,1004|"), "{all}");
    assert_eq!(parse_team(&all)[3].state, "未知");
}
