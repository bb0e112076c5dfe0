//! Subscriptions of ours (RFC 6665): voicemail lamps (RFC 3842) and busy lamps (RFC 4235).
//!
//! ```text
//!  Subscribe ──▶ Asking ──2xx or NOTIFY──▶ Active ──time──▶ Active (refreshed)
//!                  │ ▲                       │
//!   refused for    │ ╰──────── time ─────────┤ terminated, 481, no answer: begun anew
//!   good           ▼                         ▼
//!                Over ◀──── rejected, Unsubscribe
//! ```

use patchcord_messages::Millis;

use crate::api::{Event, Lamp, SubscriptionState};
use crate::core::Core;
use crate::dialog::Dialog;
use crate::message::{HeaderName as H, Headers, Method, NameAddr, Request, Response, Uri};
use crate::notice;
use crate::request::{Draft, Sequence};
use crate::transaction::{Answer, Outcome, Owner, Reply};

/// Wait before a failed subscription is tried again; doubled up to [`LONGEST_WAIT`].
const FIRST_WAIT: Millis = 5_000;
const LONGEST_WAIT: Millis = 300_000;

pub(crate) struct Subscription {
    /// The name that the phone gave it.
    pub(crate) id: u32,
    target: Uri,
    event: String,
    expires: u32,
    state: State,
    /// The SUBSCRIBE that is out. NOTIFY may come before its answer.
    pending: Option<u32>,
    call_id: String,
    tag: String,
    sequence: Sequence,
    dialog: Option<Dialog>,
    failures: u32,
    /// State of each dialog that the far side told of, by its id.
    dialogs: Vec<(String, Lamp)>,
    told: Option<SubscriptionState>,
}

enum State {
    /// SUBSCRIBE is out, or waits for the connection.
    Asking,
    Active {
        refresh: Millis,
    },
    Waiting {
        until: Millis,
    },
    Ending {
        id: u32,
    },
    Over,
}

