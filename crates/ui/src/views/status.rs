use patchcord_messages::{Account, AgentStatus, Command, Connection, LogIn, SipAccount, Snapshot};

use crate::{
    components::{Dot, status_dot, toggle},
    dom::{El, el, live},
    logic::controls::{self, Rank},
    phone::Phone,
};

/// What the dot says of a phone.
pub(super) fn dot(s: &Snapshot) -> Dot {
    match &s.log_in {
        LogIn::In { connection: Connection::Registered { .. }, .. } if s.calls.iter().any(|call| call.state.is_live()) => Dot::Busy,
        LogIn::In { connection: Connection::Registered { .. }, .. } => match s.agent.current {
            AgentStatus::Ready => Dot::Ready,
            _ => Dot::Away,
        },
        LogIn::In { .. } => Dot::Trouble,
        _ => Dot::Off,
    }
}

/// The words beside the dot.
pub(super) fn word(s: Option<&Snapshot>) -> String {
    let Some(s) = s else { return t!("linkOpening") };
    match dot(s) {
        Dot::Off => t!("statusLoggedOut"),
        Dot::Ready => t!("statusReady"),
        Dot::Away => t!("statusNotReady"),
        Dot::Trouble => t!("statusReconnecting"),
        Dot::Busy if controls::foremost(&s.calls).is_some_and(|call| controls::rank(call) == Rank::Incoming) => t!("callIncoming"),
        Dot::Busy => t!("statusInCall"),
    }
}

/// The account, once logged in.
pub(super) fn account(s: &Snapshot) -> Option<SipAccount> {
    match &s.log_in {
        LogIn::In { account: Account::Sip(account), .. } => Some(account.clone()),
        _ => None,
    }
}

/// Whether the agent takes calls, as it will be: what was asked for counts before what holds.
pub(super) fn ready(s: &Snapshot) -> bool {
    matches!(s.agent.pending.as_ref().unwrap_or(&s.agent.current), AgentStatus::Ready)
}

/// What "Ready for calls" asks for.
pub(super) fn set_ready(ready: bool) -> Command {
    let status = if ready { AgentStatus::Ready } else { AgentStatus::NotReady { reason: String::new() } };
    Command::SetAgent { status }
}

/// Dot and words in a line.
pub(super) fn status_line() -> El {
    let phone = Phone::here();
    el("p")
        .class("status-line")
        .add(status_dot(move || phone.part(dot)))
        .add(el("span").class("status-word").text(live(move || phone.read(word))))
}

/// Who is logged in, how the phone stands, and the switch for taking calls.
pub(super) fn status() -> El {
    let phone = Phone::here();
    let who = move || {
        let account = phone.part(account).unwrap_or_default();
        if account.display_name.is_empty() { account.user } else { format!("{} · {}", account.display_name, account.user) }
    };
    let server = move || phone.part(account).unwrap_or_default().server;
    let line = |class: &str, text: crate::dom::Words| el("p").class(class).say("title", text.clone()).add(el("bdi").text(text));
    let ready = toggle(t!("toggleReady"), move || phone.part(ready))
        .hint(t!("toggleReadyHint"))
        .busy(move || phone.part(|s| s.agent.pending.is_some()));
    el("section")
        .class("status")
        .attr("aria-label", &t!("statusTitle"))
        .add(status_line())
        .add(line("status-account", live(who)))
        .add(line("status-server", live(server)))
        .add(ready.change(move |ready| phone.send(set_ready(ready))))
}
