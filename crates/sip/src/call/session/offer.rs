//! Changes that we want: hold, resume, a new path for media (RFC 3261 14.1), and refreshing the session (RFC 4028).

use super::{Exchange, Origin, RECOVERY_WAIT, Session};
use crate::api::{CallEvent, Ended, MediaAnswer, MediaError, MediaRequest};
use crate::call::media::Purpose;
use crate::call::{Context, Next, outbound};
use crate::core::ALLOW;
use crate::message::{HeaderName as H, Method, Response};
use crate::request::{Body, Draft};
use crate::sdp;
use crate::timer;
use crate::transaction::{Outcome, Reply};

/// Glares in a row after which the wish is given up.
const MAX_GLARES: u32 = 8;

/// Words for an event, from what the media engine said.
pub(super) fn words(error: &MediaError) -> String {
    match error {
        MediaError::NotAcceptable(words) | MediaError::Failed(words) => words.clone(),
        _ => "microphone".to_owned(),
    }
}

impl Session {
    /// Hold or resume.
    pub(crate) fn hold(&mut self, cx: &mut Context<'_>, hold: bool) -> Next {
        self.hold.wanted = hold;
        self.advance(cx);
        Next::Stay
    }

    /// Begins what is wanted, if nothing stands in the way.
    pub(super) fn advance(&mut self, cx: &mut Context<'_>) {
        let due = self.recovery.is_some_and(|recovery| recovery.next <= cx.core.now);
        let wanted = self.hold.wanted != self.hold.local || due;
        if wanted && self.is_free() && cx.core.ready {
            let (hold, restart) = (self.hold.wanted, self.recovery.is_some());
            self.exchange = Exchange::MakingOffer { hold, restart };
            cx.ask(MediaRequest::CreateOffer { direction: self.direction(hold), ice_restart: restart }, Purpose::Offer);
        }
    }

    /// 14.1: no INVITE while another is under way in either direction.
    pub(super) fn is_free(&self) -> bool {
        let busy = self.exchange != Exchange::Idle || self.unacknowledged.is_some() || self.refreshing.is_some() || self.retry.is_some();
        self.announced && !self.leaving && !busy
    }

    /// The media engine has made our offer.
    pub(super) fn offer_made(&mut self, cx: &mut Context<'_>, result: Result<MediaAnswer, MediaError>) {
        let Exchange::MakingOffer { hold, restart } = self.exchange else { return };
        match result {
            Ok(MediaAnswer::Sdp(offer)) => {
                let mut draft = self.change(cx, Method::Invite);
                draft.body = Some(Body::sdp(offer));
                let owner = cx.owner();
                let id = cx.core.send(draft, owner);
                self.exchange = Exchange::Offered { id, hold, restart };
            }
            Ok(MediaAnswer::Done) => {}
            Err(error) => {
                self.exchange = Exchange::Idle;
                self.give_up(cx, 500, words(&error));
            }
        }
    }

    /// An INVITE or UPDATE within the dialog.
    fn change(&self, cx: &Context<'_>, method: Method) -> Draft {
        let mut draft =
            self.dialog.draft(method).with("Contact", cx.core.contact()).with("Allow", ALLOW).with("Supported", cx.core.supported());
        if let Some(timer) = self.timer {
            // 7.4: who refreshes stays who refreshes.
            let refresher = if timer.ours { "uac" } else { "uas" };
            draft = draft.with("Session-Expires", format!("{};refresher={refresher}", timer.interval));
            draft = draft.with("Min-SE", timer.least.to_string());
        }
        draft
    }

    pub(super) fn offer_reply(&mut self, cx: &mut Context<'_>, reply: Reply) -> Next {
        let Exchange::Offered { hold, restart, .. } = self.exchange else { return Next::Stay };
        let response = match reply.outcome {
            Outcome::Response(response) => response,
            Outcome::Failed(_) => {
                self.exchange = Exchange::Idle;
                if !restart || !self.recover_later(cx) {
                    self.fail_offer(cx, 408, "Request Timeout");
                }
                return Next::Stay;
            }
        };
        match response.status() {
            ..200 => return Next::Stay,
            200..300 => self.offer_answered(cx, &reply.draft, reply.id, &response, hold, restart),
            status => {
                self.exchange = Exchange::Idle;
                match status {
                    491 if self.glares < MAX_GLARES => {
                        cx.tell(MediaRequest::Rollback);
                        self.glare(cx);
                    }
                    422 if self.raise_interval(&response) => {
                        cx.tell(MediaRequest::Rollback);
                        self.advance(cx);
                    }
                    _ if restart => {
                        if !self.recover_later(cx) {
                            self.fail_offer(cx, status, response.reason());
                        }
                    }
                    // 12.2.1.2: the far side knows of no such call.
                    481 => return Next::End(Ended::Remote),
                    _ => self.fail_offer(cx, status, response.reason()),
                }
            }
        }
        Next::Stay
    }

