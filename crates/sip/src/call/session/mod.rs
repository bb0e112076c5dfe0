//! An answered call: hold and resume, changes by the far side, tones, hanging up.
//!
//! Offer and answer (RFC 3264, RFC 6337), one exchange at a time:
//! ```text
//!  ours:    Idle ──wish──▶ MakingOffer ──SDP──▶ Offered ──2xx──▶ Taking ──▶ Idle      491: Idle, and again later
//!  theirs:  Idle ──offer──▶ Answering ──SDP, 2xx──▶ Idle
//!           Idle ──INVITE without offer──▶ Answering ──SDP, 2xx──▶ AwaitingAnswer ──ACK──▶ Taking ──▶ Idle
//! ```
//! Wishes are levels, not edges: what is wanted is compared with what is whenever nothing is under way, so that nothing is lost by a
//! glare, a lost connection or an impatient agent.

mod answer;
mod offer;
mod tones;
pub(super) mod transfer;

use patchcord_messages::Millis;

use super::media::Purpose;
use super::{Context, Next, State, outbound, remote};
use crate::api::{CallEvent, Ended, MediaAnswer, MediaDirection, MediaError, MediaRequest, Remote};
use crate::dialog::Dialog;
use crate::message::{HeaderName as H, Headers, Method, Request, Response};
use crate::sdp;
use crate::timer::{self, SessionTimer};
use crate::transaction::{Answer, Outcome, Reply};

use tones::Tones;
use transfer::Transfer;

pub(crate) struct Session {
    pub(crate) dialog: Dialog,
    origin: Origin,
    /// Connected was said.
    announced: bool,
    /// We hung up before the ACK for our 200 came; BYE has to wait for it (RFC 3261 15).
    leaving: bool,
    exchange: Exchange,
    /// Our 2xx to an INVITE that has no ACK yet.
    unacknowledged: Option<u32>,
    hold: Hold,
    /// The connection was lost, and with it perhaps the network that media used, and the far side's way to us.
    recovery: Option<Recovery>,
    /// After a glare: when to try again.
    retry: Option<Millis>,
    glares: u32,
    tones: Tones,
    /// The far side takes UPDATE.
    updates: bool,
    timer: Option<SessionTimer>,
    /// A refresh of the session without SDP is out.
    refreshing: Option<u32>,
    transfer: Option<Transfer>,
    /// Who the network last said the far side is.
    identity: Option<String>,
}

/// Who called.
pub(crate) enum Origin {
    /// We: the INVITE's transaction, for further forks.
    Ours { invite: u32 },
    /// They.
    Theirs { unacknowledged: Option<u32>, caller: Remote },
}

#[derive(Clone, Copy, Debug, Default)]
struct Hold {
    wanted: bool,
    local: bool,
    remote: bool,
}

/// The re-INVITE with new ICE credentials after a lost connection. The far side may have lost its own connection to the same server and be
/// unknown there for a while, so refusals count as "not yet", and none of them ends the call: media may well flow.
#[derive(Clone, Copy, Debug)]
struct Recovery {
    /// When the last try is made.
    until: Millis,
    next: Millis,
    /// Before the try after the next.
    wait: Millis,
}

/// How long a recovery is tried.
const RECOVERY: Millis = 90_000;
/// Longest wait between tries.
const RECOVERY_WAIT: Millis = 16_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchange {
    Idle,
    MakingOffer { hold: bool, restart: bool },
    Offered { id: u32, hold: bool, restart: bool },
    Taking,
    Answering { id: u32, remote_hold: bool },
    AwaitingAnswer { id: u32 },
}

impl Session {
    pub(crate) fn new(dialog: Dialog, origin: Origin) -> Self {
        let unacknowledged = match &origin {
            Origin::Ours { .. } => None,
            Origin::Theirs { unacknowledged, .. } => *unacknowledged,
        };
        Self {
            dialog,
            origin,
            announced: false,
            leaving: false,
            exchange: Exchange::Idle,
            unacknowledged,
            hold: Hold::default(),
            recovery: None,
            retry: None,
            glares: 0,
            tones: Tones::default(),
            updates: false,
            timer: None,
            refreshing: None,
            transfer: None,
            identity: None,
        }
    }

    /// Our INVITE was answered.
    pub(crate) fn connected(&mut self, cx: &mut Context<'_>, response: &Response, answer: &str) {
        self.announced = true;
        self.identity = remote::asserted(response).map(|remote| remote.uri);
        self.exchange = Exchange::Taking;
        self.note_peer(response, answer);
        self.timer = timer::settled(cx.core, response);
    }

    /// We answer their INVITE: what the 200 says beside its body.
    pub(crate) fn accepted(&mut self, cx: &mut Context<'_>, id: u32, request: &Request) -> Answer {
        let (answer, timer) = timer::answer(cx.core, request, Answer::new(200));
        self.timer = timer;
        self.identity = remote::asserted(request).map(|remote| remote.uri);
        self.note_peer(request, request.text());
        if request.text().is_empty() {
            self.exchange = Exchange::AwaitingAnswer { id };
        }
        answer
    }

