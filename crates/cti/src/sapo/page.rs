//! What a page hears: the vendor's callbacks, in the vendor's order (manual chapter 5), and the getters (4.23–4.33).

use super::{Caller, Login, ServerMessage, Status, TeamMember, parse_team};

/// One call of one of the page's functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The global function's name. Where there are several, the first that the page defines is called, and only it.
    pub functions: &'static [&'static str],
    /// Its arguments.
    pub args: Vec<Arg>,
}

/// An argument, of the manual's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// `String`.
    Text(String),
    /// `boolean`.
    Bool(bool),
}

impl Callback {
    fn new<const N: usize>(functions: &'static [&'static str], args: [&str; N]) -> Self {
        Self { functions, args: args.into_iter().map(|arg| Arg::Text(arg.to_owned())).collect() }
    }

    /// 5.1: the connection is there.
    #[must_use]
    pub fn connect() -> Self {
        Self::new(&["OnConnect_cb"], [])
    }

    /// 5.2: the connection is gone, for whatever reason.
    #[must_use]
    pub fn disconnect() -> Self {
        Self::new(&["OnDisconnect_cb"], [])
    }

    /// The name under which `setCallBack` knows this event: the function's name without `On` and `_cb`, as 5.16 shows.
    #[must_use]
    pub fn event_name(&self) -> String {
        let name = self.functions.first().copied().unwrap_or_default();
        let name = name.strip_suffix("_cb").unwrap_or(name);
        let name = name.strip_prefix("On").unwrap_or(name);
        let mut chars = name.chars();
        chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
    }
}

/// The callbacks that a message leads to, in order. `busy` is the busy reason that was known before the message: a
/// successful login reports it when the answer itself carries none.
#[must_use]
pub fn callbacks(message: &ServerMessage, busy: &str) -> Vec<Callback> {
    match message {
        ServerMessage::CallStatus { call, number } => vec![Callback::new(&["OnCallStatus_cb"], [call, number])],
        ServerMessage::OutboundRinging { number, callid } => vec![Callback::new(&["OnOutboundRinging_cb"], [number, callid])],
        ServerMessage::OutboundAnswered(far) => {
            vec![Callback::new(&["OnOutbound_cb"], [&far.number, &far.callid, &far.province, &far.city, &far.isp])]
        }
        ServerMessage::IncomingRinging(far) => vec![inbound(&["OnIncommingRing_cb"], far)],
        ServerMessage::IncomingAnswered(far) => vec![inbound(&["OnIncommingAnswer_cb"], far)],
        ServerMessage::Hangup => vec![Callback::new(&["OnHangup_cb"], []), free()],
        ServerMessage::StatusChanged(status) => {
            vec![Callback::new(&["OnStatusChanged_cb"], [&status.reg, &status.call, &status.agent, &status.busy, &status.number])]
        }
        ServerMessage::BusyStatus(reason) => vec![free_or_busy(reason)],
        ServerMessage::QueueStatus { idle, agent, guest, queue } => {
            vec![Callback::new(&["OnQueueStatusChanged_cb"], [idle, agent, guest, queue])]
        }
        ServerMessage::Response(response) => match (response.command.as_str(), response.success) {
            ("login", true) => {
                vec![Callback::new(&["OnLoginSuccess_cb"], []), free_or_busy(response.busy.as_deref().unwrap_or(busy))]
            }
            ("login", false) => vec![Callback::new(&["OnLoginFail_cb"], [&response.result])],
            // The manual writes Logout, the vendor's code LogOut.
            ("logout", true) => vec![Callback::new(&["OnLogoutSuccess_cb", "OnLogOutSuccess_cb"], [])],
            ("getExtensionList", true) => vec![Callback::new(&["extensionList_cb"], [&team_json(&parse_team(&response.result))])],
            (_, false) => vec![Callback::new(&["OnErrorNotice_cb"], [&response.result])],
            (_, true) => Vec::new(),
        },
        ServerMessage::AgentStatus(_) | ServerMessage::HeartbeatResponse | ServerMessage::Unknown(_) => Vec::new(),
    }
}

fn free() -> Callback {
    Callback::new(&["OnFree_cb"], [])
}

fn free_or_busy(reason: &str) -> Callback {
    if reason.is_empty() { free() } else { Callback::new(&["OnBusy_cb"], [reason]) }
}

fn inbound(functions: &'static [&'static str], far: &Caller) -> Callback {
    let mut callback = Callback::new(functions, [&far.number, &far.callid]);
    callback.args.push(Arg::Bool(far.autodial));
    callback.args.extend([&far.province, &far.city, &far.isp, &far.data].map(|text| Arg::Text(text.clone())));
    callback
}

/// The JSON array that 5.6 shows: every value a string.
#[must_use]
pub fn team_json(team: &[TeamMember]) -> String {
    let mut json = String::from("[");
    for (index, member) in team.iter().enumerate() {
        json.push_str(if index == 0 { "{" } else { ",{" });
        let fields = [
            ("exten", &member.exten),
            ("name", &member.name),
            ("loginId", &member.login_id),
            ("sector", &member.sector),
            ("group", &member.group),
            ("state", &member.state),
            ("busy", &member.busy),
        ];
        for (place, (key, value)) in fields.into_iter().enumerate() {
            json.push_str(if place == 0 { "\"" } else { ",\"" });
            json.push_str(key);
            json.push_str("\":\"");
            escape(value, &mut json);
            json.push('"');
        }
        json.push('}');
    }
    json.push(']');
    json
}

fn escape(text: &str, json: &mut String) {
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                json.push_str("\\u00");
                for shift in [4, 0] {
                    json.push(char::from_digit((u32::from(c) >> shift) & 15, 16).unwrap_or('0'));
                }
            }
            c => json.push(c),
        }
    }
}

/// What the getters answer. `None` is the page's `null`: not connected, or never told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Getters {
    /// Who is logged in (4.24–4.27).
    pub login: Option<Login>,
    /// The last states (4.28–4.33).
    pub status: Option<Status>,
}

impl Getters {
    /// The answer of a getter by its name in the API; `None` for the page's `null` and for names that the API does not have.
    #[must_use]
    pub fn get(&self, function: &str) -> Option<&str> {
        let login = self.login.as_ref();
        let status = self.status.as_ref();
        match function {
            "getVersion" => Some("2.17.0505"),
            "getExtension" => login.map(|login| login.extension.as_str()),
            "getAgentStaffid" => login.map(|login| login.staffid.as_str()),
            "getAgentName" => login.map(|login| login.agent.as_str()),
            "getSkill" => login.map(|login| login.skill.as_str()),
            "getNumber" => status.map(|status| status.number.as_str()),
            "getBusyState" => status.map(|status| status.busy.as_str()),
            "getAgentState" => status.map(|status| status.agent.as_str()),
            "getCallState" => status.map(|status| status.call.as_str()),
            "getRegState" => status.map(|status| status.reg.as_str()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
