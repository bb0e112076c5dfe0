//! How a rig is set up.

use serde::{Deserialize, Serialize};

/// How a [`Rig`](crate::Rig) is set up. `RigConfig::default()` is what most tests want.
#[derive(Clone, Debug)]
pub struct RigConfig {
    /// The first of the fixed ports (ws, wss, control, CRM, media, silent, Sapo, in this order), or `None`: free ports, so that
    /// several rigs run side by side.
    pub port_base: Option<u16>,
    /// What the registrar's challenges offer.
    pub digest: DigestOffer,
    /// The longest registration that is granted, in seconds (RFC 3261 10.3).
    pub max_expires: u32,
    /// The shortest, in seconds; less is answered with 423 and `Min-Expires`.
    pub min_expires: u32,
    /// How long a nonce is good, in seconds; then `stale=true` (RFC 7616 3.3).
    pub nonce_lifetime: u32,
    /// A called user who has not answered after this many milliseconds: 480 to the caller.
    pub ring_timeout_ms: u64,
    /// Session timers (RFC 4028): the interval, in seconds, put into every 2xx to a caller that supports them, with the caller as
    /// refresher. A caller that does not refresh in time is hung up on. None: they are left out, as the caller may.
    pub session_expires: Option<u32>,
    /// The shortest interval that is taken, in seconds; less is answered with 422 and `Min-SE`.
    pub min_se: u32,
    /// How many idle users beyond 1001–1020 there are: 2000, 2001, …, for tests of load.
    pub extra_users: u32,
}

impl Default for RigConfig {
    fn default() -> Self {
        Self {
            port_base: None,
            digest: DigestOffer::Both,
            max_expires: 3600,
            min_expires: 10,
            nonce_lifetime: 300,
            ring_timeout_ms: 60_000,
            session_expires: None,
            min_se: 90,
            extra_users: 0,
        }
    }
}

/// Digest algorithms that the registrar offers, in the order of its `WWW-Authenticate` headers (RFC 8760 2.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DigestOffer {
    /// SHA-256, then MD5.
    #[default]
    Both,
    /// MD5 alone, as Asterisk before 20 and FreeSWITCH have it.
    Md5,
    /// SHA-256 alone.
    Sha256,
}
