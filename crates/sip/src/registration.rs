//! Staying registered (RFC 3261 section 10, RFC 5626, RFC 5627).
//!
//! ```text
//!  Off ──start──▶ Down ──connected──▶ Registering ──200──▶ Registered ──time──▶ Refreshing
//!                  ▲                    │   ▲                  ▲                   │
//!                  │ connection lost    │   │ time             ╰───────200─────────╯
//!                  ╰── from each ──     ▼   │
//!                                     Waiting          no sense in trying again ──▶ Failed
//! ```
//! `stop` leads from Registered through Removing, and from the others at once, to Off.

use patchcord_messages::Millis;

use crate::api::{Event, Fault, RegistrationState};
use crate::auth;
use crate::core::Core;
use crate::message::{HeaderName as H, Method, NameAddr, Response, Uri};
use crate::request::{Draft, Sequence};
use crate::transaction::{Failure, GIVE_UP, Outcome, Owner, Reply};

/// How long the very first REGISTER may take: the agent sits in front of the login form.
const FIRST_LIMIT: Millis = 8_000;
/// How long a removal may take.
const REMOVE_LIMIT: Millis = 2_000;
/// Longest wait after a refusal that may pass by itself.
const LONGEST_WAIT: Millis = 60_000;
/// Longest Retry-After that is obeyed.
const LONGEST_RETRY_AFTER: Millis = 600_000;

enum State {
    Off,
    Down,
    Registering { id: u32 },
    Registered { refresh: Millis },
    Refreshing { id: u32 },
    Waiting { until: Millis },
    Removing { id: u32 },
    Failed,
}

pub(crate) struct Registration {
    state: State,
    call_id: String,
    from: String,
    sequence: Sequence,
    /// What we ask for; raised by 423.
    expires: u32,
    /// Registered at least once with these credentials.
    proven: bool,
    /// Refusals in a row.
    refusals: u32,
    /// The first hop has no Outbound (439).
    plain: bool,
    told: Option<RegistrationState>,
}

impl Registration {
    pub(crate) fn new(core: &mut Core) -> Self {
        Self {
            state: State::Off,
            call_id: core.call_id(),
            from: core.from(),
            sequence: Sequence::default(),
            expires: core.config.expires,
            proven: false,
            refusals: 0,
            plain: false,
            told: None,
        }
    }

    fn tell(&mut self, core: &mut Core, state: RegistrationState) {
        if self.told.as_ref() != Some(&state) {
            self.told = Some(state.clone());
            core.emit(Event::Registration(state));
        }
    }

    pub(crate) fn start(&mut self) {
        if matches!(self.state, State::Off | State::Failed) {
            self.state = State::Down;
            (self.proven, self.refusals) = (false, 0);
        }
    }

    /// A socket is being opened.
    pub(crate) fn connecting(&mut self, core: &mut Core) {
        if !matches!(self.state, State::Off | State::Failed) {
            self.state = State::Down;
            self.tell(core, RegistrationState::Connecting);
        }
    }

    /// There is a connection.
    pub(crate) fn connected(&mut self, core: &mut Core) {
        if matches!(self.state, State::Down) {
            self.register(core);
        }
    }

    /// There is none any more.
    pub(crate) fn disconnected(&mut self, core: &mut Core, fault: Fault, next_try: Millis) {
        match self.state {
            State::Off | State::Failed => {}
            State::Removing { .. } => self.off(core),
            _ => {
                self.state = State::Down;
                self.tell(core, RegistrationState::Waiting { next_try, fault });
            }
        }
    }

