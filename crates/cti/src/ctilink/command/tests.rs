use proptest::prelude::*;

use super::*;

/// Each row of the wire document's first table: function, arguments, command, properties.
#[test]
fn every_function_sends_its_command() {
    let mut seen = Vec::new();
    let mut check = |function: &'static str, args: &[&str], cmd: &str, properties: &str| {
        let command = Command::api(function, args, "me").unwrap();
        let line = command.encode(Kind::Request, "", 0);
        let head = format!("<cmd>{cmd}</cmd><ts>0</ts><gatewaydn></gatewaydn><no>0</no><version>FLASH CTILINK COMPONENT V1.1</version>");
        assert!(line.contains(&format!("<body>{head}{properties}</body>")), "{function}: {line}");
        seen.push(function);
    };
    check(
        "login",
        &["u", "p", "0", "601", "7"],
        "LOGIN",
        "<username>u</username><passwd>p</passwd><busy>0</busy><ext>601</ext><skill_group>7</skill_group>",
    );
    check("login", &["u", "p"], "LOGIN", "<username>u</username><passwd>p</passwd><busy></busy><ext></ext><skill_group></skill_group>");
    check("logout", &[], "LOGOUT", "");
    check("changeSkillgroup", &["7"], "CHANGESKILLGROUP", "<skill_group>7</skill_group>");
    for (function, cmd) in [("callOut", "CALLOUT"), ("callIvr", "CALLIVR")] {
        check(function, &["139", "010", "k=v"], cmd, "<callee>139</callee><caller>010</caller><args>k=v</args>");
        check(function, &["139"], cmd, "<callee>139</callee><caller></caller><args></args>");
    }
    let bare = [
        ("answerCall", "ANSWERCALL"),
        ("refuse", "REFUSE"),
        ("hangUp", "HANGUP"),
        ("flash", "FLASH"),
        ("requestHold", "REQUESTHOLD"),
        ("fetchHold", "FETCHHOLD"),
        ("muteOn", "MUTEON"),
        ("muteOff", "MUTEOFF"),
        ("requestIdle", "REQUESTIDLE"),
        ("requestRest", "REQUESTREST"),
        ("cancelRest", "CANCELREST"),
        ("requestDinner", "REQUESTDINNER"),
        ("requestTrain", "REQUESTTRAIN"),
        ("requestBathroom", "REQUESTBATHROOM"),
        ("workBusy", "WORKBUSY"),
        ("workFree", "WORKFREE"),
        ("doNotDisturb", "DONOTDISTURB"),
        ("getAllStatus", "GETALLSEATSTATUS"),
        ("talkmonitor", "TALKMONITOR"),
    ];
    for (function, cmd) in bare {
        check(function, &["surplus"], cmd, "");
    }
    let single = [
        ("changeStatus", "CHANGESTATUS", "status"),
        ("turnSlic", "TURNSLIC", "extension"),
        ("turnGroup", "TURNGROUP", "group"),
        ("turnOut", "TURNOUT", "callee"),
        ("requestOut", "REQUESTOUT", "callee"),
        ("requestIntercept", "REQUESTINTERCEPT", "extension"),
        ("requestSlic", "REQUESTSLIC", "extension"),
        ("callSeat", "CALLSEAT", "extension"),
        ("listenSlic", "LISTENSLIC", "extension"),
        ("insertSlic", "INSERTSLIC", "extension"),
        ("connectQueue", "CONNECTQUEUE", "caller"),
        ("forceldle", "FORCELDLE", "targetUserName"),
        ("forceBusy", "FORCEBUSY", "targetUserName"),
        ("forceOut", "FORCEOUT", "targetUserName"),
        ("subscribeClientStatus", "SUBSCRIBECLIENTSTATUS", "mode"),
        ("monitor", "MONITOR", "data"),
        ("listenmonitor", "LISTENMONITOR", "Uuid"),
        ("parkAgent", "PARKAGENT", "transfer"),
        ("monitorChangeFlow", "MONITORCHANGEFLOW", "flow_code"),
        ("gotoFlow", "GOTOFLOW", "FlowCode"),
        ("autoCall", "AUTOCALL", "data"),
        ("pauseTalk", "PAUSETALK", "pauseType"),
        ("playFile", "PLAYFILE", "filename"),
        ("boastMsg", "BOASTMSG", "data"),
        ("sendUserData", "SENDUSERDATA", "data"),
    ];
    for (function, cmd, property) in single {
        check(function, &["v"], cmd, &format!("<{property}>v</{property}>"));
        check(function, &[], cmd, &format!("<{property}></{property}>"));
    }
    check("requestSetTransfer", &["1", "139"], "REQUESTSETTRANSFER", "<mode>1</mode><callee>139</callee>");
    check("requestMsg", &["g", "hi"], "REQUESTMSG", "<group>g</group><data>hi</data>");
    check("sendMsg", &["you", "hi"], "SENDMSG", "<username>you</username><sender>me</sender><data>hi</data>");
    check("sendDtmf", &["5"], "SENDDTMF", "<dtmf>5</dtmf>");
    check("sendDtmf", &["5", "2"], "SENDDTMF", "<dtmf>5</dtmf><dtmf_type>2</dtmf_type>");
    check("reSet", &[], "RESET", "");
    check("reSet", &["you"], "RESET", "<targetusername>you</targetusername>");
    for (flag, param) in [("1", "true"), ("true", "true"), ("0", "false"), ("", "false")] {
        check("subscribe", &[flag], "GETREALTIMESTATUS", &format!("<param>{param}</param>"));
    }
    check(
        "askForAssistanceStart",
        &["42", "both"],
        "ASKFORASSISTANCE",
        "<enable>1</enable><args>detect:fastcall_asr:service_id=42 2 both</args>",
    );
    check("askForAssistanceStop", &["0"], "ASKFORASSISTANCE", "<enable>0</enable><args>0</args>");

    for row in API {
        assert!(seen.contains(&row.function), "{} is not in this table", row.function);
    }
    assert_eq!(Command::api("constructor", &[], ""), Err(ApiError::Unknown("constructor".into())));
}

