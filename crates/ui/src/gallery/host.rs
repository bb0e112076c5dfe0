use std::{cell::RefCell, future::ready, rc::Rc};

use gloo_timers::callback::Timeout;
use patchcord_messages::{FoundNumber, PhoneMessage, PortName, Problem, Settings, ToWorker, Topic, ViewMessage};

use super::{locales::Locale, states};
use crate::{Host, Later, Page, Port, PortEvent, Running, SettingsChange};

type Events = Rc<dyn Fn(PortEvent)>;

/// A browser that plays one state.
pub(super) struct Fake {
    locale: Locale,
    language: String,
    state: String,
    settings: RefCell<Settings>,
}

impl Fake {
    pub(super) fn new(state: &str, language: &str) -> Self {
        Self {
            locale: Locale::load(language),
            language: language.to_owned(),
            state: state.to_owned(),
            settings: RefCell::new(states::settings()),
        }
    }
}

struct FakePort {
    events: Events,
    state: String,
}

impl Port for FakePort {
    fn send(&self, message: &ViewMessage) -> bool {
        let reply = match message {
            ViewMessage::Command { id, .. } => {
                let problem = (self.state == "dialWrong").then(|| Problem::NumberInvalid { number: "abc".to_owned() });
                PhoneMessage::Reply { id: id.clone(), problem }
            }
            ViewMessage::Watch { topic: Topic::Numbers } => {
                let number = |text: &str, number: &str| FoundNumber { text: text.to_owned(), number: number.to_owned() };
                PhoneMessage::Numbers {
                    numbers: vec![
                        number("138-0013-8000", "13800138000"),
                        number("+44 (0)20 7946 0958", "+442079460958"),
                        number("0755 8888 6666", "075588886666"),
                    ],
                }
            }
            _ => return true,
        };
        let events = self.events.clone();
        Timeout::new(0, move || events(PortEvent::Message(reply))).forget();
        true
    }
}

struct Nothing;
impl Running for Nothing {}

impl Host for Fake {
    fn words(&self, key: &str, args: &[String]) -> String {
        let words = self.locale.words(key, args);
        // What is missing should hurt the eye here.
        if words.is_empty() { format!("!!{key}!!") } else { words }
    }
    fn language(&self) -> String {
        self.language.replace('_', "-")
    }
    fn region(&self, code: &str) -> String {
        format!("Region {code}")
    }
    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }
    fn unique(&self) -> String {
        self.now().to_string()
    }
    fn now(&self) -> f64 {
        web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
    }
    fn ms_of_day(&self) -> u64 {
        15 * 3_600_000
    }
    fn connect(&self, _: PortName, events: Box<dyn Fn(PortEvent)>) -> Box<dyn Port> {
        let events: Events = Rc::from(events);
        if let Some(snapshot) = states::snapshot(&self.state) {
            let first = events.clone();
            Timeout::new(0, move || first(PortEvent::Message(PhoneMessage::Snapshot { snapshot: Box::new(snapshot) }))).forget();
        } else {
            let first = events.clone();
            Timeout::new(0, move || first(PortEvent::Closed)).forget();
        }
        Box::new(FakePort { events, state: self.state.clone() })
    }
    fn tell_worker(&self, _: ToWorker) -> Later<bool> {
        Box::pin(ready(self.state != "opening"))
    }
    fn settings(&self) -> Later<Settings> {
        Box::pin(ready(self.settings.borrow().clone()))
    }
    fn change_settings(&self, change: SettingsChange) -> Later<bool> {
        change(&mut self.settings.borrow_mut());
        Box::pin(ready(true))
    }
    fn watch_settings(&self, _: Box<dyn Fn(Settings)>) {}
    fn active_origin(&self) -> Later<Option<String>> {
        let origin = match self.state.as_str() {
            "noSite" => None,
            "siteOff" => Some("https://another-crm.example.com".to_owned()),
            _ => Some("https://crm.example.com".to_owned()),
        };
        Box::pin(ready(origin))
    }
    fn request_origin(&self, _: &str) -> Later<bool> {
        Box::pin(ready(true))
    }
    fn open(&self, _: Page) {}
    fn request_microphone(&self) -> Later<Result<(), Problem>> {
        Box::pin(ready(match self.state.as_str() {
            "microphoneRefused" => Err(Problem::MicrophoneRefused),
            "microphoneMissing" => Err(Problem::MicrophoneMissing),
            _ => Ok(()),
        }))
    }
    fn listen(&self, _: &str, level: Box<dyn Fn(f64)>) -> Later<Result<Box<dyn Running>, Problem>> {
        level(0.2);
        Box::pin(ready(Ok(Box::new(Nothing) as Box<dyn Running>)))
    }
    fn play_ring(&self, _: &str, _: f64) -> Later<Result<(), Problem>> {
        Box::pin(ready(Ok(())))
    }
}
