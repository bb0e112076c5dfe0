//! The ports of views and content scripts.
//!
//! Views are told everything. Content scripts are told what became of their own commands, and nothing else of the phone. Between the widget of a tab
//! and the content scripts of the same tab the hub passes on what they say to each other.

use core::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use patchcord_browser::chrome::{Listener, Port};
use patchcord_browser::timer::Alarm;
use patchcord_messages::{
    Command, CommandId, ContentMessage, DialSource, FoundNumber, FrameSize, Notice, PhoneMessage, PortName, Problem, Settings, ToContent,
    Topic, ViewMessage,
};
use patchcord_phone::{Few, Input, Origin, PortId, Sender};

use crate::driver::{Driver, tell};
use crate::finder::NumberFinder;

/// At most one snapshot a frame: milliseconds from one to the next. (Animation frames do not come in a hidden document.)
const FRAME: u64 = 16;
/// Numbers of one frame of a page, and of one page.
const MOST_NUMBERS: usize = 500;
/// Characters of a number's text.
const MOST_TEXT: usize = 80;

/// Everybody who is connected.
pub(crate) struct Hub {
    driver: Weak<Driver>,
    ports: RefCell<Few<PortId, Entry>>,
    made: Cell<u32>,
    /// A snapshot went out less than a frame ago; true where another is due when the frame is over.
    due: Cell<bool>,
    frame: RefCell<Option<Alarm>>,
    finder: RefCell<Option<NumberFinder>>,
}

struct Entry {
    port: Port,
    kind: Kind,
}

/// Who it is, by what the browser says of the sender.
enum Kind {
    /// A page of our own. The widget's has a tab.
    View { tab: Option<i32>, watches_numbers: bool, size: Option<FrameSize> },
    /// A content script.
    Content { tab: i32, frame: i32, origin: String, numbers: Vec<FoundNumber> },
}

/// Takes ports from now on.
pub(crate) fn listen(driver: &Rc<Driver>) {
    let weak = Rc::downgrade(driver);
    let listener = Port::on_connect(move |port| {
        if let Some(driver) = weak.upgrade() {
            driver.hub.take(port);
        }
    });
    if let Some(listener) = listener {
        Listener::forever(listener);
    }
}

impl Hub {
    pub(crate) fn new(driver: Weak<Driver>) -> Self {
        Self {
            driver,
            ports: RefCell::default(),
            made: Cell::new(0),
            due: Cell::new(false),
            frame: RefCell::default(),
            finder: RefCell::default(),
        }
    }

    /// Numbers are found by these settings from now on.
    pub(crate) fn configure(&self, settings: &Settings) {
        self.finder.replace(Some(NumberFinder::new(settings)));
    }

    /// A number for whoever is to get a reply.
    pub(crate) fn new_port(&self) -> PortId {
        self.made.set(self.made.get() + 1);
        PortId(self.made.get())
    }

    fn take(&self, mut port: Port) {
        let sender = port.sender();
        let own = sender.is_own_page();
        let kind = match port.name() {
            Some(PortName::View) if own => Kind::View { tab: None, watches_numbers: false, size: None },
            Some(PortName::Widget) if own && sender.tab.is_some() => Kind::View { tab: sender.tab, watches_numbers: false, size: None },
            Some(PortName::Content) if !own => match sender.tab {
                Some(tab) => {
                    Kind::Content { tab, frame: sender.frame.unwrap_or(-1), origin: sender.origin.unwrap_or_default(), numbers: Vec::new() }
                }
                None => return,
            },
            // Dropping it disconnects: a content script that calls itself a view gets nothing.
            _ => return,
        };
        let id = self.new_port();
        let driver = self.driver.clone();
        match kind {
            Kind::View { .. } => port.on_message(move |message: ViewMessage| with(&driver, |hub| hub.on_view(id, message))),
            Kind::Content { .. } => port.on_message(move |message: ContentMessage| with(&driver, |hub| hub.on_content(id, message))),
        }
        let driver = self.driver.clone();
        port.on_disconnect(move || with(&driver, |hub| hub.leave(id)));
        let (is_view, top_of) = match &kind {
            Kind::View { .. } => (true, None),
            Kind::Content { tab, frame, .. } => (false, Some(*tab).filter(|_| *frame == 0)),
        };
        self.ports.borrow_mut().insert(id, Entry { port, kind });
        if is_view {
            self.send_snapshot(Some(id));
        }
        if let Some(tab) = top_of {
            self.send_size(id, tab);
        }
    }

