//! What the server says, and which of the page's functions hear it.

use super::document::Document;

/// A message of the server and the callback that it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// The message's `cmd`.
    pub cmd: &'static str,
    /// The method of the page's `CtiLink` object.
    pub function: &'static str,
    /// The elements that become its arguments, in order. `request` is the result code.
    pub elements: &'static [&'static str],
}

const fn row(cmd: &'static str, function: &'static str, elements: &'static [&'static str]) -> EventRow {
    EventRow { cmd, function, elements }
}

const MONITOR: &[&str] = &["callee", "caller", "callno", "confno", "icalltype", "msg", "no", "project_no", "task_no", "ts"];
const RESULT: &[&str] = &["request", "info"];

/// Every message with a callback of its own.
pub const EVENTS: &[EventRow] = &[
    row("ONSTATUS", "onStatus", &["targetusername", "status", "statustime", "caller", "callee", "extension"]),
    row(
        "ONRING",
        "onRing",
        &["callee", "caller", "callno", "confno", "icalltype", "msg", "no", "project_no", "task_no", "ts", "xfer_type", "xfer_ext"],
    ),
    row("ONANSWER", "onAnswer", &["caller", "callee", "confno", "callno", "fileName"]),
    row("ONDIALING", "onDialing", &["caller", "callee", "confno", "callno"]),
    row("ONDIALSUCCESS", "onDialSuccess", &["caller", "callee", "confno", "callno", "fileName"]),
    row("ONDIALFAIL", "onDialFail", &["caller", "callee", "confno", "callno", "reason"]),
    row("ONNOANSWER", "onNoAnswer", &["caller", "callee", "confno", "callno"]),
    row("ONOFFTALK", "onOffTalk", &["caller", "callee", "confno", "callno", "endDirection"]),
    row("ONONHOOK", "onOnHook", &["caller", "callee", "callno", "confno", "icalltype", "hangup_disposition"]),
    row("ONOFFHOOK", "onOffHook", &["extension"]),
    row("ONQUEUE", "onQueue", &["caller"]),
    row("ONQUEUEOFF", "onQueueOff", &["caller"]),
    row("ONMSG", "onMsg", &["username", "data"]),
    row("ONASRRESULT", "onAsrResult", &["msg", "channel_type"]),
    row("ONUSERDATA", "onUserData", &["data"]),
    row("ONDISCONNECTED", "onDisconnected", &["msg"]),
    row("LOGOUT", "onLogout", &["reason"]),
    row("CHANGESKILLGROUP", "onChangeSkillGroup", &["skill_group", "request", "info"]),
    row("MONITOR", "onMonitor", &["info"]),
    row("LISTENMONITOR", "OnStartlistenmonitor", &["uuid", "info"]),
    row("TALKMONITOR", "onTalkMonitor", RESULT),
    row("ONCREATEMONITOR", "OnCreatEmonitor", MONITOR),
    row("ONMONITORMSG", "onMonitorMsg", MONITOR),
    row(
        "ONRELEASEMONITOR",
        "onReleaseMonitor",
        &["callee", "caller", "callno", "confno", "icalltype", "msg", "no", "project_no", "task_no", "ts", "hangup"],
    ),
    row("CALLOUT", "onCallOut", RESULT),
    row("CALLIVR", "onCallIvr", RESULT),
    row("WORKBUSY", "onWorkBusy", RESULT),
    row("MUTEON", "onMuteOn", RESULT),
    row("MUTEOFF", "onMuteOff", RESULT),
    row("GETREALTIMESTATUS", "onSubscribe", RESULT),
    row("SUBSCRIBECLIENTSTATUS", "onSubscribeClientStatus", RESULT),
    row("ASKFORASSISTANCE", "onAskFoRAssistance", &["data"]),
];

/// One call of a method of the page's `CtiLink` object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The method.
    pub function: &'static str,
    /// Its arguments; `None` is the page's `null`: the element was not there.
    pub args: Vec<Option<String>>,
}

impl Callback {
    /// A callback with these texts.
    #[must_use]
    pub fn new(function: &'static str, args: &[&str]) -> Self {
        Self { function, args: args.iter().map(|arg| Some((*arg).to_owned())).collect() }
    }
}