    /// Whether calls may be made: registered, or with nothing to wait for.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.state, State::Registered { .. } | State::Refreshing { .. } | State::Waiting { .. } | State::Failed)
    }

    /// Neither registered nor trying to be.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.state, State::Off | State::Failed)
    }

    pub(crate) fn is_failed(&self) -> bool {
        matches!(self.state, State::Failed)
    }

    /// Removes the registration where there is one.
    pub(crate) fn remove(&mut self, core: &mut Core) {
        match self.state {
            State::Off | State::Removing { .. } => {}
            State::Registered { .. } | State::Refreshing { .. } | State::Registering { .. } if core.is_open() => {
                let draft = self.draft(core, 0);
                let id = core.send_within(draft, Owner::Registration, REMOVE_LIMIT);
                self.state = State::Removing { id };
            }
            _ => self.off(core),
        }
    }

    fn off(&mut self, core: &mut Core) {
        self.state = State::Off;
        core.gruu = None;
        core.service_route.clear();
        core.auth.clear();
    }

    /// All is done that Stop asks for.
    pub(crate) fn stopped(&mut self, core: &mut Core) {
        self.tell(core, RegistrationState::Stopped);
    }

    pub(crate) fn next_timeout(&self) -> Option<Millis> {
        match self.state {
            State::Registered { refresh } => Some(refresh),
            State::Waiting { until } => Some(until),
            _ => None,
        }
    }

    /// Registers again before it is due.
    pub(crate) fn refresh(&mut self, core: &mut Core) {
        if let State::Registered { .. } = self.state {
            let draft = self.draft(core, self.expires);
            let id = core.send(draft, Owner::Registration);
            self.state = State::Refreshing { id };
        }
    }

    pub(crate) fn handle_timeout(&mut self, core: &mut Core) {
        match self.state {
            State::Registered { refresh } if refresh <= core.now => self.refresh(core),
            State::Waiting { until } if until <= core.now => self.register(core),
            _ => {}
        }
    }

    fn register(&mut self, core: &mut Core) {
        let limit = if self.proven { GIVE_UP } else { FIRST_LIMIT };
        let draft = self.draft(core, self.expires);
        let id = core.send_within(draft, Owner::Registration, limit);
        self.state = State::Registering { id };
        self.tell(core, RegistrationState::Registering);
    }

    fn draft(&self, core: &Core, expires: u32) -> Draft {
        let mut contact = format!("<{}>;+sip.instance=\"<urn:uuid:{}>\"", core.contact_uri(), core.config.instance);
        if !self.plain {
            contact.push_str(";reg-id=1");
        }
        contact.push_str(&format!(";expires={expires}"));
        let host = core.config.aor.view();
        let port = host.port().map(|port| format!(":{port}")).unwrap_or_default();
        let registrar = Uri::parse(&format!("{}:{}{port}", host.scheme(), host.host())).unwrap_or_else(|_| core.config.aor.clone());
        Draft {
            method: Method::Register,
            uri: registrar,
            routes: core.proxy_route().into_iter().collect(),
            from: self.from.clone(),
            to: NameAddr::new(&core.config.display_name, core.config.aor.without_params()).to_string(),
            call_id: self.call_id.clone(),
            number: self.sequence.next(),
            sequence: self.sequence.clone(),
            headers: vec![
                ("Contact".into(), contact),
                ("Expires".into(), expires.to_string()),
                ("Supported".into(), if self.plain { "gruu, path" } else { "outbound, gruu, path" }.into()),
                ("Allow".into(), crate::core::ALLOW.into()),
            ],
            body: None,
        }
    }

    /// An answer to one of our REGISTERs.
    pub(crate) fn reply(&mut self, core: &mut Core, reply: Reply) {
        match self.state {
            State::Removing { id } if id == reply.id && !matches!(&reply.outcome, Outcome::Response(r) if r.status() < 200) => {
                return self.off(core);
            }
            State::Registering { id } | State::Refreshing { id } if id == reply.id => {}
            _ => return,
        }
        match reply.outcome {
            Outcome::Response(response) => match response.status() {
                ..200 => {}
                200..300 => self.accepted(core, &response),
                status => self.refused(core, status, &response),
            },
            Outcome::Failed(Failure::Timeout) => {
                let (now, connection) = (core.now, &mut core.connection);
                connection.give_up(now, &mut core.rng, Fault::Silent);
            }
            // The connection tells of itself.
            Outcome::Failed(Failure::Transport) => {}
        }
    }

    fn accepted(&mut self, core: &mut Core, response: &Response) {
        let ours = format!("urn:uuid:{}", core.config.instance);
        let contact_uri = Uri::parse(&core.contact_uri()).ok();
        let mut addresses = response.addresses(H::Contact);
        let binding = addresses.find(|contact| {
            let instance =
                contact.param("+sip.instance").is_some_and(|instance| instance.trim_matches(['"', '<', '>']).eq_ignore_ascii_case(&ours));
            instance || contact_uri.as_ref().is_some_and(|uri| contact.uri().equivalent(uri.view()))
        });
        let granted = binding.and_then(|contact| contact.param("expires")?.parse().ok());
        // 10.2.4: the Contact's parameter, else Expires, else what we asked for.
        let expires = granted.or_else(|| response.number(H::Expires)).unwrap_or(self.expires).max(1);
        let gruu = binding.and_then(|contact| contact.params().unquoted("pub-gruu"));
        core.gruu = gruu.and_then(|gruu| Uri::parse(&gruu).ok());
        core.service_route = response.values(H::ServiceRoute).map(str::to_owned).collect();
        let fresh = matches!(self.state, State::Registering { .. });
        self.state = State::Registered { refresh: core.now + refresh_after(core, expires) };
        (self.proven, self.refusals) = (true, 0);
        core.connection.settled(core.now);
        if fresh {
            self.tell(core, RegistrationState::Registered);
        }
    }

    fn refused(&mut self, core: &mut Core, status: u16, response: &Response) {
        self.refusals += 1;
        let first_refusals = self.refusals <= 3;
        match status {
            401 | 407 => {
                let fault = auth::unsupported(&core.config, response).map_or(Fault::Credentials, Fault::Challenge);
                return self.fail(core, fault);
            }
            423 if first_refusals => {
                if let Some(least) = response.number(H::MinExpires).filter(|least| *least > self.expires) {
                    self.expires = least;
                    self.register(core);
                    return;
                }
            }
            439 if !self.plain => {
                self.plain = true;
                self.register(core);
                return;
            }
            _ => {}
        }
        let fault = Fault::Refused(status, response.reason().to_owned());
        // What only a change on one side can mend. A server that took us before may be restarting without its database: ask it a few times more.
        let passing = matches!(status, 408 | 480 | 500..600);
        if !passing && (!self.proven || self.refusals > 10) {
            return self.fail(core, fault);
        }
        let asked = response.retry_after().map(|retry| (Millis::from(retry.seconds) * 1000).min(LONGEST_RETRY_AFTER));
        if asked.is_none() && core.config.servers.len() > 1 {
            let now = core.now;
            core.connection.give_up(now, &mut core.rng, fault);
            return;
        }
        let range = (1_000 << self.refusals.min(10)).min(LONGEST_WAIT);
        let until = core.now + asked.unwrap_or(0) + core.rng.below(range);
        self.state = State::Waiting { until };
        self.tell(core, RegistrationState::Waiting { next_try: until, fault });
    }

    fn fail(&mut self, core: &mut Core, fault: Fault) {
        self.state = State::Failed;
        core.gruu = None;
        core.auth.clear();
        self.tell(core, RegistrationState::Failed { fault });
    }
}

/// When to refresh: well before the end, never all phones at once. Short ones at half their time.
fn refresh_after(core: &mut Core, expires: u32) -> Millis {
    let whole = Millis::from(expires) * 1000;
    let earliest = if expires >= 120 { whole / 10 * 8 } else { whole / 2 };
    earliest + core.rng.below(whole / 10)
}
