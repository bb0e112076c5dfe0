//! Changes of a session that is up: re-INVITE and UPDATE both ways, and INFO with digits.

use std::time::Duration;

use patchcord_sip::message::{Builder, HeaderName, Method, Request, Response};

use super::dispatch::{ALLOW, Kind};
use super::invite::session_timer;
use super::party::{OurInvite, Role, SentInvite};
use super::timers::Timer;
use super::{Pbx, Reply};
use crate::control::ControlError;
use crate::media::{Command, Direction, RemoteMedia, answer, offer};
use crate::state::LegId;
use crate::token::{number, token};

impl Pbx {
    /// A re-INVITE from a party.
    pub(crate) fn reinvite(&mut self, connection: u64, leg: LegId, request: &Request) {
        let Some(party) = self.parties.get(&leg) else { return };
        if !party.is_up() || party.our_invite.is_some() || party.unacknowledged.is_some() {
            self.respond_in(connection, leg, request, 491, None);
            return;
        }
        // Without a description we would have to offer one (RFC 3261 14.2): what was agreed on.
        let sdp = if request.body().is_empty() { self.our_offer(leg, None) } else { self.take_offer(leg, request.text()) };
        match sdp {
            Some(sdp) => self.respond_in(connection, leg, request, 200, Some(&sdp)),
            None => self.respond_in(connection, leg, request, 488, None),
        }
    }

    /// An UPDATE from a party (RFC 3311).
    pub(crate) fn update(&mut self, connection: u64, leg: LegId, request: &Request) {
        let Some(party) = self.parties.get(&leg) else { return };
        if request.body().is_empty() {
            self.respond_in(connection, leg, request, 200, None);
        } else if !party.is_up() || party.our_invite.is_some() {
            self.respond_in(connection, leg, request, 491, None);
        } else if let Some(sdp) = self.take_offer(leg, request.text()) {
            self.respond_in(connection, leg, request, 200, Some(&sdp));
        } else {
            self.respond_in(connection, leg, request, 488, None);
        }
    }

    /// Digits by INFO: `application/dtmf-relay` as Cisco and JsSIP write it, `application/dtmf` as others do.
    pub(crate) fn info(&mut self, connection: u64, leg: LegId, request: &Request) {
        let kind = request.content_type().ok().flatten();
        let digit = match kind {
            Some(kind) if kind.is("application", "dtmf-relay") => {
                request.text().lines().find_map(|line| line.trim().strip_prefix("Signal=")?.trim().chars().next())
            }
            Some(kind) if kind.is("application", "dtmf") => request.text().trim().chars().next(),
            Some(_) => {
                self.respond_in(connection, leg, request, 415, None);
                return;
            }
            None => None,
        };
        if let Some(digit) = digit.filter(|digit| "0123456789*#ABCDabcd".contains(*digit))
            && let Some(party) = self.parties.get_mut(&leg)
        {
            party.view.dtmf.push(digit.to_ascii_uppercase());
            party.view.dtmf_by_info += 1;
        }
        self.respond_in(connection, leg, request, 200, None);
    }

    /// Answers a request within a dialog.
    fn respond_in(&mut self, connection: u64, leg: LegId, request: &Request, status: u16, sdp: Option<&str>) {
        let mut builder = Builder::response(request, status, "", &token(4)).header(HeaderName::Server, crate::NAME);
        if (200..300).contains(&status) && *request.method() != Method::Info {
            builder = builder.header(HeaderName::Contact, &self.contact()).header(HeaderName::Allow, ALLOW);
        }
        if let Some(sdp) = sdp {
            builder = builder.body("application/sdp", sdp);
        }
        let refreshes = status == 200 && matches!(request.method(), Method::Invite | Method::Update);
        if let Some(seconds) = self.parties.get(&leg).and_then(|party| party.expires).filter(|_| refreshes) {
            builder = session_timer(builder, seconds);
            self.refreshed(leg);
        }
        let Ok(frame) = builder.finish() else { return };
        if *request.method() == Method::Invite && status == 200 {
            self.await_ack(leg, request.cseq().map_or(0, |cseq| cseq.number), frame.clone());
        }
        self.send(connection, frame);
    }

    /// A session begins or was refreshed: its interval begins anew.
    pub(crate) fn refreshed(&mut self, leg: LegId) {
        if let Some(party) = self.parties.get_mut(&leg)
            && let Some(seconds) = party.expires
        {
            party.refreshed += 1;
            self.timers.after(Duration::from_secs(u64::from(seconds)), Timer::Expire { leg, refreshed: party.refreshed });
        }
    }

    /// A session's interval is over, refreshed or not (RFC 4028 section 10).
    pub(crate) fn expire(&mut self, leg: LegId, refreshed: u64) {
        if self.parties.get(&leg).is_some_and(|party| party.refreshed == refreshed) {
            self.lost(leg, "session expired");
        }
    }