    fn offer_answered(&mut self, cx: &mut Context<'_>, draft: &Draft, id: u32, response: &Response, hold: bool, restart: bool) {
        self.dialog.refresh_target(response);
        cx.core.acknowledge(id, &self.dialog.remote_tag, &self.dialog.ack(draft.number));
        self.glares = 0;
        if self.timer.is_some() {
            self.timer = timer::settled(cx.core, response);
        }
        let answer = if outbound::is_sdp(response) { response.text() } else { "" };
        if answer.is_empty() {
            self.exchange = Exchange::Idle;
            self.fail_offer(cx, response.status(), "no answer in the 2xx");
            return;
        }
        self.exchange = Exchange::Taking;
        if restart {
            self.recovery = None;
        }
        self.note_peer(response, answer);
        cx.ask(MediaRequest::TakeAnswer { answer: answer.to_owned(), provisional: false }, Purpose::Reanswer);
        // To an offer of `sendonly` the answer cannot say whether the far side holds us as well: that stays as it was.
        let remote = if hold { self.hold.remote } else { sdp::holds(sdp::direction(answer)) };
        self.note_hold(cx, hold, remote);
    }

    /// 14.1: both wanted a change at once. Who made the Call-ID waits longer.
    fn glare(&mut self, cx: &mut Context<'_>) {
        self.glares += 1;
        let wait = match self.origin {
            Origin::Ours { .. } => 2_100 + 10 * cx.core.rng.below(191),
            Origin::Theirs { .. } => 10 * cx.core.rng.below(201),
        };
        self.retry = Some(cx.core.now + wait);
    }

    /// Our offer was refused: the session stays as it was.
    fn fail_offer(&mut self, cx: &mut Context<'_>, status: u16, reason: &str) {
        cx.tell(MediaRequest::Rollback);
        self.give_up(cx, status, reason.to_owned());
        self.advance(cx);
    }

    /// A recovery was refused: later again. False if it is too late for that.
    fn recover_later(&mut self, cx: &mut Context<'_>) -> bool {
        let now = cx.core.now;
        let Some(recovery) = self.recovery.as_mut().filter(|recovery| recovery.until > now) else { return false };
        recovery.next = now + recovery.wait / 2 + cx.core.rng.below(recovery.wait);
        recovery.wait = (recovery.wait * 2).min(RECOVERY_WAIT);
        cx.tell(MediaRequest::Rollback);
        true
    }

    fn give_up(&mut self, cx: &mut Context<'_>, status: u16, reason: String) {
        self.recovery = None;
        self.glares = 0;
        if self.hold.wanted != self.hold.local {
            self.hold.wanted = self.hold.local;
            cx.emit(CallEvent::HoldFailed(status, reason));
        }
    }

    /// Takes back an offer that is being made or has no answer: the connection is lost, or the far side came first.
    /// What was wanted is still wanted.
    pub(super) fn withdraw_offer(&mut self, cx: &mut Context<'_>) {
        match self.exchange {
            Exchange::MakingOffer { .. } => cx.media.forget(Purpose::Offer),
            Exchange::Offered { id, .. } => cx.core.abandon(id),
            _ => return,
        }
        self.exchange = Exchange::Idle;
        cx.tell(MediaRequest::Rollback);
    }

    fn raise_interval(&mut self, response: &Response) -> bool {
        let asked = response.valued(H::MinSe).ok().flatten().and_then(|value| value.number());
        match (&mut self.timer, asked) {
            (Some(timer), Some(asked)) if asked > timer.interval => {
                timer.interval = asked;
                timer.least = asked;
                true
            }
            _ => false,
        }
    }

    /// RFC 4028 10: UPDATE without SDP where the far side takes it, else a re-INVITE.
    pub(super) fn refresh(&mut self, cx: &mut Context<'_>) {
        let Some(timer) = &mut self.timer else { return };
        // If this one fails there is time for a few more before the far side gives up.
        timer.at = cx.core.now + u64::from(timer.interval) * 1_000 / 8;
        if !cx.core.ready || self.exchange != Exchange::Idle || self.refreshing.is_some() {
            return;
        }
        if !self.updates {
            let hold = self.hold.local;
            self.exchange = Exchange::MakingOffer { hold, restart: false };
            cx.ask(MediaRequest::CreateOffer { direction: self.direction(hold), ice_restart: false }, Purpose::Offer);
            return;
        }
        let draft = self.change(cx, Method::Update);
        let owner = cx.owner();
        self.refreshing = Some(cx.core.send(draft, owner));
    }

    pub(super) fn refresh_reply(&mut self, cx: &mut Context<'_>, reply: &Reply) -> Next {
        match &reply.outcome {
            Outcome::Response(response) if response.status() < 200 => return Next::Stay,
            Outcome::Response(response) => {
                self.refreshing = None;
                match response.status() {
                    ..300 => {
                        self.dialog.refresh_target(response);
                        self.timer = timer::settled(cx.core, response);
                    }
                    481 => return Next::End(Ended::Remote),
                    422 if self.raise_interval(response) => self.refresh(cx),
                    405 | 501 => self.updates = false,
                    _ => {}
                }
            }
            Outcome::Failed(_) => self.refreshing = None,
        }
        self.advance(cx);
        Next::Stay
    }
}
