//! Digest authentication, the server's side (RFC 7616, RFC 8760).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use patchcord_sip::digest::{Algorithm, Challenge, Proof, Response};
use patchcord_sip::message::{HeaderName, Request};

use crate::config::DigestOffer;
use crate::token::token;

/// The protection space.
const REALM: &str = "patchcord rig";

/// What came of a look at a request's credentials.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are right, and this user's.
    User(String),
    /// None there, or of an old nonce: challenge, with these values.
    Challenge(Vec<String>),
    /// There, and wrong: challenge again.
    Wrong(Vec<String>),
    /// Not to be understood: 400.
    Malformed,
}

/// The nonces given out.
#[derive(Debug)]
pub(crate) struct Auth {
    offer: DigestOffer,
    lifetime: Duration,
    nonces: HashMap<String, Nonce>,
}

#[derive(Debug)]
struct Nonce {
    since: Instant,
    count: u32,
}

impl Auth {
    pub(crate) fn new(offer: DigestOffer, lifetime: Duration) -> Self {
        Self { offer, lifetime, nonces: HashMap::new() }
    }

    /// Judges the credentials that stand in `header`; `password` knows each user's.
    pub(crate) fn check(&mut self, request: &Request, header: HeaderName<'_>, password: impl Fn(&str) -> Option<String>) -> Verdict {
        let mut answer = None;
        for value in request.get_all(header) {
            match Response::parse(value) {
                Ok(Some(response)) if response.realm == REALM => answer = Some(response),
                Ok(_) => {}
                Err(_) => return Verdict::Malformed,
            }
        }
        let Some(answer) = answer else { return Verdict::Challenge(self.challenges(false)) };
        if answer.uri != request.uri().as_str() {
            return Verdict::Malformed;
        }
        let allowed = match self.offer {
            DigestOffer::Both => vec![Algorithm::SHA_256, Algorithm::MD5],
            DigestOffer::Md5 => vec![Algorithm::MD5],
            DigestOffer::Sha256 => vec![Algorithm::SHA_256],
        };
        let right = password(&answer.user).is_some_and(|password| answer.verify(Proof::Password(&password), request.method().as_str()));
        if !right || !allowed.contains(&answer.algorithm) {
            return Verdict::Wrong(self.challenges(false));
        }
        let lifetime = self.lifetime;
        // A count that does not grow is a replay; whoever is honest answers the new nonce.
        let fresh = self.nonces.get_mut(&answer.nonce).is_some_and(|nonce| {
            let grows = answer.count.is_none_or(|count| count > nonce.count);
            nonce.count = nonce.count.max(answer.count.unwrap_or(0));
            grows && nonce.since.elapsed() < lifetime
        });
        if fresh { Verdict::User(answer.user) } else { Verdict::Challenge(self.challenges(true)) }
    }

    fn challenges(&mut self, stale: bool) -> Vec<String> {
        let (now, lifetime) = (Instant::now(), self.lifetime);
        if self.nonces.len() > 5000 {
            self.nonces.retain(|_, nonce| now.duration_since(nonce.since) < lifetime);
        }
        let nonce = token(16);
        self.nonces.insert(nonce.clone(), Nonce { since: now, count: 0 });
        let algorithms: &[Algorithm] = match self.offer {
            DigestOffer::Both => &[Algorithm::SHA_256, Algorithm::MD5],
            DigestOffer::Md5 => &[Algorithm::MD5],
            DigestOffer::Sha256 => &[Algorithm::SHA_256],
        };
        let challenge = |algorithm: &Algorithm| Challenge {
            realm: REALM.to_owned(),
            nonce: nonce.clone(),
            opaque: Some("rig".to_owned()),
            algorithm: *algorithm,
            qop_auth: true,
            stale,
        };
        algorithms.iter().map(|algorithm| challenge(algorithm).to_value()).collect()
    }
}
