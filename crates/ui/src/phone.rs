//! The view's side of the link to the phone: the last snapshot as a signal, commands out, and getting the port back when it is lost.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use gloo_timers::{callback::Interval, future::TimeoutFuture};
use leptos::reactive::{
    graph::untrack,
    signal::RwSignal,
    traits::{Get, GetUntracked, Read, Set},
};
use patchcord_messages::{
    Call, CallId, Command, CommandId, Connection, FoundNumber, LogIn, Millis, PhoneMessage, PortName, Problem, Snapshot, ToWorker,
    ViewMessage,
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    dom::follow,
    host::{self, Port, PortEvent},
    logic::{announce, announce::Announcement, reconnect},
};

/// How the link to the phone stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Not there yet, or lost a moment ago.
    Opening,
    /// Snapshots come.
    Open,
    /// Lost, and several tries were in vain.
    Lost,
}

type Reply = Box<dyn FnOnce(Option<Problem>)>;

/// What is no signal: the port and who waits for replies.
#[derive(Default)]
struct Wire {
    port: Option<Rc<dyn Port>>,
    /// Counts the ports, so that an old one's events are told from the new one's.
    generation: u32,
    tries: u32,
    waiting: HashMap<CommandId, Reply>,
    /// What was asked for while there was no port; sent with the next one.
    outbox: Vec<ViewMessage>,
    /// Topics, and the frame's size: told again on every new port.
    standing: Vec<ViewMessage>,
    /// When the last snapshot came, on the host's clock.
    came: f64,
    ticking: Option<Interval>,
}

thread_local! {
    static HERE: Cell<Option<Phone>> = const { Cell::new(None) };
    static WIRE: RefCell<Wire> = RefCell::new(Wire::default());
}

fn wire<T>(work: impl FnOnce(&mut Wire) -> T) -> T {
    WIRE.with_borrow_mut(work)
}

/// The phone as a view sees it. Cheap to copy; who reads it in an effect follows it.
#[derive(Clone, Copy)]
pub(crate) struct Phone {
    name: PortName,
    /// How the link stands.
    pub(crate) link: RwSignal<Link>,
    /// The last snapshot; none before the first.
    snapshot: RwSignal<Option<Snapshot>>,
    /// The phone's clock now. It ticks while something on the screen counts.
    pub(crate) now: RwSignal<Millis>,
    /// The numbers on the page of the widget's own tab.
    pub(crate) numbers: RwSignal<Vec<FoundNumber>>,
    /// What a screen reader is told next.
    pub(crate) said: RwSignal<Option<Announcement>>,
}

impl Phone {
    /// Opens the link under the name of a port, and keeps it open for as long as the page lives.
    pub(crate) fn open(name: PortName) {
        let phone = Self {
            name,
            link: RwSignal::new(Link::Opening),
            snapshot: RwSignal::new(None),
            now: RwSignal::new(0),
            numbers: RwSignal::new(Vec::new()),
            said: RwSignal::new(None),
        };
        HERE.set(Some(phone));
        phone.keep_time();
        phone.reopen();
    }

    /// The phone of this page.
    ///
    /// # Panics
    /// Before [`Phone::open`]: a view without a phone is a mistake of ours.
    pub(crate) fn here() -> Self {
        match HERE.get() {
            Some(phone) => phone,
            None => wasm_bindgen::throw_str("no phone"),
        }
    }

    /// Reads the snapshot.
    pub(crate) fn read<T>(self, read: impl FnOnce(Option<&Snapshot>) -> T) -> T {
        read(self.snapshot.read().as_ref())
    }

    /// Reads the snapshot, if there is one.
    pub(crate) fn part<T: Default>(self, read: impl FnOnce(&Snapshot) -> T) -> T {
        self.read(|snapshot| snapshot.map(read).unwrap_or_default())
    }

    /// Reads a call, as long as it is in the snapshot.
    pub(crate) fn call<T>(self, id: CallId, read: impl FnOnce(&Call) -> T) -> Option<T> {
        self.read(|snapshot| snapshot?.calls.iter().find(|call| call.id == id).map(read))
    }

    /// True if calls can be made: the link is open and the agent logged in.
    pub(crate) fn can_dial(self) -> bool {
        self.link.get() == Link::Open && self.part(|s| matches!(s.log_in, LogIn::In { .. }))
    }

    /// Asks for something and forgets about the answer.
    pub(crate) fn send(self, command: Command) {
        self.ask(command, |_| {});
    }

    /// Asks for something; `reply` hears once what became of it.
    pub(crate) fn ask(self, command: Command, reply: impl FnOnce(Option<Problem>) + 'static) {
        let id = CommandId(host::get().unique());
        let reply: Reply = Box::new(reply);
        wire(|wire| wire.waiting.insert(id.clone(), reply));
        let message = ViewMessage::Command { id, command };
        if !self.post(&message) {
            wire(|wire| wire.outbox.push(message));
        }
    }