    fn leave(&self, id: PortId) {
        let entry = self.ports.borrow_mut().remove(&id);
        if let Some(Entry { kind: Kind::Content { tab, numbers, .. }, .. }) = &entry
            && !numbers.is_empty()
        {
            self.send_numbers(*tab);
        }
    }

    fn on_view(&self, id: PortId, message: ViewMessage) {
        match message {
            ViewMessage::Command { id: command_id, command } => {
                self.command(Sender { port: id, origin: Origin::OwnView }, command_id, command);
            }
            ViewMessage::Watch { topic: Topic::Numbers } => self.watch_numbers(id, true),
            ViewMessage::Unwatch { topic: Topic::Numbers } => self.watch_numbers(id, false),
            ViewMessage::Frame { size } if size.width.is_finite() && size.height.is_finite() => {
                if let Some(Entry { kind: Kind::View { size: last, .. }, .. }) = self.ports.borrow_mut().get_mut(&id) {
                    *last = Some(size);
                }
                self.to_top_frame(id, &ToContent::Frame { size });
            }
            ViewMessage::Move { dx, dy, done } if dx.is_finite() && dy.is_finite() => {
                self.to_top_frame(id, &ToContent::Move { dx, dy, done });
            }
            _ => {}
        }
    }

    fn on_content(&self, id: PortId, message: ContentMessage) {
        match message {
            ContentMessage::Dial { id: command_id, number, link } => {
                let origin = match self.ports.borrow().get(&id) {
                    Some(Entry { kind: Kind::Content { origin, .. }, .. }) => origin.clone(),
                    _ => return,
                };
                let source = if link { DialSource::Link } else { DialSource::Page };
                let number = match self.finder.borrow().as_ref() {
                    Some(finder) if link => finder.link(&number),
                    _ => number,
                };
                let sender = Sender { port: id, origin: Origin::Content { origin } };
                self.command(sender, command_id, Command::Dial { number, source });
            }
            ContentMessage::Find { batch, text, ends, label, labels } => {
                let finds = self.finder.borrow().as_ref().map(|finder| finder.find(&text, &ends, &label, &labels)).unwrap_or_default();
                if let Some(entry) = self.ports.borrow().get(&id) {
                    drop(entry.port.send(&ToContent::Found { batch, finds }));
                }
            }
            ContentMessage::Numbers { numbers: found } => {
                let tab = match self.ports.borrow_mut().get_mut(&id) {
                    Some(Entry { kind: Kind::Content { tab, numbers, .. }, .. }) => {
                        *numbers = found.into_iter().take(MOST_NUMBERS).map(shortened).collect();
                        *tab
                    }
                    _ => return,
                };
                self.send_numbers(tab);
            }
            _ => {}
        }
    }

    fn command(&self, sender: Sender, id: CommandId, command: Command) {
        tell(&self.driver, Input::Command { sender, id, command });
    }

    /// The snapshot is another one: views get it now, or when the frame is over.
    pub(crate) fn changed(&self) {
        if self.frame.borrow().is_some() {
            self.due.set(true);
            return;
        }
        // Not within the phone's loop, where more changes may follow at once.
        self.due.set(true);
        self.open_frame(0);
    }

    /// Views that came before the configuration get their first snapshot.
    pub(crate) fn all_changed(&self) {
        self.changed();
    }

    fn open_frame(&self, length: u64) {
        let driver = self.driver.clone();
        let alarm = Alarm::after(length, move || with(&driver, Self::close_frame));
        *self.frame.borrow_mut() = Some(alarm);
    }

    fn close_frame(&self) {
        self.frame.borrow_mut().take();
        if self.due.replace(false) {
            self.send_snapshot(None);
            self.open_frame(FRAME);
        }
    }

