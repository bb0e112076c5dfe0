//! What a call has asked of the media engine.

use crate::api::{CallHandle, MediaRequest};
use crate::core::Core;

/// What an answer of the engine is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The INVITE's offer, or the answer to it.
    Setup,
    /// An answer from a provisional response, or again what is known already: a failure is no reason to end the call.
    Early,
    /// The far side's answer in a 2xx or ACK.
    Final,
    /// Our offer for a change of the session.
    Offer,
    /// The far side's answer to that.
    Reanswer,
    /// Our answer, or offer in a 2xx, to a change that the far side wants.
    Answer,
}

#[derive(Default)]
pub(crate) struct Media {
    round: u32,
    outstanding: Vec<(u32, Purpose)>,
    /// The engine has something that must be closed.
    used: bool,
    closed: bool,
}

impl Media {
    /// Asks for something that is answered.
    pub(crate) fn ask(&mut self, core: &mut Core, call: CallHandle, request: MediaRequest, purpose: Purpose) {
        self.tell(core, call, request);
        if !self.closed {
            self.outstanding.push((self.round, purpose));
        }
    }

    /// Asks for something that is not answered.
    pub(crate) fn tell(&mut self, core: &mut Core, call: CallHandle, request: MediaRequest) {
        if !self.closed {
            self.round += 1;
            self.used = true;
            core.ask_media(call, self.round, request);
        }
    }

    /// What this answer is for; none if it is for nothing any more.
    pub(crate) fn answered(&mut self, round: u32) -> Option<Purpose> {
        let index = self.outstanding.iter().position(|(asked, _)| *asked == round)?;
        Some(self.outstanding.remove(index).1)
    }

    /// What was asked for this purpose is no longer wanted: its answer will be ignored.
    pub(crate) fn forget(&mut self, purpose: Purpose) {
        self.outstanding.retain(|(_, asked)| *asked != purpose);
    }

    pub(crate) fn close(&mut self, core: &mut Core, call: CallHandle) {
        if self.used && !self.closed {
            self.tell(core, call, MediaRequest::Close);
        }
        self.outstanding.clear();
        self.closed = true;
    }
}
