use leptos::prelude::*;
use patchcord_messages::{Account, AgentStatus, Command, Connection, LogIn, Snapshot};

use crate::{
    components::{Dot, StatusDot, Toggle},
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

/// The key of the words beside the dot.
pub(super) fn word(s: &Snapshot) -> &'static str {
    match dot(s) {
        Dot::Off => key!("statusLoggedOut"),
        Dot::Ready => key!("statusReady"),
        Dot::Away => key!("statusNotReady"),
        Dot::Trouble => key!("statusReconnecting"),
        Dot::Busy if controls::foremost(&s.calls).is_some_and(|call| controls::rank(call) == Rank::Incoming) => key!("callIncoming"),
        Dot::Busy => key!("statusInCall"),
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

/// Who is logged in, how the phone stands, and the switch for taking calls.
#[component]
pub(super) fn Status() -> impl IntoView {
    let phone = Phone::here();
    let account = phone.part(None, |s| match &s.log_in {
        LogIn::In { account: Account::Sip(account), .. } => Some(account.clone()),
        _ => None,
    });
    let dot_now = phone.part(Dot::Off, dot);
    let word_now = phone.part(key!("statusLoggedOut"), word);
    let is_ready = phone.part(true, ready);
    let pending = phone.part(false, |s| s.agent.pending.is_some());
    let title = move || {
        account.get().map(|account| {
            if account.display_name.is_empty() { account.user.clone() } else { format!("{} · {}", account.display_name, account.user) }
        })
    };
    let server = move || account.get().map(|account| account.server);
    view! {
        <section class="status" aria-label=t!("statusTitle")>
            <div class="status-line">
                <StatusDot dot=dot_now />
                <span class="status-word">{move || crate::words::look_up(word_now.get(), &[])}</span>
            </div>
            <p class="status-account" title=title><bdi>{title}</bdi></p>
            <p class="status-server" title=server><bdi>{server}</bdi></p>
            <Toggle label=t!("toggleReady") hint=t!("toggleReadyHint") on=is_ready busy=pending change=move |ready| phone.send(set_ready(ready)) />
        </section>
    }
    .into_any()
}
