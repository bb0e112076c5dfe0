use patchcord_messages::Secret;

use crate::Uri;

/// How a user agent is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The servers' WebSocket URLs, in order of preference; at least one.
    pub servers: Vec<String>,
    /// The address of record, `sip:user@domain`.
    pub aor: Uri,
    /// Display name for From. Empty: none.
    pub display_name: String,
    /// Digest user name.
    pub auth_user: String,
    /// What proves who we are.
    pub credential: Credential,
    /// A UUID that stays the same for this installation (`+sip.instance`, RFC 5626 4.1), without `urn:uuid:`.
    pub instance: String,
    /// What we ask for in REGISTER's `Expires`, in seconds.
    pub expires: u32,
    /// Value of `User-Agent`.
    pub user_agent: String,
    /// Route the initial requests through the server's URL (some PBXs want it).
    pub outbound_proxy: bool,
    /// Session timers (RFC 4028) are offered and honoured.
    pub session_timers: bool,
    /// Not ready: an incoming INVITE is answered with 480.
    pub do_not_disturb: bool,
}

/// What proves who we are.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The password itself.
    Password(Secret),
    /// H(user:realm:password) in hex, for one realm and algorithm MD5 or SHA-256, told apart by its length.
    Ha1(Secret),
    /// An OAuth 2.0 access token (RFC 8898).
    Bearer(Secret),
}
