use leptos::{ev::SubmitEvent, prelude::*};
use patchcord_messages::{Account, Command, LogIn, Problem, Secret, SipAccount};

use crate::{
    components::{Banner, Button, Disclosure, Field, Kind, Tone},
    phone::{Link, Phone},
    words,
};

/// The fields of a SIP account.
#[derive(Clone, Copy)]
struct Form {
    server: RwSignal<String>,
    user: RwSignal<String>,
    password: RwSignal<String>,
    display_name: RwSignal<String>,
    domain: RwSignal<String>,
    auth_user: RwSignal<String>,
    remember: RwSignal<bool>,
}

impl Form {
    fn new(account: &SipAccount) -> Self {
        Self {
            server: RwSignal::new(account.server.clone()),
            user: RwSignal::new(account.user.clone()),
            password: RwSignal::new(String::new()),
            display_name: RwSignal::new(account.display_name.clone()),
            domain: RwSignal::new(account.domain.clone()),
            auth_user: RwSignal::new(account.auth_user.clone()),
            remember: RwSignal::new(true),
        }
    }

    fn command(self) -> Command {
        let trimmed = |field: RwSignal<String>| field.with_untracked(|text| text.trim().to_owned());
        let account = SipAccount {
            server: trimmed(self.server),
            user: trimmed(self.user),
            display_name: trimmed(self.display_name),
            domain: trimmed(self.domain),
            auth_user: trimmed(self.auth_user),
        };
        Command::LogIn {
            account: Account::Sip(account),
            password: Secret::new(self.password.get_untracked()),
            remember: self.remember.get_untracked(),
        }
    }
}

/// Which field a problem is about, so that it is said there as well.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Server,
    User,
    Password,
    All,
}

fn about(problem: &Problem) -> About {
    match problem {
        Problem::ServerEmpty | Problem::ServerNotWebSocket { .. } | Problem::Unreachable { .. } | Problem::ServerSilent { .. } => {
            About::Server
        }
        Problem::UserEmpty | Problem::UserInvalid { .. } => About::User,
        Problem::WrongPassword => About::Password,
        _ => About::All,
    }
}

/// Logging in. What was typed stays when it fails.
#[component]
pub(super) fn LogInForm() -> impl IntoView {
    let phone = Phone::here();
    let form = Form::new(&SipAccount::default());
    let pending = phone.part(None, |s| match &s.log_in {
        LogIn::Pending { account: Account::Sip(account), .. } => Some(account.clone()),
        _ => None,
    });
    // A popup that was closed while logging in finds its fields again.
    Effect::new(move |_| {
        if let Some(account) = pending.get()
            && form.server.with_untracked(String::is_empty)
        {
            form.server.set(account.server);
            form.user.set(account.user);
            form.display_name.set(account.display_name);
            form.domain.set(account.domain);
            form.auth_user.set(account.auth_user);
        }
    });
    let refused = RwSignal::new(None::<Problem>);
    let reported = phone.part(None, |s| match &s.log_in {
        LogIn::Out { problem } => problem.clone(),
        _ => None,
    });
    let wrong = Memo::new(move |_| if pending.get().is_some() { None } else { refused.get().or_else(|| reported.get()) });
    let at = move |which: About| wrong.with(|wrong| wrong.as_ref().is_some_and(|wrong| about(wrong) == which));
    let busy = Memo::new(move |_| pending.get().is_some());
    let advanced = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || phone.link.get_untracked() != Link::Open {
            return;
        }
        refused.set(None);
        phone.ask(form.command(), move |problem| {
            // Giving up is no failure.
            refused.set(problem.filter(|problem| *problem != Problem::NotPossibleNow));
        });
    };
    let mark = move |which: About| Signal::derive(move || at(which).then(|| wrong.get().map(|wrong| words::say(&wrong.text()))).flatten());
    view! {
        <form class="log-in" novalidate on:submit=submit aria-label=t!("logInTitle")>
            {move || {
                wrong.get().filter(|wrong| about(wrong) == About::All).map(|wrong| view! { <Banner tone=Tone::Problem text=words::say(&wrong.text()) /> })
            }}
            <div class="unseen" role="alert">
                {move || wrong.get().filter(|wrong| about(wrong) != About::All).map(|wrong| words::say(&wrong.text()))}
            </div>
            <Field label=t!("fieldServer") value=form.server kind="url" autocomplete="url" example="wss://pbx.example.com:7443" problem=mark(About::Server) autofocus=true />
            <Field label=t!("fieldUser") value=form.user autocomplete="username" problem=mark(About::User) />
            <Field label=t!("fieldPassword") value=form.password kind="password" autocomplete="current-password" problem=mark(About::Password) />
            <Field label=t!("fieldDisplayName") value=form.display_name autocomplete="name" hint=t!("fieldDisplayNameHint") />
            <Disclosure label=t!("logInAdvanced") open=advanced>
                <Field label=t!("fieldDomain") value=form.domain hint=t!("fieldDomainHint") />
                <Field label=t!("fieldAuthUser") value=form.auth_user hint=t!("fieldAuthUserHint") />
            </Disclosure>
            <label class="check">
                <input type="checkbox" prop:checked=move || form.remember.get() on:change:target=move |event| form.remember.set(event.target().checked()) />
                <span>{t!("fieldRemember")}</span>
            </label>
            <div class="log-in-go">
                <Button
                    label=Signal::derive(move || if busy.get() { t!("loggingIn") } else { t!("buttonLogIn") })
                    kind=Kind::Primary
                    submit=true
                    disabled=busy
                    on_press=|_| {}
                />
                <Show when=move || busy.get()>
                    <Button label=t!("buttonCancel") on_press=move |_| phone.send(Command::LogOut) />
                </Show>
            </div>
        </form>
    }
    .into_any()
}