    /// To one view, or to all.
    fn send_snapshot(&self, only: Option<PortId>) {
        let Some(driver) = self.driver.upgrade().filter(|driver| driver.worker.is_configured()) else { return };
        let message = PhoneMessage::Snapshot { snapshot: Box::new(driver.snapshot()) };
        self.to_views(&message, |id| only.is_none_or(|only| only == id));
    }

    pub(crate) fn notice(&self, notice: &Notice) {
        self.to_views(&PhoneMessage::Notice { notice: notice.clone() }, |_| true);
    }

    pub(crate) fn reply(&self, port: PortId, id: CommandId, problem: Option<Problem>) {
        let ports = self.ports.borrow();
        match ports.get(&port) {
            Some(Entry { port, kind: Kind::View { .. } }) => drop(port.send(&PhoneMessage::Reply { id, problem })),
            Some(Entry { port, kind: Kind::Content { .. } }) => {
                drop(port.send(&ToContent::Reply { id, problem: problem.as_ref().map(Problem::text) }));
            }
            None => {}
        }
    }

    fn to_views(&self, message: &PhoneMessage, fits: impl Fn(PortId) -> bool) {
        for (id, entry) in self.ports.borrow().iter() {
            if matches!(entry.kind, Kind::View { .. }) && fits(*id) {
                // A port that is closing is forgotten when its disconnection is told.
                drop(entry.port.send(message));
            }
        }
    }

    /// From the widget of a tab to the script that holds its frame.
    fn to_top_frame(&self, widget: PortId, message: &ToContent) {
        let ports = self.ports.borrow();
        let Some(Entry { kind: Kind::View { tab: Some(tab), .. }, .. }) = ports.get(&widget) else { return };
        for entry in ports.values() {
            if matches!(&entry.kind, Kind::Content { tab: of, frame: 0, .. } if of == tab) {
                drop(entry.port.send(message));
            }
        }
    }

    /// To a script that comes later than the widget whose frame it holds.
    fn send_size(&self, content: PortId, tab: i32) {
        let ports = self.ports.borrow();
        let size = ports.values().find_map(|entry| match entry.kind {
            Kind::View { tab: Some(of), size, .. } if of == tab => size,
            _ => None,
        });
        if let (Some(size), Some(entry)) = (size, ports.get(&content)) {
            drop(entry.port.send(&ToContent::Frame { size }));
        }
    }

    fn watch_numbers(&self, id: PortId, watch: bool) {
        let tab = match self.ports.borrow_mut().get_mut(&id) {
            Some(Entry { kind: Kind::View { tab: Some(tab), watches_numbers, .. }, .. }) => {
                *watches_numbers = watch;
                *tab
            }
            _ => return,
        };
        if watch {
            self.send_numbers(tab);
        }
    }

    /// The numbers of all frames of a tab, the top one's first, to the widget that watches them.
    fn send_numbers(&self, tab: i32) {
        let ports = self.ports.borrow();
        let mut numbers: Vec<FoundNumber> = Vec::new();
        for top in [true, false] {
            for entry in ports.values() {
                if let Kind::Content { tab: of, frame, numbers: found, .. } = &entry.kind
                    && *of == tab
                    && (*frame == 0) == top
                {
                    let room = MOST_NUMBERS - numbers.len();
                    numbers.extend(found.iter().take(room).cloned());
                }
            }
        }
        for entry in ports.values() {
            if matches!(entry.kind, Kind::View { tab: Some(of), watches_numbers: true, .. } if of == tab) {
                drop(entry.port.send(&PhoneMessage::Numbers { numbers: numbers.clone() }));
            }
        }
    }
}

fn with(driver: &Weak<Driver>, act: impl FnOnce(&Hub)) {
    if let Some(driver) = driver.upgrade() {
        act(&driver.hub);
    }
}

fn shortened(found: FoundNumber) -> FoundNumber {
    let short = |text: String| if text.chars().count() > MOST_TEXT { text.chars().take(MOST_TEXT).collect() } else { text };
    FoundNumber { text: short(found.text), number: short(found.number) }
}
