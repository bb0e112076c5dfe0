//! The user agent itself: what each input does, and in which order the machines are run.

use std::sync::Arc;

use patchcord_messages::Millis;

use crate::api::{CallEvent, CallHandle, CallRequest, Config, Ended, Event, Fault, Input, Output, SubscriptionState, Transmit};
use crate::call::{self, Call};
use crate::connection::Step;
use crate::core::{self, Core, FollowUp};
use crate::incoming;
use crate::message::{MediaType, Message, Method, Request, Uri};
use crate::registration::Registration;
use crate::request::Body;
use crate::subscription::Subscription;
use crate::transaction::{Answer, Failure, Outcome, Owner, Reply, ServerEvent};

/// A wake-up later than this was no wake-up but the end of a sleep.
const SLEEP: Millis = 10_000;
/// How long Stop may take.
const STOP_LIMIT: Millis = 2_000;

/// Calls at once; no agent needs more, and a server gone wild gets no more memory.
const MAX_CALLS: usize = 32;

/// One account: connection, registration and calls.
pub struct UserAgent {
    pub(crate) core: Core,
    registration: Registration,
    pub(crate) calls: Calls,
    pub(crate) subscriptions: Vec<Subscription>,
    /// The socket over which calls could last be made.
    settled_on: Option<u32>,
    /// Stop was asked for: when it is done with, whatever is still open.
    stopping: Option<Millis>,
    /// The last answer to [`Output::Timeout`].
    armed: Option<Millis>,
}

/// The calls, in the order in which they began.
#[derive(Default)]
pub(crate) struct Calls(Vec<Call>);

impl Calls {
    fn get_mut(&mut self, handle: CallHandle) -> Option<&mut Call> {
        self.0.iter_mut().find(|call| call.handle == handle)
    }
}

impl UserAgent {
    /// Sets it up, idle until [`Input::Start`]. `seed` must come from a good source: tags and branches are made of it.
    #[must_use]
    pub fn new(config: Config, seed: [u8; 32]) -> Self {
        let mut core = Core::new(config, seed);
        let registration = Registration::new(&mut core);
        Self { core, registration, calls: Calls::default(), subscriptions: Vec::new(), settled_on: None, stopping: None, armed: None }
    }

    /// A handle for [`Input::Invite`]. Incoming calls take theirs from the same count, so no handle is ever used twice.
    pub fn reserve_call(&mut self) -> CallHandle {
        self.core.new_call()
    }

    /// Tells the machine that something happened. `now` must never run backwards.
    pub fn handle(&mut self, now: Millis, input: Input) {
        let slept = self.armed.is_some_and(|armed| now > armed.saturating_add(SLEEP));
        self.core.now = self.core.now.max(now);
        let now = self.core.now;
        if slept {
            self.core.connection.slept(now);
            self.settle();
        }
        match input {
            Input::Timeout => {}
            Input::Start => {
                self.stopping = None;
                self.registration.start();
                self.core.connection.start(now);
            }
            Input::Stop => self.stop(),
            Input::DoNotDisturb(on) => self.core.config.do_not_disturb = on,
            Input::Network { online } => self.core.connection.network(now, &mut self.core.rng, online),
            Input::Socket { generation, event } => self.core.connection.handle_socket(now, &mut self.core.rng, generation, event),
            Input::Media { call, round, result } => {
                if let Some(call) = self.calls.get_mut(call) {
                    call.media(&mut self.core, round, result);
                }
            }
            Input::Message { id, target, content_type, body } => self.message(id, &target, content_type, body),
            Input::Subscribe { id, target, event, expires } => self.subscribe(id, &target, event, expires),
            Input::Unsubscribe { id } => {
                for subscription in self.subscriptions.iter_mut().filter(|subscription| subscription.id == id) {
                    subscription.end(&mut self.core);
                }
            }
            Input::Invite { call, target, headers } => self.invite(call, &target, headers),
            Input::Call { call, request } => {
                if let CallRequest::TransferTo { call: other } = request {
                    self.transfer(call, other);
                } else if let Some(call) = self.calls.get_mut(call) {
                    call.request(&mut self.core, request);
                }
            }
        }
        self.settle();
        self.armed = self.next_timeout();
    }

    /// The next thing to do. [`Output::Timeout`] is always last: after it, wait for the next input.
    pub fn poll_output(&mut self) -> Output {
        self.core.outputs.pop_front().unwrap_or(Output::Timeout(self.armed))
    }

