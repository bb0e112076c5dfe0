//! The views of the extension: widget, popup, options, microphone page. They render a [`Snapshot`](patchcord_messages::Snapshot), emit a
//! [`Command`](patchcord_messages::Command), and know nothing of what the phone is made of. What they need of the browser is the trait [`Host`].
//!
//! Signals, effects and owners are Leptos's (`reactive_graph`); elements are made by [`dom`], which says why.

#[macro_use]
pub mod words;

pub mod components;
pub mod dom;
#[cfg(feature = "gallery")]
pub mod gallery;
pub mod host;
pub mod logic;
mod memory;
mod phone;
mod prefs;
mod views;

pub use host::{Host, Later, Page, Port, PortEvent, Running, SettingsChange};
pub use views::mount;
