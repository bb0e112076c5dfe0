use std::rc::Rc;

use patchcord_browser::chrome::{self, permissions, runtime, settings, tabs};
use patchcord_messages::{PhoneMessage, PortName, Problem, Settings, ToWorker, ViewMessage, match_pattern};
use patchcord_ui::{Host, Later, Page, Port, PortEvent, Running, SettingsChange};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::sound;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getManifest, catch)]
    fn get_manifest() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getUILanguage, catch)]
    fn get_ui_language() -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;

    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(languages: &str, options: &JsValue) -> Result<DisplayNames, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<JsValue, JsValue>;
}

/// The real browser.
pub(crate) struct Browser;

struct RealPort(chrome::Port);

impl Port for RealPort {
    fn send(&self, message: &ViewMessage) -> bool {
        self.0.send(message).is_ok()
    }
}

/// Stands for a port that could not be opened.
struct NoPort;

impl Port for NoPort {
    fn send(&self, _: &ViewMessage) -> bool {
        false
    }
}

impl Host for Browser {
    fn words(&self, key: &str, args: &[String]) -> String {
        chrome::i18n::message(key, args)
    }

    fn language(&self) -> String {
        get_ui_language().unwrap_or_else(|_| "en".to_owned())
    }

    fn region(&self, code: &str) -> String {
        let options = chrome::object([("type", "region".into())]);
        DisplayNames::new(&self.language(), &options)
            .and_then(|names| names.of(code))
            .ok()
            .and_then(|name| name.as_string())
            .unwrap_or_else(|| code.to_owned())
    }

    fn version(&self) -> String {
        get_manifest().ok().map(|manifest| chrome::get(&manifest, "version")).and_then(|version| version.as_string()).unwrap_or_default()
    }

    fn unique(&self) -> String {
        chrome::command_id().0
    }

    fn now(&self) -> f64 {
        web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
    }

    fn ms_of_day(&self) -> u64 {
        let now = js_sys::Date::new_0();
        let minutes = now.get_hours() * 60 + now.get_minutes();
        u64::from(minutes * 60 + now.get_seconds()) * 1000 + (now.get_milliseconds() as u64)
    }

    fn connect(&self, name: PortName, events: Box<dyn Fn(PortEvent)>) -> Box<dyn Port> {
        let events: Rc<dyn Fn(PortEvent)> = Rc::from(events);
        let Ok(mut port) = chrome::Port::connect(name) else {
            spawn_local(async move { events(PortEvent::Closed) });
            return Box::new(NoPort);
        };
        let heard = events.clone();
        port.on_message(move |message: PhoneMessage| heard(PortEvent::Message(message)));
        port.on_disconnect(move || events(PortEvent::Closed));
        Box::new(RealPort(port))
    }

    fn tell_worker(&self, message: ToWorker) -> Later<bool> {
        Box::pin(async move { runtime::ask_worker::<bool>(&message).await.unwrap_or(false) })
    }

    fn settings(&self) -> Later<Settings> {
        Box::pin(settings::read())
    }

    fn change_settings(&self, change: SettingsChange) -> Later<bool> {
        Box::pin(async move { settings::update(change).await.is_ok() })
    }

    fn watch_settings(&self, changed: Box<dyn Fn(Settings)>) {
        let changed: Rc<dyn Fn(Settings)> = Rc::from(changed);
        let listener = settings::on_changed(move || {
            let changed = changed.clone();
            spawn_local(async move { changed(settings::read().await) });
        });
        if let Some(listener) = listener {
            listener.forever();
        }
    }

    fn active_origin(&self) -> Later<Option<String>> {
        Box::pin(async {
            let url = tabs::current().await.ok().flatten()?.url?;
            let origin = web_sys::Url::new(&url).ok()?.origin();
            match_pattern(&origin).map(|_| origin)
        })
    }

    fn request_origin(&self, origin: &str) -> Later<bool> {
        let Some(pattern) = match_pattern(origin) else { return Box::pin(std::future::ready(false)) };
        // Chrome's prompt may close the popup, and what runs in it: the worker hears of the wish beforehand, and does it once the permission is there.
        let wish = ToWorker::SiteOn { origin: origin.to_owned() };
        spawn_local(async move {
            let _ = runtime::ask_worker::<bool>(&wish).await;
        });
        Box::pin(async move { permissions::request(&pattern).await.unwrap_or(false) })
    }

    fn open(&self, page: Page) {
        spawn_local(async move {
            let _ = match page {
                Page::Options => runtime::open_options_page().await,
                page => tabs::open(&format!("{}.html", page.name())).await,
            };
        });
    }

    fn request_microphone(&self) -> Later<Result<(), Problem>> {
        Box::pin(async {
            let stream = sound::microphone("").await?;
            sound::stop(&stream);
            Ok(())
        })
    }

    fn listen(&self, device: &str, level: Box<dyn Fn(f64)>) -> Later<Result<Box<dyn Running>, Problem>> {
        let device = device.to_owned();
        Box::pin(async move {
            let stream = sound::microphone(&device).await?;
            Ok(Box::new(sound::Ear::open(stream, level)?) as Box<dyn Running>)
        })
    }

    fn play_ring(&self, device: &str, volume: f64) -> Later<Result<(), Problem>> {
        let device = device.to_owned();
        Box::pin(async move {
            sound::ring(&device, volume).await;
            Ok(())
        })
    }
}
