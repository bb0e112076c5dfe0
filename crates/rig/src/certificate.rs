//! The certificate of a rig: made at its start, gone with it.

use std::sync::Arc;

use aws_lc_rs::digest;
use data_encoding::BASE64;
use rcgen::{CertifiedKey, PublicKeyData as _};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// What TLS needs, and how clients are told to trust it.
pub(crate) struct Certificate {
    pub(crate) acceptor: TlsAcceptor,
    /// SHA-256 over the SubjectPublicKeyInfo, in base64.
    pub(crate) spki: String,
    pub(crate) pem: String,
}

/// Makes one for `localhost` and `127.0.0.1`.
pub(crate) fn make() -> Result<Certificate, Box<dyn std::error::Error + Send + Sync>> {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    let spki = BASE64.encode(digest::digest(&digest::SHA256, &signing_key.subject_public_key_info()).as_ref());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)?;
    Ok(Certificate { acceptor: TlsAcceptor::from(Arc::new(config)), spki, pem: cert.pem() })
}
