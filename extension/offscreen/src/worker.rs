//! Talk with the service worker.

use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::rc::Rc;

use patchcord_browser::chrome::{Listener, command_id, runtime};
use patchcord_browser::timer::Alarm;
use patchcord_messages::{Command, CommandId, Configuration, Problem, ToOffscreen, ToWorker};
use patchcord_phone::{Few, Input, Origin, PortId, Sender};
use serde::Serialize;
use wasm_bindgen_futures::spawn_local;

use crate::driver::Driver;

/// How long to wait before asking again for the configuration, in milliseconds.
const AGAIN: u64 = 500;

/// Commands of the worker that wait for their reply.
#[derive(Default)]
pub(crate) struct Worker {
    configured: Cell<bool>,
    waiting: RefCell<Few<PortId, Waiting>>,
}

#[derive(Default)]
struct Waiting {
    reply: Option<Option<Problem>>,
    waker: Option<Waker>,
}

/// What a message is answered with.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Bool(bool),
    Reply(Option<Problem>),
}

impl Worker {
    /// The phone knows its configuration, so its snapshots are worth showing.
    pub(crate) fn is_configured(&self) -> bool {
        self.configured.get()
    }

    /// Says something. Whether it arrives is the worker's concern: it is started for it, and reads what it needs.
    pub(crate) fn tell(&self, message: ToWorker) {
        spawn_local(async move {
            let _ = runtime::ask_worker::<bool>(&message).await;
        });
    }

    /// Hands a reply to the worker, if it is the worker's.
    pub(crate) fn reply(&self, port: PortId, problem: &Option<Problem>) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        let Some(waiting) = waiting.get_mut(&port) else { return false };
        waiting.reply = Some(problem.clone());
        if let Some(waker) = waiting.waker.take() {
            waker.wake();
        }
        true
    }

    async fn replied(driver: Rc<Driver>, port: PortId) -> Answer {
        let reply = poll_fn(|context| {
            let mut all = driver.worker.waiting.borrow_mut();
            let Some(waiting) = all.get_mut(&port) else { return Poll::Ready(None) };
            if let Some(reply) = waiting.reply.take() {
                return Poll::Ready(reply);
            }
            waiting.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
        driver.worker.waiting.borrow_mut().remove(&port);
        Answer::Reply(reply)
    }
}

/// Hears the worker from now on.
pub(crate) fn listen(driver: &Rc<Driver>) {
    let driver = Rc::clone(driver);
    let listener = runtime::on_message(runtime::Context::Offscreen, move |message: ToOffscreen, sender| {
        // Content scripts can send messages too.
        if sender.tab.is_some() && !sender.is_own_page() {
            return None;
        }
        let driver = Rc::clone(&driver);
        let port = match message {
            ToOffscreen::Settings { settings } => {
                driver.configure(&settings);
                None
            }
            ToOffscreen::Command { id, command } => Some(command_of_worker(&driver, id, command)),
            ToOffscreen::Shortcut { shortcut } => Some(command_of_worker(&driver, command_id(), driver.meaning(shortcut))),
            ToOffscreen::Ping => {
                let configured = driver.worker.is_configured();
                return Some(answer(driver, None, configured));
            }
            _ => return None,
        };
        Some(answer(driver, port, true))
    });
    if let Some(listener) = listener {
        Listener::forever(listener);
    }
}

async fn answer(driver: Rc<Driver>, port: Option<PortId>, otherwise: bool) -> Answer {
    match port {
        Some(port) => Worker::replied(driver, port).await,
        None => Answer::Bool(otherwise),
    }
}

fn command_of_worker(driver: &Rc<Driver>, id: CommandId, command: Command) -> PortId {
    let port = driver.hub.new_port();
    driver.worker.waiting.borrow_mut().insert(port, Waiting::default());
    driver.input(Input::Command { sender: Sender { port, origin: Origin::Worker }, id, command });
    port
}

/// Asks for the configuration until it comes.
pub(crate) fn configure(driver: Rc<Driver>) {
    spawn_local(async move {
        match runtime::ask_worker::<Configuration>(&ToWorker::Configure).await {
            Ok(configuration) => {
                driver.configure(&configuration.settings);
                driver.worker.configured.set(true);
                driver.input(Input::Configure(Box::new(configuration)));
                driver.hub.all_changed();
            }
            Err(_) => core::mem::forget(Alarm::after(AGAIN, move || configure(driver))),
        }
    });
}
