//! 小A / FastCall CtiLink (component V1.1): XML documents, one a line, over a WebSocket with sub-protocol `fs-protool` (sic).

mod ai_call;
mod client;
mod command;
mod document;
mod event;
mod line;
mod status;
mod xml;

pub use ai_call::{AiCall, AiCallError};
pub use client::{Client, ClientState, Config, Event, Failure, Input, Output, SocketEvent, Transmit};
pub use command::{API, ApiError, ApiRow, Command, Shape};
pub use document::{Document, DocumentError, Kind, SIGN, VERSION};
pub use event::{Callback, EVENTS, EventRow, callbacks};
pub use line::{LineError, Lines, MAX_DOCUMENT};
pub use status::AgentState;
pub use xml::{Element, XmlError};

/// The WebSocket sub-protocol, spelt as the servers spell it.
pub const SUB_PROTOCOL: &str = "fs-protool";

/// The port of a server that is not set up otherwise.
pub const DEFAULT_PORT: u16 = 5008;
