//! A user agent in virtual time: with a scripted far side ([`Bench`]), or with others behind a small proxy ([`World`]).
#![allow(dead_code, unreachable_pub, unused_imports, clippy::unwrap_used, reason = "each test file uses a part of it; tests may panic")]

mod bench;
mod media;
mod world;

pub use bench::{Bench, Reply, ack_for, config, response_text, sdp};
pub use media::Engine;
pub use world::World;
