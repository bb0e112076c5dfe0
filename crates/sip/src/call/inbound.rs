//! Calls that come in, up to our final response (RFC 3261 13.3).
//!
//! ```text
//!  INVITE ──▶ Alerting (180) ──Answer──▶ Answering ──media──▶ 200, Talking
//!                 ╰── CANCEL: 487 · Reject: its status · Media error: 488 or 480 ──▶ Over
//! ```

use std::sync::Arc;

use patchcord_messages::Millis;

use super::media::Purpose;
use super::session::{Origin, Session};
use super::{Call, Context, Next, State, outbound, remote};
use crate::api::{CallEvent, CallHandle, CallRequest, Ended, MediaAnswer, MediaDirection, MediaError, MediaRequest};
use crate::core::{Core, FollowUp};
use crate::dialog::Dialog;
use crate::message::{HeaderName as H, Headers, Method, Request, Uri};
use crate::request::Body;
use crate::sdp;
use crate::timer;
use crate::transaction::{Answer, Owner};

/// How often 180 is said.
const REMIND: Millis = 60_000;
/// How long it rings on after the connection was lost: a CANCEL may have been lost with it.
const ORPHANED: Millis = 30_000;

pub(crate) struct Ringing {
    /// The INVITE's transaction.
    pub(crate) id: u32,
    pub(crate) dialog: Dialog,
    request: Arc<Request>,
    answering: bool,
    /// When 180 is said again, so that no proxy on the way gives up (13.3.1.1).
    remind: Millis,
    /// When it stops ringing by itself.
    until: Option<Millis>,
    /// The call whose place this one takes (RFC 3891).
    replacing: Option<CallHandle>,
    /// Answered while a reliable 180 was unconfirmed: the 200 waits for the PRACK (RFC 3262 section 3).
    ready: Option<String>,
}

/// A new INVITE: a call, or a refusal that has been sent. `replacing`: the call whose place it takes.
pub(crate) fn ring(core: &mut Core, handle: CallHandle, id: u32, request: &Arc<Request>, replacing: Option<CallHandle>) -> Option<Call> {
    let refuse = |core: &mut Core, answer: Answer| {
        core.respond(id, answer);
        None
    };
    if !request.body().is_empty() && !outbound::is_sdp(request) {
        return refuse(core, Answer::new(415).with("Accept", "application/sdp"));
    }
    if request.get(H::ContentEncoding).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return refuse(core, Answer::new(415).with("Accept-Encoding", "identity"));
    }
    if let Some(least) = timer::too_short(core, request) {
        return refuse(core, Answer::new(422).with("Min-SE", least.to_string()));
    }
    if core.config.do_not_disturb && replacing.is_none() {
        return refuse(core, Answer::new(480));
    }
    let tag = core.server(id).map(|server| server.tag.clone())?;
    let Some(dialog) = Dialog::uas(request, &tag) else { return refuse(core, Answer::new(400)) };
    core.own(id, Owner::Call(handle));
    // 13.3.1: the caller may say how long its invitation is good for.
    let until = request.number(H::Expires).map(|seconds| core.now + Millis::from(seconds) * 1_000);
    let ringing =
        Ringing { id, dialog, request: Arc::clone(request), answering: false, remind: core.now + REMIND, until, replacing, ready: None };
    let caller = Box::new(remote::caller(request));
    if let Some(call) = replacing {
        // RFC 3891 3: whoever talks already need not be rung for.
        core.emit_call(handle, CallEvent::Replacing { call, remote: caller });
        let mut call = Call::new(handle, State::Ringing(Box::new(ringing)));
        call.request(core, CallRequest::Answer);
        return Some(call);
    }
    ringing.alert(core);
    core.emit_call(handle, CallEvent::Incoming(caller));
    if let Some(after) = remote::answer_after(request) {
        core.emit_call(handle, CallEvent::AutoAnswer { after });
    }
    Some(Call::new(handle, State::Ringing(Box::new(ringing))))
}

impl Ringing {
    fn offer(&self) -> &str {
        self.request.text()
    }

    fn alert(&self, core: &mut Core) {
        if self.request.has_value(H::Require, "100rel") {
            // RFC 3262 section 5: without an offer, the first reliable response would have to carry ours, and the microphone is not to be
            // opened before the agent answers: then there is no 180.
            if !self.offer().is_empty() {
                let sequence = core.rng.u32() >> 1 | 1;
                let answer = Answer::new(180).with("Require", "100rel").with("RSeq", sequence.to_string());
                core.respond_reliably(self.id, answer, Some(sequence));
            }
        } else {
            core.respond(self.id, Answer::new(180));
        }
    }

    pub(crate) fn answer(&mut self, cx: &mut Context<'_>) -> Next {
        if self.answering {
            return Next::Stay;
        }
        self.answering = true;
        let direction = MediaDirection::SendRecv;
        let request = match self.offer() {
            "" => MediaRequest::CreateOffer { direction, ice_restart: false },
            offer => MediaRequest::AnswerOffer { offer: offer.to_owned(), direction },
        };
        cx.ask(request, Purpose::Setup);
        Next::Stay
    }

    pub(crate) fn reject(&mut self, cx: &mut Context<'_>, status: u16) -> Next {
        let status = if (400..700).contains(&status) { status } else { 480 };
        cx.core.respond(self.id, Answer::new(status));
        Next::End(Ended::Rejected)
    }

