use super::algorithm::{Algorithm, ha1};
use super::challenge::{Proof, response};
use super::fields::Fields;
use crate::message::Malformed;

/// The digest credentials of a request, as a server reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Who it claims to be.
    pub user: String,
    /// For which realm.
    pub realm: String,
    /// The server's nonce. Whether it is one of ours and still good is for the caller to judge.
    pub nonce: String,
    /// The digest-uri: for the caller to compare with the Request-URI.
    pub uri: String,
    /// The server's opaque.
    pub opaque: Option<String>,
    /// The algorithm; MD5 where none is named.
    pub algorithm: Algorithm,
    /// How often this nonce has been used, this time included; none in RFC 2069's form.
    pub count: Option<u32>,
    nc: String,
    cnonce: String,
    response: String,
}

impl Response {
    /// Reads a value of Authorization or Proxy-Authorization. None for another scheme.
    ///
    /// # Errors
    /// When it breaks the grammar, lacks a field, or uses an algorithm or qop that we do not have.
    pub fn parse(value: &str) -> Result<Option<Self>, Malformed> {
        let fields = Fields::parse(value)?;
        if !fields.scheme.eq_ignore_ascii_case("Digest") {
            return Ok(None);
        }
        fields.check()?;
        let must = |name, error| fields.owned(name).ok_or(Malformed(error));
        let algorithm = fields.get("algorithm");
        let algorithm = algorithm.as_deref().map_or(Some(Algorithm::MD5), Algorithm::parse).ok_or(Malformed("unknown digest algorithm"))?;
        let cnonce = fields.owned("cnonce");
        let (mut nc, mut count) = (String::new(), None);
        if let Some(qop) = fields.get("qop") {
            if !qop.eq_ignore_ascii_case("auth") {
                return Err(Malformed("unknown qop"));
            }
            nc = must("nc", "credentials have no nc")?;
            count = Some(u32::from_str_radix(&nc, 16).ok().filter(|_| nc.len() == 8).ok_or(Malformed("bad nc"))?);
        }
        if (count.is_some() || algorithm.session) && cnonce.is_none() {
            return Err(Malformed("credentials have no cnonce"));
        }
        Ok(Some(Self {
            user: must("username", "credentials have no username")?,
            realm: must("realm", "credentials have no realm")?,
            nonce: must("nonce", "credentials have no nonce")?,
            uri: must("uri", "credentials have no uri")?,
            opaque: fields.owned("opaque"),
            algorithm,
            count,
            nc,
            cnonce: cnonce.unwrap_or_default(),
            response: must("response", "credentials have no response")?,
        }))
    }

    /// Whether a value of Authorization or Proxy-Authorization, of whatever scheme, is well-formed.
    pub(crate) fn syntax(value: &str) -> Result<(), Malformed> {
        let fields = Fields::parse(value)?;
        if fields.scheme.eq_ignore_ascii_case("Digest") { fields.check() } else { Ok(()) }
    }

    /// Whether the proof fits, for a request of this method. Nonce, count, uri and realm are the caller's to judge.
    #[must_use]
    pub fn verify(&self, proof: Proof<'_>, method: &str) -> bool {
        let ha1 = match proof {
            Proof::Password(password) => ha1(self.algorithm.hash, &self.user, &self.realm, password),
            Proof::Ha1(hex) => hex.to_ascii_lowercase(),
        };
        let qop = self.count.map(|_| (self.nc.as_str(), self.cnonce.as_str()));
        let expected = response(self.algorithm, &ha1, &self.nonce, &self.cnonce, qop, method, &self.uri);
        // All of it is compared, so that the time taken tells nothing about where they differ.
        let differences = expected.bytes().zip(self.response.bytes()).fold(0_u8, |sum, (a, b)| sum | (a ^ b.to_ascii_lowercase()));
        differences == 0 && expected.len() == self.response.len()
    }
}

/// The nonce to use from the next request on, where Authentication-Info or Proxy-Authentication-Info of a 2xx gives one (RFC 7616 3.5).
/// Its count begins at 1 again.
#[must_use]
pub fn next_nonce(authentication_info: &str) -> Option<String> {
    Fields::bare(authentication_info).owned("nextnonce").filter(|nonce| !nonce.is_empty())
}
