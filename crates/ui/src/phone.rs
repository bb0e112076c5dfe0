//! The view's side of the link to the phone: the last snapshot as signals, commands out, and getting the port back when it is lost.

use std::{collections::HashMap, rc::Rc};

use leptos::prelude::*;
use patchcord_messages::{
    Call, CallId, Command, CommandId, Connection, FoundNumber, LogIn, Millis, PhoneMessage, PortName, Problem, Snapshot, ToWorker,
    ViewMessage,
};

use crate::{
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
struct Wire {
    name: PortName,
    port: Option<Rc<dyn Port>>,
    /// Counts the ports, so that an old one's events are told from the new one's.
    generation: u32,
    tries: u32,
    waiting: HashMap<CommandId, Reply>,
    /// What was asked for while there was no port; sent with the next one.
    outbox: Vec<ViewMessage>,
    /// Topics, and the frame's size: told again on every new port.
    standing: Vec<ViewMessage>,
}

/// The phone as a view sees it. Cheap to copy; reading it in a view subscribes to that part only.
#[derive(Clone, Copy)]
pub(crate) struct Phone {
    /// How the link stands.
    pub(crate) link: ReadSignal<Link>,
    /// The last snapshot; none before the first.
    pub(crate) snapshot: ReadSignal<Option<Snapshot>>,
    /// The phone's clock now. It ticks while something on the screen counts.
    pub(crate) now: ReadSignal<Millis>,
    /// The numbers on the page of the widget's own tab.
    pub(crate) numbers: ReadSignal<Vec<FoundNumber>>,
    /// What a screen reader is told next.
    pub(crate) said: ReadSignal<Option<Announcement>>,
    set_link: WriteSignal<Link>,
    set_snapshot: WriteSignal<Option<Snapshot>>,
    set_now: WriteSignal<Millis>,
    set_numbers: WriteSignal<Vec<FoundNumber>>,
    set_said: WriteSignal<Option<Announcement>>,
    /// When the last snapshot came, on the host's clock.
    came: StoredValue<f64>,
    wire: StoredValue<Wire, LocalStorage>,
}

impl Phone {
    /// Opens the link under the name of a port, provides it as context, and keeps it open for as long as the page lives.
    #[must_use]
    pub(crate) fn open(name: PortName) -> Self {
        let (link, set_link) = signal(Link::Opening);
        let (snapshot, set_snapshot) = signal(None);
        let (now, set_now) = signal(0);
        let (numbers, set_numbers) = signal(Vec::new());
        let (said, set_said) = signal(None);
        let wire = Wire { name, port: None, generation: 0, tries: 0, waiting: HashMap::new(), outbox: Vec::new(), standing: Vec::new() };
        let phone = Self {
            link,
            snapshot,
            now,
            numbers,
            said,
            set_link,
            set_snapshot,
            set_now,
            set_numbers,
            set_said,
            came: StoredValue::new(0.0),
            wire: StoredValue::new_local(wire),
        };
        provide_context(phone);
        phone.keep_time();
        phone.reopen();
        phone
    }

    /// The phone of this page.
    ///
    /// # Panics
    /// Outside a view under [`Phone::open`].
    #[must_use]
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Asks for something and forgets about the answer.
    pub(crate) fn send(self, command: Command) {
        self.ask(command, |_| {});
    }

    /// Asks for something; `reply` hears once what became of it.
    pub(crate) fn ask(self, command: Command, reply: impl FnOnce(Option<Problem>) + 'static) {
        let id = CommandId(host::get().unique());
        self.wire.update_value(|wire| {
            wire.waiting.insert(id.clone(), Box::new(reply));
        });
        let message = ViewMessage::Command { id, command };
        if !self.post(&message) {
            self.wire.update_value(|wire| wire.outbox.push(message));
        }
    }

    /// Says something that each new port must hear as well: a topic, the frame's size. A later size replaces the earlier, `Unwatch` takes `Watch` back.
    pub(crate) fn stand(self, message: ViewMessage) {
        self.post(&message);
        self.wire.update_value(|wire| match message {
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
        let port = self.wire.with_value(|wire| wire.port.clone());
        port.is_some_and(|port| port.send(message))
    }

    /// The call, as long as it is in the snapshot.
    #[must_use]
    pub(crate) fn call(self, id: CallId) -> Memo<Option<Call>> {
        Memo::new(move |_| self.snapshot.with(|s| s.as_ref().and_then(|s| s.calls.iter().find(|call| call.id == id).cloned())))
    }

    /// A part of the snapshot; `empty` before the first. Who reads it hears only of changes of that part.
    #[must_use]
    pub(crate) fn part<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        empty: T,
        part: impl Fn(&Snapshot) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.snapshot.with(|s| s.as_ref().map_or_else(|| empty.clone(), &part)))
    }

    /// True if calls can be made: the link is open and the agent logged in.
    #[must_use]
    pub(crate) fn can_dial(self) -> Memo<bool> {
        let logged_in = self.part(false, |s| matches!(s.log_in, LogIn::In { .. }));
        Memo::new(move |_| self.link.get() == Link::Open && logged_in.get())
    }

    fn reopen(self) {
        let Some((name, generation, tries)) = self.wire.try_update_value(|wire| {
            wire.port = None;
            wire.generation += 1;
            wire.tries += 1;
            (wire.name, wire.generation, wire.tries - 1)
        }) else {
            return;
        };
        leptos::task::spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(reconnect::delay(tries)).await;
            // A port to a document that is not there goes nowhere: the worker makes it first.
            if host::get().tell_worker(ToWorker::Wake).await {
                self.attach(name, generation);
            } else {
                self.lost(generation);
            }
        });
    }

    fn attach(self, name: PortName, generation: u32) {
        let port: Rc<dyn Port> = Rc::from(host::get().connect(
            name,
            Box::new(move |event| match event {
                PortEvent::Message(message) => self.hear(generation, message),
                PortEvent::Closed => self.lost(generation),
            }),
        ));
        self.wire.update_value(|wire| {
            if wire.generation == generation {
                wire.port = Some(port);
            }
        });
        leptos::task::spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(reconnect::FIRST_SNAPSHOT).await;
            if self.link.get_untracked() != Link::Open {
                self.lost(generation);
            }
        });
    }

    fn lost(self, generation: u32) {
        let Some(current) = self.wire.try_with_value(|wire| wire.generation == generation) else { return };
        if !current {
            return;
        }
        // What could not be sent is not sent later: a number dialled twenty seconds after the click would surprise.
        let (waiting, tries) = self
            .wire
            .try_update_value(|wire| {
                wire.outbox.clear();
                (std::mem::take(&mut wire.waiting), wire.tries)
            })
            .unwrap_or_default();
        self.set_link.set(if tries > reconnect::TRIES_BEFORE_TELLING { Link::Lost } else { Link::Opening });
        self.reopen();
        for (_, reply) in waiting {
            reply(Some(Problem::NotPossibleNow));
        }
    }

    fn hear(self, generation: u32, message: PhoneMessage) {
        if self.wire.try_with_value(|wire| wire.generation == generation) != Some(true) {
            return;
        }
        match message {
            PhoneMessage::Snapshot { snapshot } => self.take(*snapshot),
            PhoneMessage::Reply { id, problem } => {
                let reply = self.wire.try_update_value(|wire| wire.waiting.remove(&id)).flatten();
                if let Some(reply) = reply {
                    reply(problem);
                }
            }
            PhoneMessage::Numbers { numbers } => self.set_numbers.set(numbers),
            _ => {}
        }
    }

    fn take(self, snapshot: Snapshot) {
        self.came.set_value(host::get().now());
        self.set_now.set(snapshot.now);
        let said = self.snapshot.with_untracked(|before| before.as_ref().and_then(|before| announce::change(before, &snapshot)));
        if said.is_some() {
            self.set_said.set(said);
        }
        self.set_snapshot.set(Some(snapshot));
        if self.link.get_untracked() == Link::Open {
            return;
        }
        self.set_link.set(Link::Open);
        let again = self.wire.try_update_value(|wire| {
            wire.tries = 0;
            wire.standing.iter().cloned().chain(std::mem::take(&mut wire.outbox)).collect::<Vec<_>>()
        });
        for message in again.into_iter().flatten() {
            self.post(&message);
        }
    }

    /// Ticks four times a second while something counts: a live call, a connection on its way back. Else nothing wakes up.
    fn keep_time(self) {
        let counts = self.part(false, |s| {
            s.calls.iter().any(|call| call.state.is_live())
                || matches!(s.log_in, LogIn::In { connection: Connection::Reconnecting { .. }, .. })
        });
        let ticking = StoredValue::new_local(None);
        Effect::new(move |_| {
            let tick = counts.get().then(|| {
                gloo_timers::callback::Interval::new(250, move || {
                    let then = self.snapshot.with_untracked(|s| s.as_ref().map(|s| s.now));
                    if let Some(then) = then {
                        // Saturates at zero: a clock that went back by a rounding error shows no time at all.
                        self.set_now.set(then + (host::get().now() - self.came.get_value()) as Millis);
                    }
                })
            });
            ticking.set_value(tick);
        });
    }
}
