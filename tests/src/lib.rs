//! The extension in real Chromium, driven over the DevTools protocol, against the test bench of `crates/rig`.
//!
//! [`Desk`] is where an agent sits: a rig, a browser with the extension, and what a person does with them.
//! Controls are found by role and accessible name alone, as a screen reader finds them.
#![allow(clippy::print_stdout, reason = "tests and the demo tell what they do")]

mod browser;
mod cdp;
mod control;
mod desk;
mod page;
mod peer;
mod probe;
mod profile;
mod report;
mod wait;
mod widget;

pub use browser::{Browser, Launch, Microphone};
pub use cdp::{Connection, Target};
pub use control::Control;
pub use desk::{Desk, Site, Wanted, own_url};
pub use page::Page;
pub use peer::{Inbound, Peers};
pub use probe::Probe;
pub use profile::EXTENSION_ID;
pub use report::{output_folder, report};
pub use wait::{Timing, until, within};
pub use widget::{timer, unfold};
