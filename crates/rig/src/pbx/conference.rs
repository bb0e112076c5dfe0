//! Calls of several: who hears whom, and how legs come and go. What CTI servers are built on.

use super::Pbx;
use super::calls::CallKind;
use super::dialing::Presentation;
use super::ops::check_headers;
use super::party::{Party, Purpose};
use super::plan::{Outcome, Plan, Script, Talk, plan};
use super::timers::{Step, Timer};
use crate::control::{ControlError, DialOut};
use crate::media::{Codec, Command, Source};
use crate::sound::Sound;
use crate::state::{CallEnd, CallId, CallState, Customer, LegId, LegState, Mode};

impl Pbx {
    /// Legs that are up, and how each takes part.
    pub(crate) fn present(&self, call: CallId) -> Vec<(LegId, Mode)> {
        let legs = self.calls.get(&call).map(|record| record.legs.as_slice()).unwrap_or_default();
        let parties = legs.iter().filter_map(|leg| self.parties.get(leg));
        parties.filter(|party| party.is_up()).map(|party| (party.id(), party.view.mode)).collect()
    }

    /// Lets everybody in a call hear whom they are to hear.
    pub(crate) fn remix(&mut self, call: CallId) {
        let present = self.present(call);
        let record = self.calls.get(&call);
        let bot = record.and_then(|record| record.bot);
        let ivr = record.and_then(|record| record.ivr).map(Source::Sound);
        let heard_by = |listener: LegId| -> Vec<Source> {
            let legs = present.iter().filter(|(leg, mode)| *leg != listener && speaks(*mode, listener));
            let legs = legs.map(|(leg, _)| Source::Leg(*leg));
            legs.chain(bot.filter(|bot| *bot != listener).map(Source::Leg)).chain(ivr).collect()
        };
        if let Some(bot) = bot {
            self.media.tell(Command::Hear { leg: bot, sources: heard_by(bot) });
        }
        for (leg, mode) in &present {
            let sources = if *mode == Mode::Held { Vec::new() } else { heard_by(*leg) };
            self.hear(*leg, sources);
        }
        self.dirty = true;
    }

    /// A leg is gone: the call goes on if there are still two who talk, or if the leg only listened.
    pub(crate) fn left(&mut self, call: CallId, leg: LegId, end: CallEnd) {
        let mode = self.parties.get(&leg).map(|party| party.view.mode);
        let bystander = matches!(mode, Some(Mode::Listen | Mode::Whisper { .. }));
        let talking = self.present(call).iter().filter(|(_, mode)| matches!(mode, Mode::Talk | Mode::Held)).count();
        let bot = usize::from(self.calls.get(&call).is_some_and(|record| record.bot.is_some()));
        if bystander || (talking >= 1 && talking + bot >= 2) {
            self.remix(call);
        } else {
            self.end(call, end);
        }
    }

    /// Ends one leg, which may still ring.
    pub(crate) fn drop_leg(&mut self, call: CallId, leg: LegId) -> Result<(), ControlError> {
        let party = self.parties.get(&leg).filter(|party| party.call == call && !party.is_over()).ok_or(ControlError::NoSuchLeg)?;
        match (party.is_up(), party.purpose) {
            (true, _) => {
                self.end_leg(leg, "PBX");
                self.left(call, leg, CallEnd::Rig);
            }
            (false, Purpose::Principal) => self.end(call, CallEnd::Rig),
            (false, _) => self.end_leg(leg, "PBX"),
        }
        Ok(())
    }

    /// A leg leaves the others to a machine that plays a sound, then hangs up.
    pub(crate) fn ivr(&mut self, call: CallId, leg: LegId, sound: Sound, ms: u64) -> Result<(), ControlError> {
        self.can_mix(call)?;
        self.parties.get(&leg).filter(|party| party.call == call && party.is_up()).ok_or(ControlError::NoSuchLeg)?;
        self.end_leg(leg, "transferred");
        if let Some(record) = self.calls.get_mut(&call) {
            record.ivr = Some(sound);
        }
        self.timers.after_ms(ms, Timer::Step { call, step: Step::HangUp });
        self.remix(call);
        Ok(())
    }

