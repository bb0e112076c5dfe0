//! What outlives the offscreen document: the log-in, in memory for this session and, where the user wants it, encrypted on disk; and the installation's UUID.

use patchcord_browser::chrome::{
    from_js, locked, random_bytes,
    storage::Area::{Local, Session},
    to_js, vault,
};
use patchcord_messages::{Configuration, Remembered};
use wasm_bindgen::JsValue;

const LOG_IN: &str = "remembered";
const LIVE: &str = "live";
const INSTANCE: &str = "instance";

/// Keeps content scripts away from our storage: they run in the pages' processes, and need nothing of it.
pub(crate) async fn guard() {
    // Where it fails, what is in there is still settings and ciphertext alone.
    let _ = Local.trust_own_pages_only().await;
}

/// Keeps the log-in, or forgets it everywhere.
pub(crate) async fn keep(remembered: Option<Remembered>) -> bool {
    let Some(remembered) = remembered else {
        let session = Session.remove(LOG_IN).await;
        return Local.remove(LOG_IN).await.and(session).is_ok();
    };
    let session = Session.set(LOG_IN, &remembered).await;
    let local = if remembered.for_long { keep_sealed(&remembered).await.is_some().then_some(()) } else { Local.remove(LOG_IN).await.ok() };
    session.is_ok() && local.is_some()
}

async fn keep_sealed(remembered: &Remembered) -> Option<()> {
    let text = js_sys::JSON::stringify(&to_js(remembered).ok()?).ok()?.as_string()?;
    Local.set(LOG_IN, &vault::seal(&text).await.ok()?).await.ok()
}

/// The log-in of this session, or the one that was kept for long.
pub(crate) async fn recall() -> Option<Remembered> {
    match Session.get(LOG_IN).await {
        Ok(Some(remembered)) => Some(remembered),
        _ => recall_sealed().await,
    }
}

async fn recall_sealed() -> Option<Remembered> {
    let sealed: String = Local.get(LOG_IN).await.ok()??;
    let text = vault::open(&sealed).await.ok()?;
    from_js(js_sys::JSON::parse(&text).unwrap_or(JsValue::NULL)).ok()
}

/// The log-in that a crash of the offscreen document left: there should be a document.
pub(crate) async fn is_in_session() -> bool {
    Session.get::<Remembered>(LOG_IN).await.is_ok_and(|remembered| remembered.is_some())
}

/// Whether the agent is logged in, as the offscreen document said last.
pub(crate) async fn set_live(live: bool) -> bool {
    Session.set(LIVE, &live).await.is_ok()
}

/// See [`set_live`].
pub(crate) async fn is_live() -> bool {
    Session.get(LIVE).await.ok().flatten().unwrap_or_default()
}

/// What a new offscreen document starts with.
pub(crate) async fn configuration() -> Configuration {
    let settings = patchcord_browser::chrome::settings::read().await;
    Configuration { settings, remembered: recall().await, instance: instance().await }
}

/// Made once per installation. Two documents that start at the same time (there can't be, but a worker may die in between) must not get two.
async fn instance() -> String {
    let made = locked(INSTANCE, || async {
        if let Ok(Some(instance)) = Local.get::<String>(INSTANCE).await {
            return instance;
        }
        let instance = uuid(random_bytes());
        // Not written: the registrar sees a new device after the next start, and forgets this one in time.
        let _ = Local.set(INSTANCE, &instance).await;
        instance
    });
    made.await.unwrap_or_else(|_| uuid(random_bytes()))
}

/// RFC 9562, section 5.4: version 4, variant 10.
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn a_uuid_has_its_version_and_variant() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
