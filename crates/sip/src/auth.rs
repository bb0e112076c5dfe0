//! Answering challenges (RFC 3261 section 22, RFC 8760, RFC 8898).
//!
//! One rule keeps a wrong password from being tried for ever: in one request, each protection space is answered once, and again
//! only where the server calls our nonce stale. Challenges are remembered, so that later requests carry credentials at once (22.3).

use crate::api::{Config, Credential};
use crate::digest::{Challenge, Credentials, Offer, Proof, next_nonce, strongest};
use crate::message::{HeaderName as H, Method, Response};
use crate::request::Draft;
use crate::rng::Rng;

/// Challenges that one request may meet on its way: proxies, registrar, stale nonces.
const MAX_ROUNDS: u8 = 6;
/// Protection spaces that are remembered.
const MAX_SPACES: usize = 8;

/// What one request has been through.
#[derive(Clone, Default)]
pub(crate) struct Attempts {
    rounds: u8,
    /// The spaces that it answered.
    answered: Vec<(bool, String)>,
    /// The credentials that it carried last: the ACK repeats them (22.1).
    sent: Vec<(&'static str, String)>,
}

/// Who asks for what, and how often we have used its nonce.
struct Space {
    proxy: bool,
    realm: String,
    /// Learned from a REGISTER. Registrar and proxies may have realms and nonces of their own.
    register: bool,
    /// None: a bearer token is wanted.
    challenge: Option<Challenge>,
    count: u32,
    cnonce: String,
}

#[derive(Default)]
pub(crate) struct Authenticator {
    spaces: Vec<Space>,
}

fn offers(response: &Response, proxy: bool) -> Vec<Offer> {
    let name = if proxy { H::ProxyAuthenticate } else { H::WwwAuthenticate };
    response.get_all(name).filter_map(|line| Offer::parse(line).ok()).collect()
}

fn proof(config: &Config) -> Option<Proof<'_>> {
    match &config.credential {
        Credential::Password(password) => Some(Proof::Password(password.reveal())),
        Credential::Ha1(hex) => Some(Proof::Ha1(hex.reveal())),
        Credential::Bearer(_) => None,
    }
}

/// The spaces that ask in this response, as far as we can answer: realm, and challenge where it is a digest.
fn answerable(config: &Config, response: &Response, proxy: bool) -> Vec<(String, Option<Challenge>)> {
    let offers = offers(response, proxy);
    match proof(config) {
        Some(proof) => strongest(&offers, proof).into_iter().map(|challenge| (challenge.realm.clone(), Some(challenge))).collect(),
        None => {
            let bearer =
                offers.into_iter().filter_map(|offer| if let Offer::Bearer { realm, .. } = offer { Some((realm, None)) } else { None });
            bearer.collect()
        }
    }
}

/// The name of what the server wants, if there is nothing in a 401 or 407 that we could answer.
pub(crate) fn unsupported(config: &Config, response: &Response) -> Option<String> {
    if [false, true].iter().any(|proxy| !answerable(config, response, *proxy).is_empty()) {
        return None;
    }
    let names = [false, true].into_iter().flat_map(|proxy| offers(response, proxy)).map(|offer| match offer {
        Offer::Other(name) => name,
        Offer::Bearer { .. } => "Bearer".to_owned(),
        Offer::Digest(challenge) => challenge.algorithm.name().to_owned(),
    });
    Some(names.collect::<Vec<_>>().join(", "))
}

impl Authenticator {
    /// Takes the challenges of a 401 or 407. True if the request may go again.
    pub(crate) fn challenged(&mut self, config: &Config, response: &Response, attempts: &mut Attempts) -> bool {
        attempts.rounds += 1;
        if attempts.rounds > MAX_ROUNDS {
            return false;
        }
        let register = response.cseq().is_ok_and(|cseq| cseq.method == Method::Register);
        let mut answered = false;
        for proxy in [false, true] {
            for (realm, challenge) in answerable(config, response, proxy) {
                let stale = challenge.as_ref().is_some_and(|challenge| challenge.stale);
                if attempts.answered.iter().any(|(known_proxy, known)| *known_proxy == proxy && *known == realm) {
                    if !stale {
                        return false;
                    }
                } else {
                    attempts.answered.push((proxy, realm.clone()));
                }
                self.spaces.retain(|space| (space.proxy, &space.realm, space.register) != (proxy, &realm, register));
                if self.spaces.len() >= MAX_SPACES {
                    self.spaces.remove(0);
                }
                self.spaces.push(Space { proxy, realm, register, challenge, count: 0, cnonce: String::new() });
                answered = true;
            }
        }
        answered
    }

    /// Header lines for a request about to be sent; also noted in `attempts`.
    pub(crate) fn credentials(&mut self, config: &Config, draft: &Draft, attempts: &mut Attempts, rng: &mut Rng) {
        attempts.sent.clear();
        if matches!(draft.method, Method::Cancel | Method::Ack) {
            return;
        }
        let register = draft.method == Method::Register;
        let user = if config.auth_user.is_empty() { config.aor.user_unescaped().into_owned() } else { config.auth_user.clone() };
        for space in self.spaces.iter_mut().filter(|space| space.register == register) {
            let name = if space.proxy { "Proxy-Authorization" } else { "Authorization" };
            let value = match (&space.challenge, proof(config), &config.credential) {
                (Some(challenge), Some(proof), _) => {
                    if space.count == 0 {
                        space.cnonce = rng.token(16);
                    }
                    space.count += 1;
                    let credentials = Credentials { user: &user, proof };
                    challenge.answer(credentials, draft.method.as_str(), draft.uri.as_str(), space.count, &space.cnonce)
                }
                (None, None, Credential::Bearer(token)) => format!("Bearer {}", token.reveal()),
                _ => continue,
            };
            attempts.sent.push((name, value));
        }
    }

    /// The server names the nonce for the next request (RFC 7616 3.5), which saves a challenge.
    pub(crate) fn noted(&mut self, response: &Response) {
        let register = response.cseq().is_ok_and(|cseq| cseq.method == Method::Register);
        for (proxy, name) in [(false, H::AuthenticationInfo), (true, H::ProxyAuthenticationInfo)] {
            let Some(nonce) = response.get(name).and_then(next_nonce) else { continue };
            // It does not say which realm it is of: only where there is one, it is sure.
            let mut spaces = self.spaces.iter_mut().filter(|space| space.proxy == proxy && space.register == register);
            if let (Some(Space { challenge: Some(challenge), count, .. }), None) = (spaces.next(), spaces.next()) {
                challenge.nonce = nonce;
                *count = 0;
            }
        }
    }

    /// Forgets what was learned, so that a new password is not judged by old challenges.
    pub(crate) fn clear(&mut self) {
        self.spaces.clear();
    }
}

impl Attempts {
    /// The header lines of the last try.
    pub(crate) fn sent(&self) -> &[(&'static str, String)] {
        &self.sent
    }
}
