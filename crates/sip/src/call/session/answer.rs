//! Changes that the far side wants: re-INVITE and UPDATE (RFC 3261 14.2, RFC 3311 5.2).

use super::{Exchange, Session};
use crate::api::{MediaAnswer, MediaError, MediaRequest};
use crate::call::media::Purpose;
use crate::call::{Context, Next, outbound};
use crate::message::{Method, Request};
use crate::request::Body;
use crate::sdp;
use crate::timer;
use crate::transaction::Answer;

impl Session {
    pub(super) fn receive_offer(&mut self, cx: &mut Context<'_>, id: u32, request: &Request) -> Next {
        let invite = *request.method() == Method::Invite;
        let offer = request.text();
        if !request.body().is_empty() && !outbound::is_sdp(request) {
            cx.core.respond(id, Answer::new(415).with("Accept", "application/sdp"));
            return Next::Stay;
        }
        if let Some(least) = timer::too_short(cx.core, request) {
            cx.core.respond(id, Answer::new(422).with("Min-SE", least.to_string()));
            return Next::Stay;
        }
        if !invite && offer.is_empty() {
            // A refresh.
            self.dialog.refresh_target(request);
            let (answer, timer) = timer::answer(cx.core, request, Answer::new(200));
            self.timer = timer.or(self.timer);
            cx.core.respond(id, answer);
            return Next::Stay;
        }
        match self.exchange {
            Exchange::Idle | Exchange::Taking => {}
            // Not sent yet: they were first, and what we want can wait.
            Exchange::MakingOffer { .. } => self.withdraw_offer(cx),
            Exchange::Offered { .. } | Exchange::AwaitingAnswer { .. } => {
                cx.core.respond(id, Answer::new(491));
                return Next::Stay;
            }
            Exchange::Answering { .. } => {
                let after = cx.core.rng.below(11).to_string();
                cx.core.respond(id, Answer::new(500).with("Retry-After", after));
                return Next::Stay;
            }
        }
        self.dialog.refresh_target(request);
        let direction = self.direction(self.hold.local);
        if offer.is_empty() {
            self.exchange = Exchange::Answering { id, remote_hold: self.hold.remote };
            cx.ask(MediaRequest::CreateOffer { direction, ice_restart: false }, Purpose::Answer);
        } else {
            let remote_hold = sdp::holds(sdp::direction(offer));
            self.exchange = Exchange::Answering { id, remote_hold };
            cx.ask(MediaRequest::AnswerOffer { offer: offer.to_owned(), direction }, Purpose::Answer);
        }
        Next::Stay
    }

    /// The media engine has made our answer, or our offer where theirs was missing.
    pub(super) fn answer_made(&mut self, cx: &mut Context<'_>, result: Result<MediaAnswer, MediaError>) {
        let Exchange::Answering { id, remote_hold } = self.exchange else { return };
        let Some(request) = cx.core.server(id).map(|server| server.request.clone()) else {
            self.exchange = Exchange::Idle;
            return;
        };
        match result {
            Ok(MediaAnswer::Sdp(description)) => {
                let (answer, timer) = timer::answer(cx.core, &request, Answer::new(200));
                self.timer = timer.or(self.timer);
                cx.core.respond(id, answer.with_body(Body::sdp(description)));
                let invite = *request.method() == Method::Invite;
                if invite {
                    self.unacknowledged = Some(id);
                }
                if request.text().is_empty() {
                    self.exchange = Exchange::AwaitingAnswer { id };
                } else {
                    self.exchange = Exchange::Idle;
                    self.note_peer(&request, request.text());
                    self.note_remote(cx, remote_hold);
                }
            }
            Ok(MediaAnswer::Done) => {}
            Err(error) => {
                let status = if matches!(error, MediaError::NotAcceptable(_)) { 488 } else { 500 };
                cx.core.respond(id, Answer::new(status));
                self.exchange = Exchange::Idle;
                cx.tell(MediaRequest::Rollback);
            }
        }
    }

    /// CANCEL of a re-INVITE.
    pub(crate) fn cancelled(&mut self, cx: &mut Context<'_>, id: u32) -> Next {
        if matches!(self.exchange, Exchange::Answering { id: pending, .. } if pending == id) {
            cx.core.respond(id, Answer::new(487));
            cx.media.forget(Purpose::Answer);
            cx.tell(MediaRequest::Rollback);
            self.exchange = Exchange::Idle;
            self.advance(cx);
        }
        Next::Stay
    }
}
