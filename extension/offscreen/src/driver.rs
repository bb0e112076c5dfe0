//! One loop: an input for the phone, then all its outputs.

use core::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use patchcord_browser::chrome::{random_bytes, random_seed};
use patchcord_browser::clock::Clock;
use patchcord_browser::network::NetworkWatch;
use patchcord_browser::socket::{Socket, SocketEvent};
use patchcord_browser::timer::Alarm;
use patchcord_messages::{Command, Millis, Settings, Shortcut, Snapshot};
use patchcord_phone::{Few, Input, Output, Phone, SocketId, Transmit};

use crate::hub::Hub;
use crate::sound::Sound;
use crate::worker::Worker;

/// `Number.MAX_SAFE_INTEGER`: JSON can't say more.
const MOST: u64 = (1 << 53) - 1;

/// What the whole document hangs on.
pub(crate) struct Driver {
    me: Weak<Driver>,
    clock: Clock,
    phone: RefCell<Phone>,
    /// What happened while outputs were being worked off.
    waiting: RefCell<VecDeque<Input>>,
    busy: Cell<bool>,
    alarm: RefCell<Option<(Millis, Alarm)>>,
    sockets: RefCell<Few<SocketId, Socket>>,
    pub(crate) sound: Sound,
    pub(crate) hub: Hub,
    pub(crate) worker: Worker,
    network: RefCell<Option<NetworkWatch>>,
}

impl Driver {
    pub(crate) fn new() -> Rc<Self> {
        let clock = Clock::new();
        let phone = Phone::new(clock.now(), random_seed() & MOST, random_bytes());
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            clock,
            phone: RefCell::new(phone),
            waiting: RefCell::default(),
            busy: Cell::new(false),
            alarm: RefCell::default(),
            sockets: RefCell::default(),
            sound: Sound::new(me.clone()),
            hub: Hub::new(me.clone()),
            worker: Worker::default(),
            network: RefCell::default(),
        })
    }

    /// Looks around, and asks the worker for the configuration.
    pub(crate) fn begin(self: &Rc<Self>) {
        let weak = self.me.clone();
        *self.network.borrow_mut() = Some(NetworkWatch::new(move |online| tell(&weak, Input::Network { online })));
        self.sound.warm_up();
        crate::worker::configure(Rc::clone(self));
    }

    /// Tells the phone that something happened, and does what it then says.
    pub(crate) fn input(&self, input: Input) {
        self.waiting.borrow_mut().push_back(input);
        if self.busy.replace(true) {
            return;
        }
        loop {
            let Some(input) = self.waiting.borrow_mut().pop_front() else { break };
            self.phone.borrow_mut().handle(self.clock.now(), input);
            self.drain();
        }
        self.busy.set(false);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.phone.borrow().snapshot(self.clock.now())
    }

    pub(crate) fn meaning(&self, shortcut: Shortcut) -> Command {
        self.phone.borrow().meaning(shortcut)
    }

    pub(crate) fn configure(&self, settings: &Settings) {
        self.sound.configure(settings);
        self.hub.configure(settings);
    }

    /// False after a panic in the phone itself: then it can't be used any more. A panic anywhere else leaves the phone as it was, and the loop is freed.
    pub(crate) fn recover(&self) -> bool {
        let whole = self.phone.try_borrow_mut().is_ok() && self.waiting.try_borrow_mut().is_ok() && self.sockets.try_borrow_mut().is_ok();
        if whole {
            self.busy.set(false);
            self.input(Input::Timeout);
        }
        whole
    }

    fn drain(&self) {
        loop {
            // The borrow ends before anything is done: what is done may come back here.
            let output = self.phone.borrow_mut().poll_output();
            match output {
                Output::Timeout(at) => return self.arm(at),
                Output::Transmit(transmit) => self.transmit(transmit),
                Output::Notice(notice) => self.hub.notice(&notice),
                Output::Reply { port, id, problem } => {
                    if !self.worker.reply(port, &problem) {
                        self.hub.reply(port, id, problem);
                    }
                }
                Output::Changed => self.hub.changed(),
                Output::Worker(message) => self.worker.tell(message),
                Output::Tone(tone) => self.sound.tone(tone),
                Output::Beep { digits } => self.sound.beep(&digits),
            }
        }
    }

    fn transmit(&self, transmit: Transmit) {
        match transmit {
            Transmit::Open { socket, url, protocol } => self.open(socket, &url, protocol),
            Transmit::Frame { socket, frame } => {
                if let Some(socket) = self.sockets.borrow().get(&socket) {
                    socket.send(&frame);
                }
            }
            Transmit::Close { socket } => drop(self.sockets.borrow_mut().remove(&socket)),
            Transmit::Media(command) => self.sound.command(command),
        }
    }

    fn open(&self, id: SocketId, url: &str, protocol: &str) {
        let weak = self.me.clone();
        let was_open = Rc::new(Cell::new(false));
        let handler = move |event| {
            let event = match event {
                SocketEvent::Opened => {
                    was_open.set(true);
                    patchcord_sip::SocketEvent::Opened
                }
                SocketEvent::Text(frame) => patchcord_sip::SocketEvent::Frame(frame),
                // RFC 7118 4.2 allows binary frames, but what is no UTF-8 is no SIP message (RFC 3261 25.1): it is dropped like any other garbage.
                SocketEvent::Broken => return,
                SocketEvent::Closed { code, reason } => patchcord_sip::SocketEvent::Closed { was_open: was_open.get(), code, reason },
            };
            tell(&weak, Input::Socket { socket: id, event });
        };
        match Socket::open(url, protocol, handler) {
            Ok(socket) => drop(self.sockets.borrow_mut().insert(id, socket)),
            Err(reason) => {
                let event = patchcord_sip::SocketEvent::Closed { was_open: false, code: 1006, reason };
                self.input(Input::Socket { socket: id, event });
            }
        }
    }

    fn arm(&self, at: Option<Millis>) {
        let mut alarm = self.alarm.borrow_mut();
        let Some(at) = at else {
            alarm.take();
            return;
        };
        if alarm.as_ref().is_some_and(|(armed, _)| *armed == at) {
            return;
        }
        let weak = self.me.clone();
        let delay = at.saturating_sub(self.clock.now());
        *alarm = Some((
            at,
            Alarm::after(delay, move || {
                if let Some(driver) = weak.upgrade() {
                    // It has rung: the same time may be asked for again.
                    driver.alarm.borrow_mut().take();
                    driver.input(Input::Timeout);
                }
            }),
        ));
    }
}

/// Tells the phone from a callback, which must not keep the document's heart alive.
pub(crate) fn tell(driver: &Weak<Driver>, input: Input) {
    if let Some(driver) = driver.upgrade() {
        driver.input(input);
    }
}