    fn note_peer(&mut self, headers: &Headers, description: &str) {
        if headers.get(H::Allow).is_some() {
            self.updates = headers.has_value(H::Allow, "UPDATE");
        }
        if !description.is_empty() {
            self.tones.by_info = !sdp::has_telephone_event(description);
        }
    }

    /// Who the network says the far side is, where that is news (RFC 3325, RFC 5876).
    fn note_identity(&mut self, cx: &mut Context<'_>, headers: &Headers) {
        let Some(remote) = remote::asserted(headers) else { return };
        if self.identity.as_ref() != Some(&remote.uri) {
            self.identity = Some(remote.uri.clone());
            cx.emit(CallEvent::Identity(Box::new(remote)));
        }
    }

    /// What the far side's description says of its hold.
    pub(crate) fn note_remote(&mut self, cx: &mut Context<'_>, hold: bool) {
        self.note_hold(cx, self.hold.local, hold);
    }

    fn note_hold(&mut self, cx: &mut Context<'_>, local: bool, remote: bool) {
        let changed = (local, remote) != (self.hold.local, self.hold.remote);
        (self.hold.local, self.hold.remote) = (local, remote);
        if changed && self.announced {
            cx.emit(CallEvent::Held { local, remote });
        }
    }

    /// What we want to do, as an offer says it.
    fn direction(&self, hold: bool) -> MediaDirection {
        match (hold, self.hold.remote) {
            (true, true) => MediaDirection::Inactive,
            (true, false) => MediaDirection::SendOnly,
            (false, _) => MediaDirection::SendRecv,
        }
    }

    pub(crate) fn hang_up(&mut self, cx: &mut Context<'_>) -> Next {
        if self.leaving {
            return Next::Stay;
        }
        cx.media.close(cx.core, cx.handle);
        cx.emit(CallEvent::Ending);
        if !self.announced {
            self.leaving = true;
            return Next::Stay;
        }
        self.bye(cx)
    }

    /// Ends the session; the far side's word is waited for.
    pub(crate) fn bye(&mut self, cx: &mut Context<'_>) -> Next {
        self.refuse_pending(cx);
        let bye = self.dialog.draft(Method::Bye);
        if !cx.core.is_open() {
            cx.core.part(bye);
            return Next::End(Ended::Local);
        }
        let owner = cx.owner();
        let id = cx.core.send(bye, owner);
        Next::To(State::Ending { dialog: Box::new(self.dialog.clone()), id })
    }

    /// Ends the session for a reason of its own; the far side's word interests nobody.
    pub(crate) fn drop_out(&mut self, cx: &mut Context<'_>, reason: Ended) -> Next {
        self.refuse_pending(cx);
        let bye = self.dialog.draft(Method::Bye);
        cx.core.part(bye);
        Next::End(reason)
    }

    /// RFC 3261 15.1.2: requests without a final response get one when the session ends.
    fn refuse_pending(&mut self, cx: &mut Context<'_>) {
        if let Exchange::Answering { id, .. } = self.exchange {
            cx.core.respond(id, Answer::new(487));
        }
    }

    /// A request within the dialog.
    pub(crate) fn receive(&mut self, cx: &mut Context<'_>, id: u32, request: &Request) -> Next {
        if !request.cseq().is_ok_and(|cseq| self.dialog.in_sequence(cseq.number)) {
            cx.core.respond(id, Answer::new(500));
            return Next::Stay;
        }
        let answer = match request.method() {
            Method::Bye => {
                cx.core.respond(id, Answer::new(200));
                self.refuse_pending(cx);
                return Next::End(self.end_by_far_side(cx));
            }
            // It hung up with our BYE waiting for its ACK: nothing new is begun.
            _ if self.leaving => Answer::new(481),
            Method::Invite | Method::Update => {
                self.note_identity(cx, request);
                return self.receive_offer(cx, id, request);
            }
            Method::Info => self.info(cx, request),
            Method::Options => Answer::new(200),
            Method::Message => crate::incoming::message(cx.core, request),
            Method::Refer => return self.referred(cx, id, request),
            Method::Notify => return self.notified(cx, id, request),
            Method::Prack => Answer::new(481),
            _ => Answer::new(405).with("Allow", crate::core::ALLOW),
        };
        cx.core.respond(id, answer);
        Next::Stay
    }

    /// An answer to a request of ours; given back if it is none of ours any more.
    pub(crate) fn reply(&mut self, cx: &mut Context<'_>, reply: Reply) -> Result<Next, Reply> {
        if matches!(self.exchange, Exchange::Offered { id, .. } if id == reply.id) {
            return Ok(self.offer_reply(cx, reply));
        }
        if self.tones.sending == Some(reply.id) {
            if !matches!(&reply.outcome, Outcome::Response(response) if response.status() < 200) {
                self.tones.sending = None;
                self.send_tone(cx);
            }
            return Ok(Next::Stay);
        }
        if self.is_transfer(reply.id) {
            return Ok(self.transfer_reply(cx, &reply));
        }
        if self.refreshing == Some(reply.id) {
            return Ok(self.refresh_reply(cx, &reply));
        }
        match (&self.origin, &reply.outcome) {
            (Origin::Ours { invite }, Outcome::Response(response)) if *invite == reply.id => {
                // Another fork answered as well: it is told that it came second.
                if (200..300).contains(&response.status()) {
                    outbound::decline_answer(cx.core, reply.id, &reply.draft, response);
                }
                Ok(Next::Stay)
            }
            _ => Err(reply),
        }
    }