    fn invite(&mut self, handle: CallHandle, target: &Uri, headers: Vec<(String, String)>) {
        if self.calls.get_mut(handle).is_some() {
            return;
        }
        let refuse = |core: &mut Core, reason| core.emit_call(handle, CallEvent::Ended(reason));
        let target = match core::dialable(&self.core.config, target) {
            Ok(target) => target,
            Err(words) => return refuse(&mut self.core, Ended::Misuse(words)),
        };
        if let Err(words) = core::check_headers(&headers) {
            return refuse(&mut self.core, Ended::Misuse(words));
        }
        if self.stopping.is_some() || self.registration.is_idle() {
            return refuse(&mut self.core, Ended::TimedOut);
        }
        let call = Call::invite(&mut self.core, handle, target, headers, None);
        self.calls.0.push(call);
    }

    /// Connects the far sides of two calls with each other.
    fn transfer(&mut self, call: CallHandle, other: CallHandle) {
        let Some(second) = self.calls.get_mut(other) else {
            if let Some(call) = self.calls.get_mut(call) {
                call.transfer_to(&mut self.core, None, other);
            }
            return;
        };
        let refer_to = second.referral_to_here();
        // RFC 5589 7.2: what rings still cannot be replaced: that call is given up, and the far side of the first rings there instead.
        let ringing = second.dialled().filter(|_| call != other);
        let Some(first) = self.calls.get_mut(call) else { return };
        match ringing {
            Some(target) if first.is_talking() => {
                first.request(&mut self.core, CallRequest::Transfer { target });
                if let Some(second) = self.calls.get_mut(other) {
                    second.request(&mut self.core, CallRequest::HangUp);
                }
            }
            _ => first.transfer_to(&mut self.core, refer_to, other),
        }
    }

    fn message(&mut self, id: u32, target: &Uri, content_type: String, body: String) {
        let target = core::dialable(&self.core.config, target);
        let (Ok(target), Ok(_)) = (target, MediaType::parse(&content_type)) else {
            self.core.emit(Event::MessageSent { id, status: 400, reason: "this cannot be sent".to_owned() });
            return;
        };
        let draft = self.core.initial(Method::Message, &target).with_body(Body { kind: content_type.into(), text: body });
        self.core.send(draft, Owner::Message(id));
    }

    fn subscribe(&mut self, id: u32, target: &Uri, event: String, expires: u32) {
        let target = core::dialable(&self.core.config, target);
        let package =
            event.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
        let (Ok(target), true) = (target, package) else {
            let state = SubscriptionState::Ended(400, "this cannot be subscribed to".to_owned());
            self.core.emit(Event::Subscription { id, state });
            return;
        };
        self.subscriptions.retain(|subscription| subscription.id != id);
        let subscription = Subscription::begin(&mut self.core, id, target, event, expires);
        self.subscriptions.push(subscription);
    }

    fn follow(&mut self, follow_up: FollowUp) {
        match follow_up {
            FollowUp::Leave { call, reason } => {
                if let Some(call) = self.calls.get_mut(call) {
                    call.leave(&mut self.core, reason);
                }
            }
            FollowUp::Report { call, number, status, last } => {
                if let Some(call) = self.calls.get_mut(call) {
                    call.report(&mut self.core, number, status, last);
                }
            }
            FollowUp::Call { referral, quiet, target, replaces, referred_by } => {
                let handle = self.core.new_call();
                self.core.emit_call(handle, CallEvent::Referred { by: referral.by, target: target.without_headers() });
                let headers = [("Replaces", replaces), ("Referred-By", referred_by)];
                let headers = headers.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
                let call = Call::invite(&mut self.core, handle, target.without_headers(), headers, (!quiet).then_some(referral));
                self.calls.0.push(call);
            }
        }
    }

    fn stop(&mut self) {
        self.stopping = Some(self.core.now + STOP_LIMIT);
        for call in self.calls.0.iter_mut() {
            call.shut_down(&mut self.core);
        }
        self.registration.remove(&mut self.core);
    }

