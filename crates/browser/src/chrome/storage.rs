//! `chrome.storage`, one value at a time.

use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use super::{
    ChromeError, Event, Listener,
    call::{call_now, settle},
    event::chrome,
    from_js, get, object, to_js,
};

/// Where a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// On disk, until the extension is removed.
    Local,
    /// In memory, until the browser is closed or the extension reloaded. It outlives the service worker.
    Session,
}

impl Area {
    fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Session => "session",
        }
    }

    async fn call(self, method: &str, args: &[JsValue]) -> Result<JsValue, ChromeError> {
        settle(call_now(&get(&get(&chrome(), "storage"), self.name()), method, args)?).await
    }

    /// The value under `key`; none where there is none.
    ///
    /// # Errors
    /// [`ChromeError::Form`] where something else is kept there.
    pub async fn get<T: DeserializeOwned>(self, key: &str) -> Result<Option<T>, ChromeError> {
        let value = get(&self.call("get", &[key.into()]).await?, key);
        if value.is_undefined() { Ok(None) } else { from_js(value).map(Some) }
    }

    /// Keeps `value` under `key`.
    ///
    /// # Errors
    /// In the browser's words: the quota is used up, the disk is full.
    pub async fn set<T: Serialize + ?Sized>(self, key: &str, value: &T) -> Result<(), ChromeError> {
        self.call("set", &[object([(key, to_js(value)?)])]).await.map(|_| ())
    }

    /// Forgets what is under `key`.
    ///
    /// # Errors
    /// In the browser's words.
    pub async fn remove(self, key: &str) -> Result<(), ChromeError> {
        self.call("remove", &[key.into()]).await.map(|_| ())
    }

    /// Shuts content scripts out of this area. `Session` is shut from the start, `Local` is open until this is called.
    ///
    /// # Errors
    /// In the browser's words.
    pub async fn trust_own_pages_only(self) -> Result<(), ChromeError> {
        self.call("setAccessLevel", &[object([("accessLevel", "TRUSTED_CONTEXTS".into())])]).await.map(|_| ())
    }

    /// Calls `handler` whenever the value under `key` has changed, whoever changed it.
    pub fn on_changed(self, key: &'static str, mut handler: impl FnMut() + 'static) -> Option<Listener> {
        let event = Event::in_object(&get(&get(&chrome(), "storage"), self.name()), "onChanged")?;
        Some(event.listen(move |changes, _, _| {
            if !get(&changes, key).is_undefined() {
                handler();
            }
            JsValue::UNDEFINED
        }))
    }
}
