use super::algorithm::{Algorithm, Hash, ha1};
use super::fields::Fields;
use crate::message::{Malformed, push_quoted};

/// One digest challenge: a value of WWW-Authenticate or Proxy-Authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Who asks: the protection space.
    pub realm: String,
    /// To be echoed.
    pub nonce: String,
    /// To be echoed as it is, where there is one.
    pub opaque: Option<String>,
    /// The algorithm; MD5 where none is named.
    pub algorithm: Algorithm,
    /// `qop` offers `auth`. Without it the answer has RFC 2069's form.
    pub qop_auth: bool,
    /// The nonce of our last answer was too old, but the credentials were right: answer again without asking the user.
    pub stale: bool,
}

/// What one challenge header line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Digest with an algorithm and a qop that we have.
    Digest(Challenge),
    /// An OAuth 2.0 token (RFC 8898): realm, scope and `authz_server` as given, else empty.
    Bearer {
        /// The protection space.
        realm: String,
        /// Where tokens come from.
        authz_server: String,
        /// What the token must be good for.
        scope: String,
    },
    /// Another scheme, algorithm, or only `auth-int`: its name.
    Other(String),
}

/// Who we are.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The digest user name.
    pub user: &'a str,
    /// How we prove it.
    pub proof: Proof<'a>,
}

/// How we prove who we are.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The password.
    Password(&'a str),
    /// H(user:realm:password) in hex: of MD5 where it has 32 digits, else of SHA-256.
    Ha1(&'a str),
}

impl Offer {
    /// Reads one header line.
    ///
    /// # Errors
    /// When it breaks the grammar, or a digest challenge lacks realm or nonce.
    pub fn parse(value: &str) -> Result<Self, Malformed> {
        let fields = Fields::parse(value)?;
        if fields.scheme.eq_ignore_ascii_case("Bearer") {
            let text = |name| fields.owned(name).unwrap_or_default();
            return Ok(Self::Bearer { realm: text("realm"), authz_server: text("authz_server"), scope: text("scope") });
        }
        if !fields.scheme.eq_ignore_ascii_case("Digest") {
            return Ok(Self::Other(fields.scheme.to_owned()));
        }
        fields.check()?;
        let name = fields.get("algorithm");
        let Some(algorithm) = name.as_deref().map_or(Some(Algorithm::MD5), Algorithm::parse) else {
            return Ok(Self::Other(name.unwrap_or_default().into_owned()));
        };
        let qop = fields.get("qop");
        let qop_auth = qop.as_deref().is_some_and(|list| list.split(',').any(|qop| qop.trim().eq_ignore_ascii_case("auth")));
        if qop.as_deref().is_some_and(|list| !list.trim().is_empty()) && !qop_auth {
            return Ok(Self::Other("auth-int".to_owned()));
        }
        Ok(Self::Digest(Challenge {
            realm: fields.owned("realm").ok_or(Malformed("challenge has no realm"))?,
            nonce: fields.owned("nonce").ok_or(Malformed("challenge has no nonce"))?,
            opaque: fields.owned("opaque"),
            algorithm,
            qop_auth,
            stale: fields.get("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        }))
    }
}

/// The strongest digest challenge that these credentials can answer, for each realm in order of appearance. (RFC 8760 2.4: a server
/// sends one challenge an algorithm; RFC 3261 22.3: each proxy on the path sends its own realm, and all want an answer.)
#[must_use]
pub fn strongest(offers: &[Offer], proof: Proof<'_>) -> Vec<Challenge> {
    let mut chosen: Vec<Challenge> = Vec::new();
    for offer in offers {
        let Offer::Digest(challenge) = offer else { continue };
        if let Proof::Ha1(hex) = proof
            && challenge.algorithm.hash != Hash::of_ha1(hex)
        {
            continue;
        }
        match chosen.iter_mut().find(|known| known.realm == challenge.realm) {
            Some(known) if known.algorithm < challenge.algorithm => *known = challenge.clone(),
            Some(_) => {}
            None => chosen.push(challenge.clone()),
        }
    }
    chosen
}

impl Challenge {
    /// The value of Authorization or Proxy-Authorization for a request. `count` is 1 for the first use of this nonce and one more each time;
    /// `cnonce` is random text, new for each nonce (for `-sess` it has to stay the same while the nonce does).
    #[must_use]
    pub fn answer(&self, credentials: Credentials<'_>, method: &str, uri: &str, count: u32, cnonce: &str) -> String {
        let hash = self.algorithm.hash;
        let mut nc = String::new();
        push_hex(&mut nc, count);
        let ha1 = match credentials.proof {
            Proof::Password(password) => ha1(hash, credentials.user, &self.realm, password),
            Proof::Ha1(hex) => hex.to_ascii_lowercase(),
        };
        let qop = if self.qop_auth { Some((nc.as_str(), cnonce)) } else { None };
        let response = response(self.algorithm, &ha1, &self.nonce, cnonce, qop, method, uri);
        let mut out = String::with_capacity(256 + self.nonce.len() + uri.len());
        out.push_str("Digest username=");
        push_quoted(&mut out, credentials.user);
        for (name, value) in [(", realm=", self.realm.as_str()), (", nonce=", &self.nonce), (", uri=", uri), (", response=", &response)] {
            out.push_str(name);
            push_quoted(&mut out, value);
        }
        out.push_str(", algorithm=");
        out.push_str(self.algorithm.name());
        if let Some(opaque) = &self.opaque {
            out.push_str(", opaque=");
            push_quoted(&mut out, opaque);
        }
        if self.qop_auth || self.algorithm.session {
            out.push_str(", cnonce=");
            push_quoted(&mut out, cnonce);
        }
        if self.qop_auth {
            out.push_str(", qop=auth, nc=");
            out.push_str(&nc);
        }
        out
    }

    /// The challenge as a header value, for a server.
    #[must_use]
    pub fn to_value(&self) -> String {
        let mut out = String::from("Digest realm=");
        push_quoted(&mut out, &self.realm);
        out.push_str(", nonce=");
        push_quoted(&mut out, &self.nonce);
        if let Some(opaque) = &self.opaque {
            out.push_str(", opaque=");
            push_quoted(&mut out, opaque);
        }
        out.push_str(", algorithm=");
        out.push_str(self.algorithm.name());
        if self.qop_auth {
            out.push_str(", qop=\"auth\"");
        }
        if self.stale {
            out.push_str(", stale=true");
        }
        out
    }
}

/// RFC 7616 3.4.1, with 3.4.2's HA1 for `-sess`; without qop RFC 2069's form.
pub(super) fn response(
    algorithm: Algorithm,
    ha1: &str,
    nonce: &str,
    cnonce: &str,
    qop: Option<(&str, &str)>,
    method: &str,
    uri: &str,
) -> String {
    let hash: Hash = algorithm.hash;
    let session;
    let ha1 = if algorithm.session {
        session = hash.hex(&[ha1, nonce, cnonce]);
        &session
    } else {
        ha1
    };
    let ha2 = hash.hex(&[method, uri]);
    match qop {
        Some((nc, cnonce)) => hash.hex(&[ha1, nonce, nc, cnonce, "auth", &ha2]),
        None => hash.hex(&[ha1, nonce, &ha2]),
    }
}

fn push_hex(out: &mut String, value: u32) {
    for shift in (0..8).rev() {
        let digit = value >> (shift * 4) & 15;
        out.push(char::from_digit(digit, 16).unwrap_or('0'));
    }
}
