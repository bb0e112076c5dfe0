//! The page's functions (manual chapter 4): names and arguments to what they ask for.

use patchcord_messages::{Millis, PageArg};

use super::{AutoAcw, Command, DEFAULT_PORT, Dial, ListType, Login};

/// What a page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiRequest {
    /// 4.2.
    Connect {
        /// Host, as the page gave it.
        server: String,
        /// Port.
        port: u16,
    },
    /// 4.3.
    Login {
        /// Who.
        login: Box<Login>,
        /// Time between heartbeats in milliseconds; none: no heartbeats.
        heartbeat: Option<Millis>,
    },
    /// 4.4.
    Logout,
    /// 4.5–4.22: a command that goes to the server as it is.
    Command(Command),
    /// 4.1: nothing for us to do.
    SetDebugMode,
}

/// Why a call of the page's asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The API has no function of this name (getters and `setCallBack` are answered on the page).
    Unknown(String),
    /// An argument that must be there is not, or is of no use.
    Argument(&'static str),
}

impl ApiRequest {
    /// Reads a call of the page's.
    ///
    /// # Errors
    /// [`ApiError`].
    pub fn parse(function: &str, args: &[PageArg]) -> Result<Self, ApiError> {
        let text = |index: usize| args.get(index).map(PageArg::to_text).unwrap_or_default();
        let needed = |index: usize, name: &'static str| {
            let text = text(index);
            if text.trim().is_empty() { Err(ApiError::Argument(name)) } else { Ok(text) }
        };
        let command = match function {
            "setDebugMode" => return Ok(Self::SetDebugMode),
            "connect" => {
                let port = text(1);
                let port = if port.is_empty() { Ok(DEFAULT_PORT) } else { port.trim().parse().map_err(|_| ApiError::Argument("port")) };
                return Ok(Self::Connect { server: needed(0, "server")?.trim().to_owned(), port: port? });
            }
            "login" => {
                // The manual's own example passes the number 0 here, where a reason is expected, and means none.
                let busy = match args.get(5) {
                    Some(PageArg::Number(number)) if *number == 0.0 => String::new(),
                    _ => text(5),
                };
                let login = Login {
                    agent: text(0),
                    extension: needed(1, "extension")?,
                    queue: text(2),
                    staffid: text(3),
                    skill: text(4),
                    busy,
                    secid: text(6),
                    secname: text(7),
                    autoacw: AutoAcw::parse(&text(8)),
                };
                return Ok(Self::Login { login: Box::new(login), heartbeat: heartbeat(&text(9)) });
            }
            "loginOut" => return Ok(Self::Logout),
            "busy" => Command::Busy(text(0)),
            "free" => Command::Idle,
            "dial" => Command::Dial(Box::new(Dial {
                number: needed(0, "phone")?,
                cusid: text(1),
                cusname: text(2),
                proid: text(3),
                proname: text(4),
            })),
            "hold" => Command::Hold,
            "unhold" => Command::Unhold,
            "hangup" => Command::Hangup,
            "threeWay" => Command::ThreeWay(needed(0, "extension")?),
            "transfer" => Command::Transfer(needed(0, "phone")?),
            "transferQueue" => Command::TransferQueue(needed(0, "queue")?),
            "transferIvr" => Command::TransferIvr(needed(0, "ivr")?),
            "pickUp" => Command::Pickup,
            "groupPickUp" => Command::GroupPickup(needed(0, "group")?),
            "extenPickUp" => Command::PickupExtension(needed(0, "exten")?),
            "spy" => Command::Spy(needed(0, "extension")?),
            "groupSpy" => Command::GroupSpy(needed(0, "group")?),
            "insertExtension" => Command::Insert(needed(0, "extension")?),
            "cutExtension" => Command::HangupExtension(needed(0, "extension")?),
            "getExtenList" => Command::GetExtensionList { list: ListType::parse(&text(0)), secid: text(1), queue: text(2) },
            other => return Err(ApiError::Unknown(other.to_owned())),
        };
        Ok(Self::Command(command))
    }
}

