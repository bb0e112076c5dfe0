//! What the client says (manual chapter 4).

use core::fmt;

use super::Fields;

/// A command to the server. The order of a command's fields on the wire is fixed; [`Command::encode`] keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// 4.3.
    Login(Box<Login>),
    /// 4.4 (`loginOut`).
    Logout,
    /// 4.5, with the reason.
    Busy(String),
    /// 4.6 (`free`).
    Idle,
    /// 4.7.
    Dial(Box<Dial>),
    /// 4.8.
    Hold,
    /// 4.9.
    Unhold,
    /// 4.10.
    Hangup,
    /// 4.11: the extension or number to bring in.
    ThreeWay(String),
    /// 4.12: an extension.
    Transfer(String),
    /// 4.13: a queue.
    TransferQueue(String),
    /// 4.14: an IVR node.
    TransferIvr(String),
    /// 4.15: any ringing call.
    Pickup,
    /// 4.16: one that rings in this group.
    GroupPickup(String),
    /// 4.17: the one that rings at this extension.
    PickupExtension(String),
    /// 4.18: listen to this extension.
    Spy(String),
    /// 4.19: listen to this group.
    GroupSpy(String),
    /// 4.20 (`insertExtension`): barge in.
    Insert(String),
    /// 4.21 (`cutExtension`): end that extension's call.
    HangupExtension(String),
    /// 4.22 (`getExtenList`).
    GetExtensionList {
        /// 6.2; anything else the page may send is passed on.
        list: ListType,
        /// Department id, or nothing.
        secid: String,
        /// Queue (the API calls it group), or nothing.
        queue: String,
    },
    /// Keeps the connection (4.3).
    Heartbeat,
}

/// Who logs in (4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Login {
    /// The agent's name.
    pub agent: String,
    /// Extension.
    pub extension: String,
    /// Queue (技能组).
    pub queue: String,
    /// Staff id (工号).
    pub staffid: String,
    /// Busy with this reason after the login; nothing: free.
    pub busy: String,
    /// Skill value.
    pub skill: String,
    /// Department id.
    pub secid: String,
    /// Department name.
    pub secname: String,
    /// After-call work.
    pub autoacw: AutoAcw,
}

/// When after-call work begins by itself (6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoAcw {
    /// 0: never.
    #[default]
    Off,
    /// 1: after inbound calls.
    Inbound,
    /// 2: after outbound calls.
    Outbound,
    /// 3: after all calls.
    All,
}

impl AutoAcw {
    /// From a page's argument or the wire: whatever is not 1, 2 or 3 is off.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "1" => Self::Inbound,
            "2" => Self::Outbound,
            "3" => Self::All,
            _ => Self::Off,
        }
    }

    /// As the wire has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "0",
            Self::Inbound => "1",
            Self::Outbound => "2",
            Self::All => "3",
        }
    }
}

/// An outbound call (4.7). All but the number may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dial {
    /// The number, with the site's prefixes (6.4).
    pub number: String,
    /// Customer id.
    pub cusid: String,
    /// Customer name.
    pub cusname: String,
    /// Project id.
    pub proid: String,
    /// Project name.
    pub proname: String,
}

/// Which extensions to list (6.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListType {
    /// All extensions.
    #[default]
    All,
    /// Idle extensions.
    Idle,
    /// Extensions with an agent.
    Agent,
    /// Extensions with an idle agent.
    AgentIdle,
    /// What the manual does not know, as the page sent it.
    Other(String),
}

impl ListType {
    /// From a page's argument or the wire; nothing means all.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "" | "all" => Self::All,
            "idle" => Self::Idle,
            "agent" => Self::Agent,
            "agentidle" => Self::AgentIdle,
            other => Self::Other(other.to_owned()),
        }
    }

    /// As the wire has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::All => "all",
            Self::Idle => "idle",
            Self::Agent => "agent",
            Self::AgentIdle => "agentidle",
            Self::Other(other) => other,
        }
    }
}

/// Why a frame is no command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// No lines, or too long.
    NotAMessage,
    /// The first line is not `command:…`.
    NoCommand,
    /// A name that the protocol does not have.
    Unknown(String),
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAMessage => f.write_str("no `key:value` lines"),
            Self::NoCommand => f.write_str("the first line is not `command:…`"),
            Self::Unknown(name) => write!(f, "unknown command `{name}`"),
        }
    }
}

impl core::error::Error for CommandError {}

