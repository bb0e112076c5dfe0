//! 赛普智成 (Sapo) softphone protocol 2.17: lines of `key:value` over a WebSocket at `/spcc/cti`.
//!
//! Chapter numbers in this module are those of the vendor's manual 2.17.

mod api;
mod client;
mod command;
mod fields;
mod page;
mod server;

pub use api::{ApiError, ApiRequest};
pub use client::{Client, ClientState, Config, Event, Failure, Input, Output, SocketEvent, Transmit};
pub use command::{AutoAcw, Command, CommandError, Dial, ListType, Login};
pub use fields::{Fields, MAX_MESSAGE};
pub use page::{Arg, Callback, Getters, callbacks, team_json};
pub use server::{Caller, Response, ServerError, ServerMessage, Status, TeamMember, parse_team};

/// Where every server listens (path only).
pub const PATH: &str = "/spcc/cti";

/// The manual's default port (4.2).
pub const DEFAULT_PORT: u16 = 8080;
