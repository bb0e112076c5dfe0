use core::fmt;

use super::chars;
use super::error::Malformed;

macro_rules! methods {
    ($($variant:ident $text:literal $doc:literal),* $(,)?) => {
        /// A request's method. Case matters (RFC 3261 7.1): `Invite` is an unknown method, not INVITE.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Method {
            $(#[doc = $doc] $variant,)*
            /// Any other token.
            Other(Box<str>),
        }

        impl Method {
            /// As it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }

            fn known(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

methods! {
    Invite "INVITE" "RFC 3261.",
    Ack "ACK" "RFC 3261.",
    Bye "BYE" "RFC 3261.",
    Cancel "CANCEL" "RFC 3261.",
    Register "REGISTER" "RFC 3261.",
    Options "OPTIONS" "RFC 3261.",
    Prack "PRACK" "RFC 3262.",
    Update "UPDATE" "RFC 3311.",
    Info "INFO" "RFC 6086.",
    Refer "REFER" "RFC 3515.",
    Notify "NOTIFY" "RFC 6665.",
    Subscribe "SUBSCRIBE" "RFC 6665.",
    Message "MESSAGE" "RFC 3428.",
    Publish "PUBLISH" "RFC 3903.",
}

impl Method {
    /// Reads a method: any token.
    ///
    /// # Errors
    /// When it is no token.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        match Self::known(text) {
            Some(method) => Ok(method),
            None if chars::is_token(text) => Ok(Self::Other(text.into())),
            None => Err(Malformed("method is no token")),
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::str::FromStr for Method {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}
