//! The pointer over numbers and links: hand and chip on hover, a call on a click. Only trusted events count: a page can make none.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use patchcord_browser::page::{Layer, On, PointerCursor, Task, on, under};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventTarget, HtmlElement, MouseEvent};

use crate::{app::App, chip::Kind, scanner::Left, target::Target};

/// A pointer that has moved further than this between press and release selects text.
const STILL: f64 = 4.0;
/// How long the chip waits for the pointer to come over to it.
const LINGER: f64 = 400.0;

/// What the pointer is over.
struct Hover {
    target: Target,
    _cursor: Option<PointerCursor>,
}

pub(crate) struct Pointer {
    state: Rc<State>,
    _ears: Vec<On>,
    chip_ear: Option<On>,
}

#[derive(Default)]
struct State {
    at: Cell<(f64, f64)>,
    pressed_at: Cell<(f64, f64)>,
    frame: RefCell<Option<Task>>,
    frame_due: Cell<bool>,
    linger: RefCell<Option<Task>>,
    hover: RefCell<Option<Hover>>,
}

impl Pointer {
    pub(crate) fn new(app: &App) -> Self {
        let state = Rc::new(State::default());
        let window: &EventTarget = &app.window;
        let ear = |name, passive, handler: fn(&Rc<App>, &Rc<State>, &MouseEvent)| {
            let state = Rc::clone(&state);
            let event: Rc<RefCell<Option<MouseEvent>>> = Rc::default();
            let slot = Rc::clone(&event);
            let run = app.later(move |app| {
                if let Some(event) = slot.take() {
                    handler(app, &state, &event);
                }
            });
            on(window, name, true, passive, move |heard: Event| {
                if heard.is_trusted() {
                    event.replace(Some(heard.unchecked_into()));
                    run();
                }
            })
        };
        let ears = vec![
            ear("pointermove", true, moved),
            ear("pointerdown", true, pressed),
            ear("click", false, clicked),
            ear("scroll", true, |app, state, _| leave(app, state)),
            ear("blur", true, |app, state, event| {
                // Of the window itself, not of some field on its way up.
                let window: &EventTarget = &app.window;
                if event.target().is_some_and(|target| target == *window) {
                    leave(app, state);
                }
            }),
            ear("pointerout", true, |app, state, event| {
                if event.related_target().is_none() {
                    leave(app, state);
                }
            }),
        ];
        Self { state, _ears: ears, chip_ear: None }
    }

    /// What to do when the phone has answered what was asked for what is under the pointer.
    pub(crate) fn look_again(&self) -> impl Fn(&Rc<App>) + use<> {
        let state = Rc::clone(&self.state);
        move |app| look(app, &state)
    }

    /// The chip is there now: a press on it calls.
    pub(crate) fn hear_chip(&mut self, app: &App, chip: &HtmlElement) {
        let state = Rc::clone(&self.state);
        let press = app.later(move |app| {
            if let Some(hover) = state.hover.take() {
                app.dial(&hover.target);
            }
        });
        self.chip_ear = Some(on(chip, "click", false, true, move |event| {
            if event.is_trusted() {
                press();
            }
        }));
    }
}

/// Looked at before the next frame, however many moves there are.
fn moved(app: &Rc<App>, state: &Rc<State>, event: &MouseEvent) {
    state.at.set((f64::from(event.client_x()), f64::from(event.client_y())));
    if event.buttons() != 0 {
        // The user is selecting or dragging.
        return leave(app, state);
    }
    if state.frame_due.replace(true) {
        return;
    }
    let look = {
        let state = Rc::clone(state);
        app.later(move |app| {
            state.frame_due.set(false);
            look(app, &state);
        })
    };
    state.frame.replace(Some(Task::at_frame(look)));
}

fn pressed(app: &Rc<App>, state: &Rc<State>, event: &MouseEvent) {
    state.pressed_at.set((f64::from(event.client_x()), f64::from(event.client_y())));
    if app.chip.borrow().as_ref().is_some_and(|chip| matches!(chip.kind(), Some(Kind::Wrong | Kind::Busy))) {
        app.hide_chip();
    }
}