    /// Runs all machines until none has anything to do now.
    fn settle(&mut self) {
        self.timeouts();
        loop {
            if let Some(step) = self.core.connection.poll() {
                self.connection_step(step);
            } else if let Some(reply) = self.core.replies.pop_front() {
                self.reply(reply);
            } else if let Some(event) = self.core.server_events.pop_front() {
                self.server_event(event);
            } else if let Some(follow_up) = self.core.follow_ups.pop_front() {
                self.follow(follow_up);
            } else if !self.follow_up() {
                break;
            }
        }
    }

    fn timeouts(&mut self) {
        let now = self.core.now;
        self.core.connection.handle_timeout(now, &mut self.core.rng);
        self.core.clients_timeout();
        self.core.servers_timeout();
        self.registration.handle_timeout(&mut self.core);
        for call in self.calls.0.iter_mut() {
            call.handle_timeout(&mut self.core);
        }
        for subscription in &mut self.subscriptions {
            subscription.handle_timeout(&mut self.core);
        }
        self.core.send_farewells();
    }

    /// What follows from the state as a whole. True if something was done.
    fn follow_up(&mut self) -> bool {
        self.calls.0.retain(|call| !call.is_over());
        self.subscriptions.retain(|subscription| !subscription.is_over());
        let ready = self.core.is_open() && self.registration.is_settled();
        if ready != self.core.ready {
            self.core.ready = ready;
            if ready {
                self.became_ready();
                return true;
            }
        }
        if let Some(until) = self.stopping {
            let done = self.calls.0.is_empty() && self.registration.is_idle() || !self.core.is_open();
            if done || until <= self.core.now {
                self.stopped();
                return true;
            }
        }
        // Refused for good: the connection is of no use to anybody.
        if self.registration.is_failed() && self.calls.0.is_empty() && self.core.farewells.is_empty() && self.core.connection.is_active() {
            self.core.connection.stop();
            return true;
        }
        false
    }

    fn became_ready(&mut self) {
        let generation = self.core.connection.open_generation();
        let regained = self.settled_on.is_some() && self.settled_on != generation;
        self.settled_on = generation;
        for call in self.calls.0.iter_mut() {
            call.ready(&mut self.core, regained);
        }
        for subscription in &mut self.subscriptions {
            subscription.ready(&mut self.core);
        }
        self.core.cancel_lost();
        self.core.send_farewells();
    }

    fn stopped(&mut self) {
        self.stopping = None;
        for call in self.calls.0.iter_mut() {
            call.abort(&mut self.core);
        }
        self.calls.0.clear();
        self.subscriptions.clear();
        self.core.forget();
        self.core.connection.stop();
        self.registration.stopped(&mut self.core);
        self.settled_on = None;
    }

    fn connection_step(&mut self, step: Step) {
        match step {
            Step::Open { generation, url } => {
                self.core.outputs.push_back(Output::Transmit(Transmit::Open { generation, url }));
                self.registration.connecting(&mut self.core);
            }
            Step::Close { generation } => self.core.outputs.push_back(Output::Transmit(Transmit::Close { generation })),
            Step::Send(frame) => self.core.transmit(frame.to_owned()),
            Step::Options => self.probe(),
            Step::Register => self.registration.refresh(&mut self.core),
            Step::Up => self.registration.connected(&mut self.core),
            Step::Down { fault, next_try } => self.disconnected(fault, next_try),
            Step::Message(frame) => self.receive(frame),
        }
    }

    fn disconnected(&mut self, fault: Fault, next_try: Millis) {
        self.core.ready = false;
        self.core.clients_lost();
        self.registration.disconnected(&mut self.core, fault, next_try);
        for call in self.calls.0.iter_mut() {
            call.disconnected(&mut self.core);
        }
    }

    /// Asks the server for a sign of life.
    fn probe(&mut self) {
        let aor = self.core.config.aor.clone();
        let Ok(server) = Uri::parse(&format!("{}:{}", aor.scheme(), aor.host())) else { return };
        let draft = self.core.initial(Method::Options, &server);
        let id = self.core.send(draft, Owner::KeepAlive);
        // Any answer will do: a challenge need not be met.
        self.core.abandon(id);
    }

    fn receive(&mut self, frame: String) {
        match Message::parse(frame) {
            Ok(Message::Response(response)) => self.core.receive_response(response),
            Ok(Message::Request(request)) => {
                if let Some(id) = self.core.receive_request(request) {
                    incoming::dispatch(self, id);
                }
            }
            Err(refused) => {
                let tag = self.core.rng.token(12);
                if let Some(frame) = refused.response(&tag).and_then(|response| response.finish().ok()) {
                    self.core.transmit(frame);
                }
            }
        }
    }

