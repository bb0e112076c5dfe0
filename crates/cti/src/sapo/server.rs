//! What the server says.

use core::fmt;

use super::Fields;

/// A message of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerMessage {
    /// 5.15 `call status`.
    CallStatus {
        /// One of the call states of 6.3.
        call: String,
        /// The far side's number.
        number: String,
    },
    /// 5.9 `outbound ringing`.
    OutboundRinging {
        /// The far side's number.
        number: String,
        /// The server's id of the call.
        callid: String,
    },
    /// 5.10 `outbound answered`.
    OutboundAnswered(Box<Caller>),
    /// 5.7 `incomming ringing` (sic).
    IncomingRinging(Box<Caller>),
    /// 5.8 `incomming answered` (sic).
    IncomingAnswered(Box<Caller>),
    /// 5.11 `hangup`.
    Hangup,
    /// 5.14 `status changed`.
    StatusChanged(Box<Status>),
    /// 5.12 and 5.13 `busy status`: the reason; empty: free.
    BusyStatus(String),
    /// 5.16 `queue status`.
    QueueStatus {
        /// Idle agents.
        idle: String,
        /// All agents.
        agent: String,
        /// Callers that wait.
        guest: String,
        /// The queue's name.
        queue: String,
    },
    /// `agent status`: nobody knows its fields; kept for the trace.
    AgentStatus(Fields),
    /// An answer to a command.
    Response(Box<Response>),
    /// An answer to a heartbeat.
    HeartbeatResponse,
    /// Something that this version does not know; kept for the trace.
    Unknown(Fields),
}

/// The far side of a call, as the server knows it. On outbound calls `autodial` and `data` are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// Its number.
    pub number: String,
    /// The server's id of the call.
    pub callid: String,
    /// The call comes from an automatic campaign.
    pub autodial: bool,
    /// Province of the number.
    pub province: String,
    /// City of the number.
    pub city: String,
    /// Carrier of the number.
    pub isp: String,
    /// Data that came with the call.
    pub data: String,
}

/// The states that the getters 4.28–4.33 answer from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The phone's registration (4.33).
    pub reg: String,
    /// The call's state (4.32, words of 6.3).
    pub call: String,
    /// The agent's log-in (4.31).
    pub agent: String,
    /// The busy reason (4.30); empty: free.
    pub busy: String,
    /// The far side's number (4.28); may be absent on the wire.
    pub number: String,
}

/// An answer to a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The command's name.
    pub command: String,
    /// Exactly `true` on the wire.
    pub success: bool,
    /// The reason, or the list.
    pub result: String,
    /// The busy reason that the server says to hold after a login.
    pub busy: Option<String>,
}

/// Why a frame is no message of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerError {
    /// No lines, or too long.
    NotAMessage,
    /// No line `messageType:…`.
    NoType,
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAMessage => "no `key:value` lines",
            Self::NoType => "no line `messageType:…`",
        })
    }
}

impl core::error::Error for ServerError {}

impl ServerMessage {
    /// Reads a message. Fields may stand in any order; absent ones are empty.
    ///
    /// # Errors
    /// [`ServerError`], if it is none.
    pub fn parse(message: &str) -> Result<Self, ServerError> {
        let fields = Fields::parse(message).ok_or(ServerError::NotAMessage)?;
        let kind = fields.get("messageType").ok_or(ServerError::NoType)?;
        let text = |key| fields.text(key);
        Ok(match (kind.trim(), fields.get("name").map(str::trim)) {
            ("event", Some("call status")) => Self::CallStatus { call: text("call"), number: text("number") },
            ("event", Some("outbound ringing")) => Self::OutboundRinging { number: text("number"), callid: text("callid") },
            ("event", Some("outbound answered")) => Self::OutboundAnswered(caller(&fields)),
            ("event", Some("incomming ringing")) => Self::IncomingRinging(caller(&fields)),
            ("event", Some("incomming answered")) => Self::IncomingAnswered(caller(&fields)),
            ("event", Some("hangup")) => Self::Hangup,
            ("event", Some("status changed")) => Self::StatusChanged(Box::new(Status {
                reg: text("reg"),
                call: text("call"),
                agent: text("agent"),
                busy: text("busy"),
                number: text("number"),
            })),
            ("event", Some("busy status")) => Self::BusyStatus(text("busy")),
            ("event", Some("queue status")) => {
                Self::QueueStatus { idle: text("idle"), agent: text("agent"), guest: text("guest"), queue: text("queue") }
            }
            ("event", Some("agent status")) => Self::AgentStatus(fields),
            ("command response", _) => Self::Response(Box::new(Response {
                command: text("command").trim().to_owned(),
                success: fields.get("success").is_some_and(|success| success.trim() == "true"),
                result: text("resultText"),
                busy: fields.get("busy").map(str::to_owned),
            })),
            ("heartbeat response", _) => Self::HeartbeatResponse,
            _ => Self::Unknown(fields),
        })
    }

