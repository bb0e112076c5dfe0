//! The extension APIs (`chrome.*`), as far as Patchcord uses them.
//!
//! Handles undo themselves on drop: a [`Listener`] stops listening, a [`Port`] disconnects. In a content script whose extension was reloaded every call
//! fails with [`ChromeError::Invalidated`]; nothing here throws.

mod convert;
mod error;
mod event;
pub mod i18n;
mod port;
mod random;
pub mod runtime;
mod sender;

pub use convert::{from_js, get, get_string, object, to_js};
pub use error::ChromeError;
pub use event::{Event, Listener};
pub use port::Port;
pub use random::{command_id, random_bytes, random_seed};
pub use sender::Sender;
