//! Answers to the PBX's own requests.

use patchcord_sip::message::{Method, Response};

use super::Pbx;
use super::dispatch::Kind;
use super::party::{Cancel, Role};
use crate::state::LegId;

impl Pbx {
    /// A response came in.
    pub(crate) fn response(&mut self, connection: u64, response: &Response) {
        let Some(branch) = response.via().ok().and_then(|via| via.branch()).map(str::to_owned) else { return };
        let status = response.status();
        let Some(client) = self.clients.get_mut(&branch) else {
            self.acknowledge_again(connection, response);
            return;
        };
        // CANCEL has the INVITE's branch (RFC 3261 9.1); its own answer says nothing new.
        if response.cseq().is_ok_and(|cseq| cseq.method == Method::Cancel) {
            return;
        }
        let (leg, kind) = (client.leg, client.kind);
        if status < 200 {
            client.provisional = true;
            if kind == Kind::Invite {
                self.provisional(leg, status);
            }
            return;
        }
        self.clients.remove(&branch);
        match kind {
            Kind::Invite => self.invite_answered(leg, connection, response),
            Kind::ReInvite => self.reinvite_answered(leg, connection, response),
            Kind::Bye | Kind::Notify => {}
        }
    }

    /// A 2xx whose ACK got lost: the same ACK once more (RFC 3261 13.2.2.4).
    fn acknowledge_again(&mut self, connection: u64, response: &Response) {
        let Ok(cseq) = response.cseq() else { return };
        let tag = response.from().ok().and_then(|from| from.tag()).unwrap_or_default();
        let found = self.parties.values().find(|party| party.dialog.call_id == response.call_id() && party.dialog.local_tag() == tag);
        if let Some((number, ack)) = found.and_then(|party| party.last_ack.clone())
            && number == cseq.number
            && (200..300).contains(&response.status())
        {
            self.send(connection, ack);
        }
    }

    /// Timer B or F (RFC 3261 17.1).
    pub(crate) fn unanswered(&mut self, branch: &str) {
        // An INVITE with a provisional response waits for the ring timeout instead.
        if self.clients.get(branch).is_none_or(|client| client.kind == Kind::Invite && client.provisional) {
            return;
        }
        let Some(client) = self.clients.remove(branch) else { return };
        match client.kind {
            Kind::Invite => self.party_refused(client.leg, 408, "no answer to INVITE"),
            Kind::ReInvite => self.lost(client.leg, "no answer to re-INVITE"),
            Kind::Bye | Kind::Notify => {}
        }
    }

    fn provisional(&mut self, leg: LegId, status: u16) {
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let Role::Called { invite, cancel, .. } = &mut party.role else { return };
        invite.provisional = true;
        if let Cancel::Wanted { elsewhere } = *cancel {
            self.send_cancel(leg, elsewhere);
            return;
        }
        if status > 100 {
            self.party_rings(leg);
        }
    }

    /// Sends a CANCEL now (RFC 3261 section 9, RFC 3326).
    pub(crate) fn send_cancel(&mut self, leg: LegId, elsewhere: bool) {
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let connection = party.view.connection;
        let Role::Called { invite, cancel, .. } = &mut party.role else { return };
        *cancel = Cancel::Sent;
        let mut builder = invite.sibling(&Method::Cancel, &invite.to);
        if elsewhere {
            builder = builder.header("Reason", "SIP;cause=200;text=\"Call completed elsewhere\"");
        }
        if let Ok(frame) = builder.finish() {
            self.send(connection, frame);
        }
    }
}
