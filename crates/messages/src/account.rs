use serde::{Deserialize, Serialize};

/// Where the agent logs in. What is secret travels beside it, in [`Command::LogIn`](crate::Command::LogIn).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Account {
    /// Any SIP PBX over (secure) WebSocket, RFC 7118.
    Sip(SipAccount),
}

/// A SIP account, as the agent types it. Checked when it is used, not here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SipAccount {
    /// The server's WebSocket URL, `wss://pbx.example.com:7443/ws` or `ws://…`.
    pub server: String,
    /// The user part of the address of record; `user@domain` is understood too.
    pub user: String,
    /// The name that the far side sees. Empty: none.
    pub display_name: String,
    /// The SIP domain where it is not the server's host. Empty: the server's host.
    pub domain: String,
    /// The digest user name where it is not `user`. Empty: `user`.
    pub auth_user: String,
}