impl Subscription {
    pub(crate) fn begin(core: &mut Core, id: u32, target: Uri, event: String, expires: u32) -> Self {
        let mut subscription = Self {
            id,
            target,
            event,
            expires,
            state: State::Asking,
            pending: None,
            call_id: String::new(),
            tag: String::new(),
            sequence: Sequence::default(),
            dialog: None,
            failures: 0,
            dialogs: Vec::new(),
            told: None,
        };
        subscription.ask_anew(core);
        subscription
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    fn tell(&mut self, core: &mut Core, state: SubscriptionState) {
        if self.told.as_ref() != Some(&state) {
            self.told = Some(state.clone());
            core.emit(Event::Subscription { id: self.id, state });
        }
    }

    fn finish(&mut self, core: &mut Core, state: SubscriptionState) {
        self.state = State::Over;
        self.tell(core, state);
    }

    /// A subscription in a new dialog.
    fn ask_anew(&mut self, core: &mut Core) {
        self.dialog = None;
        self.state = State::Asking;
        if !core.ready {
            return;
        }
        let draft = core.initial(Method::Subscribe, &self.target);
        self.call_id.clone_from(&draft.call_id);
        self.tag = NameAddr::parse(&draft.from).ok().and_then(|from| from.tag().map(str::to_owned)).unwrap_or_default();
        self.sequence = draft.sequence.clone();
        self.send(core, draft);
    }

    fn send(&mut self, core: &mut Core, draft: Draft) {
        let draft = self.dressed(core, draft, self.expires);
        self.pending = Some(core.send(draft, Owner::Subscription(self.id)));
        self.state = State::Asking;
    }

    fn dressed(&self, core: &Core, draft: Draft, expires: u32) -> Draft {
        let accept = match self.event.as_str() {
            "message-summary" => "application/simple-message-summary",
            "dialog" => "application/dialog-info+xml",
            _ => "*/*",
        };
        draft
            .with("Contact", core.contact())
            .with("Event", self.event.clone())
            .with("Accept", accept)
            .with("Expires", expires.to_string())
            .with("Supported", core.supported())
    }

    fn refresh(&mut self, core: &mut Core) {
        match &self.dialog {
            Some(dialog) if core.ready => {
                let draft = dialog.draft(Method::Subscribe);
                self.send(core, draft);
            }
            _ => self.ask_anew(core),
        }
    }

    /// There is a connection (again): the far side has to learn our new way.
    pub(crate) fn ready(&mut self, core: &mut Core) {
        if !matches!(self.state, State::Ending { .. } | State::Over) {
            self.refresh(core);
        }
    }

    pub(crate) fn end(&mut self, core: &mut Core) {
        match &self.dialog {
            Some(dialog) if core.ready => {
                let draft = self.dressed(core, dialog.draft(Method::Subscribe), 0);
                let id = core.send(draft, Owner::Subscription(self.id));
                self.state = State::Ending { id };
            }
            _ => self.finish(core, SubscriptionState::Ended(0, String::new())),
        }
    }

    pub(crate) fn reply(&mut self, core: &mut Core, reply: &Reply) {
        if matches!(&reply.outcome, Outcome::Response(response) if response.status() < 200) {
            return;
        }
        match self.state {
            State::Ending { id } if id == reply.id => return self.finish(core, SubscriptionState::Ended(0, String::new())),
            _ if self.pending != Some(reply.id) => return,
            _ => self.pending = None,
        }
        match &reply.outcome {
            Outcome::Response(response) => match response.status() {
                ..300 => self.accepted(core, &reply.draft, response),
                status => self.refused(core, status, response),
            },
            Outcome::Failed(_) => self.later(core, None),
        }
    }

    fn accepted(&mut self, core: &mut Core, draft: &Draft, response: &Response) {
        match &mut self.dialog {
            Some(dialog) => dialog.refresh_target(response),
            None => self.dialog = Dialog::uac(draft, response),
        }
        let expires = response.number(H::Expires).unwrap_or(self.expires);
        self.active(core, expires);
    }

    fn active(&mut self, core: &mut Core, expires: u32) {
        self.failures = 0;
        let refresh = core.now + Millis::from(expires.max(10)) * 800;
        self.state = State::Active { refresh };
        self.tell(core, SubscriptionState::Active);
    }

    fn refused(&mut self, core: &mut Core, status: u16, response: &Response) {
        match status {
            423 => match response.number(H::MinExpires).filter(|least| *least > self.expires) {
                Some(least) => {
                    self.expires = least;
                    self.refresh(core);
                }
                None => self.finish(core, SubscriptionState::Ended(status, response.reason().to_owned())),
            },
            // The dialog is gone: a new one.
            481 if self.dialog.is_some() => self.ask_anew(core),
            408 | 480 | 481 | 500 | 502..=504 => self.later(core, response.retry_after().map(|retry| retry.seconds)),
            _ => self.finish(core, SubscriptionState::Ended(status, response.reason().to_owned())),
        }
    }

    fn later(&mut self, core: &mut Core, seconds: Option<u32>) {
        self.dialog = None;
        let wait = (FIRST_WAIT << self.failures.min(10)).min(LONGEST_WAIT);
        self.failures += 1;
        let wait = seconds.map_or(wait / 2 + core.rng.below(wait / 2), |seconds| Millis::from(seconds) * 1_000);
        self.state = State::Waiting { until: core.now + wait };
        self.tell(core, SubscriptionState::Waiting);
    }

    /// Whether a NOTIFY is for this subscription. It may come before the 2xx that it belongs to (RFC 6665 4.1.2.4).
    pub(crate) fn takes(&self, request: &Headers) -> bool {
        match &self.dialog {
            Some(dialog) => dialog.takes(request),
            None => request.call_id() == self.call_id && request.to().is_ok_and(|to| to.tag() == Some(&self.tag)),
        }
    }

    pub(crate) fn notified(&mut self, core: &mut Core, id: u32, request: &Request) {
        if self.dialog.is_none() {
            self.dialog = Dialog::uas(request, &self.tag).map(|dialog| dialog.continued(&self.sequence));
        } else if let (Some(dialog), Ok(cseq)) = (&mut self.dialog, request.cseq()) {
            if !dialog.in_sequence(cseq.number) {
                core.respond(id, Answer::new(500));
                return;
            }
            dialog.refresh_target(request);
        }
        core.respond(id, Answer::new(200));
        notice::tell(core, Some(self.id), &self.event, request, &mut self.dialogs);
        let Ok(Some(state)) = request.valued(H::SubscriptionState) else { return };
        if matches!(self.state, State::Ending { .. } | State::Over) {
            return;
        }
        if state.value.eq_ignore_ascii_case("terminated") {
            let reason = state.params.get("reason").unwrap_or_default().to_ascii_lowercase();
            let after = state.params.get("retry-after").and_then(|seconds| seconds.parse().ok());
            match reason.as_str() {
                // RFC 6665 4.1.3.
                "rejected" | "noresource" | "invariant" => self.finish(core, SubscriptionState::Ended(0, reason)),
                "deactivated" | "timeout" if self.failures == 0 => {
                    self.failures = 1;
                    self.ask_anew(core);
                }
                _ => self.later(core, after),
            }
        } else if matches!(self.state, State::Asking | State::Active { .. }) {
            let expires = state.params.get("expires").and_then(|seconds| seconds.parse().ok()).unwrap_or(self.expires);
            self.active(core, expires);
        }
    }

    pub(crate) fn next_timeout(&self) -> Option<Millis> {
        match self.state {
            State::Active { refresh } => Some(refresh),
            State::Waiting { until } => Some(until),
            _ => None,
        }
    }

    pub(crate) fn handle_timeout(&mut self, core: &mut Core) {
        match self.state {
            State::Active { refresh } if refresh <= core.now => self.refresh(core),
            State::Waiting { until } if until <= core.now => self.ask_anew(core),
            _ => {}
        }
    }
}
