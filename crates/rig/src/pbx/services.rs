//! What the rig does as a party of a call: rings, answers, plays, hangs up.

use super::Pbx;
use super::calls::CallKind;
use super::plan::{Outcome, Script, Talk};
use super::timers::{Step, Timer};
use crate::media::{Codec, Source};
use crate::state::{CallEnd, CallId, LegId, LegState};

impl Pbx {
    /// A user called a number that the rig itself takes.
    pub(crate) fn start_script(&mut self, call: CallId, leg: LegId, script: &Script) {
        if let Some(sound) = script.early {
            let Some(sdp) = self.describe(leg, &Codec::MIXED) else {
                self.end(call, CallEnd::Refused { status: 488 });
                return;
            };
            if let Some(party) = self.parties.get_mut(&leg) {
                party.view.state = LegState::EarlyMedia;
            }
            self.hear(leg, vec![Source::Sound(sound)]);
            self.respond_to_invite(leg, 183, Some(&sdp));
        } else if script.ring {
            self.ring(leg);
        }
        match script.then {
            Some((0, _)) => self.step(call, Step::Decide),
            Some((ms, _)) => self.timers.after_ms(ms, Timer::Step { call, step: Step::Decide }),
            None => {}
        }
    }

    /// A step of a script is due. Of a call that is over: nothing.
    pub(crate) fn step(&mut self, call: CallId, step: Step) {
        let Some(record) = self.calls.get(&call) else { return };
        match step {
            Step::Decide => {
                if let CallKind::Dialled(number) = record.kind.clone() {
                    self.customer_decides(call, &number);
                    return;
                }
                let CallKind::Script(Some(outcome)) = record.kind.clone() else { return };
                let Some(leg) = self.caller(call) else { return };
                match outcome {
                    Outcome::Refuse(status) => self.end(call, CallEnd::Refused { status }),
                    Outcome::Answer(talk) => {
                        if self.answer_caller(leg, &Codec::MIXED) {
                            self.talk(call, leg, talk);
                        }
                    }
                }
            }
            Step::GiveUp if record.view.answered_at.is_none() => {
                let end = if matches!(record.kind, CallKind::Placed(_) | CallKind::Dialled(_)) {
                    CallEnd::Rig
                } else {
                    CallEnd::Refused { status: 480 }
                };
                self.end(call, end);
            }
            Step::GiveUp => {}
            Step::HangUp => self.end(call, CallEnd::Rig),
            Step::Hold(hold) => {
                let legs = record.legs.clone();
                for leg in legs {
                    self.send_reinvite(leg, hold, None);
                }
                if hold && let Some(Talk { hold_after: Some(ms), .. }) = self.talk_of(call) {
                    self.timers.after_ms(ms, Timer::Step { call, step: Step::Hold(false) });
                }
            }
        }
    }

    fn talk_of(&self, call: CallId) -> Option<Talk> {
        match self.calls.get(&call)?.kind {
            CallKind::Placed(talk) | CallKind::Script(Some(Outcome::Answer(talk))) => Some(talk),
            _ => None,
        }
    }

    /// The rig talks with the party: its sound, its echo, its plans.
    pub(crate) fn talk(&mut self, call: CallId, leg: LegId, talk: Talk) {
        if talk.customer {
            self.customer_joins(call, talk);
        } else {
            let echo = talk.echo.then_some(Source::Leg(leg));
            self.hear(leg, talk.sound.map(Source::Sound).into_iter().chain(echo).collect());
        }
        if let Some(ms) = talk.hang_up_after {
            self.timers.after_ms(ms, Timer::Step { call, step: Step::HangUp });
        }
        if let Some(ms) = talk.hold_after {
            self.timers.after_ms(ms, Timer::Step { call, step: Step::Hold(true) });
        }
    }
}
