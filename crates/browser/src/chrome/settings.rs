//! The user's settings, in `chrome.storage.local`. The service worker and the options page both change them, so changes go through one lock.

use patchcord_messages::Settings;

use super::{ChromeError, Listener, lock::locked, storage::Area};

const KEY: &str = "settings";

/// The settings as they are; what is missing or unreadable (a newer version wrote it) has its default.
pub async fn read() -> Settings {
    Area::Local.get(KEY).await.ok().flatten().unwrap_or_default()
}

/// Changes the settings, and returns them as they are then. Nothing is written where `change` leaves them as they were.
///
/// # Errors
/// In the browser's words, where they can't be written.
pub async fn update(change: impl FnOnce(&mut Settings) + 'static) -> Result<Settings, ChromeError> {
    locked(KEY, || async {
        let before = read().await;
        let mut settings = before.clone();
        change(&mut settings);
        if settings != before {
            Area::Local.set(KEY, &settings).await?;
        }
        Ok(settings)
    })
    .await?
}

/// Calls `handler` whenever they have changed.
pub fn on_changed(handler: impl FnMut() + 'static) -> Option<Listener> {
    Area::Local.on_changed(KEY, handler)
}