    /// The message as a server sends it: what the test bench and the virtual socket speak.
    #[must_use]
    pub fn encode(&self) -> String {
        let event = |name| Fields::new("messageType", "event").with("name", name);
        match self {
            Self::CallStatus { call, number } => event("call status").with("call", call).with("number", number),
            Self::OutboundRinging { number, callid } => event("outbound ringing").with("number", number).with("callid", callid),
            Self::OutboundAnswered(far) => event("outbound answered")
                .with("number", &far.number)
                .with("callid", &far.callid)
                .with("province", &far.province)
                .with("city", &far.city)
                .with("isp", &far.isp),
            Self::IncomingRinging(far) => inbound(event("incomming ringing"), far),
            Self::IncomingAnswered(far) => inbound(event("incomming answered"), far),
            Self::Hangup => event("hangup"),
            Self::StatusChanged(status) => event("status changed")
                .with("reg", &status.reg)
                .with("call", &status.call)
                .with("agent", &status.agent)
                .with("busy", &status.busy)
                .with("number", &status.number),
            Self::BusyStatus(busy) => event("busy status").with("busy", busy),
            Self::QueueStatus { idle, agent, guest, queue } => {
                event("queue status").with("idle", idle).with("agent", agent).with("guest", guest).with("queue", queue)
            }
            Self::Response(response) => {
                let fields = Fields::new("messageType", "command response")
                    .with("command", &response.command)
                    .with("success", if response.success { "true" } else { "false" })
                    .with("resultText", &response.result);
                match &response.busy {
                    Some(busy) => fields.with("busy", busy),
                    None => fields,
                }
            }
            Self::HeartbeatResponse => Fields::new("messageType", "heartbeat response"),
            Self::AgentStatus(fields) | Self::Unknown(fields) => fields.clone(),
        }
        .to_message()
    }
}

fn caller(fields: &Fields) -> Box<Caller> {
    Box::new(Caller {
        number: fields.text("number"),
        callid: fields.text("callid"),
        autodial: fields.get("autodial").is_some_and(|auto| auto.trim() == "true"),
        province: fields.text("province"),
        city: fields.text("city"),
        isp: fields.text("isp"),
        data: fields.text("data"),
    })
}

fn inbound(fields: Fields, far: &Caller) -> Fields {
    fields
        .with("number", &far.number)
        .with("callid", &far.callid)
        .with("autodial", if far.autodial { "true" } else { "false" })
        .with("province", &far.province)
        .with("city", &far.city)
        .with("isp", &far.isp)
        .with("data", &far.data)
}

/// One extension of the team list (5.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamMember {
    /// Extension.
    pub exten: String,
    /// Name of the agent who uses it.
    pub name: String,
    /// The agent's staff id.
    pub login_id: String,
    /// Department.
    pub sector: String,
    /// Queue.
    pub group: String,
    /// State of the extension (6.3).
    pub state: String,
    /// Busy reason; empty: free.
    pub busy: String,
}

/// Reads the `resultText` of `getExtensionList`: records separated by `,`, fields by `|`. A record with too few fields gets
/// empty ones; an empty record is left out.
#[must_use]
pub fn parse_team(result: &str) -> Vec<TeamMember> {
    result
        .split(',')
        .filter(|record| !record.trim().is_empty())
        .map(|record| {
            let mut fields = record.split('|').map(|field| field.trim().to_owned());
            let mut next = || fields.next().unwrap_or_default();
            TeamMember { exten: next(), name: next(), login_id: next(), sector: next(), group: next(), state: next(), busy: next() }
        })
        .collect()
}

#[cfg(test)]
mod tests;
