use super::*;
use crate::sapo::{Response, Status};

fn calls(message: &ServerMessage, busy: &str) -> Vec<String> {
    callbacks(message, busy)
        .iter()
        .map(|callback| {
            let args: Vec<_> = callback
                .args
                .iter()
                .map(|arg| match arg {
                    Arg::Text(text) => format!("'{text}'"),
                    Arg::Bool(value) => value.to_string(),
                })
                .collect();
            format!("{}({})", callback.functions.join("|"), args.join(","))
        })
        .collect()
}

fn response(command: &str, success: bool, result: &str, busy: Option<&str>) -> ServerMessage {
    ServerMessage::Response(Box::new(Response { command: command.into(), success, result: result.into(), busy: busy.map(str::to_owned) }))
}

/// Chapter 5, event by event.
#[test]
fn every_event_calls_what_the_manual_says() {
    let far = || {
        Box::new(Caller {
            number: "139".into(),
            callid: "1.2".into(),
            autodial: true,
            province: "P".into(),
            city: "C".into(),
            isp: "I".into(),
            data: "D".into(),
        })
    };
    let check = |message: ServerMessage, expect: &[&str]| assert_eq!(calls(&message, "开会"), expect, "{message:?}");
    check(response("login", true, "", None), &["OnLoginSuccess_cb()", "OnBusy_cb('开会')"]);
    check(response("login", true, "", Some("")), &["OnLoginSuccess_cb()", "OnFree_cb()"]);
    check(response("login", false, "密码错误", None), &["OnLoginFail_cb('密码错误')"]);
    check(response("logout", true, "", None), &["OnLogoutSuccess_cb|OnLogOutSuccess_cb()"]);
    check(
        response("getExtensionList", true, "601|李\"四|10601|客服部|kefu|空闲|", None),
        &[
            r#"extensionList_cb('[{"exten":"601","name":"李\"四","loginId":"10601","sector":"客服部","group":"kefu","state":"空闲","busy":""}]')"#,
        ],
    );
    check(ServerMessage::IncomingRinging(far()), &["OnIncommingRing_cb('139','1.2',true,'P','C','I','D')"]);
    check(ServerMessage::IncomingAnswered(far()), &["OnIncommingAnswer_cb('139','1.2',true,'P','C','I','D')"]);
    check(ServerMessage::OutboundRinging { number: "139".into(), callid: "1.2".into() }, &["OnOutboundRinging_cb('139','1.2')"]);
    check(ServerMessage::OutboundAnswered(far()), &["OnOutbound_cb('139','1.2','P','C','I')"]);
    check(ServerMessage::Hangup, &["OnHangup_cb()", "OnFree_cb()"]);
    check(ServerMessage::BusyStatus("会议".into()), &["OnBusy_cb('会议')"]);
    check(ServerMessage::BusyStatus(String::new()), &["OnFree_cb()"]);
    check(
        ServerMessage::StatusChanged(Box::new(Status {
            reg: "r".into(),
            call: "c".into(),
            agent: "a".into(),
            busy: "b".into(),
            number: String::new(),
        })),
        &["OnStatusChanged_cb('r','c','a','b','')"],
    );
    check(ServerMessage::CallStatus { call: "空闲".into(), number: "139".into() }, &["OnCallStatus_cb('空闲','139')"]);
    check(
        ServerMessage::QueueStatus { idle: "1".into(), agent: "2".into(), guest: "3".into(), queue: "q".into() },
        &["OnQueueStatusChanged_cb('1','2','3','q')"],
    );
    check(response("spy", false, "无权限", None), &["OnErrorNotice_cb('无权限')"]);
    check(response("spy", true, "", None), &[]);
    check(ServerMessage::HeartbeatResponse, &[]);
}

#[test]
fn set_call_back_knows_events_by_the_names_of_5_16() {
    let queue = ServerMessage::QueueStatus { idle: String::new(), agent: String::new(), guest: String::new(), queue: String::new() };
    assert_eq!(callbacks(&queue, "")[0].event_name(), "queueStatusChanged");
    assert_eq!(Callback::connect().event_name(), "connect");
    assert_eq!(callbacks(&response("getExtensionList", true, "", None), "")[0].event_name(), "extensionList");
}

#[test]
fn team_json_escapes_everything() {
    let member = TeamMember { name: "a\"b\\c\u{1}\n".into(), ..TeamMember::default() };
    assert!(team_json(&[member]).contains(r#""name":"a\"b\\c\u0001\u000a""#));
    assert_eq!(team_json(&[]), "[]");
}

#[test]
fn getters_answer_null_until_told() {
    let mut getters = Getters::default();
    let names = [
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
    for name in names {
        assert_eq!(getters.get(name), None, "{name}");
    }
    getters.login =
        Some(Login { agent: "张三".into(), extension: "601".into(), staffid: "10601".into(), skill: "1".into(), ..Login::default() });
    getters.status = Some(Status { reg: "r".into(), call: "c".into(), agent: "a".into(), busy: "b".into(), number: "139".into() });
    for (name, expect) in names.into_iter().zip(["601", "10601", "张三", "1", "139", "b", "a", "c", "r"]) {
        assert_eq!(getters.get(name), Some(expect), "{name}");
    }
    assert_eq!(getters.get("getVersion"), Some("2.17.0505"));
    assert_eq!(getters.get("constructor"), None);
}
