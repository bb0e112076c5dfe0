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
}

impl Shared {
    fn finish(&self) {
        if let Some(resolve) = self.resolve.borrow_mut().take() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Gathering {
    pub(crate) fn watch(connection: &PeerConnection) -> Self {
        let shared = Rc::new(Shared { resolve: RefCell::new(None), candidate: Cell::new(false), late: Cell::new(false) });
        let done = Promise::new(&mut |resolve, _| *shared.resolve.borrow_mut() = Some(resolve));
        let found = Rc::clone(&shared);
        let on_candidate = listen(connection, "icecandidate", move |event| {
            if !get_text(&get(&event, "candidate"), "candidate").is_empty() {
                found.candidate.set(true);
                if found.late.get() {
                    found.finish();
                }
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