    /// The simulated customer of a call answers, or calls.
    pub(crate) fn customer_joins(&mut self, call: CallId, talk: Talk) {
        let bot = LegId(self.next_id());
        let Some(record) = self.calls.get_mut(&call) else { return };
        record.bot = Some(bot);
        let number = match &record.kind {
            CallKind::Placed(_) => record.view.from.clone(),
            CallKind::Dialled(number) => number.clone(),
            CallKind::Script(_) | CallKind::Users => record.view.to.clone(),
        };
        record.view.customer = Some(Customer { number, state: CallState::Up });
        self.media.tell(Command::Bot { bot, sound: talk.sound, echo: talk.echo });
        self.remix(call);
    }

    /// A CTI server's dial: the user's own phone first.
    pub(crate) fn dial_out(&mut self, dial: DialOut) -> Result<CallId, ControlError> {
        check_headers(&dial.headers)?;
        self.reachable(&dial.user)?;
        match plan(&dial.number, self.users.numbers()) {
            Plan::User(target) => self.reachable(&target)?,
            Plan::Script(Script { then: Some(_), .. }) => {}
            Plan::Script(_) | Plan::Refuse(_) => return Err(ControlError::NoSuchUser),
        }
        let call = self.new_call(&dial.number, &dial.user, CallKind::Dialled(dial.number.clone()));
        let presentation = Presentation { number: dial.number, display_name: String::new(), headers: dial.headers };
        self.give_up_after(call, self.config.ring_timeout_ms);
        if self.fork(call, &dial.user, Purpose::Principal, &presentation, &Codec::MIXED) {
            return Ok(call);
        }
        self.end(call, CallEnd::Rig);
        Err(ControlError::InvalidCaller)
    }

    /// The user has answered: now the number.
    pub(crate) fn dial_customer(&mut self, call: CallId, leg: LegId, number: &str) {
        self.hear(leg, vec![Source::Sound(Sound::RingBack)]);
        match plan(number, self.users.numbers()) {
            Plan::Script(Script { then: Some((ms, _)), .. }) => {
                if let Some(record) = self.calls.get_mut(&call) {
                    record.view.customer = Some(Customer { number: number.to_owned(), state: CallState::Ringing });
                }
                self.timers.after_ms(ms, Timer::Step { call, step: Step::Decide });
            }
            Plan::User(target) => {
                let user = self.parties.get(&leg).and_then(|party| party.view.user.clone()).unwrap_or_default();
                let presentation = Presentation { display_name: self.users.display_name(&user), number: user, headers: Vec::new() };
                let purpose = Purpose::Member { mode: Mode::Talk, number: self.next_id() };
                if !self.fork(call, &target, purpose, &presentation, &Codec::MIXED) {
                    self.end(call, CallEnd::Refused { status: 480 });
                }
            }
            _ => self.end(call, CallEnd::Refused { status: 404 }),
        }
    }

    /// The number's ringing is over.
    pub(crate) fn customer_decides(&mut self, call: CallId, number: &str) {
        let Plan::Script(Script { then: Some((_, outcome)), .. }) = plan(number, self.users.numbers()) else { return };
        match outcome {
            Outcome::Refuse(status) => self.end(call, CallEnd::Refused { status }),
            Outcome::Answer(talk) => {
                if let Some((leg, _)) = self.present(call).first().copied() {
                    self.talk(call, leg, talk);
                }
            }
        }
    }

    pub(crate) fn reachable(&self, user: &str) -> Result<(), ControlError> {
        if !self.users.numbers().iter().any(|known| known == user) {
            return Err(ControlError::NoSuchUser);
        }
        if self.registrar.contacts(user).is_empty() { Err(ControlError::NotRegistered) } else { Ok(()) }
    }

