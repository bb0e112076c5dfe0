use leptos::reactive::{
    graph::untrack,
    signal::RwSignal,
    traits::{Get, GetUntracked, Set},
};
use patchcord_messages::{Account, Command, LogIn, Problem, Secret, SipAccount};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::{
    components::{Banner, Kind, Tone, banner, button, disclosure, field},
    dom::{El, el, follow, live},
    phone::{Link, Phone},
    words,
};

/// The fields of a SIP account, and what was wrong with them the last time.
#[derive(Clone, Copy)]
struct Form {
    phone: Phone,
    server: RwSignal<String>,
    user: RwSignal<String>,
    password: RwSignal<String>,
    display_name: RwSignal<String>,
    domain: RwSignal<String>,
    auth_user: RwSignal<String>,
    remember: RwSignal<bool>,
    refused: RwSignal<Option<Problem>>,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let (server, user, password, display_name, domain, auth_user) = (text(), text(), text(), text(), text(), text());
        Self {
            phone: Phone::here(),
            server,
            user,
            password,
            display_name,
            domain,
            auth_user,
            remember: RwSignal::new(true),
            refused: RwSignal::new(None),
        }
    }

    fn command(self) -> Command {
        let trimmed = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
        let account = SipAccount {
            server: trimmed(self.server),
            user: trimmed(self.user),
            display_name: trimmed(self.display_name),
            domain: trimmed(self.domain),
            auth_user: trimmed(self.auth_user),
        };
        let (password, remember) = (Secret::new(self.password.get_untracked()), self.remember.get_untracked());
        Command::LogIn { account: Account::Sip(account), password, remember }
    }

    /// The account that is being logged in with.
    fn pending(self) -> Option<SipAccount> {
        self.phone.part(|s| match &s.log_in {
            LogIn::Pending { account: Account::Sip(account), .. } => Some(account.clone()),
            _ => None,
        })
    }

    fn wrong(self) -> Option<Problem> {
        if self.pending().is_some() {
            return None;
        }
        self.refused.get().or_else(|| {
            self.phone.part(|s| match &s.log_in {
                LogIn::Out { problem } => problem.clone(),
                _ => None,
            })
        })
    }

    /// What is wrong with one field, in words.
    fn wrong_at(self, which: About) -> Option<String> {
        self.wrong().filter(|wrong| about(wrong) == which).map(|wrong| words::say(&wrong.text()))
    }

    fn submit(self) {
        if untrack(|| self.pending()).is_some() || self.phone.link.get_untracked() != Link::Open {
            return;
        }
        self.refused.set(None);
        self.phone.ask(self.command(), move |problem| {
            // Giving up is no failure.
            self.refused.set(problem.filter(|problem| *problem != Problem::NotPossibleNow));
        });
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
pub(super) fn log_in() -> El {
    let form = Form::new();
    let phone = form.phone;
    // A popup that was closed while logging in finds its fields again.
    follow(move || {
        if let Some(account) = form.pending()
            && form.server.get_untracked().is_empty()
        {
            form.server.set(account.server);
            form.user.set(account.user);
            form.display_name.set(account.display_name);
            form.domain.set(account.domain);
            form.auth_user.set(account.auth_user);
        }
    });
    let busy = move || form.pending().is_some();
    let elsewhere =
        live(move || form.wrong().filter(|wrong| about(wrong) != About::All).map(|wrong| words::say(&wrong.text())).unwrap_or_default());
    let server = field(t!("fieldServer"), form.server).kind("url").autocomplete("url").example("wss://pbx.example.com:7443").autofocus();
    let user = field(t!("fieldUser"), form.user).autocomplete("username");
    let password = field(t!("fieldPassword"), form.password).kind("password").autocomplete("current-password");
    let advanced = move || {
        vec![
            field(t!("fieldDomain"), form.domain).hint(t!("fieldDomainHint")).make(),
            field(t!("fieldAuthUser"), form.auth_user).hint(t!("fieldAuthUserHint")).make(),
        ]
    };
    let go = el("div")
        .class("log-in-go")
        .add(button(live(move || if busy() { t!("loggingIn") } else { t!("buttonLogIn") })).kind(Kind::Primary).disabled(busy).submit())
        .when(busy, move || button(t!("buttonCancel")).press(move || phone.send(Command::LogOut)));
    el("form")
        .class("log-in")
        .attr("novalidate", "")
        .attr("aria-label", &t!("logInTitle"))
        .on("submit", move |event| {
            event.prevent_default();
            form.submit();
        })
        .redo(
            move || form.wrong_at(About::All),
            |wrong| wrong.iter().map(|wrong| banner(&Banner::new(Tone::Problem, wrong.clone()), || {})).collect(),
        )
        .add(el("div").class("unseen").attr("role", "alert").text(elsewhere))
        .add(server.problem(move || form.wrong_at(About::Server)).make())
        .add(user.problem(move || form.wrong_at(About::User)).make())
        .add(password.problem(move || form.wrong_at(About::Password)).make())
        .add(field(t!("fieldDisplayName"), form.display_name).autocomplete("name").hint(t!("fieldDisplayNameHint")).make())
        .add(disclosure(t!("logInAdvanced"), RwSignal::new(false), None, None, advanced))
        .add(remember(form.remember))
        .add(go)
}

fn remember(on: RwSignal<bool>) -> El {
    let check = el("input").attr("type", "checkbox").attr("checked", "").on("change", move |event| {
        if let Some(check) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            on.set(check.checked());
        }
    });
    el("label").class("check").add(check).add(el("span").text(t!("fieldRemember")))
}