/// Seconds to milliseconds; nothing and what is not above zero switch heartbeats off.
fn heartbeat(text: &str) -> Option<Millis> {
    let seconds: f64 = text.trim().parse().ok()?;
    // A page's number may be anything; an hour is longer than any server waits.
    (seconds > 0.0).then_some((seconds.min(3600.0) * 1000.0) as Millis).map(|interval| interval.max(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(list: &[&str]) -> Vec<PageArg> {
        list.iter().map(|text| PageArg::Text((*text).to_owned())).collect()
    }

    /// Chapter 4, function by function (the getters 4.23–4.33 are in `page`).
    #[test]
    fn every_function_with_its_arguments() {
        let check = |function: &str, list: &[&str], expect: Command| {
            assert_eq!(ApiRequest::parse(function, &args(list)), Ok(ApiRequest::Command(expect)), "{function}");
        };
        check("busy", &["会议"], Command::Busy("会议".into()));
        check("free", &[], Command::Idle);
        let number = |number: &str| Dial { number: number.into(), ..Dial::default() };
        check("dial", &["13912345678"], Command::Dial(Box::new(number("13912345678"))));
        let full = Dial { cusid: "c".into(), cusname: "n".into(), proid: "p".into(), proname: "q".into(), ..number("139") };
        check("dial", &["139", "c", "n", "p", "q"], Command::Dial(Box::new(full)));
        check("hold", &[], Command::Hold);
        check("unhold", &[], Command::Unhold);
        check("hangup", &["surplus"], Command::Hangup);
        check("threeWay", &["601"], Command::ThreeWay("601".into()));
        check("transfer", &["601"], Command::Transfer("601".into()));
        check("transferQueue", &["kefu"], Command::TransferQueue("kefu".into()));
        check("transferIvr", &["01005"], Command::TransferIvr("01005".into()));
        check("pickUp", &[], Command::Pickup);
        check("groupPickUp", &["kefu"], Command::GroupPickup("kefu".into()));
        check("extenPickUp", &["601"], Command::PickupExtension("601".into()));
        check("spy", &["601"], Command::Spy("601".into()));
        check("groupSpy", &["1"], Command::GroupSpy("1".into()));
        check("insertExtension", &["601"], Command::Insert("601".into()));
        check("cutExtension", &["601"], Command::HangupExtension("601".into()));
        let list = |list, secid: &str, queue: &str| Command::GetExtensionList { list, secid: secid.into(), queue: queue.into() };
        check("getExtenList", &[], list(ListType::All, "", ""));
        check("getExtenList", &["agentidle", "7", "kefu"], list(ListType::AgentIdle, "7", "kefu"));
        assert_eq!(ApiRequest::parse("setDebugMode", &[]), Ok(ApiRequest::SetDebugMode));
        assert_eq!(ApiRequest::parse("loginOut", &[]), Ok(ApiRequest::Logout));
    }

    #[test]
    fn connect_takes_a_port_of_either_type() {
        let connect = |args: &[PageArg]| ApiRequest::parse("connect", args);
        let expect = |port| Ok(ApiRequest::Connect { server: "192.168.10.18".into(), port });
        let server = || PageArg::Text(" 192.168.10.18".into());
        assert_eq!(connect(&[server()]), expect(8080));
        assert_eq!(connect(&[server(), PageArg::Null]), expect(8080));
        assert_eq!(connect(&[server(), PageArg::Text("8081".into())]), expect(8081));
        assert_eq!(connect(&[server(), PageArg::Number(8081.0)]), expect(8081));
        assert_eq!(connect(&[server(), PageArg::Text("x".into())]), Err(ApiError::Argument("port")));
        assert_eq!(connect(&[]), Err(ApiError::Argument("server")));
    }

    #[test]
    fn the_manuals_example_logs_in_free() {
        let mut list = args(&["张三", "601", "kefu", "10601", "1"]);
        list.push(PageArg::Number(0.0));
        let Ok(ApiRequest::Login { login, heartbeat: None }) = ApiRequest::parse("login", &list) else { panic!("no login") };
        assert_eq!((login.agent.as_str(), login.staffid.as_str(), login.busy.as_str()), ("张三", "10601", ""));
    }

    #[test]
    fn a_full_login() {
        let list = args(&["张三", "601", "kefu", "10601", "1", "会议", "7", "客服部", "2", "30"]);
        let Ok(ApiRequest::Login { login, heartbeat }) = ApiRequest::parse("login", &list) else { panic!("no login") };
        assert_eq!(heartbeat, Some(30_000));
        assert_eq!((login.busy.as_str(), login.secid.as_str(), login.secname.as_str()), ("会议", "7", "客服部"));
        assert_eq!(login.autoacw, AutoAcw::Outbound);
    }

    #[test]
    fn heartbeats_at_or_below_zero_are_none() {
        for (seconds, expect) in [
            ("", None),
            ("0", None),
            ("-5", None),
            ("x", None),
            ("NaN", None),
            ("inf", Some(3_600_000)),
            ("0.1", Some(1_000)),
            ("5", Some(5_000)),
        ] {
            assert_eq!(heartbeat(seconds), expect, "{seconds}");
        }
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        assert_eq!(ApiRequest::parse("dial", &[]), Err(ApiError::Argument("phone")));
        assert_eq!(ApiRequest::parse("dial", &[PageArg::Null]), Err(ApiError::Argument("phone")));
        assert_eq!(ApiRequest::parse("login", &args(&["x"])), Err(ApiError::Argument("extension")));
        assert_eq!(ApiRequest::parse("toString", &[]), Err(ApiError::Unknown("toString".into())));
    }
}
