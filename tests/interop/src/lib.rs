//! Drives [`patchcord_sip::UserAgent`] over real sockets against servers that others wrote.
//!
//! The media engine is a stand-in: these servers are proxies and pass session descriptions through unread. Sound is tested
//! end to end, with browsers.

mod kamailio;
mod peer;
mod sdp;

pub use kamailio::{Algorithm, Kamailio};
pub use peer::{Account, Heard, Peer};
