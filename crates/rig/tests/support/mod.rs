//! A small SIP-over-WebSocket phone with real media, for driving the rig: deliberately not the project's own user agent.
#![allow(dead_code, unused_imports, unreachable_pub, missing_docs)]

pub mod agent;
pub mod http;
pub mod peer;
pub mod phone;
pub mod sapo;

use std::time::Duration;

use patchcord_rig::{Rig, RigConfig};

pub use peer::{Codecs, Peer};
pub use phone::{Phone, digest_with};

/// Longer than anything takes that is expected, on a busy machine too.
pub const LONG: Duration = Duration::from_secs(20);

pub async fn rig() -> Rig {
    Rig::start(RigConfig::default()).await.expect("the rig starts")
}

/// A rig and a registered phone.
pub async fn registered(user: &str) -> (Rig, Phone) {
    let rig = rig().await;
    let phone = Phone::registered(&rig, user).await;
    (rig, phone)
}
