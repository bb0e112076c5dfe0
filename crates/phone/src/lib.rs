//! The phone: it unites the protocols and is the only truth about log-in and calls.
//!
//! [`Phone`] is sans-IO. The driver tells it what happened with [`Phone::handle`] and drains [`Phone::poll_output`]
//! until that gives [`Output::Timeout`], the time at which it wants to be woken. [`Phone::snapshot`] is what every view shows.
//! Time is an argument in milliseconds, randomness a seed at construction: the same inputs give the same outputs.
//!
//! A call as the agent sees it ([`patchcord_messages::Call`]) is kept apart from the legs that carry it, so that what a
//! vendor's server reports about a call and the SIP leg that brings its sound can be one call.

mod account;
mod call;
mod commands;
mod end;
mod events;
mod few;
mod io;
mod line;
mod log_in;
mod phone;
mod remember;
mod show;
mod target;
mod text;

pub use few::Few;
pub use io::{Input, LegId, MediaCommand, MediaEvent, Origin, Output, PortId, Sender, SocketId, Tone, Transmit};
pub use phone::Phone;
