//! The entry in the menu of selected text, and the shortcuts.

use patchcord_browser::chrome::{Listener, i18n, menus};
use patchcord_messages::{Command, DialSource, Shortcut, ToOffscreen};
use wasm_bindgen_futures::spawn_local;

use crate::{offscreen, rings};

const CALL: &str = "call";

/// What is longer is no number, whoever selected it.
const LONGEST: usize = 100;

/// Makes the menu.
pub(crate) async fn make() {
    menus::set_selection_entry(CALL, &i18n::plain("contextMenuCall")).await;
}

/// Listens to both.
pub(crate) fn listen() -> Vec<Listener> {
    let picked = menus::on_picked(|id, selection| {
        if id == CALL {
            spawn_local(dial(selection));
        }
    });
    let pressed = menus::on_shortcut(|name| {
        if let Some(shortcut) = shortcut(&name) {
            spawn_local(carry_out(shortcut));
        }
    });
    picked.into_iter().chain(pressed).collect()
}

/// The shortcuts as the manifest names them.
fn shortcut(name: &str) -> Option<Shortcut> {
    match name {
        "answer" => Some(Shortcut::Answer),
        "hang-up" => Some(Shortcut::HangUp),
        "mute" => Some(Shortcut::Mute),
        _ => None,
    }
}

fn selected_number(selection: &str) -> String {
    selection.trim().chars().take(LONGEST).collect()
}

async fn dial(selection: String) {
    let command = Command::Dial { number: selected_number(&selection), source: DialSource::Page };
    offscreen::ensure().await;
    if let Some(problem) = offscreen::command(command).await {
        rings::trouble(&problem).await;
    }
}

async fn carry_out(shortcut: Shortcut) {
    if let Some(problem) = offscreen::tell(&ToOffscreen::Shortcut { shortcut }).await {
        rings::trouble(&problem).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_the_shortcuts() {
        let manifest = include_str!("../../../manifest/manifest.chrome.json");
        for name in ["answer", "hang-up", "mute"] {
            assert!(shortcut(name).is_some());
            assert!(manifest.contains(&format!("\"{name}\": {{")), "{name}");
        }
        assert_eq!(shortcut("_execute_action"), None, "the browser opens the popup by itself");
    }

    #[test]
    fn a_selection_is_trimmed_and_capped() {
        assert_eq!(selected_number("  138 0013 8000\n"), "138 0013 8000");
        assert_eq!(selected_number(&"电".repeat(5000)).chars().count(), LONGEST);
    }
}
