//! Calls: one machine each, from the wish or the INVITE to its one [`CallEvent::Ended`].
//!
//! ```text
//!  Invite ──▶ Preparing ──offer, connection──▶ Inviting ──2xx──▶ Talking ──HangUp──▶ Ending ──answer to BYE──▶ Over
//!                                                                  ▲   │
//!  INVITE ──▶ Ringing ──Answer, media──▶ (200 sent) ───────────────╯   ╰──BYE──▶ Over
//! ```
//! From every state a call may go to Over, once.

mod inbound;
mod media;
mod outbound;
mod referral;
pub(crate) mod remote;
mod session;

use std::sync::Arc;

use patchcord_messages::Millis;

use crate::api::{CallEvent, CallHandle, CallRequest, Ended, MediaAnswer, MediaError, MediaRequest, TransferState};
use crate::core::Core;
use crate::message::{Headers, Request, Uri};
use crate::transaction::{Answer, Outcome, Owner, Reply, ServerEvent};

use inbound::Ringing;
use media::{Media, Purpose};
use outbound::{Inviting, Preparing};
use session::Session;

pub(crate) struct Call {
    pub(crate) handle: CallHandle,
    state: State,
    media: Media,
    /// Asked for by the far side of another call, which is not told the result yet.
    referral: Option<Referral>,
}

enum State {
    /// We call: the offer is being made, or there is no connection yet.
    Preparing(Box<Preparing>),
    /// The INVITE is out.
    Inviting(Box<Inviting>),
    /// They call: no final response yet.
    Ringing(Box<Ringing>),
    /// There is a session.
    Talking(Box<Session>),
    /// BYE is out.
    Ending { dialog: Box<crate::dialog::Dialog>, id: u32 },
    /// Over; to be removed.
    Over,
}

pub(crate) use inbound::ring;
pub(crate) use referral::Referral;

fn transfer(session: &mut Session, cx: &mut Context<'_>, target: &Uri) -> Next {
    let config = &cx.core.config;
    match crate::core::dialable(config, target) {
        Ok(target) if !target.equivalent(&config.aor.without_params()) => session.transfer(cx, session::transfer::refer_to(&target), None),
        // Nobody is transferred to oneself.
        _ => {
            cx.emit(CallEvent::Transfer(TransferState::Failed(400, "no such target".to_owned())));
            Next::Stay
        }
    }
}

fn not_now(cx: &mut Context<'_>) -> Next {
    cx.emit(CallEvent::Transfer(TransferState::Failed(491, "not now".to_owned())));
    Next::Stay
}

/// A 2xx to an INVITE of a call that is over.
pub(crate) fn late_answer(core: &mut Core, id: u32, draft: &crate::request::Draft, response: &crate::message::Response) {
    let in_dialog = crate::message::NameAddr::parse(&draft.to).is_ok_and(|to| to.tag().is_some());
    if in_dialog {
        // A re-INVITE: the BYE that ended its dialog is out already.
        let tag = response.to().ok().and_then(|to| to.tag()).unwrap_or_default();
        core.acknowledge(id, tag, &draft.ack_refusal(response));
    } else {
        outbound::decline_answer(core, id, draft, response);
    }
}

/// What all parts of a call work with.
pub(crate) struct Context<'a> {
    pub(crate) core: &'a mut Core,
    pub(crate) handle: CallHandle,
    pub(crate) media: &'a mut Media,
    referral: &'a mut Option<Referral>,
}

impl Context<'_> {
    fn emit(&mut self, event: CallEvent) {
        self.core.emit_call(self.handle, event);
    }

    fn ask(&mut self, request: MediaRequest, purpose: Purpose) {
        self.media.ask(self.core, self.handle, request, purpose);
    }

    fn tell(&mut self, request: MediaRequest) {
        self.media.tell(self.core, self.handle, request);
    }

    /// Tells who asked for this call how it goes.
    fn report(&mut self, status: u16) {
        if let Some(referral) = *self.referral {
            let last = status >= 200;
            referral.report(self.core, status, last);
            if last {
                *self.referral = None;
            }
        }
    }

    fn owner(&self) -> Owner {
        Owner::Call(self.handle)
    }
}

/// Where a call goes after something happened.
enum Next {
    Stay,
    To(State),
    End(Ended),
}

impl Call {
    fn new(handle: CallHandle, state: State) -> Self {
        Self { handle, state, media: Media::default(), referral: None }
    }

