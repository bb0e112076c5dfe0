use patchcord_messages::{Command, SipAccount};

use crate::{
    components::{Icon, button, card},
    dom::{El, el},
    phone::Phone,
    views::{log_in::log_in, status},
};

/// Who is logged in, and logging in and out.
pub(super) fn account_card() -> El {
    let phone = Phone::here();
    let stage = move || phone.read(|s| s.map(status::account));
    card("account", t!("optionsAccount"), None).redo(stage, move |stage| match stage {
        None => vec![el("p").class("opening").attr("role", "status").text(t!("linkOpening"))],
        Some(None) => vec![log_in()],
        Some(Some(account)) => {
            vec![
                status::status_line(),
                facts(account),
                button(t!("buttonLogOut")).icon(Icon::LogOut).press(move || phone.send(Command::LogOut)),
            ]
        }
    })
}

fn facts(account: &SipAccount) -> El {
    let facts = [
        (t!("fieldServer"), &account.server),
        (t!("fieldUser"), &account.user),
        (t!("fieldDisplayName"), &account.display_name),
        (t!("fieldDomain"), &account.domain),
        (t!("fieldAuthUser"), &account.auth_user),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let fact = |(label, value): (String, &String)| {
        el("div").class("fact").add(el("dt").text(label)).add(el("dd").add(el("bdi").text(value.as_str())))
    };
    el("dl").class("facts").all(facts.map(fact))
}
