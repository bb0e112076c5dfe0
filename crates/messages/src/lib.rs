//! What the contexts of the extension say to each other: plain data and its serialised form, nothing that acts.
//!
//! The phone in the offscreen document is the only truth. Views get whole [`Snapshot`]s and send [`Command`]s;
//! [`Notice`]s are facts that happen once. Times are [`Millis`] of the phone's own clock, which is why every
//! snapshot carries `now`: a view shows a duration as `now - since` plus what has gone by since the snapshot came.
//!
//! What travels on ports has serde's own form of an enum (`{"dial": {…}}`, `"logOut"`): an inner tag would make every bundle buffer and parse each message twice,
//! 40 KB of compressed code. Only what shares its object with an address (`to`) or is read by JavaScript of ours has a tag inside.

mod account;
mod agent;
mod call;
mod command;
mod content;
mod id;
mod notice;
mod page;
mod port;
mod problem;
mod secret;
mod settings;
mod site;
mod snapshot;
mod to_worker;
mod worker;

pub use account::{Account, SipAccount};
pub use agent::{Agent, AgentStatus};
pub use call::{Call, CallState, Direction, EndReason, Hold, Peer, Place, Quality};
pub use command::{Command, DialSource};
pub use content::{ContentMessage, FoundNumber, FrameSize, ToContent};
pub use id::{CallId, CommandId, Millis, NoticeId};
pub use notice::{Notice, NoticeKind};
pub use page::{PageArg, PageMessage, ToPage, Vendor};
pub use port::{PhoneMessage, PortName, Topic, ViewMessage};
pub use problem::{Problem, Text};
pub use secret::Secret;
pub use settings::{Audio, DeviceChoice, DialSettings, MobileDialling, NumberStyle, Settings, Site, SiteMode};
pub use site::match_pattern;
pub use snapshot::{Connection, Device, DeviceKind, Devices, LogIn, Microphone, MissedCall, Snapshot};
pub use to_worker::ToWorker;
pub use worker::{Badge, Configuration, Remembered, Shortcut, SiteNews, SiteState, ToOffscreen, WidgetPlace};
