//! Calls that we make, up to the 2xx (RFC 3261 13.2 and 9.1).
//!
//! ```text
//!  Preparing ──▶ Inviting ──2xx──▶ Talking          HangUp in Inviting: CANCEL as soon as a provisional response allows it;
//!                   │ ▲                             a 2xx that crosses it gets ACK and BYE.
//!         3xx, 422  ╰─╯ once more
//! ```

use patchcord_messages::Millis;

use super::media::Purpose;
use super::session::{Origin, Session};
use super::{Context, Next, State, remote};
use crate::api::{CallEvent, Ended, MediaAnswer, MediaError, MediaRequest};
use crate::core::ALLOW;
use crate::dialog::Dialog;
use crate::message::{HeaderName as H, Headers, Method, RAck, Request, Response, Uri};
use crate::request::{Body, Draft};
use crate::sdp;
use crate::text;
use crate::timer;
use crate::transaction::{Answer, Failure, GIVE_UP, Outcome, Reply};

/// After a lost connection came back, how long we wait for a word about our INVITE before we take it back.
const GRACE: Millis = 4_000;
/// Targets that one call tries (8.1.3.4).
const MAX_TRIES: usize = 5;
/// Forks whose dialogs we remember.
const MAX_FORKS: usize = 16;

/// A call that has not left yet.
pub(crate) struct Preparing {
    pub(crate) target: Uri,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) offer: Option<String>,
    pub(crate) until: Millis,
}

/// An INVITE on its way.
pub(crate) struct Inviting {
    pub(crate) id: u32,
    early: Vec<Early>,
    /// Tag of the fork whose answer the media engine has.
    heard: Option<String>,
    /// Any provisional response came, so CANCEL may be sent.
    proceeding: bool,
    cancel: Cancel,
    /// The connection was lost and is back: when we take the INVITE back.
    grace: Option<Millis>,
    tried: Vec<Uri>,
    min_se: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cancel {
    No,
    /// Wanted by us: as soon as it may be sent.
    Wanted,
    Sent,
}

/// An early dialog: one fork.
struct Early {
    dialog: Dialog,
    sdp: Option<String>,
    /// Last RSeq (RFC 3262 section 4).
    sequence: Option<u32>,
}

impl Preparing {
    pub(crate) fn begin(cx: &mut Context<'_>, target: Uri, headers: Vec<(String, String)>) -> Self {
        cx.ask(MediaRequest::CreateOffer { direction: crate::api::MediaDirection::SendRecv, ice_restart: false }, Purpose::Setup);
        Self { target, headers, offer: None, until: cx.core.now + GIVE_UP }
    }

    pub(crate) fn media(&mut self, cx: &mut Context<'_>, result: Result<MediaAnswer, MediaError>) -> Next {
        match result {
            Ok(MediaAnswer::Sdp(offer)) => {
                self.offer = Some(offer);
                self.advance(cx)
            }
            Ok(MediaAnswer::Done) => Next::Stay,
            Err(error) => Next::End(Ended::Media(error)),
        }
    }

    /// Sends the INVITE, once there is an offer and a connection.
    pub(crate) fn advance(&mut self, cx: &mut Context<'_>) -> Next {
        if !cx.core.ready {
            return Next::Stay;
        }
        let Some(offer) = self.offer.take() else { return Next::Stay };
        let mut draft = cx.core.initial(Method::Invite, &self.target);
        for (name, value) in std::mem::take(&mut self.headers) {
            draft = draft.with(name, value);
        }
        draft = draft
            .with("Contact", cx.core.contact())
            .with("Allow", ALLOW)
            .with("Supported", cx.core.supported())
            .with_body(Body::sdp(offer));
        if cx.core.config.session_timers {
            draft = draft.with("Session-Expires", timer::INTERVAL.to_string());
        }
        let owner = cx.owner();
        let id = cx.core.send(draft, owner);
        cx.emit(CallEvent::Sent);
        Next::To(State::Inviting(Box::new(Inviting {
            id,
            early: Vec::new(),
            heard: None,
            proceeding: false,
            cancel: Cancel::No,
            grace: None,
            tried: vec![self.target.clone()],
            min_se: 0,
        })))
    }
}

impl Inviting {
    /// Whom the agent wanted, while that is still wanted.
    pub(crate) fn dialled(&self) -> Option<Uri> {
        self.tried.first().filter(|_| self.cancel == Cancel::No).cloned()
    }

    pub(crate) fn hang_up(&mut self, cx: &mut Context<'_>) -> Next {
        if self.cancel == Cancel::No {
            self.cancel = Cancel::Wanted;
            cx.core.abandon(self.id);
            cx.media.close(cx.core, cx.handle);
            cx.emit(CallEvent::Ending);
            self.cancel(cx);
        }
        Next::Stay
    }

    /// 9.1: CANCEL has to wait for a provisional response.
    fn cancel(&mut self, cx: &mut Context<'_>) {
        if self.cancel == Cancel::Wanted && self.proceeding && cx.core.is_open() {
            cx.core.cancel(self.id, None);
            self.cancel = Cancel::Sent;
        }
    }

