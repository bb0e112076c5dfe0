//! HTTP digest access authentication as SIP uses it: RFC 3261 22, RFC 8760, RFC 7616 (and RFC 2617's and 2069's forms, which servers still speak).
//!
//! `auth-int` is left out on both sides. A client picks with [`strongest`], answers with [`Challenge::answer`]; a server writes
//! [`Challenge::to_value`], reads [`Response::parse`] and judges with [`Response::verify`].

mod algorithm;
mod challenge;
mod fields;
mod response;

pub use algorithm::{Algorithm, Hash, ha1};
pub use challenge::{Challenge, Credentials, Offer, Proof, strongest};
pub use response::{Response, next_nonce};
