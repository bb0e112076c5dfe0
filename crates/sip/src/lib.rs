//! A sans-IO SIP user agent: RFC 3261 over WebSocket (RFC 7118).
//!
//! [`UserAgent`] is one account on one server (or on several, in order of preference): it keeps the connection and the
//! registration up, and makes and takes calls. It does no I/O itself. The driver tells it what happened with
//! [`UserAgent::handle`] and drains [`UserAgent::poll_output`] until that gives [`Output::Timeout`], the time at which it
//! wants to be woken. Time is an argument in milliseconds, randomness a seed at construction: the same inputs give
//! the same outputs.

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
mod timer;
mod transaction;

pub use agent::UserAgent;
pub use api::*;
pub use message::Uri;