impl Command {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Login(_) => "login",
            Self::Logout => "logout",
            Self::Busy(_) => "busy",
            Self::Idle => "idle",
            Self::Dial(_) => "dial",
            Self::Hold => "hold",
            Self::Unhold => "unhold",
            Self::Hangup => "hangup",
            Self::ThreeWay(_) => "threeWay",
            Self::Transfer(_) => "transfer",
            Self::TransferQueue(_) => "transferQueue",
            Self::TransferIvr(_) => "transferIvr",
            Self::Pickup => "pickup",
            Self::GroupPickup(_) => "groupPickup",
            Self::PickupExtension(_) => "pickupExtension",
            Self::Spy(_) => "spy",
            Self::GroupSpy(_) => "groupSpy",
            Self::Insert(_) => "insert",
            Self::HangupExtension(_) => "hangupExtension",
            Self::GetExtensionList { .. } => "getExtensionList",
            Self::Heartbeat => "heartbeat",
        }
    }

    /// The message. No value can add a line to it.
    #[must_use]
    pub fn encode(&self) -> String {
        let fields = Fields::new("command", self.name());
        match self {
            Self::Login(login) => fields
                .with("agent", &login.agent)
                .with("extension", &login.extension)
                .with("queue", &login.queue)
                .with("staffid", &login.staffid)
                .with("busyString", &login.busy)
                .with("skill", &login.skill)
                .with("secid", &login.secid)
                .with("secname", &login.secname)
                .with("autoacw", login.autoacw.as_str()),
            Self::Busy(reason) => fields.with("busyString", reason),
            Self::Dial(dial) => fields
                .with("dialString", &dial.number)
                .with("cusid", &dial.cusid)
                .with("cusname", &dial.cusname)
                .with("proid", &dial.proid)
                .with("proname", &dial.proname),
            Self::ThreeWay(number) | Self::Transfer(number) => fields.with("dialString", number),
            Self::TransferQueue(queue) => fields.with("queue", queue),
            Self::TransferIvr(ivr) => fields.with("ivr", ivr),
            Self::GroupPickup(group) | Self::GroupSpy(group) => fields.with("group", group),
            Self::PickupExtension(extension) | Self::Spy(extension) | Self::Insert(extension) | Self::HangupExtension(extension) => {
                fields.with("extension", extension)
            }
            Self::GetExtensionList { list, secid, queue } => fields.with("type", list.as_str()).with("secid", secid).with("queue", queue),
            Self::Logout | Self::Idle | Self::Hold | Self::Unhold | Self::Hangup | Self::Pickup | Self::Heartbeat => fields,
        }
        .to_message()
    }

    /// Reads a command, as a server does. The slips of the vendor's client 2.17.0505 are understood: `insert` and
    /// `hangupExtension` without the line break before `extension`, `pickupExtension` without the colon after it.
    ///
    /// # Errors
    /// [`CommandError`], if it is none.
    pub fn parse(message: &str) -> Result<Self, CommandError> {
        let fields = Fields::parse(message).ok_or(CommandError::NotAMessage)?;
        let Some(("command", name)) = fields.first() else { return Err(CommandError::NoCommand) };
        for (slip, command) in
            [("insertextension:", Self::Insert as fn(String) -> Self), ("hangupExtensionextension:", Self::HangupExtension)]
        {
            if let Some(extension) = name.strip_prefix(slip) {
                return Ok(command(extension.to_owned()));
            }
        }
        let text = |key| fields.text(key);
        Ok(match name.trim() {
            "login" => Self::Login(Box::new(Login {
                agent: text("agent"),
                extension: text("extension"),
                queue: text("queue"),
                staffid: text("staffid"),
                busy: text("busyString"),
                skill: text("skill"),
                secid: text("secid"),
                secname: text("secname"),
                autoacw: AutoAcw::parse(&text("autoacw")),
            })),
            "logout" => Self::Logout,
            "busy" => Self::Busy(text("busyString")),
            "idle" => Self::Idle,
            "dial" => Self::Dial(Box::new(Dial {
                number: text("dialString"),
                cusid: text("cusid"),
                cusname: text("cusname"),
                proid: text("proid"),
                proname: text("proname"),
            })),
            "hold" => Self::Hold,
            "unhold" => Self::Unhold,
            "hangup" => Self::Hangup,
            "threeWay" => Self::ThreeWay(text("dialString")),
            "transfer" => Self::Transfer(text("dialString")),
            "transferQueue" => Self::TransferQueue(text("queue")),
            "transferIvr" => Self::TransferIvr(text("ivr")),
            "pickup" => Self::Pickup,
            "groupPickup" => Self::GroupPickup(text("group")),
            "pickupExtension" => Self::PickupExtension(fields.get("extension").map_or_else(|| without_colon(message), str::to_owned)),
            "spy" => Self::Spy(text("extension")),
            "groupSpy" => Self::GroupSpy(text("group")),
            "insert" => Self::Insert(text("extension")),
            "hangupExtension" => Self::HangupExtension(text("extension")),
            "getExtensionList" => {
                Self::GetExtensionList { list: ListType::parse(&text("type")), secid: text("secid"), queue: text("queue") }
            }
            "heartbeat" => Self::Heartbeat,
            other => return Err(CommandError::Unknown(other.to_owned())),
        })
    }
}

/// The slip of `pickupExtension`: a line `extension601`.
fn without_colon(message: &str) -> String {
    message.lines().find_map(|line| line.trim_end().strip_prefix("extension")).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
