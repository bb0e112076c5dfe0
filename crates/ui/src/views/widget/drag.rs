use std::{cell::Cell, rc::Rc};

use patchcord_messages::ViewMessage;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use crate::{dom::El, logic::frame, phone::Phone};

/// How far the pointer must go before a press becomes a drag, in CSS pixels.
const THRESHOLD: f64 = 5.0;

/// A drag by a handle. The frame moves under the pointer, so distances are the screen's; the page's zoom, which those do not know, is measured
/// while the frame still stands still.
#[derive(Clone)]
pub(super) struct Drag {
    phone: Phone,
    state: Rc<Cell<State>>,
}

#[derive(Clone, Copy, Default)]
enum State {
    #[default]
    Idle,
    /// Pressed at this place of the screen and of the frame.
    Pressed { screen: (f64, f64), client: (f64, f64) },
    /// On the move: the last place on the screen, and screen pixels per CSS pixel.
    Moving { screen: (f64, f64), zoom: f64 },
    /// Let go a moment ago: the click that follows is none.
    Dropped,
}

impl Drag {
    pub(super) fn new(phone: Phone) -> Self {
        Self { phone, state: Rc::default() }
    }

    /// Makes `handle` move the widget when it is pulled.
    pub(super) fn pulls(&self, handle: El) -> El {
        let (down, moved, up, cancelled) = (self.clone(), self.clone(), self.clone(), self.clone());
        handle
            .on_as("pointerdown", move |event| down.down(&event))
            .on_as("pointermove", move |event| moved.moved(&event))
            .on("pointerup", move |_| up.up())
            .on("pointercancel", move |_| cancelled.up())
    }

    /// Makes the arrow keys on `handle` move the widget.
    pub(super) fn nudges(&self, handle: El) -> El {
        let drag = self.clone();
        handle.on_as("keydown", move |event| drag.key(&event))
    }

    fn down(&self, event: &PointerEvent) {
        if event.button() == 0 {
            self.state.set(State::Pressed { screen: screen(event), client: client(event) });
        }
    }

    fn moved(&self, event: &PointerEvent) {
        let now = screen(event);
        match self.state.get() {
            State::Pressed { screen, client: pressed } => {
                let inside = client(event);
                let (far, far_inside) = (distance(screen, now), distance(pressed, inside));
                if far_inside >= THRESHOLD {
                    let zoom = frame::zoom(far, far_inside);
                    if let Some(target) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
                        let _ = target.set_pointer_capture(event.pointer_id());
                    }
                    self.go(screen, now, zoom);
                }
            }
            State::Moving { screen, zoom } => self.go(screen, now, zoom),
            State::Idle | State::Dropped => {}
        }
    }

    fn go(&self, from: (f64, f64), to: (f64, f64), zoom: f64) {
        self.state.set(State::Moving { screen: to, zoom });
        self.phone.post(&ViewMessage::Move { dx: (to.0 - from.0) / zoom, dy: (to.1 - from.1) / zoom, done: false });
    }

    fn up(&self) {
        match self.state.get() {
            State::Moving { .. } => {
                self.phone.post(&ViewMessage::Move { dx: 0.0, dy: 0.0, done: true });
                self.state.set(State::Dropped);
            }
            _ => self.state.set(State::Idle),
        }
    }

    /// True if the click that is being handled ended a drag.
    pub(super) fn was_drag(&self) -> bool {
        let dropped = matches!(self.state.get(), State::Dropped);
        self.state.set(State::Idle);
        dropped
    }

    fn key(&self, event: &KeyboardEvent) {
        if let Some((dx, dy)) = frame::nudge(&event.key()) {
            self.phone.post(&ViewMessage::Move { dx, dy, done: false });
            self.phone.post(&ViewMessage::Move { dx: 0.0, dy: 0.0, done: true });
            event.prevent_default();
        }
    }
}

fn screen(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.screen_x()), f64::from(event.screen_y()))
}

fn client(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}