    /// Takes a new offer of a party; gives our answer. None: it cannot be taken, and nothing has changed.
    fn take_offer(&mut self, leg: LegId, sdp: &str) -> Option<String> {
        let party = self.parties.get_mut(&leg)?;
        let before = party.agreed?;
        let remote = RemoteMedia::parse(sdp).ok()?;
        let agreed = remote.agree(&[before.codec]).filter(|agreed| agreed.payload == before.payload)?;
        let restarts = party.remote.as_ref().is_some_and(|old| old.ufrag != remote.ufrag);
        if restarts {
            (party.local.ufrag, party.local.password) = (token(4), token(12));
            self.media.tell(Command::IceRestart {
                leg,
                local: Box::new(party.local.clone()),
                ufrag: remote.ufrag.clone(),
                password: remote.password.clone(),
            });
        }
        party.local.version += 1;
        let direction = Direction::of(remote.direction.receives(), remote.direction.sends() && !party.view.held);
        let ours = answer(&party.local, &remote, &agreed, direction, party.active);
        party.view.holds = !remote.direction.receives();
        party.view.reinvites += 1;
        sdp.clone_into(&mut party.view.remote_sdp);
        party.remote = Some(remote);
        self.apply_media(leg);
        self.dirty = true;
        Some(ours)
    }

    /// Our offer within a session: what was agreed on, held or not. `hold`: as it is to be from then on.
    fn our_offer(&mut self, leg: LegId, hold: Option<bool>) -> Option<String> {
        let party = self.parties.get_mut(&leg)?;
        let payloads = party.agreed?.payloads();
        party.local.version += 1;
        let mid = party.remote.as_ref().and_then(|remote| remote.mid.as_deref());
        Some(offer(&party.local, mid, &payloads, Direction::of(true, !hold.unwrap_or(party.view.held))))
    }

    /// Holds a party or resumes (RFC 3264 8.4): re-INVITE with `sendonly` or `sendrecv`.
    pub(crate) fn send_reinvite(&mut self, leg: LegId, hold: bool, reply: Option<Reply<()>>) {
        let ready =
            self.parties.get(&leg).is_some_and(|party| party.is_up() && party.our_invite.is_none() && party.unacknowledged.is_none());
        let sdp = if ready { self.our_offer(leg, Some(hold)) } else { None };
        let connection = self.parties.get(&leg).map_or(0, |party| party.view.connection);
        let (via, branch) = self.via(connection);
        let contact = self.contact();
        let (Some(sdp), Some(party)) = (sdp, self.parties.get_mut(&leg)) else {
            if let Some(reply) = reply {
                _ = reply.send(Err(ControlError::NotNow));
            }
            return;
        };
        let frame = party
            .dialog
            .request(&Method::Invite, &via)
            .header(HeaderName::Contact, &contact)
            .header(HeaderName::Allow, ALLOW)
            .body("application/sdp", &sdp)
            .finish();
        let Ok(frame) = frame else { return };
        let sent = SentInvite {
            uri: party.dialog.target.clone(),
            via,
            from: party.dialog.local.to_string(),
            to: party.dialog.remote.to_string(),
            call_id: party.dialog.call_id.clone(),
            cseq: party.dialog.cseq,
            provisional: false,
        };
        party.our_invite = Some(OurInvite { hold, cseq: party.dialog.cseq, sent, reply });
        self.transact(connection, frame, branch, leg, Kind::ReInvite);
    }

    /// The final answer to it.
    pub(crate) fn reinvite_answered(&mut self, leg: LegId, connection: u64, response: &Response) {
        let status = response.status();
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let Some(ours) = party.our_invite.take() else { return };
        if status >= 300 {
            let to = response.get(HeaderName::To).unwrap_or_default();
            let ack = ours.sent.sibling(&Method::Ack, to).finish();
            let is_caller = matches!(party.role, Role::Caller { .. });
            if status == 491 {
                // RFC 3261 14.1: whoever made the Call-ID waits 2.1 to 4 s, the other one up to 2 s.
                let wait = u64::from(number() % 190) * 10;
                party.our_invite = Some(ours);
                self.timers.after(Duration::from_millis(if is_caller { wait } else { 2100 + wait }), Timer::Retry { leg });
            } else if let Some(reply) = ours.reply {
                _ = reply.send(Err(ControlError::Refused { status }));
            }
            if let Ok(ack) = ack {
                self.send(connection, ack);
            }
            // RFC 3261 12.2.1.2: the dialog is no more.
            if matches!(status, 408 | 481) {
                self.lost(leg, "re-INVITE refused: no such dialog");
            }
            return;
        }
        if let Ok(remote) = RemoteMedia::parse(response.text()) {
            party.view.holds = !remote.direction.receives();
            response.text().clone_into(&mut party.view.remote_sdp);
            party.remote = Some(remote);
        }
        party.view.held = ours.hold;
        self.dirty = true;
        self.acknowledge(leg, connection, ours.cseq);
        self.apply_media(leg);
        if let Some(reply) = ours.reply {
            self.publish();
            _ = reply.send(Ok(()));
        }
    }

    /// After a 491: the same again.
    pub(crate) fn retry(&mut self, leg: LegId) {
        if let Some(ours) = self.parties.get_mut(&leg).filter(|party| party.is_up()).and_then(|party| party.our_invite.take()) {
            self.send_reinvite(leg, ours.hold, ours.reply);
        }
    }
}
