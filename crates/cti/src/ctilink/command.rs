//! What the client says: one table for the page API, the phone and the wire.

use core::fmt;

use super::document::{Document, Kind};

/// A function of the vendor's API and the command that it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiRow {
    /// The function's name.
    pub function: &'static str,
    /// The command's name.
    pub cmd: &'static str,
    /// Its properties on the wire, in order, one for each argument where [`Self::shape`] says nothing else.
    pub properties: &'static [&'static str],
    /// How arguments become properties.
    pub shape: Shape,
}

/// How arguments become properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One for one; an absent argument is an empty element.
    Plain,
    /// As `Plain`, but the last property is left out when its argument is absent.
    LastOptional,
    /// A flag 0/1 that goes out as `false`/`true`.
    Flag,
    /// Receiver and text; the sender, our own user, goes between them.
    Message,
    /// Service id and ends, put together for the recogniser.
    AssistanceStart,
    /// Ends.
    AssistanceStop,
}

const fn row(function: &'static str, cmd: &'static str, properties: &'static [&'static str]) -> ApiRow {
    ApiRow { function, cmd, properties, shape: Shape::Plain }
}

const fn shaped(function: &'static str, cmd: &'static str, properties: &'static [&'static str], shape: Shape) -> ApiRow {
    ApiRow { function, cmd, properties, shape }
}

/// Every function that sends a command.
pub const API: &[ApiRow] = &[
    row("login", "LOGIN", &["username", "passwd", "busy", "ext", "skill_group"]),
    row("logout", "LOGOUT", &[]),
    row("changeSkillgroup", "CHANGESKILLGROUP", &["skill_group"]),
    row("callOut", "CALLOUT", &["callee", "caller", "args"]),
    row("callIvr", "CALLIVR", &["callee", "caller", "args"]),
    row("answerCall", "ANSWERCALL", &[]),
    row("refuse", "REFUSE", &[]),
    row("hangUp", "HANGUP", &[]),
    row("flash", "FLASH", &[]),
    shaped("sendDtmf", "SENDDTMF", &["dtmf", "dtmf_type"], Shape::LastOptional),
    row("requestHold", "REQUESTHOLD", &[]),
    row("fetchHold", "FETCHHOLD", &[]),
    row("muteOn", "MUTEON", &[]),
    row("muteOff", "MUTEOFF", &[]),
    row("requestIdle", "REQUESTIDLE", &[]),
    row("requestRest", "REQUESTREST", &[]),
    row("cancelRest", "CANCELREST", &[]),
    row("requestDinner", "REQUESTDINNER", &[]),
    row("requestTrain", "REQUESTTRAIN", &[]),
    row("requestBathroom", "REQUESTBATHROOM", &[]),
    row("workBusy", "WORKBUSY", &[]),
    row("workFree", "WORKFREE", &[]),
    row("doNotDisturb", "DONOTDISTURB", &[]),
    row("changeStatus", "CHANGESTATUS", &["status"]),
    row("turnSlic", "TURNSLIC", &["extension"]),
    row("turnGroup", "TURNGROUP", &["group"]),
    row("turnOut", "TURNOUT", &["callee"]),
    row("requestSetTransfer", "REQUESTSETTRANSFER", &["mode", "callee"]),
    row("requestOut", "REQUESTOUT", &["callee"]),
    row("requestIntercept", "REQUESTINTERCEPT", &["extension"]),
    row("requestSlic", "REQUESTSLIC", &["extension"]),
    row("callSeat", "CALLSEAT", &["extension"]),
    row("listenSlic", "LISTENSLIC", &["extension"]),
    row("insertSlic", "INSERTSLIC", &["extension"]),
    row("connectQueue", "CONNECTQUEUE", &["caller"]),
    // The vendor's spelling.
    row("forceldle", "FORCELDLE", &["targetUserName"]),
    row("forceBusy", "FORCEBUSY", &["targetUserName"]),
    row("forceOut", "FORCEOUT", &["targetUserName"]),
    shaped("reSet", "RESET", &["targetusername"], Shape::LastOptional),
    row("subscribeClientStatus", "SUBSCRIBECLIENTSTATUS", &["mode"]),
    shaped("subscribe", "GETREALTIMESTATUS", &["param"], Shape::Flag),
    row("getAllStatus", "GETALLSEATSTATUS", &[]),
    row("monitor", "MONITOR", &["data"]),
    row("listenmonitor", "LISTENMONITOR", &["Uuid"]),
    row("talkmonitor", "TALKMONITOR", &[]),
    row("parkAgent", "PARKAGENT", &["transfer"]),
    row("monitorChangeFlow", "MONITORCHANGEFLOW", &["flow_code"]),
    row("gotoFlow", "GOTOFLOW", &["FlowCode"]),
    row("autoCall", "AUTOCALL", &["data"]),
    row("pauseTalk", "PAUSETALK", &["pauseType"]),
    row("playFile", "PLAYFILE", &["filename"]),
    shaped("sendMsg", "SENDMSG", &["username", "sender", "data"], Shape::Message),
    row("boastMsg", "BOASTMSG", &["data"]),
    row("requestMsg", "REQUESTMSG", &["group", "data"]),
    row("sendUserData", "SENDUSERDATA", &["data"]),
    shaped("askForAssistanceStart", "ASKFORASSISTANCE", &["enable", "args"], Shape::AssistanceStart),
    shaped("askForAssistanceStop", "ASKFORASSISTANCE", &["enable", "args"], Shape::AssistanceStop),
];

