//! Transfers that a party asks for: REFER, blind (RFC 3515) and attended (RFC 3891), with the notices of how they go.

use patchcord_sip::message::{HeaderName, Method, Request, Uri, unescape};

use super::Pbx;
use super::dispatch::Kind;
use super::party::{Party, Purpose};
use super::plan::{Outcome, Plan, Script, plan};
use super::timers::Timer;
use crate::media::Codec;
use crate::state::{CallEnd, CallId, LegId};

/// Whom a REFER names.
enum Target {
    /// A number.
    Number(String),
    /// The far side of another call of the party: Call-ID and tags of its dialog.
    Dialog { call_id: String, tags: [String; 2] },
}

impl Pbx {
    /// A REFER from a party.
    pub(crate) fn refer(&mut self, connection: u64, leg: LegId, request: &Request) {
        let target = request.address(HeaderName::ReferTo).ok().flatten().map(|address| address.uri().to_uri());
        let up = self.parties.get(&leg).is_some_and(Party::is_up);
        let (Some(target), true) = (target.as_ref().and_then(target_of), up) else {
            let status = if up { 400 } else { 481 };
            self.respond(connection, request, status, |builder| builder);
            return;
        };
        let contact = self.contact();
        self.respond(connection, request, 202, |builder| builder.header(HeaderName::Contact, &contact));
        if let Some(party) = self.parties.get_mut(&leg) {
            party.refer = Some(request.cseq().map_or(0, |cseq| cseq.number));
        }
        self.notify(leg, 100);
        match target {
            Target::Number(number) => self.transfer_blind(leg, &number),
            Target::Dialog { call_id, tags } => self.transfer_attended(leg, &call_id, &tags),
        }
    }

    /// Tells a party how its transfer goes; a final status ends the telling (RFC 3515 2.4.5).
    pub(crate) fn notify(&mut self, leg: LegId, status: u16) {
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let Some(id) = party.refer else { return };
        let connection = party.view.connection;
        if status >= 200 {
            party.refer = None;
        }
        let (via, branch) = self.via(connection);
        let contact = self.contact();
        let state = if status >= 200 { "terminated;reason=noresource" } else { "active;expires=60" };
        let Some(party) = self.parties.get_mut(&leg) else { return };
        let phrase = patchcord_sip::message::reason_phrase(status);
        let notify = party
            .dialog
            .request(&Method::Notify, &via)
            .header(HeaderName::Contact, &contact)
            .header(HeaderName::Event, &format!("refer;id={id}"))
            .header(HeaderName::SubscriptionState, state)
            .body("message/sipfrag;version=2.0", &format!("SIP/2.0 {status} {phrase}\r\n"));
        if let Ok(frame) = notify.finish() {
            self.transact(connection, frame, branch, leg, Kind::Notify);
        }
    }

    fn transfer_blind(&mut self, leg: LegId, number: &str) {
        let Some(call) = self.parties.get(&leg).map(|party| party.call) else { return };
        match plan(number, self.users.numbers()) {
            Plan::User(user) => {
                if self.replace(call, leg, &user).is_err() {
                    self.notify(leg, 480);
                }
            }
            Plan::Script(Script { ring, then: Some((ms, outcome)), .. }) => {
                if ring {
                    self.notify(leg, 180);
                }
                self.timers.after_ms(ms, Timer::Transfer { leg, number: number.to_owned(), outcome });
            }
            Plan::Script(_) => self.notify(leg, 480),
            Plan::Refuse(status) => self.notify(leg, status),
        }
    }

    /// An outside number to which a party transfers has made up its mind.
    pub(crate) fn transfer_decided(&mut self, leg: LegId, number: &str, outcome: &Outcome) {
        let Some(call) = self.parties.get(&leg).filter(|party| party.is_up()).map(|party| party.call) else { return };
        match outcome {
            Outcome::Refuse(status) => self.notify(leg, *status),
            Outcome::Answer(talk) => {
                self.notify(leg, 200);
                self.end_leg(leg, "transferred");
                let with_bot = self.calls.get(&call).is_some_and(|record| record.bot.is_some());
                let others = self.present(call);
                if with_bot || others.is_empty() {
                    // Two customers of the rig's own would talk with nobody listening.
                    self.end(call, CallEnd::Rig);
                    return;
                }
                self.customer_joins(call, *talk);
                if let Some(customer) = self.calls.get_mut(&call).and_then(|record| record.view.customer.as_mut()) {
                    number.clone_into(&mut customer.number);
                }
                for (other, _) in others {
                    self.identify(other, number);
                }
            }
        }
    }