    pub(crate) fn media(&mut self, cx: &mut Context<'_>, purpose: Purpose, result: Result<MediaAnswer, MediaError>) -> Next {
        match (purpose, result) {
            (Purpose::Final, Err(error)) => return self.drop_out(cx, Ended::Media(error)),
            (Purpose::Final | Purpose::Reanswer, Ok(_)) => self.exchange = Exchange::Idle,
            (Purpose::Reanswer, Err(error)) => {
                self.exchange = Exchange::Idle;
                // Whatever it says, an odd answer never ends a call.
                cx.tell(MediaRequest::Rollback);
                cx.emit(CallEvent::HoldFailed(488, offer::words(&error)));
            }
            (Purpose::Offer, result) => self.offer_made(cx, result),
            (Purpose::Answer, result) => self.answer_made(cx, result),
            (Purpose::Setup | Purpose::Early, _) => {}
        }
        self.advance(cx);
        Next::Stay
    }

    /// The ACK for a 2xx of ours.
    pub(crate) fn acknowledged(&mut self, cx: &mut Context<'_>, id: u32, ack: &Request) -> Next {
        if self.unacknowledged != Some(id) {
            return Next::Stay;
        }
        self.unacknowledged = None;
        if self.leaving {
            return self.bye(cx);
        }
        let first = !self.announced;
        if first {
            self.announced = true;
            if let Origin::Theirs { caller, .. } = &mut self.origin {
                let remote = Box::new(std::mem::take(caller));
                cx.emit(CallEvent::Connected { remote });
            }
            if self.hold.remote {
                cx.emit(CallEvent::Held { local: false, remote: true });
            }
        }
        if self.exchange == (Exchange::AwaitingAnswer { id }) {
            let answer = ack.text();
            if answer.is_empty() {
                if first {
                    return self.drop_out(cx, Ended::Media(MediaError::NotAcceptable("no answer in the ACK".to_owned())));
                }
                self.exchange = Exchange::Idle;
                cx.tell(MediaRequest::Rollback);
            } else {
                self.exchange = Exchange::Taking;
                self.note_peer(ack, answer);
                let purpose = if first { Purpose::Final } else { Purpose::Reanswer };
                cx.ask(MediaRequest::TakeAnswer { answer: answer.to_owned(), provisional: false }, purpose);
                self.note_remote(cx, sdp::holds(sdp::direction(answer)));
            }
        }
        self.advance(cx);
        Next::Stay
    }

    /// No ACK came for our 2xx.
    pub(crate) fn unacknowledged(&mut self, cx: &mut Context<'_>, id: u32) -> Next {
        if self.unacknowledged != Some(id) {
            return Next::Stay;
        }
        self.unacknowledged = None;
        if self.leaving {
            return self.drop_out(cx, Ended::Local);
        }
        if !self.announced {
            // 13.3.1.4.
            return self.drop_out(cx, Ended::TimedOut);
        }
        // A change whose ACK was lost, most likely with the connection: media runs, so the call goes on.
        if self.exchange == (Exchange::AwaitingAnswer { id }) {
            self.exchange = Exchange::Idle;
            cx.tell(MediaRequest::Rollback);
        }
        self.advance(cx);
        Next::Stay
    }

    pub(crate) fn disconnected(&mut self, cx: &mut Context<'_>) -> Next {
        self.withdraw_offer(cx);
        self.tones.sending = None;
        self.recovery = None;
        Next::Stay
    }

    pub(crate) fn ready(&mut self, cx: &mut Context<'_>, regained: bool) -> Next {
        if regained {
            let now = cx.core.now;
            self.recovery = Some(Recovery { until: now + RECOVERY, next: now, wait: 1_000 });
        }
        self.advance(cx);
        self.send_tone(cx);
        Next::Stay
    }

    pub(crate) fn next_timeout(&self) -> Option<Millis> {
        // A recovery that waits for something else is tried when that is done.
        let recovery = self.recovery.filter(|_| self.is_free()).map(|recovery| recovery.next);
        [self.retry, self.timer.map(|timer| timer.at), recovery].into_iter().flatten().min()
    }

    pub(crate) fn timeout(&mut self, cx: &mut Context<'_>) -> Next {
        if self.retry.is_some_and(|at| at <= cx.core.now) {
            self.retry = None;
        }
        self.advance(cx);
        match self.timer {
            Some(timer) if timer.at <= cx.core.now && timer.ours => self.refresh(cx),
            // RFC 4028 10: the far side did not refresh.
            Some(timer) if timer.at <= cx.core.now => {
                cx.emit(CallEvent::Ending);
                return self.drop_out(cx, Ended::TimedOut);
            }
            _ => {}
        }
        Next::Stay
    }
}
