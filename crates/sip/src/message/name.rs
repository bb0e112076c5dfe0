use core::fmt;

macro_rules! names {
    ($($variant:ident $text:literal $($compact:literal)?),* $(,)?) => {
        /// The name of a header field. Compares without regard to case; compact and long form are the same name.
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub enum HeaderName<'a> {
            $(#[doc = concat!("`", $text, "`.")] $variant,)*
            /// Any other.
            Other(&'a str),
        }

        const KNOWN: &[(&str, HeaderName<'static>)] = &[$(($text, HeaderName::$variant),)*];

        impl<'a> HeaderName<'a> {
            /// The long form as the RFCs spell it; for others as given.
            #[must_use]
            pub fn as_str(&self) -> &'a str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }

            /// The same name without a lifetime; none for [`Self::Other`].
            pub(super) fn known(self) -> Option<HeaderName<'static>> {
                match self {
                    $(Self::$variant => Some(HeaderName::$variant),)*
                    Self::Other(_) => None,
                }
            }

            fn compact(letter: u8) -> Option<Self> {
                $($(if letter == $compact { return Some(Self::$variant); })?)*
                None
            }
        }
    };
}

names! {
    Accept "Accept",
    AcceptContact "Accept-Contact" b'a',
    AcceptEncoding "Accept-Encoding",
    AcceptLanguage "Accept-Language",
    AlertInfo "Alert-Info",
    Allow "Allow",
    AllowEvents "Allow-Events" b'u',
    AuthenticationInfo "Authentication-Info",
    Authorization "Authorization",
    CSeq "CSeq",
    CallId "Call-ID" b'i',
    CallInfo "Call-Info",
    Contact "Contact" b'm',
    ContentDisposition "Content-Disposition",
    ContentEncoding "Content-Encoding" b'e',
    ContentLanguage "Content-Language",
    ContentLength "Content-Length" b'l',
    ContentType "Content-Type" b'c',
    Date "Date",
    Diversion "Diversion",
    ErrorInfo "Error-Info",
    Event "Event" b'o',
    Expires "Expires",
    FlowTimer "Flow-Timer",
    From "From" b'f',
    HistoryInfo "History-Info",
    Identity "Identity" b'y',
    InReplyTo "In-Reply-To",
    InfoPackage "Info-Package",
    Join "Join",
    MaxForwards "Max-Forwards",
    MimeVersion "MIME-Version",
    MinExpires "Min-Expires",
    MinSe "Min-SE",
    Organization "Organization",
    PAssertedIdentity "P-Asserted-Identity",
    PAssociatedUri "P-Associated-URI",
    PPreferredIdentity "P-Preferred-Identity",
    Path "Path",
    Priority "Priority",
    Privacy "Privacy",
    ProxyAuthenticate "Proxy-Authenticate",
    ProxyAuthenticationInfo "Proxy-Authentication-Info",
    ProxyAuthorization "Proxy-Authorization",
    ProxyRequire "Proxy-Require",
    RAck "RAck",
    RSeq "RSeq",
    Reason "Reason",
    RecordRoute "Record-Route",
    RecvInfo "Recv-Info",
    ReferSub "Refer-Sub",
    ReferTo "Refer-To" b'r',
    ReferredBy "Referred-By" b'b',
    RejectContact "Reject-Contact" b'j',
    RemotePartyId "Remote-Party-ID",
    Replaces "Replaces",
    ReplyTo "Reply-To",
    RequestDisposition "Request-Disposition" b'd',
    Require "Require",
    RetryAfter "Retry-After",
    Route "Route",
    Server "Server",
    ServiceRoute "Service-Route",
    SessionExpires "Session-Expires" b'x',
    SipEtag "SIP-ETag",
    SipIfMatch "SIP-If-Match",
    Subject "Subject" b's',
    SubscriptionState "Subscription-State",
    Supported "Supported" b'k',
    TargetDialog "Target-Dialog",
    Timestamp "Timestamp",
    To "To" b't',
    Unsupported "Unsupported",
    UserAgent "User-Agent",
    Via "Via" b'v',
    Warning "Warning",
    WwwAuthenticate "WWW-Authenticate",
}

impl<'a> HeaderName<'a> {
    /// The name that `text` is, in long or compact form and any case.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        if let &[letter] = text.as_bytes() {
            return Self::compact(letter.to_ascii_lowercase()).unwrap_or(Self::Other(text));
        }
        let found = KNOWN.iter().find(|(name, _)| name.len() == text.len() && name.eq_ignore_ascii_case(text));
        found.map_or(Self::Other(text), |(_, known)| *known)
    }

    /// Whether one line may hold several values, parted by commas.
    #[must_use]
    pub fn is_list(self) -> bool {
        use HeaderName as H;
        matches!(
            self,
            H::Accept
                | H::AcceptContact
                | H::AcceptEncoding
                | H::AcceptLanguage
                | H::AlertInfo
                | H::Allow
                | H::AllowEvents
                | H::CallInfo
                | H::Contact
                | H::ContentEncoding
                | H::ContentLanguage
                | H::Diversion
                | H::ErrorInfo
                | H::HistoryInfo
                | H::InReplyTo
                | H::PAssertedIdentity
                | H::PAssociatedUri
                | H::PPreferredIdentity
                | H::Path
                | H::ProxyRequire
                | H::Reason
                | H::RecordRoute
                | H::RecvInfo
                | H::RejectContact
                | H::RemotePartyId
                | H::RequestDisposition
                | H::Require
                | H::Route
                | H::ServiceRoute
                | H::Supported
                | H::Unsupported
                | H::Via
                | H::Warning
        )
    }
}

impl PartialEq for HeaderName<'_> {
    fn eq(&self, other: &HeaderName<'_>) -> bool {
        match (self, other) {
            (Self::Other(a), HeaderName::Other(b)) => a.eq_ignore_ascii_case(b),
            _ => core::mem::discriminant(self) == core::mem::discriminant(other),
        }
    }
}

impl Eq for HeaderName<'_> {}

impl<'a> From<&'a str> for HeaderName<'a> {
    fn from(text: &'a str) -> Self {
        Self::parse(text)
    }
}

impl fmt::Display for HeaderName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