    pub(crate) fn disconnected(&mut self) -> Next {
        self.grace = None;
        Next::Stay
    }

    /// The answer may come over the new connection, if the server looks for us there. Not for long, though: the agent waits.
    pub(crate) fn reconnected(&mut self, cx: &mut Context<'_>) -> Next {
        // No provisional can come any more that went to the old connection.
        self.proceeding = true;
        if self.cancel == Cancel::No {
            self.grace = Some(cx.core.now + GRACE);
        }
        self.cancel(cx);
        Next::Stay
    }

    pub(crate) fn next_timeout(&self) -> Option<Millis> {
        self.grace
    }

    /// The far side must not ring on without us.
    pub(crate) fn timeout(&mut self, cx: &mut Context<'_>) -> Next {
        self.grace = None;
        cx.core.cancel(self.id, None);
        Next::End(Ended::TimedOut)
    }

    pub(crate) fn takes(&self, request: &Headers) -> bool {
        self.early.iter().any(|early| early.dialog.takes(request))
    }

    /// A request within an early dialog.
    pub(crate) fn receive(&mut self, cx: &mut Context<'_>, id: u32, request: &Request) -> Next {
        let answer = match request.method() {
            // A fork that goes away before the others.
            Method::Bye => {
                self.early.retain(|early| !early.dialog.takes(request));
                Answer::new(200)
            }
            Method::Options | Method::Info => Answer::new(200),
            Method::Update if request.text().is_empty() => {
                if let Some(early) = self.early.iter_mut().find(|early| early.dialog.takes(request)) {
                    early.dialog.refresh_target(request);
                }
                Answer::new(200)
            }
            // RFC 3311 5.2: our own offer is still without its final answer.
            Method::Update => Answer::new(491),
            _ => Answer::new(481),
        };
        cx.core.respond(id, answer);
        Next::Stay
    }

    /// The media engine took an early answer, or could not; the final one may still do.
    pub(crate) fn media(&mut self, _: &mut Context<'_>, result: Result<MediaAnswer, MediaError>) -> Next {
        if result.is_err() {
            self.heard = None;
        }
        Next::Stay
    }

    /// An answer to a PRACK.
    pub(crate) fn other_reply(&mut self, _: &mut Context<'_>, _: &Reply) -> Next {
        Next::Stay
    }

    pub(crate) fn reply(&mut self, cx: &mut Context<'_>, reply: Reply) -> Next {
        self.grace = None;
        match reply.outcome {
            Outcome::Response(response) => match response.status() {
                ..200 => self.provisional(cx, &reply.draft, &response),
                200..300 => self.answered(cx, &reply.draft, &response),
                _ => self.refused(cx, &reply.draft, &response),
            },
            Outcome::Failed(_) if self.cancel != Cancel::No => Next::End(Ended::Local),
            Outcome::Failed(Failure::Timeout | Failure::Transport) => Next::End(Ended::TimedOut),
        }
    }

    fn provisional(&mut self, cx: &mut Context<'_>, draft: &Draft, response: &Response) -> Next {
        self.proceeding = true;
        self.cancel(cx);
        let tag = response.to().ok().and_then(|to| to.tag()).unwrap_or_default().to_owned();
        if response.status() == 100 || tag.is_empty() && response.status() < 101 {
            return Next::Stay;
        }
        let Some(index) = self.fork(draft, response, &tag) else { return Next::Stay };
        if !self.acknowledge_provisional(cx, index, response) || self.cancel != Cancel::No {
            return Next::Stay;
        }
        let mut early_media = false;
        if let Some(early) = self.early.get_mut(index) {
            let body = response.text();
            let first = self.heard.as_ref().is_none_or(|heard| *heard == tag);
            if !body.is_empty() && is_sdp(response) && early.sdp.as_deref() != Some(body) {
                early.sdp = Some(body.to_owned());
                // The engine has one description of the far side: the first fork that sends sound is heard, the others wait for their 2xx.
                if first {
                    self.heard = Some(tag.clone());
                    cx.ask(MediaRequest::TakeAnswer { answer: body.to_owned(), provisional: true }, Purpose::Early);
                }
            }
            early_media = self.heard.as_ref() == Some(&tag);
        }
        cx.emit(CallEvent::Progress { status: response.status(), early_media });
        cx.report(response.status());
        Next::Stay
    }

    /// The early dialog that a provisional response belongs to or makes.
    fn fork(&mut self, draft: &Draft, response: &Response, tag: &str) -> Option<usize> {
        if let Some(index) = self.early.iter().position(|early| early.dialog.remote_tag == tag) {
            return Some(index);
        }
        if self.early.len() >= MAX_FORKS {
            return None;
        }
        let dialog = Dialog::uac(draft, response)?;
        self.early.push(Early { dialog, sdp: None, sequence: None });
        Some(self.early.len() - 1)
    }

