//! What the views need of the browser, as a trait: `extension/pages` implements it with the real `chrome.*`, the gallery with a fake.

use std::{cell::RefCell, future::Future, pin::Pin, rc::Rc};

use patchcord_messages::{PhoneMessage, PortName, Problem, Settings, ToWorker, ViewMessage};

/// Something that comes later.
pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;

/// What a port says.
#[derive(Clone, Debug)]
pub enum PortEvent {
    /// A message from the phone.
    Message(PhoneMessage),
    /// The phone is gone; nothing more will come on this port.
    Closed,
}

/// One end of a port to the phone. Dropping it closes the port.
pub trait Port {
    /// Sends `message`; false if the port is closed.
    fn send(&self, message: &ViewMessage) -> bool;
}

/// The pages of the extension that a view can lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The frame on a CRM's page.
    Widget,
    /// Behind the toolbar's button.
    Popup,
    /// The settings.
    Options,
    /// Asks for the microphone.
    Microphone,
}

impl Page {
    /// Its name in `<html data-page>`, and that of its file without `.html`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::Popup => "popup",
            Self::Options => "options",
            Self::Microphone => "microphone",
        }
    }

    /// The reverse of [`Self::name`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Widget, Self::Popup, Self::Options, Self::Microphone].into_iter().find(|page| page.name() == name)
    }

    /// The port that it opens to the phone.
    #[must_use]
    pub fn port(self) -> PortName {
        if self == Self::Widget { PortName::Widget } else { PortName::View }
    }
}

/// Something that goes on until it is dropped: a meter, a tone.
pub trait Running {}

/// A change of the settings. Others may change them at the same time, so a view says what to change, not what they become.
pub type SettingsChange = Box<dyn FnOnce(&mut Settings)>;

/// The browser, as far as the views need it.
pub trait Host {
    /// The words for a key of `manifest/_locales`, in the browser's language. Empty for an unknown key.
    fn words(&self, key: &str, args: &[String]) -> String;
    /// The language of those words, as `lang` takes it.
    fn language(&self) -> String;
    /// The name of a region (ISO 3166-1 alpha-2) in that language.
    fn region(&self, code: &str) -> String;
    /// The extension's version.
    fn version(&self) -> String;
    /// A random id that nobody else has.
    fn unique(&self) -> String;
    /// Milliseconds on a clock that never runs backwards.
    fn now(&self) -> f64;
    /// Milliseconds of the wall clock's day that have gone by, here.
    fn ms_of_day(&self) -> u64;

    /// Opens a port to the phone. The events come until the port closes or is dropped.
    fn connect(&self, name: PortName, events: Box<dyn Fn(PortEvent)>) -> Box<dyn Port>;
    /// Tells the service worker; true once it has done it.
    fn tell_worker(&self, message: ToWorker) -> Later<bool>;

    /// The user's settings.
    fn settings(&self) -> Later<Settings>;
    /// Changes them as they stand when it is this change's turn, and keeps them; false if that failed.
    fn change_settings(&self, change: SettingsChange) -> Later<bool>;
    /// Calls `changed` with new settings whenever somebody saved some, until the page closes.
    fn watch_settings(&self, changed: Box<dyn Fn(Settings)>);

    /// The origin of the page that the user looks at, where the phone could be switched on; none on the browser's own pages.
    fn active_origin(&self) -> Later<Option<String>>;
    /// Asks the user for `origin`. To be called while a click is handled, else the browser refuses.
    fn request_origin(&self, origin: &str) -> Later<bool>;
    /// Opens another page of the extension in a tab.
    fn open(&self, page: Page);

    /// Asks for the microphone, and lets go of it at once.
    fn request_microphone(&self) -> Later<Result<(), Problem>>;
    /// Tells `level` (0–1) many times a second what the microphone `device` (empty: the default) hears.
    fn listen(&self, device: &str, level: Box<dyn Fn(f64)>) -> Later<Result<Box<dyn Running>, Problem>>;
    /// Plays a short ring on the speaker `device` (empty: the default) as loud as `volume` (0–1).
    fn play_ring(&self, device: &str, volume: f64) -> Later<Result<(), Problem>>;
}

thread_local! {
    static HOST: RefCell<Option<Rc<dyn Host>>> = const { RefCell::new(None) };
}

/// Installs the page's host. Once, before anything is drawn.
pub fn install(host: Rc<dyn Host>) {
    HOST.with(|slot| *slot.borrow_mut() = Some(host));
}

/// The page's host; one that can nothing where none was installed, as in native tests.
#[must_use]
pub fn get() -> Rc<dyn Host> {
    HOST.with(|slot| slot.borrow().clone()).unwrap_or_else(|| Rc::new(nobody::Nobody))
}

mod nobody {
    use super::{Host, Later, Page, Port, PortEvent, Problem, Running, Settings, SettingsChange, ToWorker, ViewMessage};
    use patchcord_messages::PortName;
    use std::future::ready;

    /// A host that can nothing.
    pub(super) struct Nobody;

    impl Port for Nobody {
        fn send(&self, _: &ViewMessage) -> bool {
            false
        }
    }

    impl Host for Nobody {
        fn words(&self, key: &str, args: &[String]) -> String {
            if args.is_empty() { key.to_owned() } else { format!("{key} {}", args.join(" ")) }
        }
        fn language(&self) -> String {
            "en".to_owned()
        }
        fn region(&self, code: &str) -> String {
            code.to_owned()
        }
        fn version(&self) -> String {
            String::new()
        }
        fn unique(&self) -> String {
            String::new()
        }
        fn now(&self) -> f64 {
            0.0
        }
        fn ms_of_day(&self) -> u64 {
            0
        }
        fn connect(&self, _: PortName, _: Box<dyn Fn(PortEvent)>) -> Box<dyn Port> {
            Box::new(Self)
        }
        fn tell_worker(&self, _: ToWorker) -> Later<bool> {
            Box::pin(ready(false))
        }
        fn settings(&self) -> Later<Settings> {
            Box::pin(ready(Settings::default()))
        }
        fn change_settings(&self, _: SettingsChange) -> Later<bool> {
            Box::pin(ready(false))
        }
        fn watch_settings(&self, _: Box<dyn Fn(Settings)>) {}
        fn active_origin(&self) -> Later<Option<String>> {
            Box::pin(ready(None))
        }
        fn request_origin(&self, _: &str) -> Later<bool> {
            Box::pin(ready(false))
        }
        fn open(&self, _: Page) {}
        fn request_microphone(&self) -> Later<Result<(), Problem>> {
            Box::pin(ready(Err(Problem::MicrophoneMissing)))
        }
        fn listen(&self, _: &str, _: Box<dyn Fn(f64)>) -> Later<Result<Box<dyn Running>, Problem>> {
            Box::pin(ready(Err(Problem::MicrophoneMissing)))
        }
        fn play_ring(&self, _: &str, _: f64) -> Later<Result<(), Problem>> {
            Box::pin(ready(Err(Problem::NotPossibleNow)))
        }
    }
}
