//! Calls from users: INVITE, its answers, ACK, CANCEL.

use std::time::Duration;

use patchcord_sip::message::{Builder, HeaderName, NameAddr, Request};

use super::calls::CallKind;
use super::party::{Dialog, Party, Purpose, Role, Unacknowledged, local_media};
use super::plan::{Plan, plan};
use super::timers::{Step, Timer};
use super::{Pbx, T1, T2, TIMEOUT};
use crate::clock::unix_now;
use crate::media::{Agreed, Codec, Command, Direction, RemoteMedia, Setup, answer};
use crate::state::{CallEnd, CallId, Leg, LegId, LegState, MediaFigures, Mode};

impl Pbx {
    /// A new INVITE.
    pub(crate) fn invite(&mut self, connection: u64, request: Request) {
        if let Some(required) = request.get(HeaderName::Require) {
            let required = required.to_owned();
            self.respond(connection, &request, 420, |builder| builder.header("Unsupported", &required));
            return;
        }
        let interval = request.valued(HeaderName::SessionExpires).ok().flatten().and_then(|interval| interval.number());
        let least = self.config.min_se;
        if interval.is_some_and(|interval| interval < least) {
            self.respond(connection, &request, 422, |builder| builder.number(HeaderName::MinSe, least));
            return;
        }
        let branch = request.via().ok().and_then(|via| via.branch()).map(str::to_owned);
        let again = self.parties.values().any(|party| match &party.role {
            Role::Caller { invite, .. } => {
                invite.call_id() == request.call_id() && invite.via().ok().and_then(|via| via.branch()) == branch.as_deref()
            }
            Role::Called { .. } => false,
        });
        if again {
            return;
        }
        let Ok(from) = request.from().map(|from| from.to_name_addr()) else { return };
        let mut user = from.uri.user_unescaped().into_owned();
        if !self.registrar.is_bound(&user, connection) {
            let Some(proved) = self.authenticate(connection, &request, HeaderName::ProxyAuthorization) else { return };
            if proved != user {
                self.respond(connection, &request, 403, |builder| builder);
                return;
            }
            user = proved;
        }
        let remote = match RemoteMedia::parse(request.text()) {
            Ok(remote) => remote,
            Err(problem) => {
                self.respond(connection, &request, 488, |builder| builder.header("Warning", &format!("399 rig \"{}\"", problem.0)));
                return;
            }
        };
        let dialled = request.uri().user_unescaped().into_owned();
        let plan = plan(&dialled, self.users.numbers());
        let kind = match &plan {
            Plan::Script(script) => CallKind::Script(script.then.clone().map(|(_, outcome)| outcome)),
            Plan::User(_) | Plan::Refuse(_) => CallKind::Users,
        };
        let call = self.new_call(&user, &dialled, kind);
        let Some(leg) = self.caller_leg(call, connection, &user, from, request, remote) else { return };
        self.respond_to_invite(leg, 100, None);
        match plan {
            Plan::User(target) => self.dial_user(call, leg, &target),
            Plan::Script(script) => self.start_script(call, leg, &script),
            Plan::Refuse(status) => self.end(call, CallEnd::Refused { status }),
        }
    }

    fn caller_leg(
        &mut self,
        call: CallId,
        connection: u64,
        user: &str,
        from: NameAddr,
        request: Request,
        remote: RemoteMedia,
    ) -> Option<LegId> {
        let leg = LegId(self.next_id());
        let to = request.to().ok()?.to_name_addr();
        let target = request.contact().map_or_else(|| from.uri.clone(), |contact| contact.uri().to_uri());
        let dialog = Dialog {
            call_id: request.call_id().to_owned(),
            local: to.with_tag(&Self::tag()),
            remote: from,
            target,
            cseq: 0,
            remote_cseq: request.cseq().map_or(0, |cseq| cseq.number),
        };
        let party = Party {
            call,
            purpose: Purpose::Principal,
            view: new_leg(leg, user, true, &dialog.call_id, connection, request.text()),
            dialog,
            role: Role::Caller { invite: Box::new(request), answered: false },
            local: local_media(self.media.address, &self.media.fingerprint),
            remote: Some(remote),
            agreed: None,
            answer: None,
            active: false,
            expires: None,
            refreshed: 0,
            refer: None,
            hears: Vec::new(),
            unacknowledged: None,
            our_invite: None,
            last_ack: None,
        };
        self.parties.insert(leg, party);
        self.calls.get_mut(&call)?.legs.push(leg);
        Some(leg)
    }

    /// Takes the caller's offer with one of these codecs, once. None: nothing in common.
    pub(crate) fn describe(&mut self, leg: LegId, codecs: &[Codec]) -> Option<String> {
        let party = self.parties.get_mut(&leg)?;
        if let Some(answer) = &party.answer {
            return Some(answer.clone());
        }
        let remote = party.remote.as_ref()?;
        let agreed: Agreed = remote.agree(codecs)?;
        let direction = Direction::of(remote.direction.receives(), remote.direction.sends());
        party.active = remote.setup == Setup::Passive;
        let sdp = answer(&party.local, remote, &agreed, direction, party.active);
        self.media.tell(Command::Open { leg, local: Box::new(party.local.clone()), payloads: agreed.payloads() });
        self.media.tell(Command::Remote {
            leg,
            ufrag: remote.ufrag.clone(),
            password: remote.password.clone(),
            fingerprint: remote.fingerprint.clone(),
            active: party.active,
            agreed,
            ssrcs: remote.ssrcs.clone(),
        });
        party.agreed = Some(agreed);
        party.answer = Some(sdp.clone());
        self.apply_media(leg);
        Some(sdp)
    }

