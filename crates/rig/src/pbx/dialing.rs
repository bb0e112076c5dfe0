//! Calls to users: one INVITE for each contact, the first answer wins (RFC 3261 16.7).

use patchcord_sip::message::{Builder, HeaderName, Method, NameAddr, Response, Uri};

use super::Pbx;
use super::calls::CallKind;
use super::dispatch::{ALLOW, Kind};
use super::invite::new_leg;
use super::party::{Cancel, Dialog, Party, Purpose, Role, SentInvite, local_media};
use super::registrar::Binding;
use crate::media::{Codec, Command, Direction, RemoteMedia, Setup, offer, offered};
use crate::state::{CallEnd, CallId, LegId, LegState};
use crate::token::token;

/// The name of the stream in our offers.
const MID: &str = "0";

/// What a called user gets to see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presentation {
    /// User part of From.
    pub(crate) number: String,
    pub(crate) display_name: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Pbx {
    /// A user called another one.
    pub(crate) fn dial_user(&mut self, call: CallId, caller: LegId, target: &str) {
        let Some(party) = self.parties.get(&caller) else { return };
        let codecs = party.remote.as_ref().map(|remote| remote.common(&Codec::CARRIED)).unwrap_or_default();
        if codecs.is_empty() {
            self.end(call, CallEnd::Refused { status: 488 });
            return;
        }
        let mut presentation = Presentation::default();
        if let Role::Caller { invite, .. } = &party.role {
            presentation.number = party.dialog.remote.uri.user_unescaped().into_owned();
            presentation.display_name.clone_from(&party.dialog.remote.display_name);
            presentation.headers = invite
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.to_owned()))
                .filter(|(name, _)| {
                    name.len() > 2 && name.is_char_boundary(2) && name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("X-"))
                })
                .collect();
        }
        if presentation.display_name.is_empty() {
            presentation.display_name = self.users.display_name(&presentation.number);
        }
        self.give_up_after(call, self.config.ring_timeout_ms);
        if !self.fork(call, target, Purpose::Principal, &presentation, &codecs) {
            self.end(call, CallEnd::Refused { status: 480 });
        }
    }

    /// Calls every contact of a user. False if there is none.
    pub(crate) fn fork(&mut self, call: CallId, target: &str, purpose: Purpose, presentation: &Presentation, codecs: &[Codec]) -> bool {
        let mut any = false;
        for binding in self.registrar.contacts(target) {
            any |= self.call_contact(call, &binding, purpose, presentation, codecs).is_some();
        }
        any
    }

    fn call_contact(
        &mut self,
        call: CallId,
        binding: &Binding,
        purpose: Purpose,
        presentation: &Presentation,
        codecs: &[Codec],
    ) -> Option<LegId> {
        let leg = LegId(self.next_id());
        let local = local_media(self.media.address, &self.media.fingerprint);
        let from = NameAddr::new(&presentation.display_name, Uri::sip(&presentation.number, super::DOMAIN).ok()?).with_tag(&Self::tag());
        let to = NameAddr::new("", Uri::sip(&binding.user, super::DOMAIN).ok()?);
        let (via, branch) = self.via(binding.connection);
        let sent = SentInvite {
            uri: binding.contact.clone(),
            via,
            from: from.to_string(),
            to: to.to_string(),
            call_id: token(12),
            cseq: 1,
            provisional: false,
        };
        let mut builder: Builder = sent
            .sibling(&Method::Invite, &sent.to)
            .header(HeaderName::Contact, &self.contact())
            .header(HeaderName::Allow, ALLOW)
            .header(HeaderName::UserAgent, crate::NAME);
        for (name, value) in &presentation.headers {
            builder = builder.header(name.as_str(), value);
        }
        let payloads = offered(codecs);
        let frame = builder.body("application/sdp", &offer(&local, Some(MID), &payloads, Direction::SendRecv)).finish().ok()?;
        self.media.tell(Command::Open { leg, local: Box::new(local.clone()), payloads });
        let party = Party {
            call,
            purpose,
            view: new_leg(leg, &binding.user, false, &sent.call_id, binding.connection, ""),
            dialog: Dialog {
                call_id: sent.call_id.clone(),
                local: from,
                remote: to,
                target: binding.contact.clone(),
                cseq: 1,
                remote_cseq: 0,
            },
            role: Role::Called { invite: sent, answered: false, cancel: Cancel::No },
            local,
            remote: None,
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
        self.transact(binding.connection, frame, branch, leg, Kind::Invite);
        self.dirty = true;
        Some(leg)
    }

    /// A called party rings.
    pub(crate) fn party_rings(&mut self, leg: LegId) {
        let Some(party) = self.parties.get_mut(&leg).filter(|party| !party.is_over()) else { return };
        if party.view.state == LegState::Trying {
            party.view.state = LegState::Ringing;
            self.dirty = true;
        }
        let call = party.call;
        match party.purpose {
            Purpose::Principal => {
                if let Some(caller) = self.caller(call) {
                    self.ring(caller);
                }
            }
            Purpose::Replacement { of, .. } => self.notify(of, 180),
            Purpose::Member { .. } => {}
        }
    }

    /// The final answer to an INVITE of ours.
    pub(crate) fn invite_answered(&mut self, leg: LegId, connection: u64, response: &Response) {
        let status = response.status();
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let call = party.call;
        let Role::Called { invite, answered, .. } = &mut party.role else { return };
        *answered = true;
        if status >= 300 {
            let to = response.get(HeaderName::To).unwrap_or_default();
            if let Ok(ack) = invite.sibling(&Method::Ack, to).finish() {
                self.send(connection, ack);
            }
            self.party_refused(leg, status, response.reason());
            return;
        }
        let cseq = invite.cseq;
        if let Ok(to) = response.to() {
            party.dialog.remote = to.to_name_addr();
        }
        if let Some(contact) = response.contact() {
            party.dialog.target = contact.uri().to_uri();
        }
        self.acknowledge(leg, connection, cseq);
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let purpose = party.purpose;
        let answered = |record: &super::calls::CallRecord| record.view.answered_at.is_some();
        let too_late = party.is_over() || self.calls.get(&call).is_none_or(|record| purpose == Purpose::Principal && answered(record));
        if too_late {
            // CANCEL and answer have crossed (RFC 3261 9.1), or another contact was faster.
            let (via, branch) = self.via(connection);
            if let Some(party) = self.parties.get_mut(&leg) {
                let bye = party.dialog.request(&Method::Bye, &via).header("Reason", "SIP;cause=200;text=\"Call completed elsewhere\"");
                if let Ok(frame) = bye.finish() {
                    self.transact(connection, frame, branch, leg, Kind::Bye);
                }
            }
            self.close_leg(leg, "too late");
            self.forget(leg);
            return;
        }
        self.connect(call, leg, response.text());
    }

    fn connect(&mut self, call: CallId, leg: LegId, sdp: &str) {
        let principal = self.parties.get(&leg).is_some_and(|party| party.purpose == Purpose::Principal);
        let caller = self.caller(call).filter(|_| principal).and_then(|caller| self.parties.get(&caller));
        let replaces = self.parties.get(&leg).is_some_and(|party| matches!(party.purpose, Purpose::Replacement { .. }));
        let offered = match caller.and_then(|party| party.remote.as_ref()) {
            Some(remote) => remote.common(&Codec::CARRIED),
            None if replaces => Codec::CARRIED.to_vec(),
            None => Codec::MIXED.to_vec(),
        };
        let taken = RemoteMedia::parse(sdp).ok().and_then(|remote| Some((remote.agree(&offered)?, remote)));
        let Some((agreed, remote)) = taken else {
            self.lost(leg, "no usable description in the answer");
            return;
        };
        let Some(party) = self.parties.get_mut(&leg) else { return };
        sdp.clone_into(&mut party.view.remote_sdp);
        self.media.tell(Command::Remote {
            leg,
            ufrag: remote.ufrag.clone(),
            password: remote.password.clone(),
            fingerprint: remote.fingerprint.clone(),
            // We offered to be either; whoever says `active` opens.
            active: remote.setup == Setup::Passive,
            agreed,
            ssrcs: remote.ssrcs.clone(),
        });
        party.agreed = Some(agreed);
        party.active = remote.setup == Setup::Passive;
        party.remote = Some(remote);
        let purpose = party.purpose;
        self.apply_media(leg);
        self.cancel_others(call, leg, purpose);
        self.mark_up(leg);
        match (purpose, self.caller(call)) {
            (Purpose::Member { mode, .. }, _) => {
                if let Some(party) = self.parties.get_mut(&leg) {
                    party.view.mode = mode;
                }
                self.remix(call);
            }
            (Purpose::Replacement { of, .. }, _) => self.replaced(call, leg, of),
            (Purpose::Principal, Some(caller)) => {
                if self.answer_caller(caller, &[agreed.codec]) {
                    self.remix(call);
                }
            }
            (Purpose::Principal, None) => match self.calls.get(&call).map(|record| record.kind.clone()) {
                Some(CallKind::Placed(talk)) => self.talk(call, leg, talk),
                Some(CallKind::Dialled(number)) => self.dial_customer(call, leg, &number),
                _ => {}
            },
        }
    }

    /// Sends the ACK of a 2xx and keeps it.
    pub(crate) fn acknowledge(&mut self, leg: LegId, connection: u64, cseq: u32) {
        let (via, _) = self.via(connection);
        if let Some(party) = self.parties.get_mut(&leg)
            && let Ok(ack) = party.dialog.ack(&via, cseq).finish()
        {
            party.last_ack = Some((cseq, ack.clone()));
            self.send(connection, ack);
        }
    }

    fn cancel_others(&mut self, call: CallId, winner: LegId, purpose: Purpose) {
        let Some(record) = self.calls.get(&call) else { return };
        for leg in record.legs.clone() {
            let Some(party) =
                self.parties.get_mut(&leg).filter(|party| party.id() != winner && party.purpose == purpose && !party.is_over())
            else {
                continue;
            };
            let Role::Called { invite, answered: false, cancel } = &mut party.role else { continue };
            if invite.provisional {
                self.send_cancel(leg, true);
            } else {
                *cancel = Cancel::Wanted { elsewhere: true };
            }
            self.close_leg(leg, "answered elsewhere");
        }
    }

    /// A called party said no, or can't be reached.
    pub(crate) fn party_refused(&mut self, leg: LegId, status: u16, reason: &str) {
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let call = party.call;
        if let Role::Called { answered, .. } = &mut party.role {
            *answered = true;
        }
        let purpose = party.purpose;
        let over = party.is_over();
        let late = over || purpose != Purpose::Principal;
        self.close_leg(leg, &format!("{status} {reason}"));
        self.forget(leg);
        if let Purpose::Replacement { of, .. } = purpose
            && !over
            && !self.parties.values().any(|party| party.purpose == purpose && !party.is_over())
        {
            self.notify(of, status);
        }
        let Some(record) = self.calls.get_mut(&call).filter(|_| !late) else { return };
        record.refusal = Some(record.refusal.map_or(status, |other| better(other, status)));
        let best = record.refusal.unwrap_or(status);
        let waiting = record
            .legs
            .iter()
            .any(|leg| self.parties.get(leg).is_some_and(|party| matches!(party.role, Role::Called { .. }) && !party.is_over()));
        // A 6xx speaks for all contacts (RFC 3261 16.7 step 5).
        if !waiting || status >= 600 {
            self.end(call, CallEnd::Refused { status: best });
        }
    }

    /// Drops a leg whose call is over already and for which nothing more is awaited.
    fn forget(&mut self, leg: LegId) {
        if self.parties.get(&leg).is_some_and(|party| !self.calls.contains_key(&party.call)) {
            self.parties.remove(&leg);
        }
    }
}

/// The more telling of two refusals: 6xx, then the lowest class; within 4xx a person's no before a machine's.
fn better(one: u16, other: u16) -> u16 {
    let rank = |status: u16| match status {
        600.. => (0, status),
        486 => (1, status),
        480 | 408 => (4, status),
        400..=499 => (2, status),
        _ => (3, status),
    };
    if rank(other) < rank(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::better;

    #[test]
    fn the_more_telling_refusal_wins() {
        for (one, other, best) in [(480, 486, 486), (486, 480, 486), (486, 603, 603), (503, 404, 404), (480, 503, 503), (408, 480, 408)] {
            assert_eq!(better(one, other), best, "{one} and {other}");
        }
    }
}