    /// RFC 3262 section 4: PRACK for a reliable provisional response. False: it is a repeated or early one, to be ignored.
    fn acknowledge_provisional(&mut self, cx: &mut Context<'_>, index: usize, response: &Response) -> bool {
        if !response.has_value(H::Require, "100rel") {
            return true;
        }
        let (Some(sequence), Ok(cseq)) = (response.number(H::RSeq), response.cseq()) else { return true };
        let Some(early) = self.early.get_mut(index) else { return false };
        if early.sequence.is_some_and(|last| sequence != last.wrapping_add(1)) {
            return false;
        }
        early.sequence = Some(sequence);
        early.dialog.refresh_target(response);
        let rack = RAck { response: sequence, number: cseq.number, method: cseq.method };
        let prack = early.dialog.draft(Method::Prack).with("RAck", format!("{} {} {}", rack.response, rack.number, rack.method));
        let owner = cx.owner();
        cx.core.send(prack, owner);
        true
    }

    fn answered(&mut self, cx: &mut Context<'_>, draft: &Draft, response: &Response) -> Next {
        let Some(dialog) = Dialog::uac(draft, response) else { return Next::Stay };
        cx.core.acknowledge(self.id, &dialog.remote_tag, &dialog.ack(draft.number));
        let mut session = Session::new(dialog, Origin::Ours { invite: self.id });
        if self.cancel != Cancel::No {
            // CANCEL came too late (9.1, 15).
            return session.bye(cx);
        }
        let early = self.early.iter().find(|early| early.dialog.remote_tag == session.dialog.remote_tag);
        let body = if is_sdp(response) { response.text() } else { "" };
        let answer = if body.is_empty() { early.and_then(|early| early.sdp.clone()) } else { Some(body.to_owned()) };
        let Some(answer) = answer else {
            return session.drop_out(cx, Ended::Media(MediaError::NotAcceptable("no answer in the 2xx".to_owned())));
        };
        session.connected(cx, response, &answer);
        cx.emit(CallEvent::Connected { remote: Box::new(remote::answerer(response)) });
        cx.report(200);
        cx.ask(MediaRequest::TakeAnswer { answer: answer.clone(), provisional: false }, Purpose::Final);
        session.note_remote(cx, sdp::holds(sdp::direction(&answer)));
        Next::To(State::Talking(Box::new(session)))
    }

    fn refused(&mut self, cx: &mut Context<'_>, draft: &Draft, response: &Response) -> Next {
        let status = response.status();
        if self.cancel != Cancel::No {
            return Next::End(Ended::Local);
        }
        let again = match status {
            300..400 => self.redirected(draft, response),
            422 => self.longer_session(cx, draft, response),
            _ => None,
        };
        if let Some(mut draft) = again.filter(|_| cx.core.is_open()) {
            draft.number = draft.sequence.next();
            self.early.clear();
            self.heard = None;
            self.proceeding = false;
            let owner = cx.owner();
            self.id = cx.core.send(draft, owner);
            return Next::Stay;
        }
        Next::End(Ended::Refused(status, response.reason().to_owned()))
    }

    /// 8.1.3.4: the next target that was not tried yet, the most wanted first.
    fn redirected(&mut self, draft: &Draft, response: &Response) -> Option<Draft> {
        let mut best: Option<(u32, Uri)> = None;
        for contact in response.addresses(H::Contact).filter(|contact| contact.uri().is_sip()) {
            let weight = text::thousandths(contact.param("q"));
            let uri = contact.uri().to_uri().without_headers();
            let better = best.as_ref().is_none_or(|(known, _)| weight > *known);
            if better && !self.tried.iter().any(|tried| tried.equivalent(&uri)) {
                best = Some((weight, uri));
            }
        }
        let (_, target) = best.filter(|_| self.tried.len() < MAX_TRIES)?;
        self.tried.push(target.clone());
        Some(Draft { uri: target, ..draft.clone() })
    }

    /// RFC 4028 7.3: once more with the interval that is asked for.
    fn longer_session(&mut self, cx: &Context<'_>, draft: &Draft, response: &Response) -> Option<Draft> {
        let least = response.valued(H::MinSe).ok().flatten().and_then(|value| value.number()).filter(|least| *least > self.min_se)?;
        if !cx.core.config.session_timers {
            return None;
        }
        self.min_se = least;
        let mut draft = draft.clone();
        draft.headers.retain(|(name, _)| name != "Session-Expires" && name != "Min-SE");
        Some(draft.with("Session-Expires", least.max(timer::INTERVAL).to_string()).with("Min-SE", least.to_string()))
    }
}

pub(super) fn is_sdp(headers: &Headers) -> bool {
    headers.content_type().ok().flatten().is_none_or(|kind| kind.is("application", "sdp"))
}

/// A 2xx that nobody waits for: another fork, or a call that is over. It must be acknowledged and ended (13.2.2.4).
pub(crate) fn decline_answer(core: &mut crate::core::Core, id: u32, draft: &Draft, response: &Response) {
    let Some(dialog) = Dialog::uac(draft, response) else { return };
    core.acknowledge(id, &dialog.remote_tag, &dialog.ack(draft.number));
    core.part(dialog.draft(Method::Bye));
}
