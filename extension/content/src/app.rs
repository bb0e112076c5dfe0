//! Puts the parts together: what the worker says decides what there is ([`Facts::wants`]), and everything there is goes when it is dropped.

use core::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use patchcord_browser::{
    chrome::{ChromeError, Listener, Port, command_id, get, i18n, runtime},
    page::{Layer, Observer, On, Paint, Task, now, on},
};
use patchcord_messages::{ContentMessage, FoundSpan, FrameSize, PortName, SiteState, ToContent, ToWorker};
use wasm_bindgen::JsValue;
use web_sys::{Document, VisibilityState, Window};

use crate::{
    chip::{self, Chip},
    dial::Dial,
    pointer::Pointer,
    scanner::{Left, Scanner},
    wants::Facts,
    widget::Widget,
    wire,
};

/// How long a slice of work may take: it must not delay a frame.
const SLICE: f64 = 4.0;
/// The page changes; at the latest so long after, in milliseconds, its numbers are marked.
const FOLLOW: f64 = 100.0;
/// The list of numbers is sent no more often.
const LIST_EVERY: f64 = 1000.0;
/// The phone is gone: it may be back by then.
const ASK_AGAIN: f64 = 300.0;
/// Shadow roots that were attached later are looked for so often, and ever less while none is found.
const HOPE: f64 = 1000.0;
const LEAST_HOPE: f64 = 30_000.0;

/// Asks the worker.
fn ask(message: &ToWorker, then: impl FnOnce(Result<JsValue, ChromeError>) + 'static) {
    if let Some(message) = wire::write_worker(message) {
        runtime::ask_value(&message, then);
    }
}

/// The content script of one frame.
pub(crate) struct App {
    me: Weak<App>,
    pub(crate) window: Window,
    pub(crate) document: Document,
    facts: RefCell<Facts>,
    /// The worker had news while the tab was hidden.
    stale: Cell<bool>,
    port: RefCell<Option<Port>>,
    pub(crate) scanner: RefCell<Option<Scanner>>,
    pub(crate) layer: RefCell<Option<Layer>>,
    pub(crate) chip: RefCell<Option<Chip>>,
    widget: RefCell<Option<Widget>>,
    pub(crate) pointer: RefCell<Option<Pointer>>,
    pub(crate) dial: RefCell<Dial>,
    /// What is due: the scanner's next slice, …
    scan: RefCell<Option<Task>>,
    scan_due: Cell<Left>,
    /// … the list of numbers, …
    list: RefCell<Option<Task>>,
    listed_at: Cell<f64>,
    list_due: Cell<bool>,
    /// … another question to the worker, …
    ask: RefCell<Option<Task>>,
    /// … and a look for shadow roots.
    hope: RefCell<Option<Task>>,
    hope_in: Cell<f64>,
    ears: RefCell<(Vec<On>, Option<Listener>)>,
}

impl App {
    pub(crate) fn start(window: Window, document: Document) -> Rc<Self> {
        let top = window.top().ok().flatten().is_some_and(|top| top == window);
        let app = Rc::new_cyclic(|me| Self {
            me: me.clone(),
            window,
            document,
            facts: RefCell::new(Facts { top, ..Facts::default() }),
            stale: Cell::new(true),
            port: RefCell::default(),
            scanner: RefCell::default(),
            layer: RefCell::default(),
            chip: RefCell::default(),
            widget: RefCell::default(),
            pointer: RefCell::default(),
            dial: RefCell::default(),
            scan: RefCell::default(),
            scan_due: Cell::new(Left::Nothing),
            list: RefCell::default(),
            listed_at: Cell::new(f64::NEG_INFINITY),
            list_due: Cell::new(false),
            ask: RefCell::default(),
            hope: RefCell::default(),
            hope_in: Cell::new(HOPE),
            ears: RefCell::default(),
        });
        app.listen();
        app.look();
        app
    }

