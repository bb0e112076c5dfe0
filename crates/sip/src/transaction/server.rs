//! Server transactions: requests of the far side until their final response, an INVITE until the ACK for it.
//!
//! ```text
//! INVITE:   Proceeding ──2xx──▶ Accepted (2xx repeated, 13.3.1.4) ──ACK──▶ gone      others: Proceeding ──final──▶ gone
//!                │                  ╰──64·T1──▶ gone, told to the owner
//!                ╰──300–699──▶ Completed ──ACK or Timer H──▶ gone
//! ```

use std::borrow::Cow;
use std::sync::Arc;

use patchcord_messages::Millis;

use super::{GIVE_UP, Owner, T1, T2};
use crate::core::Core;
use crate::message::{Builder, HeaderName as H, Method, Request};
use crate::request::Body;

/// A request that was received.
pub(crate) struct Server {
    pub(crate) id: u32,
    pub(crate) owner: Owner,
    pub(crate) request: Arc<Request>,
    /// What we add to To.
    pub(crate) tag: String,
    key: String,
    state: State,
}

enum State {
    /// The last provisional response; while it is a reliable one, it is repeated until its PRACK (RFC 3262 section 3).
    Proceeding {
        last: Option<String>,
        reliable: Option<(u32, Repeat)>,
    },
    Accepted {
        frame: String,
        repeat: Repeat,
    },
    Completed {
        frame: String,
        until: Millis,
    },
}

#[derive(Clone, Copy)]
struct Repeat {
    next: Millis,
    interval: Millis,
    limit: Millis,
    until: Millis,
}

impl Repeat {
    /// A 2xx: T1, doubling up to T2, for 64·T1.
    fn answer(now: Millis) -> Self {
        Self { next: now + T1, interval: T1, limit: T2, until: now + GIVE_UP }
    }

    /// A reliable provisional: T1, doubling without limit, for 64·T1.
    fn provisional(now: Millis) -> Self {
        Self { limit: Millis::MAX / 4, ..Self::answer(now) }
    }

    fn due(&self) -> Millis {
        self.next.min(self.until)
    }

    fn advance(&mut self, now: Millis) {
        self.interval = (self.interval * 2).min(self.limit);
        self.next = now + self.interval;
    }
}

/// What happens to an INVITE that we answered.
pub(crate) enum ServerEvent {
    /// The ACK for our 2xx came.
    Acknowledged { owner: Owner, id: u32, ack: Request },
    /// No ACK came in 64·T1.
    Unacknowledged { owner: Owner, id: u32 },
    /// CANCEL came for an INVITE without final response; it is answered already.
    Cancelled { owner: Owner, id: u32, cancel: Request },
    /// No PRACK came in 64·T1 (RFC 3262: refuse the INVITE with a 5xx).
    Unconfirmed { owner: Owner, id: u32 },
}

impl ServerEvent {
    pub(crate) fn owner(&self) -> Owner {
        match self {
            Self::Acknowledged { owner, .. }
            | Self::Unacknowledged { owner, .. }
            | Self::Cancelled { owner, .. }
            | Self::Unconfirmed { owner, .. } => *owner,
        }
    }
}

/// A response to be sent: what goes beyond the copied headers.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Option<Body>,
}

impl Answer {
    pub(crate) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: None }
    }

    pub(crate) fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn with_body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }
}

/// Names a transaction (17.2.3): branch and sent-by; for clients of RFC 2543 the request's own identity.
fn key(request: &Request) -> String {
    let Ok(via) = request.via() else { return String::new() };
    let port = via.port().unwrap_or_default();
    match via.branch() {
        Some(branch) => format!("{branch} {}:{port}", via.host()),
        None => {
            let number = request.cseq().map_or(0, |cseq| cseq.number);
            format!("{number} {} {}:{port}", request.call_id(), via.host())
        }
    }
}

