use leptos::prelude::*;
use patchcord_messages::{Account, Command, LogIn};

use crate::{
    components::{Button, Card, Dot, Icon, StatusDot},
    phone::Phone,
    views::{log_in::LogInForm, status},
    words,
};

/// Who is logged in, and logging in and out.
#[component]
pub(super) fn AccountCard() -> impl IntoView {
    let phone = Phone::here();
    let account = phone.part(None, |s| match &s.log_in {
        LogIn::In { account: Account::Sip(account), .. } => Some(account.clone()),
        _ => None,
    });
    let ready = phone.part(false, |_| true);
    let dot = phone.part(Dot::Off, status::dot);
    let word = phone.part(key!("statusLoggedOut"), status::word);
    let facts = move || {
        let account = account.get().unwrap_or_default();
        [
            (t!("fieldServer"), account.server),
            (t!("fieldUser"), account.user),
            (t!("fieldDisplayName"), account.display_name),
            (t!("fieldDomain"), account.domain),
            (t!("fieldAuthUser"), account.auth_user),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| view! { <div class="fact"><dt>{label}</dt><dd><bdi>{value}</bdi></dd></div> }.into_any())
        .collect_view()
    };
    let logged_in = Memo::new(move |_| account.get().is_some());
    view! {
        <Card id="account" title=t!("optionsAccount")>
            <Show when=move || ready.get() fallback=|| view! { <p class="opening" role="status">{t!("linkOpening")}</p> }>
                <Show when=move || logged_in.get() fallback=|| view! { <LogInForm /> }>
                    <p class="status-line">
                        <StatusDot dot=dot />
                        <span class="status-word">{move || words::look_up(word.get(), &[])}</span>
                    </p>
                    <dl class="facts">{facts}</dl>
                    <Button label=t!("buttonLogOut") icon=Icon::LogOut on_press=move |_| phone.send(Command::LogOut) />
                </Show>
            </Show>
        </Card>
    }
    .into_any()
}
