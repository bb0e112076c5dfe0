//! Calls as a whole: who takes part, who hears whom, how they end.

use patchcord_sip::message::{Builder, HeaderName, Method, Request};

use super::dispatch::Kind;
use super::party::{Cancel, Role};
use super::plan::{Outcome, Talk};
use super::{Pbx, TIMEOUT};
use crate::clock::unix_now;
use crate::media::{Command, Source};
use crate::pbx::timers::Timer;
use crate::sound::Sound;
use crate::state::{Call, CallEnd, CallId, CallState, LegId, LegState};
use crate::token::token;

/// How many ended calls are kept.
const ENDED: usize = 100;

/// A call.
#[derive(Debug)]
pub(crate) struct CallRecord {
    pub(crate) view: Call,
    pub(crate) kind: CallKind,
    /// All legs, over or not, in the order of their making.
    pub(crate) legs: Vec<LegId>,
    /// The simulated customer, as the media engine knows it.
    pub(crate) bot: Option<LegId>,
    /// What a machine plays to everybody in it.
    pub(crate) ivr: Option<Sound>,
    /// The best refusal of the contacts called so far (RFC 3261 16.7 step 6).
    pub(crate) refusal: Option<u16>,
}

/// Who is on the other side of the first leg.
#[derive(Clone, Debug)]
pub(crate) enum CallKind {
    /// The rig itself, as the party called: how ringing ends.
    Script(Option<Outcome>),
    /// The rig itself, as the caller: what it does once it is answered.
    Placed(Talk),
    /// Contacts of a user.
    Users,
    /// The rig itself, as the caller: whom it calls once it is answered.
    Dialled(String),
}

impl Pbx {
    pub(crate) fn new_call(&mut self, from: &str, to: &str, kind: CallKind) -> CallId {
        let id = CallId(self.next_id());
        let view = Call {
            id,
            from: from.to_owned(),
            to: to.to_owned(),
            state: CallState::Ringing,
            started_at: unix_now(),
            answered_at: None,
            ended_at: None,
            end: None,
            customer: None,
            legs: Vec::new(),
        };
        self.calls.insert(id, CallRecord { view, kind, legs: Vec::new(), bot: None, ivr: None, refusal: None });
        self.dirty = true;
        id
    }

    /// The first leg of a call: the caller, or the one that the rig called.
    pub(crate) fn caller(&self, call: CallId) -> Option<LegId> {
        self.calls
            .get(&call)?
            .legs
            .iter()
            .copied()
            .find(|leg| self.parties.get(leg).is_some_and(|party| matches!(party.role, Role::Caller { .. }) && !party.is_over()))
    }

    /// Marks a leg as answered, and its call too.
    pub(crate) fn mark_up(&mut self, leg: LegId) {
        let Some(party) = self.parties.get_mut(&leg) else { return };
        party.view.state = LegState::Up;
        party.view.answered_at.get_or_insert_with(unix_now);
        if let Some(record) = self.calls.get_mut(&party.call) {
            record.view.state = CallState::Up;
            record.view.answered_at.get_or_insert_with(unix_now);
        }
        self.dirty = true;
    }

    /// What a leg hears from now on.
    pub(crate) fn hear(&mut self, leg: LegId, sources: Vec<Source>) {
        if let Some(party) = self.parties.get_mut(&leg) {
            party.hears = sources;
        }
        self.apply_media(leg);
    }

    /// Tells the engine what follows from the descriptions and from who holds.
    pub(crate) fn apply_media(&mut self, leg: LegId) {
        let Some(party) = self.parties.get(&leg) else { return };
        let Some(remote) = &party.remote else { return };
        let receive = remote.direction.sends() && !party.view.held;
        self.media.tell(Command::Direction { leg, send: remote.direction.receives(), receive });
        // Who is held hears silence; whose partner holds hears it too, since nothing comes from there.
        let sources = if party.view.held { Vec::new() } else { party.hears.clone() };
        self.media.tell(Command::Hear { leg, sources });
    }

    /// A party said BYE.
    pub(crate) fn party_hung_up(&mut self, leg: LegId, request: &Request) {
        let reason = request.get("Reason").unwrap_or("BYE").to_owned();
        let Some(call) = self.parties.get(&leg).map(|party| party.call) else { return };
        self.close_leg(leg, &reason);
        self.left(call, leg, CallEnd::HungUp { leg });
    }

    /// A party is no more to be reached.
    pub(crate) fn lost(&mut self, leg: LegId, why: &str) {
        let Some(call) = self.parties.get(&leg).filter(|party| !party.is_over()).map(|party| party.call) else { return };
        self.end_leg(leg, why);
        self.left(call, leg, CallEnd::Lost { leg });
    }

    /// A called party's connection was lost for good.
    pub(crate) fn abandon(&mut self, leg: LegId, connection: u64) {
        if self.parties.get(&leg).is_some_and(|party| party.view.connection == connection) {
            self.lost(leg, "connection lost");
        }
    }

