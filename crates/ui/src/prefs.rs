//! The user's settings, as the popup and the options page see and change them.

use leptos::prelude::*;
use patchcord_messages::Settings;

use crate::host;

/// The settings of this page. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Prefs {
    /// As they stand; none until read.
    pub(crate) settings: RwSignal<Option<Settings>>,
    /// What became of the last change: counts up, with whether it was kept.
    pub(crate) kept: RwSignal<Option<(u32, bool)>>,
}

impl Prefs {
    /// Reads the settings, provides them as context and follows their changes.
    pub(crate) fn open() -> Self {
        let prefs = Self { settings: RwSignal::new(None), kept: RwSignal::new(None) };
        provide_context(prefs);
        host::get().watch_settings(Box::new(move |settings| prefs.settings.set(Some(settings))));
        leptos::task::spawn_local(async move {
            let settings = host::get().settings().await;
            prefs.settings.set(Some(settings));
        });
        prefs
    }

    /// The settings of this page.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Changes them here at once, and for good.
    pub(crate) fn change(self, change: impl Fn(&mut Settings) + 'static) {
        self.settings.update(|settings| {
            if let Some(settings) = settings {
                change(settings);
            }
        });
        leptos::task::spawn_local(async move {
            let kept = host::get().change_settings(Box::new(change)).await;
            self.kept.update(|before| *before = Some((before.map_or(0, |(count, _)| count + 1), kept)));
            if !kept {
                let settings = host::get().settings().await;
                self.settings.set(Some(settings));
            }
        });
    }

    /// A part of the settings, the default one until they are read.
    pub(crate) fn part<T: PartialEq + Send + Sync + 'static>(self, part: impl Fn(&Settings) -> T + Send + Sync + 'static) -> Memo<T> {
        Memo::new(move |_| self.settings.with(|settings| settings.as_ref().map_or_else(|| part(&Settings::default()), &part)))
    }
}
