use proptest::prelude::*;

use super::*;

fn far() -> Caller {
    Caller {
        number: "13912345678".into(),
        callid: "1700000000.12".into(),
        autodial: true,
        province: "江苏".into(),
        city: "南京".into(),
        isp: "移动".into(),
        data: "a:b=c".into(),
    }
}

/// Every row of the wire document's second table, byte for byte, both ways.
#[test]
fn every_message_byte_for_byte() {
    let check = |message: ServerMessage, wire: &str| {
        assert_eq!(message.encode(), wire, "{message:?}");
        assert_eq!(ServerMessage::parse(wire), Ok(message));
    };
    check(
        ServerMessage::CallStatus { call: "外呼振铃".into(), number: "139".into() },
        "messageType:event\nname:call status\ncall:外呼振铃\nnumber:139\n\n",
    );
    check(
        ServerMessage::OutboundRinging { number: "139".into(), callid: "1.2".into() },
        "messageType:event\nname:outbound ringing\nnumber:139\ncallid:1.2\n\n",
    );
    check(
        ServerMessage::OutboundAnswered(Box::new(Caller { autodial: false, data: String::new(), ..far() })),
        "messageType:event\nname:outbound answered\nnumber:13912345678\ncallid:1700000000.12\nprovince:江苏\ncity:南京\nisp:移动\n\n",
    );
    let tail = "number:13912345678\ncallid:1700000000.12\nautodial:true\nprovince:江苏\ncity:南京\nisp:移动\ndata:a:b=c\n\n";
    check(ServerMessage::IncomingRinging(Box::new(far())), &format!("messageType:event\nname:incomming ringing\n{tail}"));
    check(ServerMessage::IncomingAnswered(Box::new(far())), &format!("messageType:event\nname:incomming answered\n{tail}"));
    check(ServerMessage::Hangup, "messageType:event\nname:hangup\n\n");
    check(
        ServerMessage::StatusChanged(Box::new(Status {
            reg: "已注册".into(),
            call: "空闲".into(),
            agent: "已登录".into(),
            busy: "会议".into(),
            number: "139".into(),
        })),
        "messageType:event\nname:status changed\nreg:已注册\ncall:空闲\nagent:已登录\nbusy:会议\nnumber:139\n\n",
    );
    check(ServerMessage::BusyStatus("会议".into()), "messageType:event\nname:busy status\nbusy:会议\n\n");
    check(ServerMessage::BusyStatus(String::new()), "messageType:event\nname:busy status\nbusy:\n\n");
    check(
        ServerMessage::QueueStatus { idle: "2".into(), agent: "5".into(), guest: "1".into(), queue: "kefu".into() },
        "messageType:event\nname:queue status\nidle:2\nagent:5\nguest:1\nqueue:kefu\n\n",
    );
    check(
        ServerMessage::Response(Box::new(Response {
            command: "login".into(),
            success: true,
            result: String::new(),
            busy: Some("会议".into()),
        })),
        "messageType:command response\ncommand:login\nsuccess:true\nresultText:\nbusy:会议\n\n",
    );
    check(
        ServerMessage::Response(Box::new(Response { command: "spy".into(), success: false, result: "无权限".into(), busy: None })),
        "messageType:command response\ncommand:spy\nsuccess:false\nresultText:无权限\n\n",
    );
    check(ServerMessage::HeartbeatResponse, "messageType:heartbeat response\n\n");
}

#[test]
fn absent_and_disordered_fields_do_no_harm() {
    assert_eq!(
        ServerMessage::parse("name:status changed\nbusy:\ncall:空闲\nmessageType:event\nextra:1\n\n"),
        Ok(ServerMessage::StatusChanged(Box::new(Status { call: "空闲".into(), ..Status::default() })))
    );
}

#[test]
fn success_is_exactly_true() {
    for (text, expect) in [("true", true), ("false", false), ("TRUE", false), ("1", false), ("", false)] {
        let Ok(ServerMessage::Response(response)) =
            ServerMessage::parse(&format!("messageType:command response\ncommand:login\nsuccess:{text}\n\n"))
        else {
            panic!("no response")
        };
        assert_eq!(response.success, expect, "{text:?}");
    }
}

#[test]
fn what_is_unknown_is_kept() {
    for wire in ["messageType:event\nname:agent status\nfoo:bar\n\n", "messageType:event\nname:new thing\n\n", "messageType:other\nx:y\n\n"]
    {
        let message = ServerMessage::parse(wire).unwrap();
        assert_eq!(message.encode(), wire);
    }
    assert_eq!(ServerMessage::parse("name:hangup\n\n"), Err(ServerError::NoType));
    assert_eq!(ServerMessage::parse("\u{0}"), Err(ServerError::NotAMessage));
}

#[test]
fn team_records_with_too_few_fields_are_filled_up() {
    let team = parse_team("601|李四|10601|客服部|kefu|空闲|准备,602|张三,,603|||||外呼通话|");
    assert_eq!(team.len(), 3);
    assert_eq!((team[0].exten.as_str(), team[0].busy.as_str()), ("601", "准备"));
    assert_eq!((team[1].name.as_str(), team[1].state.as_str()), ("张三", ""));
    assert_eq!(team[2].state, "外呼通话");
    assert!(parse_team("").is_empty());
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(message in any::<String>()) {
        let _ = ServerMessage::parse(&message);
        let _ = parse_team(&message);
    }

    #[test]
    fn what_was_printed_reads_the_same(number in "[^\r\n\0\u{b}\u{c}\u{85}\u{2028}\u{2029}]*", data in "[^\r\n\0\u{b}\u{c}\u{85}\u{2028}\u{2029}]*") {
        let message = ServerMessage::IncomingRinging(Box::new(Caller { number, data, ..far() }));
        prop_assert_eq!(ServerMessage::parse(&message.encode()), Ok(message));
    }
}