#[test]
fn a_whole_line_byte_for_byte() {
    let line = Command::api("login", &["张三", "$2y$10$a&<b>"], "").unwrap().encode(Kind::Request, "77", 1_700_000_123_456);
    let body = "<body><cmd>LOGIN</cmd><ts>1700000123000</ts><gatewaydn></gatewaydn><no>1700000123000</no><version>FLASH CTILINK COMPONENT \
                V1.1</version><username>张三</username><passwd>$2y$10$a&amp;&lt;b&gt;</passwd><busy></busy><ext></ext><skill_group></skill_group></body>";
    let length = body.encode_utf16().count();
    assert_eq!(
        line,
        format!(
            "<request><sign>YjJkZjdhYTE0ZmU1MGY4MjdmYTNmMjljMzE5OGYzNzgzN2UxODU3OA==</sign><session_no>77</session_no><length>{length}</length>{body}</request>\n"
        )
    );
}

#[test]
fn keep_alives() {
    let ask = Command::keep_alive(false).encode(Kind::Request, "", 0);
    assert!(ask.starts_with("<request>") && ask.contains("<data>0</data>") && ask.ends_with("</request>\n"), "{ask}");
    let answer = Command::keep_alive(true).encode(Kind::Response, "", 0);
    assert!(answer.starts_with("<response>") && answer.contains("<data>1</data>") && answer.ends_with("</response>\n"), "{answer}");
}

proptest! {
    #[test]
    fn no_argument_breaks_out(a in any::<String>(), b in any::<String>()) {
        let line = Command::api("callOut", &[&a, &b], "").map(|command| command.encode(Kind::Request, &b, 0)).unwrap_or_default();
        prop_assert_eq!(line.matches('\n').count(), 1);
        let document = Document::parse(line.trim_end());
        let names = document.map(|document| document.fields.into_iter().map(|(name, _)| name).collect::<Vec<_>>());
        prop_assert_eq!(names, Ok(["ts", "gatewaydn", "no", "version", "callee", "caller", "args"].map(str::to_owned).to_vec()));
    }
}