    /// A call that we make.
    pub(crate) fn invite(
        core: &mut Core,
        handle: CallHandle,
        target: Uri,
        headers: Vec<(String, String)>,
        mut referral: Option<Referral>,
    ) -> Self {
        let mut media = Media::default();
        let mut cx = Context { core, handle, media: &mut media, referral: &mut referral };
        let preparing = Preparing::begin(&mut cx, target, headers);
        Self { handle, state: State::Preparing(Box::new(preparing)), media, referral }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// Runs a part of the machine and goes where it says.
    fn step(&mut self, core: &mut Core, part: impl FnOnce(&mut State, &mut Context<'_>) -> Next) {
        let mut cx = Context { core, handle: self.handle, media: &mut self.media, referral: &mut self.referral };
        match part(&mut self.state, &mut cx) {
            Next::Stay => {}
            Next::To(state) => self.state = state,
            Next::End(reason) => self.end(core, reason),
        }
    }

    fn end(&mut self, core: &mut Core, reason: Ended) {
        if !self.is_over() {
            self.state = State::Over;
            self.media.close(core, self.handle);
            if let Some(referral) = self.referral.take() {
                referral.report(core, referral::status_of(&reason), true);
            }
            core.emit_call(self.handle, CallEvent::Ended(reason));
        }
    }

    pub(crate) fn request(&mut self, core: &mut Core, request: CallRequest) {
        self.step(core, |state, cx| match (state, request) {
            (State::Preparing(_), CallRequest::HangUp) => Next::End(Ended::Local),
            (State::Inviting(inviting), CallRequest::HangUp) => inviting.hang_up(cx),
            (State::Ringing(ringing), CallRequest::HangUp) => ringing.reject(cx, 486),
            (State::Ringing(ringing), CallRequest::Reject(status)) => ringing.reject(cx, status),
            (State::Ringing(ringing), CallRequest::Answer) => ringing.answer(cx),
            (State::Ringing(ringing), CallRequest::Redirect { target }) => ringing.redirect(cx, &target),
            (State::Talking(session), CallRequest::Info { content_type, body }) => session.send_info(cx, content_type, body),
            (State::Talking(session), CallRequest::HangUp) => session.hang_up(cx),
            (State::Talking(session), CallRequest::Hold(hold)) => session.hold(cx, hold),
            (State::Talking(session), CallRequest::Dtmf(digits)) => session.dtmf(cx, &digits),
            (State::Talking(session), CallRequest::Transfer { target }) => transfer(session, cx, &target),
            (_, CallRequest::Transfer { .. }) => not_now(cx),
            _ => Next::Stay,
        });
    }

    /// Asks the far side to call somebody else, with a ready Refer-To.
    pub(crate) fn transfer_to(&mut self, core: &mut Core, refer_to: Option<String>, other: CallHandle) {
        self.step(core, |state, cx| match (state, refer_to) {
            (State::Talking(session), Some(refer_to)) if other != cx.handle => session.transfer(cx, refer_to, Some(other)),
            _ => not_now(cx),
        });
    }

    /// There is a session.
    pub(crate) fn is_talking(&self) -> bool {
        matches!(self.state, State::Talking(_))
    }

    /// Whom we call, while that is not answered.
    pub(crate) fn dialled(&self) -> Option<Uri> {
        match &self.state {
            State::Preparing(preparing) => Some(preparing.target.clone()),
            State::Inviting(inviting) => inviting.dialled(),
            _ => None,
        }
    }

    /// See [`Session::referral_to_here`].
    pub(crate) fn referral_to_here(&self) -> Option<String> {
        if let State::Talking(session) = &self.state { session.referral_to_here() } else { None }
    }

    /// Another call has taken the place of this one.
    pub(crate) fn leave(&mut self, core: &mut Core, reason: Ended) {
        self.step(core, |state, cx| match state {
            State::Talking(session) => session.leave(cx, reason),
            _ => Next::Stay,
        });
    }

    /// Tells the far side how the call goes that it asked for.
    pub(crate) fn report(&mut self, core: &mut Core, number: u32, status: u16, last: bool) {
        self.step(core, |state, cx| match state {
            State::Talking(session) => session.report(cx, number, status, last),
            _ => Next::Stay,
        });
    }

    /// Whether a Replaces header names this call.
    pub(crate) fn is_replaced_by(&self, call_id: &str, to_tag: &str, from_tag: &str) -> bool {
        matches!(&self.state, State::Talking(session) if session.is_replaced_by(call_id, to_tag, from_tag))
    }

    /// The media engine answers.
    pub(crate) fn media(&mut self, core: &mut Core, round: u32, result: Result<MediaAnswer, MediaError>) {
        let Some(purpose) = self.media.answered(round) else { return };
        self.step(core, |state, cx| match state {
            State::Preparing(preparing) => preparing.media(cx, result),
            State::Inviting(inviting) => inviting.media(cx, result),
            State::Ringing(ringing) => ringing.media(cx, result),
            State::Talking(session) => session.media(cx, purpose, result),
            State::Ending { .. } | State::Over => Next::Stay,
        });
    }

    /// What became of a request of ours. False: it means nothing to this call any more.
    pub(crate) fn reply(&mut self, core: &mut Core, reply: Reply) -> Option<Reply> {
        let mut left = None;
        self.step(core, |state, cx| match state {
            State::Inviting(inviting) if inviting.id == reply.id => inviting.reply(cx, reply),
            State::Inviting(inviting) => inviting.other_reply(cx, &reply),
            State::Talking(session) => match session.reply(cx, reply) {
                Ok(next) => next,
                Err(reply) => {
                    left = Some(reply);
                    Next::Stay
                }
            },
            State::Ending { id, .. } if *id == reply.id => match &reply.outcome {
                Outcome::Response(response) if response.status() < 200 => Next::Stay,
                _ => {
                    left = Some(reply);
                    Next::End(Ended::Local)
                }
            },
            _ => {
                left = Some(reply);
                Next::Stay
            }
        });
        left
    }

    /// What became of an answer of ours.
    pub(crate) fn server_event(&mut self, core: &mut Core, event: ServerEvent) {
        self.step(core, |state, cx| match (state, event) {
            (State::Ringing(ringing), ServerEvent::Cancelled { id, cancel, .. }) if ringing.id == id => ringing.cancelled(cx, &cancel),
            (State::Ringing(ringing), ServerEvent::Unconfirmed { id, .. }) if ringing.id == id => ringing.unconfirmed(cx),
            (State::Talking(session), ServerEvent::Acknowledged { id, ack, .. }) => session.acknowledged(cx, id, &ack),
            (State::Talking(session), ServerEvent::Unacknowledged { id, .. }) => session.unacknowledged(cx, id),
            (State::Talking(session), ServerEvent::Cancelled { id, .. }) => session.cancelled(cx, id),
            _ => Next::Stay,
        });
    }

    /// Whether a request within a dialog is for this call.
    pub(crate) fn takes(&self, request: &Headers) -> bool {
        match &self.state {
            State::Preparing(_) | State::Over => false,
            State::Inviting(inviting) => inviting.takes(request),
            State::Ringing(ringing) => ringing.dialog.takes(request),
            State::Talking(session) => session.dialog.takes(request),
            State::Ending { dialog, .. } => dialog.takes(request),
        }
    }

    /// A request within this call's dialog.
    pub(crate) fn receive(&mut self, core: &mut Core, id: u32, request: &Arc<Request>) {
        core.own(id, Owner::Call(self.handle));
        self.step(core, |state, cx| match state {
            State::Inviting(inviting) => inviting.receive(cx, id, request),
            State::Ringing(ringing) => ringing.receive(cx, id, request),
            State::Talking(session) => session.receive(cx, id, request),
            // Their BYE crosses ours. Anything else is too late.
            State::Ending { .. } if *request.method() == crate::message::Method::Bye => {
                cx.core.respond(id, Answer::new(200));
                Next::End(Ended::Local)
            }
            State::Preparing(_) | State::Ending { .. } | State::Over => {
                cx.core.respond(id, Answer::new(481));
                Next::Stay
            }
        });
    }

    /// The connection is lost.
    pub(crate) fn disconnected(&mut self, core: &mut Core) {
        self.step(core, |state, cx| match state {
            State::Inviting(inviting) => inviting.disconnected(),
            State::Ringing(ringing) => ringing.disconnected(cx),
            State::Talking(session) => session.disconnected(cx),
            _ => Next::Stay,
        });
    }

    /// Calls can be made (again). `regained`: over a new connection.
    pub(crate) fn ready(&mut self, core: &mut Core, regained: bool) {
        self.step(core, |state, cx| match state {
            State::Preparing(preparing) => preparing.advance(cx),
            State::Inviting(inviting) if regained => inviting.reconnected(cx),
            State::Talking(session) => session.ready(cx, regained),
            _ => Next::Stay,
        });
    }

    pub(crate) fn next_timeout(&self) -> Option<Millis> {
        match &self.state {
            State::Preparing(preparing) => Some(preparing.until),
            State::Inviting(inviting) => inviting.next_timeout(),
            State::Talking(session) => session.next_timeout(),
            State::Ringing(ringing) => ringing.next_timeout(),
            State::Ending { .. } | State::Over => None,
        }
    }

    pub(crate) fn handle_timeout(&mut self, core: &mut Core) {
        if self.next_timeout().is_none_or(|at| core.now < at) {
            return;
        }
        self.step(core, |state, cx| match state {
            State::Preparing(_) => Next::End(Ended::TimedOut),
            State::Inviting(inviting) => inviting.timeout(cx),
            State::Ringing(ringing) => ringing.timeout(cx),
            State::Talking(session) => session.timeout(cx),
            _ => Next::Stay,
        });
    }

    /// The user agent stops.
    pub(crate) fn shut_down(&mut self, core: &mut Core) {
        self.request(core, CallRequest::HangUp);
    }

    /// And has no more time.
    pub(crate) fn abort(&mut self, core: &mut Core) {
        self.end(core, Ended::Local);
    }
}