    /// True of a call that is up and can take one more.
    fn can_mix(&self, call: CallId) -> Result<(), ControlError> {
        let record = self.calls.get(&call).ok_or(ControlError::NoSuchCall)?;
        let present = self.present(call);
        if present.is_empty() || (record.bot.is_none() && present.len() < 2) {
            return Err(ControlError::NotNow);
        }
        let opus = |leg: &LegId| self.parties.get(leg).and_then(|party| party.agreed).is_some_and(|agreed| agreed.codec == Codec::Opus);
        if present.iter().any(|(leg, _)| opus(leg)) { Err(ControlError::NotMixable) } else { Ok(()) }
    }

    /// Who the call is about, for a phone that is to join it.
    pub(crate) fn presentation(&self, call: CallId) -> Presentation {
        let number = self.calls.get(&call).map(|record| record.view.from.clone()).unwrap_or_default();
        Presentation { display_name: self.users.display_name(&number), number, headers: Vec::new() }
    }

    /// A user's phone rings, and the user joins the call.
    pub(crate) fn join(&mut self, call: CallId, user: &str, mode: Mode) -> Result<(), ControlError> {
        self.can_mix(call)?;
        self.reachable(user)?;
        self.check_mode(call, mode)?;
        let purpose = Purpose::Member { mode, number: self.next_id() };
        let presentation = self.presentation(call);
        if self.fork(call, user, purpose, &presentation, &Codec::MIXED) { Ok(()) } else { Err(ControlError::NotRegistered) }
    }

    /// Whispering is to somebody who is there.
    fn check_mode(&self, call: CallId, mode: Mode) -> Result<(), ControlError> {
        match mode {
            Mode::Whisper { to } if !self.present(call).iter().any(|(leg, _)| *leg == to) => Err(ControlError::NoSuchLeg),
            _ => Ok(()),
        }
    }

    /// Changes how a leg takes part.
    pub(crate) fn set_mode(&mut self, call: CallId, leg: LegId, mode: Mode) -> Result<(), ControlError> {
        self.can_mix(call)?;
        self.check_mode(call, mode)?;
        let party = self.parties.get_mut(&leg).filter(|party| party.call == call && party.is_up());
        party.ok_or(ControlError::NoSuchLeg)?.view.mode = mode;
        self.remix(call);
        Ok(())
    }

    /// Another user's phone rings for a call that rings.
    pub(crate) fn pick_up(&mut self, call: CallId, user: &str) -> Result<(), ControlError> {
        let record = self.calls.get(&call).ok_or(ControlError::NoSuchCall)?;
        if record.view.state != CallState::Ringing || matches!(record.kind, CallKind::Script(_)) {
            return Err(ControlError::NotNow);
        }
        self.reachable(user)?;
        let caller = self.caller(call).and_then(|leg| self.parties.get(&leg)).and_then(|party| party.remote.as_ref());
        let codecs = caller.map_or_else(|| Codec::MIXED.to_vec(), |remote| remote.common(&Codec::CARRIED));
        let presentation = self.presentation(call);
        if self.fork(call, user, Purpose::Principal, &presentation, &codecs) { Ok(()) } else { Err(ControlError::NotRegistered) }
    }

    /// Another user takes a leg's place.
    pub(crate) fn transfer(&mut self, call: CallId, leg: LegId, user: &str) -> Result<(), ControlError> {
        let is_there = |party: &Party| party.call == call && party.view.state == LegState::Up;
        if !self.parties.get(&leg).is_some_and(is_there) {
            return Err(ControlError::NoSuchLeg);
        }
        self.replace(call, leg, user)
    }
}

/// True if somebody in this mode is heard by that leg.
fn speaks(mode: Mode, listener: LegId) -> bool {
    match mode {
        Mode::Talk => true,
        Mode::Listen | Mode::Held => false,
        Mode::Whisper { to } => to == listener,
    }
}
