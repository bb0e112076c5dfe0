//! What the control interface can do with calls.

use patchcord_sip::message::{HeaderName, Method, Uri};

use super::calls::CallKind;
use super::dialing::Presentation;
use super::party::Purpose;
use super::plan::Talk;
use super::timers::{Step, Timer};
use super::{Control, Pbx, Reply};
use crate::control::{ControlError, PlaceCall};
use crate::media::{Codec, Command};
use crate::state::{CallEnd, CallId, LegId};

impl Pbx {
    pub(crate) fn control(&mut self, control: Control) {
        // Whoever asked for something is to see it in the state once the answer is there.
        match control {
            Control::Place(place, reply) => {
                let placed = self.place(*place);
                self.publish();
                _ = reply.send(placed);
            }
            Control::Dial(dial, reply) => {
                let dialled = self.dial_out(dial);
                self.publish();
                _ = reply.send(dialled);
            }
            Control::Join(call, user, mode, reply) => self.done(reply, |pbx| pbx.join(call, &user, mode)),
            Control::PickUp(call, user, reply) => self.done(reply, |pbx| pbx.pick_up(call, &user)),
            Control::Transfer(call, leg, user, reply) => self.done(reply, |pbx| pbx.transfer(call, leg, &user)),
            Control::Mode(call, leg, mode, reply) => self.done(reply, |pbx| pbx.set_mode(call, leg, mode)),
            Control::HangUp(call, reply) => {
                let known = self.calls.contains_key(&call);
                self.end(call, CallEnd::Rig);
                self.publish();
                _ = reply.send(known.then_some(()).ok_or(ControlError::NoSuchCall));
            }
            Control::Drop(call, leg, reply) => self.done(reply, |pbx| pbx.drop_leg(call, leg)),
            Control::Ivr(call, leg, sound, ms, reply) => self.done(reply, |pbx| pbx.ivr(call, leg, sound, ms)),
            Control::Show(reply) => self.done(reply, |_| Ok(())),
            Control::Hold(call, hold, reply) => self.hold(call, hold, reply),
            Control::Reset(call, reply) => self.reset(call, reply),
            Control::Fault(fault, reply) => {
                self.fault(fault);
                self.publish();
                _ = reply.send(Ok(()));
            }
            Control::Stop(reply) => {
                for call in self.calls.keys().copied().collect::<Vec<_>>() {
                    self.end(call, CallEnd::Rig);
                }
                self.drop_sockets();
                self.publish();
                self.stopping = Some(reply);
                self.stopped();
            }
        }
    }

    fn done(&mut self, reply: Reply<()>, act: impl FnOnce(&mut Self) -> Result<(), ControlError>) {
        let done = act(self);
        self.publish();
        _ = reply.send(done);
    }

    /// A stop is done when every socket has sent what it was given and is gone.
    pub(crate) fn stopped(&mut self) {
        if self.sockets == 0
            && let Some(reply) = self.stopping.take()
        {
            _ = reply.send(Ok(()));
        }
    }

    fn reset(&mut self, call: CallId, reply: Reply<()>) {
        let Some(legs) = self.calls.get(&call).map(|record| record.legs.clone()) else {
            _ = reply.send(Err(ControlError::NoSuchCall));
            return;
        };
        let number = self.next_id();
        self.resets.insert(number, reply);
        self.media.tell(Command::Reset { legs, number });
    }

    /// The rig calls a user.
    fn place(&mut self, place: PlaceCall) -> Result<CallId, ControlError> {
        if !self.users.numbers().contains(&place.to) {
            return Err(ControlError::NoSuchUser);
        }
        if self.registrar.contacts(&place.to).is_empty() {
            return Err(ControlError::NotRegistered);
        }
        check_headers(&place.headers)?;
        let talk =
            Talk { sound: Some(place.sound), echo: place.echo, customer: true, hang_up_after: place.hang_up_after_ms, hold_after: None };
        let call = self.new_call(&place.from, &place.to, CallKind::Placed(talk));
        if let Some(ms) = place.give_up_after_ms {
            self.timers.after_ms(ms, Timer::Step { call, step: Step::GiveUp });
        }
        let presentation = Presentation { number: place.from, display_name: place.display_name, headers: place.headers };
        if self.fork(call, &place.to, Purpose::Principal, &presentation, &Codec::MIXED) {
            Ok(call)
        } else {
            self.end(call, CallEnd::Rig);
            Err(ControlError::InvalidCaller)
        }
    }

    fn hold(&mut self, call: CallId, hold: bool, reply: Reply<()>) {
        let Some(record) = self.calls.get(&call) else {
            _ = reply.send(Err(ControlError::NoSuchCall));
            return;
        };
        // The far side of a bridged call is a user as well; who is to be held is whoever the rig called or answered first.
        let leg = record.legs.iter().copied().find(|leg: &LegId| self.parties.get(leg).is_some_and(super::party::Party::is_up));
        match leg {
            Some(leg) => self.send_reinvite(leg, hold, Some(reply)),
            None => _ = reply.send(Err(ControlError::NotNow)),
        }
    }
}

/// None of these breaks an INVITE, or stands in for what the rig writes by itself.
pub(crate) fn check_headers(headers: &[(String, String)]) -> Result<(), ControlError> {
    match headers.iter().find(|(name, value)| !is_header(name, value)) {
        Some((name, _)) => Err(ControlError::InvalidHeader { name: name.clone() }),
        None => Ok(()),
    }
}

/// True if it can stand in a message; the builder is asked, which knows the grammar.
fn is_header(name: &str, value: &str) -> bool {
    let reserved = ["Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Content-Length", "Content-Type"];
    if reserved.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return false;
    }
    let Ok(uri) = Uri::sip("rig", super::DOMAIN) else { return false };
    patchcord_sip::message::Builder::request(&Method::Invite, &uri).header(HeaderName::from(name), value).finish().is_ok()
}