    /// Connects the far sides of two calls of one party with each other.
    fn transfer_attended(&mut self, leg: LegId, call_id: &str, tags: &[String; 2]) {
        let named = |party: &&Party| {
            let ours = [party.dialog.local_tag(), party.dialog.remote.tag().unwrap_or_default()];
            party.dialog.call_id == call_id && party.is_up() && tags.iter().all(|tag| ours.contains(&tag.as_str()))
        };
        let other = self.parties.values().find(named).map(|party| (party.id(), party.call));
        let Some((call, (other_leg, other_call))) = self.parties.get(&leg).map(|party| party.call).zip(other) else {
            self.notify(leg, 481);
            return;
        };
        let moved: Vec<LegId> = self.present(other_call).into_iter().map(|(leg, _)| leg).filter(|leg| *leg != other_leg).collect();
        let stay: Vec<LegId> = self.present(call).into_iter().map(|(leg, _)| leg).filter(|present| *present != leg).collect();
        let codecs: Vec<Codec> = moved.iter().chain(&stay).filter_map(|leg| Some(self.parties.get(leg)?.agreed?.codec)).collect();
        let bots = [call, other_call].iter().filter(|call| self.calls.get(call).is_some_and(|record| record.bot.is_some())).count();
        let alike = codecs.windows(2).all(|pair| pair.first() == pair.last());
        let opus = codecs.contains(&Codec::Opus);
        if call == other_call || (opus && (!alike || codecs.len() + bots > 2)) {
            self.notify(leg, 488);
            return;
        }
        self.notify(leg, 200);
        self.end_leg(leg, "transferred");
        self.end_leg(other_leg, "transferred");
        if codecs.is_empty() {
            self.end(call, CallEnd::Rig);
            self.end(other_call, CallEnd::Rig);
            return;
        }
        let bot = self.calls.get_mut(&other_call).and_then(|record| {
            record.legs.retain(|leg| !moved.contains(leg));
            record.bot.take()
        });
        for leg in &moved {
            if let Some(party) = self.parties.get_mut(leg) {
                party.call = call;
            }
        }
        if let Some(record) = self.calls.get_mut(&call) {
            record.legs.extend(&moved);
            record.bot = record.bot.take().or(bot);
        }
        self.end(other_call, CallEnd::Rig);
        self.remix(call);
    }

    /// Rings a user who is to take a leg's place. Opus does where two are left, who are then connected as they are.
    pub(crate) fn replace(&mut self, call: CallId, leg: LegId, user: &str) -> Result<(), crate::control::ControlError> {
        self.reachable(user)?;
        let others: Vec<Codec> = self
            .present(call)
            .into_iter()
            .filter(|(other, _)| *other != leg)
            .filter_map(|(other, _)| Some(self.parties.get(&other)?.agreed?.codec))
            .collect();
        let with_bot = self.calls.get(&call).is_some_and(|record| record.bot.is_some());
        let codecs = match others.as_slice() {
            [only] if !with_bot => vec![*only],
            others if others.contains(&Codec::Opus) => return Err(crate::control::ControlError::NotMixable),
            _ => Codec::MIXED.to_vec(),
        };
        let purpose = Purpose::Replacement { of: leg, number: self.next_id() };
        let presentation = self.presentation(call);
        if self.fork(call, user, purpose, &presentation, &codecs) { Ok(()) } else { Err(crate::control::ControlError::NotRegistered) }
    }

    /// A replacement has answered.
    pub(crate) fn replaced(&mut self, call: CallId, leg: LegId, of: LegId) {
        self.notify(of, 200);
        self.end_leg(of, "transferred");
        self.remix(call);
        let user = self.parties.get(&leg).and_then(|party| party.view.user.clone()).unwrap_or_default();
        for (other, _) in self.present(call) {
            if other != leg {
                self.identify(other, &user);
            }
        }
    }

    /// Tells a party that it talks with somebody else now (RFC 3325, in an UPDATE without a description).
    fn identify(&mut self, leg: LegId, user: &str) {
        let Some(connection) = self.parties.get(&leg).filter(|party| party.is_up()).map(|party| party.view.connection) else { return };
        let (via, branch) = self.via(connection);
        let contact = self.contact();
        let name = self.users.display_name(user);
        let (Ok(uri), Some(party)) = (Uri::sip(user, super::DOMAIN), self.parties.get_mut(&leg)) else { return };
        let update = party.dialog.request(&Method::Update, &via).header(HeaderName::Contact, &contact).address(
            HeaderName::PAssertedIdentity,
            &name,
            &uri,
            "",
        );
        if let Ok(frame) = update.finish() {
            self.transact(connection, frame, branch, leg, Kind::Notify);
        }
    }
}

/// What a Refer-To means. None: nothing that can be called.
fn target_of(uri: &Uri) -> Option<Target> {
    if !uri.is_sip() {
        return None;
    }
    let Some((_, replaces)) = uri.headers().find(|(name, _)| name.eq_ignore_ascii_case("Replaces")) else {
        return Some(Target::Number(uri.user_unescaped().into_owned()));
    };
    let replaces = unescape(replaces).into_owned();
    let mut parts = replaces.split(';');
    let call_id = parts.next()?.trim().to_owned();
    let tag = |name: &str| {
        let found = replaces.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
        found.map(str::to_owned)
    };
    Some(Target::Dialog { call_id, tags: [tag("to-tag")?, tag("from-tag")?] })
}
