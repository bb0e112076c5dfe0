//! A sans-IO SIP user agent: RFC 3261 over WebSocket (RFC 7118).
//!
//! [`UserAgent`] is one account on one server (or on several, in order of preference): it keeps the connection and the
//! registration up, and makes and takes calls. It does no I/O itself. The driver tells it what happened with
//! [`UserAgent::handle`] and drains [`UserAgent::poll_output`] until that gives [`Output::Timeout`], the time at which it
//! wants to be woken. Time is an argument in milliseconds, randomness a seed at construction: the same inputs give
//! the same outputs.
//!
//! ```
//! use patchcord_sip::{Config, Credential, Input, Output, SocketEvent, Transmit, Uri, UserAgent};
//!
//! let config = Config {
//!     servers: vec!["wss://pbx.example.com/ws".into()],
//!     aor: Uri::parse("sip:1001@pbx.example.com")?,
//!     display_name: "Alice".into(),
//!     auth_user: "1001".into(),
//!     credential: Credential::Password(patchcord_messages::Secret::new("secret")),
//!     instance: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".into(),
//!     expires: 600,
//!     user_agent: "Example/1.0".into(),
//!     outbound_proxy: false,
//!     session_timers: true,
//!     do_not_disturb: false,
//! };
//! let mut agent = UserAgent::new(config, [7; 32]);
//! agent.handle(0, Input::Start);
//! let Output::Transmit(Transmit::Open { generation, .. }) = agent.poll_output() else { panic!() };
//! while !matches!(agent.poll_output(), Output::Timeout(_)) {}
//!
//! // The socket is open: REGISTER goes out.
//! agent.handle(20, Input::Socket { generation, event: SocketEvent::Opened });
//! let sent = std::iter::from_fn(|| match agent.poll_output() {
//!     Output::Timeout(_) => None,
//!     output => Some(output),
//! });
//! let registers = |output: &Output| matches!(output, Output::Transmit(Transmit::Frame { frame, .. }) if frame.starts_with("REGISTER "));
//! assert_eq!(sent.filter(registers).count(), 1);
//! # Ok::<(), patchcord_sip::message::Malformed>(())
//! ```
//!
//! What each file knows: `connection` sockets, keep-alive and coming back; `registration` REGISTER; `auth` challenges; `transaction`
//! requests and responses; `dialog` their order; `call` a call from the INVITE to the BYE, with `call::session` for what can be done while it
//! is up; `subscription` SUBSCRIBE and NOTIFY; `agent` runs them all; [`message`] reads and writes messages, [`digest`] hashes.

mod agent;
mod api;
mod auth;
mod call;
mod connection;
mod core;
mod dialog;
pub mod digest;
mod incoming;
pub mod message;
mod notice;
mod registration;
mod request;
mod rng;
mod sdp;
mod subscription;
mod text;
mod timer;
mod transaction;

pub use agent::UserAgent;
pub use api::*;
pub use message::Uri;
