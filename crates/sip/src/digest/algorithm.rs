use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};

/// A hash, weakest first: `max` is the one to choose (RFC 8760 2.4 leaves the order to the client's judgement of strength).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hash {
    /// 32 hex digits.
    Md5,
    /// 64 hex digits.
    Sha256,
    /// 64 hex digits.
    Sha512_256,
}

/// A digest algorithm, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Algorithm {
    /// Which hash.
    pub hash: Hash,
    /// HA1 is bound to nonce and cnonce (`-sess`).
    pub session: bool,
}

impl Algorithm {
    /// `MD5`, the default where a challenge names none.
    pub const MD5: Self = Self { hash: Hash::Md5, session: false };
    /// `SHA-256`.
    pub const SHA_256: Self = Self { hash: Hash::Sha256, session: false };
    /// `SHA-512-256`.
    pub const SHA_512_256: Self = Self { hash: Hash::Sha512_256, session: false };

    /// Reads a name, in any case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (base, session) = match name.len().checked_sub(5).and_then(|at| name.split_at_checked(at)) {
            Some((base, suffix)) if suffix.eq_ignore_ascii_case("-sess") => (base, true),
            _ => (name, false),
        };
        let hash = [Hash::Md5, Hash::Sha256, Hash::Sha512_256].into_iter().find(|hash| base.eq_ignore_ascii_case(hash.name()))?;
        Some(Self { hash, session })
    }

    /// As it is written in a header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match (self.hash, self.session) {
            (hash, false) => hash.name(),
            (Hash::Md5, true) => "MD5-sess",
            (Hash::Sha256, true) => "SHA-256-sess",
            (Hash::Sha512_256, true) => "SHA-512-256-sess",
        }
    }
}

impl Hash {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
            Self::Sha512_256 => "SHA-512-256",
        }
    }

    /// Which hash an HA1 given in hex is of, by its length. (SHA-512-256 gives as many digits as SHA-256, which is what servers keep.)
    pub(super) fn of_ha1(hex: &str) -> Self {
        if hex.len() == 32 { Self::Md5 } else { Self::Sha256 }
    }

    /// The hash of the parts joined by colons, in lower-case hex.
    pub(crate) fn hex(self, parts: &[&str]) -> String {
        match self {
            Self::Md5 => joined::<Md5>(parts),
            Self::Sha256 => joined::<Sha256>(parts),
            Self::Sha512_256 => joined::<Sha512_256>(parts),
        }
    }
}

fn joined<D: Digest>(parts: &[&str]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut digest = D::new();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            digest.update(b":");
        }
        digest.update(part.as_bytes());
    }
    let mut out = String::with_capacity(64);
    for &byte in digest.finalize().iter() {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(HEX.get(usize::from(digit)).copied().unwrap_or(b'0')));
        }
    }
    out
}

/// H(user:realm:password) in hex: what a server may keep instead of the password. Not bound to a session.
#[must_use]
pub fn ha1(hash: Hash, user: &str, realm: &str, password: &str) -> String {
    hash.hex(&[user, realm, password])
}