impl Core {
    /// A request came. What is returned is a new transaction, to be answered by [`Core::respond`]; all else has been dealt with.
    pub(crate) fn receive_request(&mut self, request: Request) -> Option<u32> {
        let key = key(&request);
        match request.method() {
            Method::Ack => {
                self.receive_ack(&key, request);
                return None;
            }
            Method::Cancel => {
                self.receive_cancel(&key, request);
                return None;
            }
            _ => {}
        }
        if let Some(known) = self.servers.iter().find(|server| server.key == key && server.request.method() == request.method()) {
            let again = match &known.state {
                State::Proceeding { last, .. } => last.clone(),
                State::Accepted { frame, .. } | State::Completed { frame, .. } => Some(frame.clone()),
            };
            if let Some(frame) = again {
                self.transmit(frame);
            }
            return None;
        }
        let merged = self.is_merged(&request);
        let id = self.begin_server(key, request);
        if merged {
            self.respond(id, Answer::new(482));
            return None;
        }
        Some(id)
    }

    fn begin_server(&mut self, key: String, request: Request) -> u32 {
        self.next_transaction += 1;
        let id = self.next_transaction;
        let tag = self.rng.token(12);
        let state = State::Proceeding { last: None, reliable: None };
        self.servers.push(Server { id, owner: Owner::Nobody, request: Arc::new(request), tag, key, state });
        id
    }

    /// 8.2.2.2: the same request by another way.
    fn is_merged(&self, request: &Request) -> bool {
        let tag = |headers: &Request| headers.from().ok().and_then(|from| from.tag().map(str::to_owned));
        if request.to().is_ok_and(|to| to.tag().is_some()) {
            return false;
        }
        let from = tag(request);
        self.servers.iter().any(|known| {
            known.request.call_id() == request.call_id() && known.request.cseq() == request.cseq() && tag(&known.request) == from
        })
    }

    fn receive_ack(&mut self, key: &str, ack: Request) {
        let number = ack.cseq().map_or(0, |cseq| cseq.number);
        let found = self.servers.iter().position(|server| match &server.state {
            State::Completed { .. } => server.key == key,
            // The ACK for a 2xx is a transaction of its own: it is told by the dialog and the number.
            State::Accepted { .. } => {
                server.request.call_id() == ack.call_id() && server.request.cseq().is_ok_and(|cseq| cseq.number == number)
            }
            State::Proceeding { .. } => false,
        });
        let Some(index) = found else { return };
        let server = self.servers.remove(index);
        if let State::Accepted { .. } = server.state {
            self.server_events.push_back(ServerEvent::Acknowledged { owner: server.owner, id: server.id, ack });
        }
    }

    fn receive_cancel(&mut self, key: &str, request: Request) {
        let found = self.servers.iter().find(|server| server.key == key && *server.request.method() == Method::Invite);
        let invite = found.map(|server| (server.id, server.owner, server.tag.clone(), matches!(server.state, State::Proceeding { .. })));
        let id = self.begin_server(String::new(), request.clone());
        let Some((invite, owner, tag, open)) = invite else {
            self.respond(id, Answer::new(481));
            return;
        };
        if let Some(server) = self.servers.iter_mut().find(|server| server.id == id) {
            // 9.2: the To tag in the answer to CANCEL should be the one in the answer to the INVITE.
            server.tag = tag;
        }
        self.respond(id, Answer::new(200));
        if open {
            self.server_events.push_back(ServerEvent::Cancelled { owner, id: invite, cancel: request });
        }
    }

    pub(crate) fn server(&self, id: u32) -> Option<&Server> {
        self.servers.iter().find(|server| server.id == id)
    }

    pub(crate) fn own(&mut self, id: u32, owner: Owner) {
        if let Some(server) = self.servers.iter_mut().find(|server| server.id == id) {
            server.owner = owner;
        }
    }

    /// Answers a request. Unknown or already answered ids do nothing.
    pub(crate) fn respond(&mut self, id: u32, answer: Answer) {
        self.respond_reliably(id, answer, None);
    }