    fn reply(&mut self, reply: Reply) {
        match reply.owner {
            Owner::Registration => self.registration.reply(&mut self.core, reply),
            Owner::KeepAlive => {
                if let Outcome::Response(_) = reply.outcome {
                    self.core.connection.options_answered();
                }
            }
            Owner::Subscription(id) => {
                for subscription in self.subscriptions.iter_mut().filter(|subscription| subscription.id == id) {
                    subscription.reply(&mut self.core, &reply);
                }
            }
            Owner::Message(id) => {
                let (status, reason) = match &reply.outcome {
                    Outcome::Response(response) if response.status() < 200 => return,
                    Outcome::Response(response) => (response.status(), response.reason().to_owned()),
                    Outcome::Failed(_) => (408, "Request Timeout".to_owned()),
                };
                self.core.emit(Event::MessageSent { id, status, reason });
            }
            Owner::Nobody => self.stray(&reply),
            Owner::Farewell { tries } => {
                let tries = match reply.outcome {
                    Outcome::Response(response) if response.status() < 300 => return,
                    Outcome::Response(_) | Outcome::Failed(Failure::Timeout) => tries + 1,
                    Outcome::Failed(Failure::Transport) => tries,
                };
                // The proxy may have been restarted, and the far side not be back yet.
                self.core.part_later((*reply.draft).clone(), tries);
            }
            Owner::Call(handle) => {
                let left = match self.calls.get_mut(handle) {
                    Some(call) => call.reply(&mut self.core, reply),
                    None => Some(reply),
                };
                if let Some(reply) = left {
                    self.stray(&reply);
                }
            }
        }
    }

    /// What is answered to a call that is over has still to be dealt with.
    fn stray(&mut self, reply: &Reply) {
        match (&reply.outcome, &reply.draft.method) {
            (Outcome::Response(response), Method::Invite) if (200..300).contains(&response.status()) => {
                call::late_answer(&mut self.core, reply.id, &reply.draft, response);
            }
            // The BYE got lost with the connection, or met a proxy that does not know the far side again yet.
            (Outcome::Failed(Failure::Transport), Method::Bye) => self.core.part_later((*reply.draft).clone(), 0),
            (Outcome::Response(response), Method::Bye) if matches!(response.status(), 404 | 408 | 430 | 480 | 503 | 504) => {
                self.core.part_later((*reply.draft).clone(), 1);
            }
            _ => {}
        }
    }

    fn server_event(&mut self, event: ServerEvent) {
        let Owner::Call(handle) = event.owner() else { return };
        if let Some(call) = self.calls.get_mut(handle) {
            call.server_event(&mut self.core, event);
        }
    }

    pub(crate) fn call_for(&mut self, request: &Request) -> Option<(&mut Call, &mut Core)> {
        let core = &mut self.core;
        self.calls.0.iter_mut().find(|call| call.takes(request)).map(|call| (call, core))
    }

    pub(crate) fn ring(&mut self, id: u32, request: &Arc<Request>) {
        if self.stopping.is_some() {
            return self.core.respond(id, Answer::new(480));
        }
        if self.calls.0.len() >= MAX_CALLS {
            return self.core.respond(id, Answer::new(486));
        }
        let replacing = match incoming::replaced(request) {
            Ok(None) => None,
            Ok(Some((call_id, to_tag, from_tag))) => {
                match self.calls.0.iter().find(|call| call.is_replaced_by(call_id, to_tag, from_tag)) {
                    Some(call) => Some(call.handle),
                    None => return self.core.respond(id, Answer::new(481)),
                }
            }
            Err(status) => return self.core.respond(id, Answer::new(status)),
        };
        let handle = self.core.new_call();
        if let Some(call) = call::ring(&mut self.core, handle, id, request, replacing) {
            self.calls.0.push(call);
        }
    }

    fn next_timeout(&self) -> Option<Millis> {
        let calls = self.calls.0.iter().filter_map(Call::next_timeout);
        let subscriptions = self.subscriptions.iter().filter_map(Subscription::next_timeout);
        let others = [self.core.next_timeout(), self.registration.next_timeout(), self.stopping];
        calls.chain(subscriptions).chain(others.into_iter().flatten()).min()
    }
}