    /// The connection is lost, and with it perhaps a CANCEL.
    pub(crate) fn disconnected(&mut self, cx: &Context<'_>) -> Next {
        if !self.answering {
            let limit = cx.core.now + ORPHANED;
            self.until = Some(self.until.map_or(limit, |until| until.min(limit)));
        }
        Next::Stay
    }

    pub(crate) fn next_timeout(&self) -> Option<Millis> {
        (!self.answering).then(|| self.until.map_or(self.remind, |until| until.min(self.remind)))
    }

    pub(crate) fn timeout(&mut self, cx: &mut Context<'_>) -> Next {
        if self.until.is_some_and(|until| until <= cx.core.now) {
            cx.core.respond(self.id, Answer::new(487));
            return Next::End(Ended::Cancelled);
        }
        self.remind = cx.core.now + REMIND;
        // RFC 3262 3: after a reliable one, it takes care of itself.
        if !self.request.has_value(H::Require, "100rel") {
            self.alert(cx.core);
        }
        Next::Stay
    }

    pub(crate) fn redirect(&mut self, cx: &mut Context<'_>, target: &Uri) -> Next {
        cx.core.respond(self.id, Answer::new(302).with("Contact", format!("<{}>", target.without_headers().as_str())));
        Next::End(Ended::Rejected)
    }

    pub(crate) fn media(&mut self, cx: &mut Context<'_>, result: Result<MediaAnswer, MediaError>) -> Next {
        match result {
            Ok(MediaAnswer::Sdp(description)) if cx.core.is_unconfirmed(self.id) => {
                self.ready = Some(description);
                Next::Stay
            }
            Ok(MediaAnswer::Sdp(description)) => self.accept(cx, description),
            Ok(MediaAnswer::Done) => Next::Stay,
            Err(error) => {
                let status = if matches!(error, MediaError::NotAcceptable(_)) { 488 } else { 480 };
                cx.core.respond(self.id, Answer::new(status));
                Next::End(Ended::Media(error))
            }
        }
    }

    fn accept(&mut self, cx: &mut Context<'_>, description: String) -> Next {
        let mut session =
            Session::new(self.dialog.clone(), Origin::Theirs { unacknowledged: Some(self.id), caller: remote::caller(&self.request) });
        let mut answer = session.accepted(cx, self.id, &self.request);
        answer.body = Some(Body::sdp(description));
        cx.core.respond(self.id, answer);
        if !self.offer().is_empty() {
            session.note_remote(cx, sdp::holds(sdp::direction(self.offer())));
        }
        if let Some(call) = self.replacing {
            cx.core.follow_ups.push_back(FollowUp::Leave { call, reason: Ended::Replaced });
        }
        Next::To(State::Talking(Box::new(session)))
    }

    /// CANCEL: the caller gave up, or another of the agent's phones has taken the call (RFC 3326).
    pub(crate) fn cancelled(&mut self, cx: &mut Context<'_>, cancel: &Headers) -> Next {
        cx.core.respond(self.id, Answer::new(487));
        let elsewhere =
            cancel.reasons().any(|reason| reason.value.eq_ignore_ascii_case("SIP") && reason.params.get("cause") == Some("200"));
        Next::End(if elsewhere { Ended::AnsweredElsewhere } else { Ended::Cancelled })
    }

    /// No PRACK came for our reliable 180 (RFC 3262 section 3).
    pub(crate) fn unconfirmed(&mut self, cx: &mut Context<'_>) -> Next {
        cx.core.respond(self.id, Answer::new(504));
        Next::End(Ended::TimedOut)
    }

    /// A request within the early dialog.
    pub(crate) fn receive(&mut self, cx: &mut Context<'_>, id: u32, request: &Request) -> Next {
        if !request.cseq().is_ok_and(|cseq| self.dialog.in_sequence(cseq.number)) {
            cx.core.respond(id, Answer::new(500));
            return Next::Stay;
        }
        match request.method() {
            // 15: the caller may end an early dialog so too.
            Method::Bye => {
                cx.core.respond(id, Answer::new(200));
                cx.core.respond(self.id, Answer::new(487));
                Next::End(Ended::Cancelled)
            }
            Method::Prack => self.confirmed(cx, id, request),
            Method::Update if request.text().is_empty() => {
                self.dialog.refresh_target(request);
                cx.core.respond(id, Answer::new(200));
                Next::Stay
            }
            // RFC 3311 5.2: the INVITE's offer is not answered yet.
            Method::Update | Method::Invite => {
                let after = cx.core.rng.below(11).to_string();
                cx.core.respond(id, Answer::new(500).with("Retry-After", after));
                Next::Stay
            }
            Method::Options | Method::Info => {
                cx.core.respond(id, Answer::new(200));
                Next::Stay
            }
            _ => {
                cx.core.respond(id, Answer::new(481));
                Next::Stay
            }
        }
    }

    fn confirmed(&mut self, cx: &mut Context<'_>, id: u32, request: &Request) -> Next {
        let sequence = request.rack().ok().flatten().map(|rack| rack.response);
        if !sequence.is_some_and(|sequence| cx.core.confirm(self.id, sequence)) {
            cx.core.respond(id, Answer::new(481));
            return Next::Stay;
        }
        // An offer in PRACK would need an answer while it rings; there is no answer to the INVITE's offer yet, so it may not come.
        cx.core.respond(id, Answer::new(if request.text().is_empty() { 200 } else { 488 }));
        match self.ready.take() {
            Some(description) => self.accept(cx, description),
            None => Next::Stay,
        }
    }
}