/// A command, ready for the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    cmd: &'static str,
    properties: Vec<(&'static str, String)>,
}

/// Why there is no such command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The vendor's API has no function of this name.
    Unknown(String),
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Unknown(function) = self;
        write!(f, "CtiLink has no function `{function}`")
    }
}

impl core::error::Error for ApiError {}

impl Command {
    /// The command that a function of the API sends. Arguments that are absent or empty become empty elements; surplus ones are
    /// dropped. `own_user` is the user who is logged in.
    ///
    /// # Errors
    /// [`ApiError::Unknown`], if the API has no such function.
    pub fn api(function: &str, args: &[&str], own_user: &str) -> Result<Self, ApiError> {
        let row = API.iter().find(|row| row.function == function).ok_or_else(|| ApiError::Unknown(function.to_owned()))?;
        let arg = |index: usize| args.get(index).copied().unwrap_or_default();
        let values: Vec<String> = match row.shape {
            Shape::Plain => (0..row.properties.len()).map(|index| arg(index).to_owned()).collect(),
            Shape::LastOptional => {
                let count = row.properties.len();
                let given = if arg(count - 1).is_empty() { count - 1 } else { count };
                (0..given).map(|index| arg(index).to_owned()).collect()
            }
            Shape::Flag => vec![matches!(arg(0), "1" | "true").to_string()],
            Shape::Message => vec![arg(0).to_owned(), own_user.to_owned(), arg(1).to_owned()],
            Shape::AssistanceStart => {
                vec!["1".to_owned(), format!("detect:fastcall_asr:service_id={} 2 {}", arg(0), arg(1))]
            }
            Shape::AssistanceStop => vec!["0".to_owned(), arg(0).to_owned()],
        };
        Ok(Self { cmd: row.cmd, properties: row.properties.iter().copied().zip(values).collect() })
    }

    /// The keep-alive: a question, or the answer to one.
    #[must_use]
    pub fn keep_alive(answer: bool) -> Self {
        Self { cmd: "KEEPALIVE", properties: vec![("data", if answer { "1" } else { "0" }.to_owned())] }
    }

    /// Its name on the wire.
    #[must_use]
    pub fn cmd(&self) -> &'static str {
        self.cmd
    }

    /// The line for the wire. `unix_ms` is the time in milliseconds since 1970; `kind` is a request for everything but the answer
    /// to a keep-alive.
    #[must_use]
    pub fn encode(&self, kind: Kind, session_no: &str, unix_ms: u64) -> String {
        let mut document = Document::new(kind, self.cmd);
        session_no.clone_into(&mut document.session_no);
        document.fields = self.properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        document.encode_as_client(unix_ms)
    }
}

#[cfg(test)]
mod tests;