/// The callbacks that a message leads to, in order. `LOGIN` and `KEEPALIVE` are the client's own affair: see
/// [`Client`](super::Client).
#[must_use]
pub fn callbacks(document: &Document) -> Vec<Callback> {
    let mut calls = Vec::new();
    if document.code() == Some(400) {
        calls.push(Callback::new("onError", &[document.get("info").unwrap_or_default()]));
    }
    if let Some(row) = EVENTS.iter().find(|row| row.cmd == document.cmd) {
        let args = row.elements.iter().map(|element| document.get(element).map(str::to_owned)).collect();
        calls.push(Callback { function: row.function, args });
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ctilink::document::Kind;

    /// Each row of the wire document's second table: command, callback, arguments in order.
    #[test]
    fn every_message_calls_what_the_table_says() {
        let mut seen = Vec::new();
        let mut check = |cmd: &'static str, function: &str, elements: &str| {
            let elements: Vec<_> = elements.split_whitespace().collect();
            // In reverse, since nothing promises their order, and once without the last.
            let mut document = Document::new(Kind::Response, cmd);
            for element in elements.iter().rev() {
                document = document.with(&element.to_uppercase(), &format!("<{element}>"));
            }
            let read = Document::parse(document.encode_as_server().trim_end()).unwrap();
            let calls = callbacks(&read);
            assert_eq!(calls.len(), 1, "{cmd}");
            assert_eq!(calls[0].function, function);
            assert_eq!(calls[0].args, elements.iter().map(|element| Some(format!("<{element}>"))).collect::<Vec<_>>(), "{cmd}");
            document.fields.remove(0);
            let calls = callbacks(&document);
            assert_eq!(calls[0].args.last(), Some(&None), "{cmd}: an absent element is null");
            seen.push(cmd);
        };
        check("ONSTATUS", "onStatus", "targetusername status statustime caller callee extension");
        check("ONRING", "onRing", "callee caller callno confno icalltype msg no project_no task_no ts xfer_type xfer_ext");
        check("ONANSWER", "onAnswer", "caller callee confno callno fileName");
        check("ONDIALING", "onDialing", "caller callee confno callno");
        check("ONDIALSUCCESS", "onDialSuccess", "caller callee confno callno fileName");
        check("ONDIALFAIL", "onDialFail", "caller callee confno callno reason");
        check("ONNOANSWER", "onNoAnswer", "caller callee confno callno");
        check("ONOFFTALK", "onOffTalk", "caller callee confno callno endDirection");
        check("ONONHOOK", "onOnHook", "caller callee callno confno icalltype hangup_disposition");
        check("ONOFFHOOK", "onOffHook", "extension");
        check("ONQUEUE", "onQueue", "caller");
        check("ONQUEUEOFF", "onQueueOff", "caller");
        check("ONMSG", "onMsg", "username data");
        check("ONASRRESULT", "onAsrResult", "msg channel_type");
        check("ONUSERDATA", "onUserData", "data");
        check("ONDISCONNECTED", "onDisconnected", "msg");
        check("LOGOUT", "onLogout", "reason");
        check("CHANGESKILLGROUP", "onChangeSkillGroup", "skill_group request info");
        check("MONITOR", "onMonitor", "info");
        check("LISTENMONITOR", "OnStartlistenmonitor", "uuid info");
        check("ONCREATEMONITOR", "OnCreatEmonitor", "callee caller callno confno icalltype msg no project_no task_no ts");
        check("ONMONITORMSG", "onMonitorMsg", "callee caller callno confno icalltype msg no project_no task_no ts");
        check("ONRELEASEMONITOR", "onReleaseMonitor", "callee caller callno confno icalltype msg no project_no task_no ts hangup");
        for (cmd, function) in [
            ("TALKMONITOR", "onTalkMonitor"),
            ("CALLOUT", "onCallOut"),
            ("CALLIVR", "onCallIvr"),
            ("WORKBUSY", "onWorkBusy"),
            ("MUTEON", "onMuteOn"),
            ("MUTEOFF", "onMuteOff"),
            ("GETREALTIMESTATUS", "onSubscribe"),
            ("SUBSCRIBECLIENTSTATUS", "onSubscribeClientStatus"),
        ] {
            check(cmd, function, "request info");
        }
        check("ASKFORASSISTANCE", "onAskFoRAssistance", "data");
        for row in EVENTS {
            assert!(seen.contains(&row.cmd), "{} is not in this table", row.cmd);
        }
    }

    #[test]
    fn code_400_is_an_error_on_any_command() {
        let document = Document::new(Kind::Response, "CALLOUT").with("request", "400").with("info", "no trunk");
        let functions: Vec<_> = callbacks(&document).into_iter().map(|call| call.function).collect();
        assert_eq!(functions, ["onError", "onCallOut"]);
        let unknown = Document::new(Kind::Response, "NEWTHING").with("request", "400").with("info", "x");
        assert_eq!(callbacks(&unknown), [Callback::new("onError", &["x"])]);
        assert!(callbacks(&Document::new(Kind::Request, "NEWTHING")).is_empty());
    }

    #[test]
    fn commands_are_compared_without_case() {
        let read = Document::parse("<response><BODY><Cmd>onQueue</Cmd><Caller>139</Caller></BODY></response>").unwrap();
        assert_eq!(callbacks(&read), [Callback::new("onQueue", &["139"])]);
    }
}