    /// Says something that each new port must hear as well: a topic, the frame's size. A later size replaces the earlier, `Unwatch` takes `Watch` back.
    pub(crate) fn stand(self, message: ViewMessage) {
        self.post(&message);
        wire(|wire| match message {
            ViewMessage::Unwatch { topic } => wire.standing.retain(|old| *old != ViewMessage::Watch { topic }),
            ViewMessage::Frame { .. } => {
                wire.standing.retain(|old| !matches!(old, ViewMessage::Frame { .. }));
                wire.standing.push(message);
            }
            other if !wire.standing.contains(&other) => wire.standing.push(other),
            _ => {}
        });
    }

    /// Says something on the port, if there is one.
    pub(crate) fn post(self, message: &ViewMessage) -> bool {
        let port = wire(|wire| wire.port.clone());
        port.is_some_and(|port| port.send(message))
    }

    fn reopen(self) {
        let (old, generation, tries) = wire(|wire| {
            wire.generation += 1;
            wire.tries += 1;
            (wire.port.take(), wire.generation, wire.tries - 1)
        });
        drop(old);
        spawn_local(async move {
            TimeoutFuture::new(reconnect::delay(tries)).await;
            // A port to a document that is not there goes nowhere: the worker makes it first.
            if host::get().tell_worker(ToWorker::Wake).await {
                self.attach(generation);
            } else {
                self.lost(generation);
            }
        });
    }

    fn attach(self, generation: u32) {
        let port: Rc<dyn Port> = Rc::from(host::get().connect(
            self.name,
            Box::new(move |event| match event {
                PortEvent::Message(message) => self.hear(generation, message),
                PortEvent::Closed => self.lost(generation),
            }),
        ));
        wire(|wire| {
            if wire.generation == generation {
                wire.port = Some(port);
            }
        });
        spawn_local(async move {
            TimeoutFuture::new(reconnect::FIRST_SNAPSHOT).await;
            if self.link.get_untracked() != Link::Open {
                self.lost(generation);
            }
        });
    }

    fn lost(self, generation: u32) {
        if wire(|wire| wire.generation != generation) {
            return;
        }
        // What could not be sent is not sent later: a number dialled twenty seconds after the click would surprise.
        let (waiting, tries) = wire(|wire| {
            wire.outbox.clear();
            (std::mem::take(&mut wire.waiting), wire.tries)
        });
        self.link.set(if tries > reconnect::TRIES_BEFORE_TELLING { Link::Lost } else { Link::Opening });
        self.reopen();
        for (_, reply) in waiting {
            reply(Some(Problem::NotPossibleNow));
        }
    }

    fn hear(self, generation: u32, message: PhoneMessage) {
        if wire(|wire| wire.generation != generation) {
            return;
        }
        match message {
            PhoneMessage::Snapshot { snapshot } => self.take(*snapshot),
            PhoneMessage::Reply { id, problem } => {
                if let Some(reply) = wire(|wire| wire.waiting.remove(&id)) {
                    reply(problem);
                }
            }
            PhoneMessage::Numbers { numbers } => self.numbers.set(numbers),
            _ => {}
        }
    }

    fn take(self, snapshot: Snapshot) {
        wire(|wire| wire.came = host::get().now());
        let said = untrack(|| self.read(|before| before.and_then(|before| announce::change(before, &snapshot))));
        if said.is_some() {
            self.said.set(said);
        }
        self.now.set(snapshot.now);
        self.snapshot.set(Some(snapshot));
        if self.link.get_untracked() == Link::Open {
            return;
        }
        self.link.set(Link::Open);
        let again = wire(|wire| {
            wire.tries = 0;
            let mut again = wire.standing.clone();
            again.append(&mut wire.outbox);
            again
        });
        for message in again {
            self.post(&message);
        }
    }

    /// Ticks four times a second while something counts: a live call, a connection on its way back. Else nothing wakes up.
    fn keep_time(self) {
        follow(move || {
            let counts = self.part(|s| {
                s.calls.iter().any(|call| call.state.is_live())
                    || matches!(s.log_in, LogIn::In { connection: Connection::Reconnecting { .. }, .. })
            });
            let ticking = wire(|wire| wire.ticking.take());
            let ticking = counts.then(|| ticking.unwrap_or_else(|| Interval::new(250, move || self.tick())));
            wire(|wire| wire.ticking = ticking);
        });
    }

    fn tick(self) {
        let Some(then) = untrack(|| self.read(|s| s.map(|s| s.now))) else { return };
        let gone = host::get().now() - wire(|wire| wire.came);
        // Saturates at zero: a clock that went back by a rounding error shows no time at all.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole milliseconds, positive")]
        self.now.set(then + gone as Millis);
    }
}
