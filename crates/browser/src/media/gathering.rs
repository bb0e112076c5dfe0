//! Waiting for ICE candidates, but never for a STUN server that does not answer.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::js::PeerConnection;
use crate::events::{Listening, get, get_text, listen};
use crate::timer::Alarm;

/// With a candidate in hand, the description leaves so many milliseconds after gathering began.
const ENOUGH: u64 = 300;
/// Without any candidate it leaves after so many: a machine without a network, where the far side can still tell us its own.
const AT_LAST: u64 = 2_000;
/// Candidates of one kind come together: so many milliseconds after one of the kind that is waited for, there are no more. (Chromium looks for
/// the next kind, TCP, 100 ms later. No PBX needs those.)
const QUIET: u64 = 8;

/// What is worth waiting for. Less than all of it is enough after [`ENOUGH`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Worth {
    /// Our own addresses.
    Host,
    /// Our address as a STUN server sees it.
    Reflexive,
    /// An address at a TURN server.
    Relay,
}

impl Worth {
    /// What the servers of this configuration can give.
    pub(crate) fn of(servers: &[String]) -> Self {
        let turn = |url: &String| url.starts_with("turn:") || url.starts_with("turns:");
        match servers {
            [] => Self::Host,
            servers if servers.iter().any(turn) => Self::Relay,
            _ => Self::Reflexive,
        }
    }

    /// What a candidate is (RFC 8839 5.1 `cand-type`), as far as it counts.
    fn of_candidate(candidate: &str) -> Option<Self> {
        if candidate.contains(" tcp ") || candidate.contains(" TCP ") {
            return None;
        }
        let kind = candidate.split(" typ ").nth(1)?.split(' ').next()?;
        match kind {
            "host" => Some(Self::Host),
            "srflx" | "prflx" => Some(Self::Reflexive),
            "relay" => Some(Self::Relay),
            _ => None,
        }
    }
}

/// Begins to watch. Make it before `setLocalDescription`, so that no candidate is missed.
pub(crate) struct Gathering {
    connection: PeerConnection,
    done: Promise,
    shared: Rc<Shared>,
    _listening: [Listening; 2],
}

struct Shared {
    resolve: RefCell<Option<Function>>,
    candidate: Cell<bool>,
    late: Cell<bool>,
    quiet: RefCell<Option<Alarm>>,
}

impl Shared {
    fn finish(&self) {
        if let Some(resolve) = self.resolve.borrow_mut().take() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }

    fn found(self: &Rc<Self>, candidate: &str, worth: Worth) {
        self.candidate.set(true);
        if self.late.get() {
            self.finish();
        } else if Worth::of_candidate(candidate).is_some_and(|kind| kind >= worth) {
            let shared = Rc::clone(self);
            *self.quiet.borrow_mut() = Some(Alarm::after(QUIET, move || shared.finish()));
        }
    }
}

impl Gathering {
    pub(crate) fn watch(connection: &PeerConnection, worth: Worth) -> Self {
        let shared =
            Rc::new(Shared { resolve: RefCell::new(None), candidate: Cell::new(false), late: Cell::new(false), quiet: RefCell::new(None) });
        let done = Promise::new(&mut |resolve, _| *shared.resolve.borrow_mut() = Some(resolve));
        let finder = Rc::downgrade(&shared);
        let on_candidate = listen(connection, "icecandidate", move |event| {
            let candidate = get_text(&get(&event, "candidate"), "candidate");
            if let Some(shared) = finder.upgrade().filter(|_| !candidate.is_empty()) {
                shared.found(&candidate, worth);
            }
        });
        let (state, target) = (Rc::clone(&shared), connection.clone());
        let on_state = listen(connection, "icegatheringstatechange", move |_| {
            if get_text(&target, "iceGatheringState") == "complete" {
                state.finish();
            }
        });
        Self { connection: connection.clone(), done, shared, _listening: [on_candidate, on_state] }
    }

    /// Waits until there is enough. Call it after `setLocalDescription`.
    pub(crate) async fn enough(self) {
        if get_text(&self.connection, "iceGatheringState") == "complete" {
            return;
        }
        let early = Rc::clone(&self.shared);
        let _enough = Alarm::after(ENOUGH, move || {
            early.late.set(true);
            if early.candidate.get() {
                early.finish();
            }
        });
        let late = Rc::clone(&self.shared);
        let _at_last = Alarm::after(AT_LAST, move || late.finish());
        // The promise can't be rejected.
        let _ = JsFuture::from(self.done.clone()).await;
    }
}

/// The description as it stands, candidates included.
pub(crate) fn local_sdp(connection: &PeerConnection) -> String {
    get_text(&get(connection.unchecked_ref(), "localDescription"), "sdp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_for_what_the_servers_can_give() {
        let worth = |servers: &[&str]| Worth::of(&servers.iter().map(|url| (*url).to_owned()).collect::<Vec<_>>());
        assert_eq!(worth(&[]), Worth::Host);
        assert_eq!(worth(&["stun:stun.test"]), Worth::Reflexive);
        assert_eq!(worth(&["stun:stun.test", "turns:turn.test:443?transport=tcp"]), Worth::Relay);
    }

    #[test]
    fn reads_candidates() {
        for (candidate, expected) in [
            ("candidate:1 1 udp 2122194687 127.0.0.1 33998 typ host generation 0", Some(Worth::Host)),
            ("candidate:1 1 udp 1686052607 203.0.113.1 33998 typ srflx raddr 0.0.0.0 rport 0", Some(Worth::Reflexive)),
            ("candidate:1 1 udp 41885439 203.0.113.1 33998 typ relay raddr 0.0.0.0 rport 0", Some(Worth::Relay)),
            ("candidate:1 1 tcp 1518214911 127.0.0.1 9 typ host tcptype active", None),
            ("", None),
            ("candidate:1 1 udp 1 127.0.0.1 1 typ", None),
        ] {
            assert_eq!(Worth::of_candidate(candidate), expected, "{candidate}");
        }
    }
}
