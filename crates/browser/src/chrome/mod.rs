//! The extension APIs (`chrome.*`), as far as Patchcord uses them.
//!
//! Handles undo themselves on drop: a [`Listener`] stops listening, a [`Port`] disconnects. In a content script whose extension was reloaded every call
//! fails with [`ChromeError::Invalidated`]; nothing here throws.

pub mod action;
mod call;
mod convert;
mod error;
mod event;
pub mod i18n;
mod lock;
pub mod menus;
pub mod notifications;
pub mod offscreen;
pub mod permissions;
mod port;
mod random;
pub mod runtime;
pub mod scripting;
mod sender;
pub mod settings;
pub mod storage;
pub mod tabs;
mod timer;
pub mod vault;

pub use convert::{from_js, get, get_string, object, to_js};
pub use error::ChromeError;
pub use event::{Event, Listener};
pub use lock::locked;
pub use port::Port;
pub use random::{command_id, random_bytes, random_seed};
pub use sender::Sender;
pub use timer::pause;
