//! Where everything is: what `cargo xtask rig` prints as one line of JSON.

use serde::{Deserialize, Serialize};

/// Every address and credential of a running [`Rig`](crate::Rig). All servers listen on 127.0.0.1 alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Addresses {
    /// SIP over WebSocket without TLS (RFC 7118), sub-protocol `sip`.
    pub ws: String,
    /// The same over TLS, with a certificate made at start for `localhost` and `127.0.0.1`.
    pub wss: String,
    /// A WebSocket server that accepts connections with sub-protocol `sip` and never says a word.
    pub silent: String,
    /// SHA-256 over the certificate's SubjectPublicKeyInfo, in base64: what Chromium's
    /// `--ignore-certificate-errors-spki-list` wants.
    pub certificate_spki: String,
    /// The certificate in PEM, for clients that take a root.
    pub certificate_pem: String,
    /// Base URL of the HTTP control interface, without a slash at its end.
    pub control: String,
    /// The Sapo CTI server, a WebSocket: `ws://…/spcc/cti`.
    pub sapo: String,
    /// The demo CRM's pages.
    pub crm: CrmAddresses,
    /// Where media goes, `ip:port` (UDP).
    pub media: String,
    /// The SIP domain. The registrar takes every other host in an address of record, too.
    pub domain: String,
    /// Who can register.
    pub users: Vec<User>,
    /// Numbers that the PBX itself answers.
    pub numbers: Vec<ServiceNumber>,
}

/// URLs of the demo CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmAddresses {
    /// The contact table, with an iframe, an open shadow root, a `tel:` link and a read-only input.
    pub home: String,
    /// The same page under `default-src 'none'` plus only what it needs.
    pub strict: String,
    /// The same page under `require-trusted-types-for 'script'`.
    pub trusted_types: String,
    /// A single-page view that adds and replaces rows.
    pub spa: String,
    /// What the iframe shows.
    pub frame: String,
    /// The page written after Sapo's manual; with `?vendor=1` it brings scripts that stand in for the vendor's.
    pub sapo: String,
}

/// Somebody who can register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// User part of the address of record, and digest user name.
    pub user: String,
    /// The password, in the clear: this is a test bench.
    pub password: String,
    /// A name for From.
    pub display_name: String,
    /// The address of record, `sip:user@domain`.
    pub aor: String,
}

/// A number that the PBX itself answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceNumber {
    /// What to dial.
    pub number: String,
    /// What happens then.
    pub what: String,
}
