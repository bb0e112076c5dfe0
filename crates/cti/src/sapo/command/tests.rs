use proptest::prelude::*;

use super::*;

fn dial() -> Dial {
    Dial { number: "9013912345678".into(), cusid: "c7".into(), cusname: "张三".into(), proid: "p1".into(), proname: "回访".into() }
}

/// Every row of the wire document's first table, byte for byte.
#[test]
fn every_command_byte_for_byte() {
    let login = Login {
        agent: "张三".into(),
        extension: "601".into(),
        queue: "kefu".into(),
        staffid: "10601".into(),
        busy: "会议".into(),
        skill: "1".into(),
        secid: "7".into(),
        secname: "客服部".into(),
        autoacw: AutoAcw::All,
    };
    let check = |command: Command, wire: &str| {
        assert_eq!(command.encode(), wire, "{command:?}");
        assert_eq!(Command::parse(wire), Ok(command));
    };
    check(
        Command::Login(Box::new(login)),
        "command:login\nagent:张三\nextension:601\nqueue:kefu\nstaffid:10601\nbusyString:会议\nskill:1\nsecid:7\nsecname:客服部\nautoacw:3\n\n",
    );
    check(
        Command::Login(Box::default()),
        "command:login\nagent:\nextension:\nqueue:\nstaffid:\nbusyString:\nskill:\nsecid:\nsecname:\nautoacw:0\n\n",
    );
    check(Command::Logout, "command:logout\n\n");
    check(Command::Busy("会议".into()), "command:busy\nbusyString:会议\n\n");
    check(Command::Idle, "command:idle\n\n");
    check(Command::Dial(Box::new(dial())), "command:dial\ndialString:9013912345678\ncusid:c7\ncusname:张三\nproid:p1\nproname:回访\n\n");
    check(
        Command::Dial(Box::new(Dial { number: "139".into(), ..Dial::default() })),
        "command:dial\ndialString:139\ncusid:\ncusname:\nproid:\nproname:\n\n",
    );
    check(Command::Hold, "command:hold\n\n");
    check(Command::Unhold, "command:unhold\n\n");
    check(Command::Hangup, "command:hangup\n\n");
    check(Command::ThreeWay("601".into()), "command:threeWay\ndialString:601\n\n");
    check(Command::Transfer("601".into()), "command:transfer\ndialString:601\n\n");
    check(Command::TransferQueue("kefu".into()), "command:transferQueue\nqueue:kefu\n\n");
    check(Command::TransferIvr("01005".into()), "command:transferIvr\nivr:01005\n\n");
    check(Command::Pickup, "command:pickup\n\n");
    check(Command::GroupPickup("kefu".into()), "command:groupPickup\ngroup:kefu\n\n");
    check(Command::PickupExtension("601".into()), "command:pickupExtension\nextension:601\n\n");
    check(Command::Spy("601".into()), "command:spy\nextension:601\n\n");
    check(Command::GroupSpy("1".into()), "command:groupSpy\ngroup:1\n\n");
    check(Command::Insert("601".into()), "command:insert\nextension:601\n\n");
    check(Command::HangupExtension("601".into()), "command:hangupExtension\nextension:601\n\n");
    for list in [ListType::All, ListType::Idle, ListType::Agent, ListType::AgentIdle, ListType::Other("x".into())] {
        let wire = format!("command:getExtensionList\ntype:{}\nsecid:7\nqueue:kefu\n\n", list.as_str());
        check(Command::GetExtensionList { list, secid: "7".into(), queue: "kefu".into() }, &wire);
    }
    check(Command::Heartbeat, "command:heartbeat\n\n");
}

#[test]
fn after_call_work_that_the_manual_does_not_know_is_off() {
    for (text, expect) in [("0", "0"), ("1", "1"), (" 2", "2"), ("3", "3"), ("4", "0"), ("-1", "0"), ("", "0"), ("undefined", "0")] {
        assert_eq!(AutoAcw::parse(text).as_str(), expect, "{text:?}");
    }
}

#[test]
fn the_vendors_slips_are_understood() {
    let check = |wire: &str, expect: Command| assert_eq!(Command::parse(wire), Ok(expect), "{wire:?}");
    check("command:insertextension:601\n\n", Command::Insert("601".into()));
    check("command:hangupExtensionextension:601\n\n", Command::HangupExtension("601".into()));
    check("command:pickupExtension\nextension601\n\n", Command::PickupExtension("601".into()));
    // The slip of `dial` cannot be undone here: what stands under `cusid` is taken for it.
    check(
        "command:dial\ndialString:139\ncusid:p1\ncusname:n\nproname:q\n\n",
        Command::Dial(Box::new(Dial {
            number: "139".into(),
            cusid: "p1".into(),
            cusname: "n".into(),
            proid: String::new(),
            proname: "q".into(),
        })),
    );
}

#[test]
fn what_is_no_command_says_so() {
    let check = |wire: &str, expect: CommandError| assert_eq!(Command::parse(wire), Err(expect), "{wire:?}");
    check("", CommandError::NotAMessage);
    check("hello", CommandError::NotAMessage);
    check("messageType:event\n\n", CommandError::NoCommand);
    check("agent:1\ncommand:logout\n\n", CommandError::NoCommand);
    check("command:format\n\n", CommandError::Unknown("format".into()));
}

proptest! {
    /// Whatever a user or a page supplies, the message has the lines that its command has, and they read back as what went in.
    #[test]
    fn no_value_can_smuggle_a_line(number in any::<String>(), cusid in any::<String>(), cusname in any::<String>()) {
        let wire = Command::Dial(Box::new(Dial { number, cusid, cusname, ..Dial::default() })).encode();
        let lines: Vec<_> = wire.split('\n').collect();
        prop_assert_eq!(lines.len(), 8, "{:?}", wire);
        for (line, key) in lines.iter().zip(["command:", "dialString:", "cusid:", "cusname:", "proid:", "proname:", "", ""]) {
            prop_assert!(line.starts_with(key), "{:?} in {:?}", line, wire);
        }
        prop_assert!(!wire.contains('\r'));
        let again = Command::parse(&wire).map(|command| command.encode());
        prop_assert_eq!(again, Ok(wire));
    }

    #[test]
    fn nothing_makes_it_panic(message in any::<String>()) {
        let _ = Command::parse(&message);
    }
}
