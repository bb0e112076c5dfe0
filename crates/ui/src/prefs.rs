//! The user's settings, as the popup and the options page see and change them.

use std::cell::Cell;

use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, Read, Set, Update},
};
use patchcord_messages::Settings;
use wasm_bindgen_futures::spawn_local;

use crate::host;

/// The settings of this page. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Prefs {
    /// As they stand; the default ones until they are read.
    settings: RwSignal<Settings>,
    /// What became of the last change: counts up, with whether it was kept.
    kept: RwSignal<(u32, bool)>,
}

thread_local! {
    static HERE: Cell<Option<Prefs>> = const { Cell::new(None) };
}

impl Prefs {
    /// The settings of this page: read and followed from the first call on.
    pub(crate) fn here() -> Self {
        if let Some(prefs) = HERE.get() {
            return prefs;
        }
        let prefs = Self { settings: RwSignal::new(Settings::default()), kept: RwSignal::new((0, true)) };
        HERE.set(Some(prefs));
        host::get().watch_settings(Box::new(move |settings| prefs.settings.set(settings)));
        prefs.look();
        prefs
    }

    fn look(self) {
        spawn_local(async move { self.settings.set(host::get().settings().await) });
    }

    /// A part of the settings.
    pub(crate) fn part<T>(self, part: impl FnOnce(&Settings) -> T) -> T {
        part(&self.settings.read())
    }

    /// How many changes there were, and whether the last was kept.
    pub(crate) fn kept(self) -> (u32, bool) {
        self.kept.get()
    }

    /// Changes them here at once, and for good.
    pub(crate) fn change(self, change: impl Fn(&mut Settings) + 'static) {
        self.change_boxed(Box::new(change));
    }

    fn change_boxed(self, change: Box<dyn Fn(&mut Settings)>) {
        self.settings.update(|settings| change(settings));
        spawn_local(async move {
            let kept = host::get().change_settings(change).await;
            self.kept.update(|before| *before = (before.0 + 1, kept));
            if !kept {
                self.look();
            }
        });
    }
}