    /// Runs `work` on the app if it still is there.
    pub(crate) fn later(&self, work: impl Fn(&Rc<Self>) + 'static) -> impl Fn() + 'static {
        let me = self.me.clone();
        move || {
            if let Some(app) = me.upgrade() {
                work(&app);
            }
        }
    }

    fn listen(&self) {
        let look = self.later(|app| app.look());
        let back = self.later(|app| {
            // From the back/forward cache, where the port was lost.
            app.stale.set(true);
            app.look();
        });
        let resized = self.later(|app| app.place_widget());
        let ons = vec![
            on(&self.document, "visibilitychange", false, true, move |_| look()),
            on(&self.window, "pageshow", false, true, move |event| {
                if get(&event, "persisted").is_truthy() {
                    back();
                }
            }),
            on(&self.window, "resize", false, true, move |_| resized()),
        ];
        let news = self.later(|app| {
            app.stale.set(true);
            app.look();
        });
        let heard = runtime::on_value(move |message| {
            if wire::is_news(&message) {
                news();
            }
        });
        self.ears.replace((ons, heard));
    }

    pub(crate) fn is_hidden(&self) -> bool {
        self.document.visibility_state() != VisibilityState::Visible
    }

    /// The tab may have come to the front. In a hidden one nothing is done.
    fn look(&self) {
        if self.is_hidden() {
            return;
        }
        self.facts.borrow_mut().seen = true;
        if self.stale.replace(false) {
            self.ask_worker();
        }
        self.schedule(Left::Soon);
    }

    fn ask_worker(&self) {
        let me = self.me.clone();
        ask(&ToWorker::Hello, move |answer| {
            let Some(app) = me.upgrade() else { return };
            if !runtime::is_valid() {
                return app.go_quiet();
            }
            match answer.ok().and_then(|answer| wire::read_site(&answer)) {
                Some(site) => app.learn(site),
                // The worker could not be started; the next news or the next look will do.
                None => app.stale.set(true),
            }
        });
    }

    /// The extension was reloaded, updated or removed: this script is on its own, and leaves no trace. The new version brings its own script.
    pub(crate) fn go_quiet(&self) {
        self.facts.borrow_mut().site = None;
        self.apply(None);
        self.ears.take();
        self.ask.take();
    }

    fn learn(&self, site: SiteState) {
        let before = self.facts.borrow_mut().site.replace(site);
        self.apply(before);
    }

    /// Makes what there is what there should be.
    fn apply(&self, before: Option<SiteState>) {
        let (wants, site, top) = {
            let facts = self.facts.borrow();
            (facts.wants(), facts.site.clone(), facts.top)
        };
        if !wants.port {
            self.port.take();
        } else if top && self.port.borrow().is_none() {
            self.connect();
        }
        let found_alike = before.zip(site.as_ref()).is_some_and(|(before, now)| before.numbers == now.numbers);
        if !wants.numbers || !found_alike {
            self.pointer.take();
            self.scanner.take();
            self.hide_chip();
        }
        let scanning = self.scanner.borrow().is_some();
        if wants.numbers && !scanning {
            self.begin_scan();
        }
        if !wants.widget {
            self.widget.take();
        } else if let Some(site) = &site {
            self.show_widget(site);
        }
        if !wants.numbers && !wants.widget {
            self.chip.take();
            self.layer.take();
        }
    }

    // --- The phone ---

    /// Connects; in frames below the top one only when there is something to say.
    fn connect(&self) -> bool {
        let Ok(mut port) = Port::connect(PortName::Content) else {
            self.go_quiet();
            return false;
        };
        let me = self.me.clone();
        port.on_value(move |message| {
            if let Some((app, message)) = me.upgrade().zip(wire::read_phone(&message)) {
                app.hear(message);
            }
        });
        let gone = self.later(|app| app.phone_gone());
        port.on_disconnect(gone);
        self.port.replace(Some(port));
        self.schedule_list();
        true
    }

    fn phone_gone(&self) {
        self.port.take();
        if !runtime::is_valid() {
            return self.go_quiet();
        }
        // What it was asked it will not answer: everything is read again with the next phone.
        self.pointer.take();
        self.scanner.take();
        self.hide_chip();
        let again = self.later(|app| {
            app.stale.set(true);
            app.look();
        });
        self.ask.replace(Some(Task::after(ASK_AGAIN, again)));
    }

    /// Asks the phone's finder.
    pub(crate) fn ask_phone(&self, questions: Vec<JsValue>) {
        for question in questions {
            self.post(&question);
        }
    }

    /// Says something to the phone; false where there is none.
    pub(crate) fn say(&self, message: &ContentMessage) -> bool {
        wire::write_phone(message).is_some_and(|message| self.post(&message))
    }

    fn post(&self, message: &JsValue) -> bool {
        let wanted = self.facts.borrow().wants().port;
        if !wanted || (self.port.borrow().is_none() && !self.connect()) {
            return false;
        }
        let sent = self.port.borrow().as_ref().map(|port| port.post(message));
        match sent {
            Some(Ok(())) => true,
            Some(Err(ChromeError::Invalidated)) => {
                self.go_quiet();
                false
            }
            _ => false,
        }
    }

    fn hear(&self, message: ToContent) {
        match message {
            ToContent::Reply { id, problem } => self.dial_answered(&id, problem),
            ToContent::Found { batch, finds } => self.found(batch, finds),
            ToContent::Frame { size } => {
                if let Some(widget) = self.widget.borrow_mut().as_mut() {
                    widget.resize(size, self.size());
                }
            }
            ToContent::Move { dx, dy, done } => {
                let place = self.widget.borrow_mut().as_mut().and_then(|widget| widget.drag(dx, dy, done, self.size()));
                if let Some(place) = place {
                    // If that fails it is back in its corner the next time.
                    ask(&ToWorker::Placed { place }, |_| ());
                }
            }
            _ => {}
        }
    }

    // --- Numbers ---

    fn found(&self, batch: u32, finds: Vec<FoundSpan>) {
        let done = self.scanner.borrow_mut().as_mut().map(|scanner| (scanner.found(batch, finds), scanner.take_news()));
        let Some((looked_up, news)) = done else { return };
        if news {
            self.schedule_list();
        }
        let again = self.pointer.borrow().as_ref().filter(|_| looked_up).map(Pointer::look_again);
        if let Some((again, app)) = again.zip(self.me.upgrade()) {
            again(&app);
        }
        self.schedule(Left::Soon);
    }

    fn begin_scan(&self) {
        // A name of its own: the page can't look for it, and a script that an update left behind takes nothing from it.
        let name = String::from("h") + &command_id().0;
        let Some(paint) = Paint::new(&name, "text-decoration:underline 1px dotted currentColor") else { return };
        let me = self.me.clone();
        let observer = Observer::new(move |records| {
            let Some(app) = me.upgrade() else { return };
            if let Ok(mut scanner) = app.scanner.try_borrow_mut()
                && let Some(scanner) = scanner.as_mut()
            {
                scanner.note(&records);
            }
            app.schedule(Left::WhenIdle);
            app.keep_layer();
        });
        let Some(observer) = observer else { return };
        self.scanner.replace(Some(Scanner::new(&self.document, paint, observer)));
        self.pointer.replace(Some(Pointer::new(self)));
        self.schedule(Left::Soon);
    }

    /// Has the scanner go on. What is due sooner wins.
    pub(crate) fn schedule(&self, left: Left) {
        if left <= self.scan_due.get() || self.is_hidden() || self.scanner.borrow().is_none() {
            return;
        }
        self.scan_due.set(left);
        let go = self.later(|app| app.go_on());
        self.scan.replace(Some(if left == Left::Soon { Task::after(0.0, go) } else { Task::when_idle(FOLLOW, go) }));
    }

    fn go_on(&self) {
        self.scan_due.set(Left::Nothing);
        if self.is_hidden() {
            return;
        }
        let step =
            |scanner: &mut Scanner| (scanner.step(now() + SLICE), scanner.take_questions(), scanner.take_news(), scanner.has_hopefuls());
        let done = self.scanner.borrow_mut().as_mut().map(step);
        let Some((left, questions, news, hopeful)) = done else { return };
        self.ask_phone(questions);
        self.schedule(left);
        if news {
            self.schedule_list();
        }
        if left == Left::Nothing && hopeful && self.hope.borrow().is_none() {
            self.hope_for_roots();
        }
    }

    fn hope_for_roots(&self) {
        let look = self.later(|app| {
            app.hope.take();
            if app.is_hidden() {
                // The next look at the tab leads here again.
                return;
            }
            let (found, more) =
                app.scanner.borrow_mut().as_mut().map_or((false, false), |scanner| (scanner.look_at_hopefuls(), scanner.has_hopefuls()));
            app.hope_in.set(if found { HOPE } else { (app.hope_in.get() * 2.0).min(LEAST_HOPE) });
            if found {
                app.schedule(Left::Soon);
            } else if more {
                app.hope_for_roots();
            }
        });
        self.hope.replace(Some(Task::after(self.hope_in.get(), look)));
    }

    fn schedule_list(&self) {
        if self.list_due.replace(true) {
            return;
        }
        let wait = (self.listed_at.get() + LIST_EVERY - now()).max(0.0);
        let send = self.later(|app| app.send_list());
        self.list.replace(Some(Task::after(wait, send)));
    }

    fn send_list(&self) {
        self.list_due.set(false);
        self.listed_at.set(now());
        let numbers = self.scanner.borrow().as_ref().map(Scanner::list).unwrap_or_default();
        if !numbers.is_empty() || self.port.borrow().is_some() {
            self.say(&ContentMessage::Numbers { numbers });
        }
    }

    // --- What is shown ---

    /// The room there is, without scroll bars.
    pub(crate) fn size(&self) -> FrameSize {
        let inner = |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
        let (width, height) = (inner(self.window.inner_width()), inner(self.window.inner_height()));
        let client = self.document.document_element().map_or(0.0, |root| f64::from(root.client_width()));
        FrameSize { width: if client > 0.0 { width.min(client) } else { width }, height }
    }

    /// The layer, made when it is first needed. False where the document takes none.
    fn ensure_layer(&self) -> bool {
        if self.layer.borrow().is_none() {
            self.layer.replace(Layer::new(&self.document, chip::STYLE).ok());
        }
        self.layer.borrow().is_some()
    }

    fn show_widget(&self, site: &SiteState) {
        if !self.ensure_layer() {
            return;
        }
        if let Some(widget) = self.widget.borrow_mut().as_mut() {
            return widget.put_at(site.place, self.size());
        }
        let made = self.layer.borrow().as_ref().and_then(|layer| Widget::new(&self.document, layer, site.place, self.size()).ok());
        self.widget.replace(made);
    }

    fn place_widget(&self) {
        if let Some(widget) = self.widget.borrow_mut().as_mut() {
            widget.put_at(None, self.size());
        }
        self.hide_chip();
    }

    /// A page that renders its whole document anew throws out what it does not know.
    fn keep_layer(&self) {
        if let Some(layer) = self.layer.borrow().as_ref().filter(|layer| !layer.is_attached()) {
            // Where there is no root element now, the next change of the page leads here again.
            let _ = layer.attach_again(&self.document);
        }
    }

    /// Shows the chip, made when it is first needed.
    pub(crate) fn show_chip(&self, kind: chip::Kind, text: &str, named: patchcord_browser::page::Rect) {
        if !self.ensure_layer() {
            return;
        }
        let layer = self.layer.borrow();
        let Some(layer) = layer.as_ref() else { return };
        if self.chip.borrow().is_none() {
            let made = Chip::new(&self.document, layer).ok();
            if let (Some(made), Some(pointer)) = (&made, self.pointer.borrow_mut().as_mut()) {
                pointer.hear_chip(self, made.element());
            }
            self.chip.replace(made);
        }
        if let Some(chip) = self.chip.borrow_mut().as_mut() {
            if chip.kind().is_none()
                && self.document.query_selector("dialog[open],:popover-open").ok().flatten().is_some_and(|open| !layer.is_host(&open))
            {
                layer.raise();
            }
            chip.show(kind, text, named, self.size());
        }
    }

    pub(crate) fn hide_chip(&self) {
        if let Some(chip) = self.chip.borrow_mut().as_mut() {
            chip.hide();
        }
    }

    /// In words.
    pub(crate) fn words(key: &str, argument: &str) -> String {
        i18n::message(key, &[argument])
    }
}
