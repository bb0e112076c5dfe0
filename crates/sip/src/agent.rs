//! The user agent itself.

use std::collections::VecDeque;

use patchcord_messages::Millis;

use crate::api::{CallHandle, Config, Input, Output};
use crate::rng::Rng;

/// One account: connection, registration and calls.
pub struct UserAgent {
    config: Config,
    rng: Rng,
    next_call: u32,
    outputs: VecDeque<Output>,
}

impl UserAgent {
    /// Sets it up, idle until [`Input::Start`]. `seed` must come from a good source: tags and branches are made of it.
    #[must_use]
    pub fn new(config: Config, seed: [u8; 32]) -> Self {
        Self { config, rng: Rng::new(seed), next_call: 0, outputs: VecDeque::new() }
    }

    /// A handle for [`Input::Invite`]. Incoming calls take theirs from the same count, so no handle is ever used twice.
    pub fn reserve_call(&mut self) -> CallHandle {
        self.next_call += 1;
        CallHandle(self.next_call)
    }

    /// Tells the machine that something happened. `now` must never run backwards.
    pub fn handle(&mut self, now: Millis, input: Input) {
        let _ = (now, input, &self.config, &mut self.rng);
    }

    /// The next thing to do. [`Output::Timeout`] is always last: after it, wait for the next input.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or(Output::Timeout(None))
    }
}