fn find(app: &App, x: f64, y: f64) -> Option<Target> {
    let hit = under(&app.document, x, y)?;
    let mut borrowed = app.scanner.try_borrow_mut().ok()?;
    let scanner = borrowed.as_mut()?;
    let met = hit.roots.iter().filter(|root| scanner.meet_new(root)).count() > 0;
    let target = Target::find(scanner, &hit, x, y);
    let questions = scanner.take_questions();
    drop(borrowed);
    if met {
        app.schedule(Left::Soon);
    }
    app.ask_phone(questions);
    target
}

fn is_ours(app: &App, x: f64, y: f64) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "a window is far smaller")]
    let element = app.document.element_from_point(x as f32, y as f32);
    element.is_some_and(|element| app.layer.borrow().as_ref().is_some_and(|layer: &Layer| layer.is_host(&element)))
}

fn look(app: &Rc<App>, state: &Rc<State>) {
    let (x, y) = state.at.get();
    if is_ours(app, x, y) {
        state.linger.take();
        if app.chip.borrow().as_ref().is_none_or(|chip| chip.kind() != Some(Kind::Button)) {
            // Over the widget. A chip that can be pressed, and what it names, stay while the pointer is on it.
            leave(app, state);
        }
        return;
    }
    let Some(target) = find(app, x, y) else {
        return linger(app, state);
    };
    state.linger.take();
    let same = state.hover.borrow().as_ref().is_some_and(|hover| hover.target.is_same(&target));
    let telling = app.chip.borrow().as_ref().is_some_and(|chip| matches!(chip.kind(), Some(Kind::Wrong | Kind::Busy)));
    if same && (telling || app.chip.borrow().as_ref().is_some_and(|chip| chip.kind().is_some())) {
        return;
    }
    let kind = if target.direct { Kind::Hint } else { Kind::Button };
    app.show_chip(kind, &App::words("chipDial", &target.shown), target.rect);
    let cursor = target.cursor();
    state.hover.replace(Some(Hover { target, _cursor: cursor }));
}

/// The pointer is over nothing. A chip that can be pressed waits a moment for it.
fn linger(app: &Rc<App>, state: &Rc<State>) {
    let kind = app.chip.borrow().as_ref().and_then(crate::chip::Chip::kind);
    match kind {
        Some(Kind::Button) => {
            if state.linger.borrow().is_none() {
                let state_then = Rc::clone(state);
                let over = app.later(move |app| {
                    state_then.linger.take();
                    leave(app, &state_then);
                });
                state.linger.replace(Some(Task::after(LINGER, over)));
            }
        }
        // What it tells, it tells for its time.
        Some(Kind::Busy | Kind::Wrong) => drop(state.hover.take()),
        _ => leave(app, state),
    }
}

fn leave(app: &App, state: &State) {
    if state.hover.take().is_some() || app.chip.borrow().as_ref().is_some_and(|chip| matches!(chip.kind(), Some(Kind::Hint | Kind::Button)))
    {
        app.hide_chip();
    }
}

fn clicked(app: &Rc<App>, state: &Rc<State>, event: &MouseEvent) {
    // With a modifier it is something else: a new tab, a selection, the page's own.
    if event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
        return;
    }
    let from = event.composed_path().get(0).dyn_into::<Element>().ok();
    if let Some(target) = from.as_ref().and_then(Target::link) {
        // Otherwise the browser hands the link to whatever program calls itself a phone.
        event.prevent_default();
        return app.dial(&target);
    }
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let (from_x, from_y) = state.pressed_at.get();
    // A click by the keyboard has no place.
    if event.detail() == 0 || (x - from_x).abs() > STILL || (y - from_y).abs() > STILL || is_ours(app, x, y) {
        return;
    }
    if let Some(target) = find(app, x, y).filter(|target| target.direct) {
        app.dial(&target);
    }
}
