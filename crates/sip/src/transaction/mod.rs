//! Transactions (RFC 3261 section 17, RFC 6026) over a reliable transport: no retransmission of requests, and the
//! timers that only wait for retransmissions (D, I, J, K) are zero.

mod client;
mod server;

use patchcord_messages::Millis;

pub(crate) use client::{Client, Failure, Outcome, Reply};
pub(crate) use server::{Answer, Server, ServerEvent};

/// Round-trip estimate (17.1.1.1).
pub(crate) const T1: Millis = 500;
/// Longest interval between retransmissions.
pub(crate) const T2: Millis = 4_000;
/// Timers B, F, H, L, M: when to give up.
pub(crate) const GIVE_UP: Millis = 64 * T1;

/// What a request, and all that is answered to it, belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The registration.
    Registration,
    /// The connection's keep-alive.
    KeepAlive,
    /// A call.
    Call(crate::api::CallHandle),
    /// A subscription, by the name that the phone gave it.
    Subscription(u32),
    /// A short message, by the name that the phone gave it.
    Message(u32),
    /// Nobody but the far side: a BYE of a call that is over here, sent late.
    Farewell {
        /// How often it was sent before.
        tries: u8,
    },
    /// Nobody any more: the answer interests no one, but has to be taken as the RFC wants.
    Nobody,
}
