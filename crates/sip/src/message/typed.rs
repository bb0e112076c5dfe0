use super::chars::number;
use super::error::Malformed;
use super::headers::Headers;
use super::name::HeaderName as H;
use super::name_addr::NameAddrRef;
use super::values::{CSeq, MediaType, RAck, RetryAfter, Valued, Warning};
use super::via::Via;

/// The Contact values of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contacts<'a> {
    /// `*`: all of them, in a REGISTER that removes.
    All,
    /// Each, in order; may be empty.
    Some(Vec<NameAddrRef<'a>>),
}

const MISSING: Malformed = Malformed("header is missing");

/// Typed views. Where a header is absent, those that return `Option` give `None`; those that every message must have give an error,
/// which [`Message::parse`](super::Message::parse) rules out.
impl Headers {
    /// The topmost Via.
    ///
    /// # Errors
    /// When it is absent or malformed.
    pub fn via(&self) -> Result<Via<'_>, Malformed> {
        self.vias().next().unwrap_or(Err(MISSING))
    }

    /// All Via values, topmost first.
    pub fn vias(&self) -> impl Iterator<Item = Result<Via<'_>, Malformed>> {
        self.values(H::Via).map(Via::parse)
    }

    /// From.
    ///
    /// # Errors
    /// When it is absent or malformed.
    pub fn from(&self) -> Result<NameAddrRef<'_>, Malformed> {
        self.get(H::From).map_or(Err(MISSING), NameAddrRef::parse)
    }

    /// To.
    ///
    /// # Errors
    /// When it is absent or malformed.
    pub fn to(&self) -> Result<NameAddrRef<'_>, Malformed> {
        self.get(H::To).map_or(Err(MISSING), NameAddrRef::parse)
    }

    /// Call-ID; empty where it is absent.
    #[must_use]
    pub fn call_id(&self) -> &str {
        self.get(H::CallId).unwrap_or_default()
    }

    /// CSeq.
    ///
    /// # Errors
    /// When it is absent or malformed.
    pub fn cseq(&self) -> Result<CSeq, Malformed> {
        self.get(H::CSeq).map_or(Err(MISSING), CSeq::parse)
    }

    /// Contact: all values. Malformed ones are left out.
    #[must_use]
    pub fn contacts(&self) -> Contacts<'_> {
        if self.get(H::Contact) == Some("*") {
            return Contacts::All;
        }
        Contacts::Some(self.addresses(H::Contact).collect())
    }

    /// The first Contact with an address: the remote target of a dialog.
    #[must_use]
    pub fn contact(&self) -> Option<NameAddrRef<'_>> {
        self.addresses(H::Contact).next()
    }

    /// The values of any header that holds addresses, in order: Route, Record-Route, Path, Service-Route, P-Asserted-Identity,
    /// P-Associated-URI, Diversion, History-Info, Remote-Party-ID, Contact. Malformed ones are left out.
    pub fn addresses<'n>(&self, name: H<'n>) -> impl Iterator<Item = NameAddrRef<'_>> + use<'_, 'n> {
        self.values(name).filter_map(|value| NameAddrRef::parse(value).ok())
    }

    /// The single address of Refer-To, Referred-By, Reply-To and the like.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn address<'n>(&self, name: impl Into<H<'n>>) -> Result<Option<NameAddrRef<'_>>, Malformed> {
        self.get(name).map(NameAddrRef::parse).transpose()
    }

    /// A header that is one number: Expires, Min-Expires, Max-Forwards, RSeq, Content-Length, Flow-Timer. None where absent or malformed
    /// (RFC 3261 20.19 wants a malformed Expires taken as the default).
    #[must_use]
    pub fn number<'n>(&self, name: impl Into<H<'n>>) -> Option<u32> {
        self.get(name).and_then(number)
    }

    /// A header that is a value with parameters: Event, Subscription-State, Session-Expires, Min-SE, Replaces, Join, Content-Disposition,
    /// Info-Package, Target-Dialog.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn valued<'n>(&self, name: impl Into<H<'n>>) -> Result<Option<Valued<'_>>, Malformed> {
        self.get(name).map(Valued::parse).transpose()
    }

    /// The reasons (RFC 3326), each a protocol with `cause` and `text`. Malformed ones are left out.
    pub fn reasons(&self) -> impl Iterator<Item = Valued<'_>> {
        self.values(H::Reason).filter_map(|value| Valued::parse(value).ok())
    }

    /// RAck of a PRACK.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn rack(&self) -> Result<Option<RAck>, Malformed> {
        self.get(H::RAck).map(RAck::parse).transpose()
    }

    /// Content-Type.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn content_type(&self) -> Result<Option<MediaType<'_>>, Malformed> {
        self.get(H::ContentType).map(MediaType::parse).transpose()
    }

    /// Retry-After; none where absent or malformed.
    #[must_use]
    pub fn retry_after(&self) -> Option<RetryAfter<'_>> {
        self.get(H::RetryAfter).and_then(|value| RetryAfter::parse(value).ok())
    }

    /// The warnings. Malformed ones are left out.
    pub fn warnings(&self) -> impl Iterator<Item = Warning<'_>> {
        self.values(H::Warning).filter_map(|value| Warning::parse(value).ok())
    }
}