    /// Sends a provisional response that is repeated until PRACK with this RSeq comes (RFC 3262).
    pub(crate) fn respond_reliably(&mut self, id: u32, answer: Answer, sequence: Option<u32>) {
        let Some(index) = self.servers.iter().position(|server| server.id == id) else { return };
        let Some(server) = self.servers.get(index).filter(|server| matches!(server.state, State::Proceeding { .. })) else { return };
        let invite = *server.request.method() == Method::Invite;
        let mut builder = Builder::response(&server.request, answer.status, "", &server.tag);
        if answer.status > 100 && answer.status < 300 && (invite || *server.request.method() == Method::Update) {
            builder = builder.header(H::Contact, &self.contact());
        }
        if answer.status == 200 && matches!(server.request.method(), Method::Invite | Method::Options | Method::Update) {
            builder = builder.header(H::Allow, crate::core::ALLOW).header(H::Supported, self.supported());
        }
        if !self.config.user_agent.is_empty() {
            builder = builder.header(H::UserAgent, &self.config.user_agent);
        }
        for (name, value) in &answer.headers {
            builder = builder.header(&**name, value);
        }
        if let Some(body) = &answer.body {
            builder = builder.body(&body.kind, &body.text);
        }
        let Ok(frame) = builder.finish() else { return };
        self.transmit(frame.clone());
        let now = self.now;
        let Some(server) = self.servers.get_mut(index) else { return };
        match answer.status {
            ..200 => {
                server.state =
                    State::Proceeding { last: Some(frame), reliable: sequence.map(|sequence| (sequence, Repeat::provisional(now))) }
            }
            200..300 if invite => server.state = State::Accepted { frame, repeat: Repeat::answer(now) },
            _ if invite => server.state = State::Completed { frame, until: now + GIVE_UP },
            _ => {
                self.servers.remove(index);
            }
        }
    }

    /// PRACK came: whether it confirms what is outstanding there.
    pub(crate) fn confirm(&mut self, id: u32, sequence: u32) -> bool {
        match self.servers.iter_mut().find(|server| server.id == id).map(|server| &mut server.state) {
            Some(State::Proceeding { reliable, .. }) if reliable.is_some_and(|(expected, _)| expected == sequence) => {
                *reliable = None;
                true
            }
            _ => false,
        }
    }

    /// Whether a reliable provisional response of this INVITE still waits for its PRACK.
    pub(crate) fn is_unconfirmed(&self, id: u32) -> bool {
        self.server(id).is_some_and(|server| matches!(server.state, State::Proceeding { reliable: Some(_), .. }))
    }

    pub(crate) fn servers_timeout(&mut self) {
        let now = self.now;
        let mut frames = Vec::new();
        let events = &mut self.server_events;
        self.servers.retain_mut(|server| match &mut server.state {
            State::Proceeding { last, reliable: reliable @ Some(_) } => {
                if let Some((_, repeat)) = reliable.as_mut().filter(|(_, repeat)| repeat.due() <= now) {
                    if repeat.until <= now {
                        *reliable = None;
                        events.push_back(ServerEvent::Unconfirmed { owner: server.owner, id: server.id });
                    } else {
                        repeat.advance(now);
                        frames.extend(last.clone());
                    }
                }
                true
            }
            State::Proceeding { .. } => true,
            State::Accepted { repeat, .. } if repeat.until <= now => {
                events.push_back(ServerEvent::Unacknowledged { owner: server.owner, id: server.id });
                false
            }
            State::Accepted { frame, repeat } => {
                if repeat.next <= now {
                    repeat.advance(now);
                    frames.push(frame.clone());
                }
                true
            }
            State::Completed { until, .. } => *until > now,
        });
        for frame in frames {
            self.transmit(frame);
        }
    }
}

impl Server {
    pub(crate) fn until(&self) -> Option<Millis> {
        match &self.state {
            State::Proceeding { reliable, .. } => reliable.as_ref().map(|(_, repeat)| repeat.due()),
            State::Accepted { repeat, .. } => Some(repeat.due()),
            State::Completed { until, .. } => Some(*until),
        }
    }
}