    /// Answers a caller's INVITE: 1xx or 2xx; `end` sends refusals.
    pub(crate) fn respond_to_invite(&mut self, leg: LegId, status: u16, sdp: Option<&str>) {
        let contact = self.contact();
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let connection = party.view.connection;
        let Role::Caller { invite, answered } = &mut party.role else { return };
        if *answered {
            return;
        }
        let tag = if status == 100 { "" } else { party.dialog.local.tag().unwrap_or_default() };
        let mut builder = Builder::response(invite, status, "", tag).header(HeaderName::Server, crate::NAME);
        if status > 100 {
            builder = builder.header(HeaderName::Contact, &contact);
        }
        if status >= 200 {
            builder = builder.header(HeaderName::Allow, super::dispatch::ALLOW);
            if let Some(seconds) = self.config.session_expires.filter(|_| invite.has_value(HeaderName::Supported, "timer")) {
                builder = session_timer(builder, seconds);
                party.expires = Some(seconds);
            }
            *answered = true;
        }
        if let Some(sdp) = sdp {
            builder = builder.body("application/sdp", sdp);
        }
        let cseq = party.dialog.remote_cseq;
        if let Ok(frame) = builder.finish() {
            if status >= 200 {
                self.await_ack(leg, cseq, frame.clone());
            }
            self.send(connection, frame);
        }
        self.dirty = true;
    }

    /// Says that it rings, once.
    pub(crate) fn ring(&mut self, leg: LegId) {
        if let Some(party) = self.parties.get_mut(&leg)
            && party.view.state == LegState::Trying
        {
            party.view.state = LegState::Ringing;
            self.respond_to_invite(leg, 180, None);
        }
    }

    /// Answers a caller with one of these codecs. False: they have none of them, and the call is refused.
    pub(crate) fn answer_caller(&mut self, leg: LegId, codecs: &[Codec]) -> bool {
        let Some(sdp) = self.describe(leg, codecs) else {
            if let Some(call) = self.parties.get(&leg).map(|party| party.call) {
                self.end(call, CallEnd::Refused { status: 488 });
            }
            return false;
        };
        self.respond_to_invite(leg, 200, Some(&sdp));
        self.mark_up(leg);
        self.refreshed(leg);
        true
    }

    /// A 2xx is sent again until its ACK comes, over any transport (RFC 3261 13.3.1.4).
    pub(crate) fn await_ack(&mut self, leg: LegId, cseq: u32, frame: String) {
        if let Some(party) = self.parties.get_mut(&leg) {
            party.unacknowledged = Some(Unacknowledged { cseq, frame, next: T1, waited: Duration::ZERO });
            self.timers.after(T1, Timer::Resend { leg, cseq });
        }
    }

    pub(crate) fn resend(&mut self, leg: LegId, cseq: u32) {
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let connection = party.view.connection;
        let Some(waiting) = party.unacknowledged.as_mut().filter(|waiting| waiting.cseq == cseq) else { return };
        waiting.waited += waiting.next;
        if waiting.waited >= TIMEOUT {
            self.lost(leg, "no ACK");
            return;
        }
        waiting.next = (waiting.next * 2).min(T2);
        let (next, frame) = (waiting.next, waiting.frame.clone());
        self.timers.after(next, Timer::Resend { leg, cseq });
        self.send(connection, frame);
    }

    /// An ACK came.
    pub(crate) fn ack(&mut self, request: &Request) {
        let tag = request.to().ok().and_then(|to| to.tag()).unwrap_or_default();
        let Ok(cseq) = request.cseq() else { return };
        let found = self.parties.values_mut().find(|party| party.dialog.call_id == request.call_id() && party.dialog.local_tag() == tag);
        if let Some(party) = found
            && party.unacknowledged.as_ref().is_some_and(|waiting| waiting.cseq == cseq.number)
        {
            party.unacknowledged = None;
        }
    }

    /// A CANCEL came (RFC 3261 9.2).
    pub(crate) fn cancelled(&mut self, connection: u64, request: &Request) {
        let branch = request.via().ok().and_then(|via| via.branch());
        let found = self.parties.values().find_map(|party| match &party.role {
            Role::Caller { invite, answered } if invite.via().ok().and_then(|via| via.branch()) == branch && branch.is_some() => {
                Some((party.call, *answered))
            }
            _ => None,
        });
        let Some((call, answered)) = found else {
            self.respond(connection, request, 481, |builder| builder);
            return;
        };
        self.respond(connection, request, 200, |builder| builder);
        if !answered {
            self.end(call, CallEnd::Cancelled);
        }
    }

    pub(crate) fn give_up_after(&mut self, call: CallId, ms: u64) {
        self.timers.after_ms(ms, Timer::Step { call, step: Step::GiveUp });
    }
}

/// The caller is to refresh the session (RFC 4028 section 9).
pub(crate) fn session_timer(builder: Builder, seconds: u32) -> Builder {
    builder.header(HeaderName::Require, "timer").header(HeaderName::SessionExpires, &format!("{seconds};refresher=uac"))
}

/// A new leg, as it is shown.
pub(crate) fn new_leg(id: LegId, user: &str, inbound: bool, call_id: &str, connection: u64, sdp: &str) -> Leg {
    Leg {
        id,
        user: Some(user.to_owned()),
        inbound,
        state: LegState::Trying,
        sip_call_id: call_id.to_owned(),
        connection,
        mode: Mode::Talk,
        holds: false,
        held: false,
        reinvites: 0,
        remote_sdp: sdp.to_owned(),
        invited_at: unix_now(),
        answered_at: None,
        ended_at: None,
        end_reason: String::new(),
        dtmf: String::new(),
        dtmf_by_info: 0,
        media: MediaFigures::default(),
    }
}