    /// Ends a call and every leg of it that is not over.
    pub(crate) fn end(&mut self, call: CallId, end: CallEnd) {
        let Some(record) = self.calls.get_mut(&call) else { return };
        if record.view.ended_at.is_some() {
            return;
        }
        record.view.ended_at = Some(unix_now());
        record.view.state = CallState::Ended;
        let status = match end {
            CallEnd::Refused { status } => status,
            CallEnd::Cancelled => 487,
            _ => 480,
        };
        record.view.end = Some(end);
        if let Some(customer) = &mut record.view.customer {
            customer.state = CallState::Ended;
        }
        if let Some(bot) = record.bot.take() {
            self.media.tell(Command::Close { leg: bot });
        }
        for leg in record.legs.clone() {
            self.refuse_or_end(leg, status);
        }
        self.dirty = true;
        self.file(call);
    }

    /// Moves an ended call, with its legs' last figures to come, to the ended ones.
    fn file(&mut self, call: CallId) {
        let Some(record) = self.calls.remove(&call) else { return };
        let mut view = record.view;
        view.legs = record.legs.iter().filter_map(|leg| self.parties.get(leg).map(|party| party.view.clone())).collect();
        self.ended.push_back(view);
        if self.ended.len() > ENDED {
            self.ended.pop_front();
        }
        // Legs stay known for a while: answers and acknowledgements are still on their way.
        let kept: Vec<LegId> = record.legs;
        self.parties.retain(|leg, party| !kept.contains(leg) || matches!(&party.role, Role::Called { answered: false, .. }));
    }

    fn refuse_or_end(&mut self, leg: LegId, status: u16) {
        let Some(party) = self.parties.get_mut(&leg).filter(|party| !party.is_over()) else { return };
        let connection = party.view.connection;
        if let Role::Caller { invite, answered } = &mut party.role
            && !*answered
        {
            *answered = true;
            let tag = party.dialog.local.tag().unwrap_or_default();
            let frame = Builder::response(invite, status, "", tag).header(HeaderName::Server, crate::NAME).finish();
            if let Ok(frame) = frame {
                self.send(connection, frame);
            }
            self.close_leg(leg, &status.to_string());
            return;
        }
        self.end_leg(leg, "PBX");
    }

    /// Ends a leg, whatever its state asks for: BYE or CANCEL.
    pub(crate) fn end_leg(&mut self, leg: LegId, why: &str) {
        let Some(party) = self.parties.get_mut(&leg).filter(|party| !party.is_over()) else { return };
        let connection = party.view.connection;
        match &mut party.role {
            Role::Called { invite, answered: false, cancel } => {
                if invite.provisional && *cancel != Cancel::Sent {
                    self.send_cancel(leg, false);
                } else if *cancel == Cancel::No {
                    *cancel = Cancel::Wanted { elsewhere: false };
                }
            }
            _ => {
                let (via, branch) = self.via(connection);
                if let Some(party) = self.parties.get_mut(&leg)
                    && let Ok(frame) = party.dialog.request(&Method::Bye, &via).finish()
                {
                    self.transact(connection, frame, branch, leg, Kind::Bye);
                }
            }
        }
        self.close_leg(leg, why);
    }

    /// Marks a leg as over and closes its media.
    pub(crate) fn close_leg(&mut self, leg: LegId, why: &str) {
        let Some(party) = self.parties.get_mut(&leg).filter(|party| !party.is_over()) else { return };
        party.view.state = LegState::Ended;
        party.view.ended_at = Some(unix_now());
        why.clone_into(&mut party.view.end_reason);
        party.unacknowledged = None;
        if let Some(reply) = party.our_invite.take().and_then(|ours| ours.reply) {
            _ = reply.send(Err(crate::control::ControlError::CallOver));
        }
        self.media.tell(Command::Close { leg });
        self.dirty = true;
    }

    /// A socket is gone: what lived on it.
    pub(crate) fn closed(&mut self, connection: u64) {
        self.connections.remove(&connection);
        self.registrar.lose(connection);
        self.dirty = true;
        let open: Vec<String> =
            self.clients.iter().filter(|(_, client)| client.connection == connection).map(|(branch, _)| branch.clone()).collect();
        for branch in open {
            if let Some(client) = self.clients.remove(&branch)
                && client.kind == Kind::Invite
            {
                self.party_refused(client.leg, 480, "connection lost");
            }
        }
        let parties: Vec<(LegId, bool)> = self
            .parties
            .values()
            .filter(|party| party.view.connection == connection && !party.is_over())
            .map(|party| (party.id(), party.is_up()))
            .collect();
        for (leg, up) in parties {
            if up {
                self.timers.after(TIMEOUT, Timer::Abandon { leg, connection });
            } else {
                self.lost(leg, "connection lost");
            }
        }
    }

    /// A tag for a new dialog.
    pub(crate) fn tag() -> String {
        token(6)
    }
}
