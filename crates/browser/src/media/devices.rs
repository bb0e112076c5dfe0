//! Which sound devices there are, and whether the microphone may be used.

use core::cell::RefCell;

use js_sys::Array;
use patchcord_messages::{Device, DeviceKind, Devices, Microphone};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::js::{MEDIA_DEVICES, query_permission};
use crate::events::{get_text, object};

/// Looks.
pub(crate) async fn look() -> Devices {
    let list = enumerate().await.unwrap_or_default();
    let found = list.iter().any(|device| device.kind == DeviceKind::Microphone);
    let microphone = match (permission().await.as_deref(), found) {
        (Some("denied"), _) => Microphone::Refused,
        (Some("granted"), true) => Microphone::Ready,
        // Without the permission, Chromium lists at most one nameless device a kind; with none plugged in, none.
        (_, false) => Microphone::Missing,
        (Some("prompt"), true) => Microphone::NotAsked,
        _ => Microphone::Unknown,
    };
    // The default and communications entries repeat a device; "the default one" is the absence of a choice.
    let list = list.into_iter().filter(|device| !matches!(device.id.as_str(), "" | "default" | "communications")).collect();
    Devices { microphone, list }
}

/// The microphone's W3C `PermissionStatus`, once the browser has given it: it keeps itself up to date.
#[derive(Default)]
pub(crate) struct Permission(RefCell<JsValue>);

impl Permission {
    pub(crate) fn set(&self, status: JsValue) {
        self.0.replace(status);
    }

    pub(crate) fn is_granted(&self) -> bool {
        get_text(&self.0.borrow(), "state") == "granted"
    }

    /// The user was never asked.
    pub(crate) fn is_open(&self) -> bool {
        get_text(&self.0.borrow(), "state") == "prompt"
    }
}

/// W3C `PermissionState`; none where the browser does not tell.
pub(crate) async fn permission() -> Option<String> {
    let status = permission_status().await?;
    Some(get_text(&status, "state"))
}

/// W3C `PermissionStatus`, which has a `change` event.
pub(crate) async fn permission_status() -> Option<JsValue> {
    let promise = query_permission(&object([("name", "microphone".into())])).ok()?;
    JsFuture::from(promise).await.ok()
}

async fn enumerate() -> Option<Vec<Device>> {
    let promise = MEDIA_DEVICES.with(Clone::clone)?.enumerate_devices().ok()?;
    let list: Array = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    Some(list.iter().filter_map(|info| device(&info)).collect())
}

fn device(info: &JsValue) -> Option<Device> {
    let kind = match get_text(info, "kind").as_str() {
        "audioinput" => DeviceKind::Microphone,
        "audiooutput" => DeviceKind::Speaker,
        _ => return None,
    };
    Some(Device { id: get_text(info, "deviceId"), label: get_text(info, "label"), kind })
}
