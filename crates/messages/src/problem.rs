use serde::{Deserialize, Serialize};

/// A text for a person: a key of `manifest/_locales/*/messages.json` and what goes into its placeholders, in order.
///
/// Words live in the locales only, so that each problem can be said in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The message's key.
    pub key: String,
    /// What `$1`, `$2`, … stand for. From outside: shown as text only.
    pub args: Vec<String>,
}

/// What is wrong, told apart by what the agent can do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Problem {
    /// The server's URL is empty.
    ServerEmpty,
    /// The server's URL is no `ws://` or `wss://` URL.
    ServerNotWebSocket {
        /// As typed.
        server: String,
    },
    /// No user was given.
    UserEmpty,
    /// The user name has a character that no SIP user can have.
    UserInvalid {
        /// As typed.
        user: String,
    },
    /// The server can't be reached: no such host, refused, or a certificate that the browser does not trust (browsers tell none of these apart).
    Unreachable {
        /// The server's host.
        host: String,
    },
    /// The connection opened, but nothing came back in time.
    ServerSilent {
        /// The server's host.
        host: String,
    },
    /// The connection was lost; the phone is trying again.
    ConnectionLost {
        /// The server's host.
        host: String,
    },
    /// Wrong user or password (401 or 407 to correct credentials, or 403 to REGISTER).
    WrongPassword,
    /// The server wants a digest algorithm or scheme that we do not have.
    UnsupportedAuthentication {
        /// As the server names it.
        scheme: String,
    },
    /// The server refused the registration for another reason.
    RegistrationRefused {
        /// SIP status code.
        status: u16,
        /// The server's own words.
        reason: String,
    },
    /// What the server says makes no sense.
    ServerMisbehaves {
        /// For the log and the curious.
        detail: String,
    },
    /// Not logged in, so nothing can be dialled.
    NotLoggedIn,
    /// Nothing to dial.
    NumberEmpty,
    /// What was to be dialled is no number or address.
    NumberInvalid {
        /// As given, shortened.
        number: String,
    },
    /// More than a number can have.
    NumberTooLong,
    /// A code for the phone itself (`*#06#`), which a call can't carry.
    NumberIsDeviceCode {
        /// As given.
        number: String,
    },
    /// Only 0–9, A–D, `*` and `#` can be sent as tones.
    DigitsInvalid {
        /// As given, shortened.
        digits: String,
    },
    /// The call is over or was never there.
    NoSuchCall,
    /// Not now: the call is not in a state for it.
    NotPossibleNow,
    /// No microphone is plugged in.
    MicrophoneMissing,
    /// The browser was told not to let us use the microphone.
    MicrophoneRefused,
    /// Never asked for the microphone yet.
    MicrophoneNotAsked,
    /// Another program holds the microphone, or it is broken.
    MicrophoneBusy,
    /// Sound could not be connected (ICE failed).
    MediaFailed,
    /// No sound has come from the far side for some seconds.
    NoSound,
    /// Sound could not be agreed on (488, 606, or an answer that we cannot use).
    NoCommonCodec,
    /// The PBX answered a call with a status that has no words of its own.
    CallRefused {
        /// SIP status code.
        status: u16,
        /// The server's own words.
        reason: String,
    },
    /// The PBX did not answer in time.
    CallTimedOut,
    /// The page may not do this: the user has not allowed it there.
    NotAllowed,
    /// Too many calls asked for by one page.
    TooMany,
    /// Our own fault.
    Internal {
        /// For the log and the curious.
        detail: String,
    },
}

impl Problem {
    /// The key of the words for it, in `manifest/_locales`: `problem` and the variant's name.
    #[must_use]
    pub fn text(&self) -> Text {
        let (key, args): (&str, Vec<String>) = match self {
            Self::ServerEmpty => ("problemServerEmpty", vec![]),
            Self::ServerNotWebSocket { server } => ("problemServerNotWebSocket", vec![server.clone()]),
            Self::UserEmpty => ("problemUserEmpty", vec![]),
            Self::UserInvalid { user } => ("problemUserInvalid", vec![user.clone()]),
            Self::Unreachable { host } => ("problemUnreachable", vec![host.clone()]),
            Self::ServerSilent { host } => ("problemServerSilent", vec![host.clone()]),
            Self::ConnectionLost { host } => ("problemConnectionLost", vec![host.clone()]),
            Self::WrongPassword => ("problemWrongPassword", vec![]),
            Self::UnsupportedAuthentication { scheme } => ("problemUnsupportedAuthentication", vec![scheme.clone()]),
            Self::RegistrationRefused { status, reason } => ("problemRegistrationRefused", vec![status.to_string(), reason.clone()]),
            Self::ServerMisbehaves { detail } => ("problemServerMisbehaves", vec![detail.clone()]),
            Self::NotLoggedIn => ("problemNotLoggedIn", vec![]),
            Self::NumberEmpty => ("problemNumberEmpty", vec![]),
            Self::NumberInvalid { number } => ("problemNumberInvalid", vec![number.clone()]),
            Self::NumberTooLong => ("problemNumberTooLong", vec![]),
            Self::NumberIsDeviceCode { number } => ("problemNumberIsDeviceCode", vec![number.clone()]),
            Self::DigitsInvalid { digits } => ("problemDigitsInvalid", vec![digits.clone()]),
            Self::NoSuchCall => ("problemNoSuchCall", vec![]),
            Self::NotPossibleNow => ("problemNotPossibleNow", vec![]),
            Self::MicrophoneMissing => ("problemMicrophoneMissing", vec![]),
            Self::MicrophoneRefused => ("problemMicrophoneRefused", vec![]),
            Self::MicrophoneNotAsked => ("problemMicrophoneNotAsked", vec![]),
            Self::MicrophoneBusy => ("problemMicrophoneBusy", vec![]),
            Self::MediaFailed => ("problemMediaFailed", vec![]),
            Self::NoSound => ("problemNoSound", vec![]),
            Self::NoCommonCodec => ("problemNoCommonCodec", vec![]),
            Self::CallRefused { status, reason } => ("problemCallRefused", vec![status.to_string(), reason.clone()]),
            Self::CallTimedOut => ("problemCallTimedOut", vec![]),
            Self::NotAllowed => ("problemNotAllowed", vec![]),
            Self::TooMany => ("problemTooMany", vec![]),
            Self::Internal { detail } => ("problemInternal", vec![detail.clone()]),
        };
        Text { key: key.to_owned(), args }
    }
}
