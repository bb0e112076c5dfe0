use serde::{Deserialize, Serialize};

use crate::{Account, AgentStatus, CallId, Secret};

/// What a view asks of the phone. Sent with a [`CommandId`](crate::CommandId); answered once, with success or a [`Problem`](crate::Problem).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Command {
    /// Log in. Answered when the outcome is known.
    LogIn {
        /// Where.
        account: Account,
        /// The account's password.
        password: Secret,
        /// Keep it, so that the next start of the browser logs in by itself.
        remember: bool,
    },
    /// Log out: calls are hung up, the registration is removed, what was remembered is forgotten.
    LogOut,
    /// Take calls, or take none.
    SetAgent {
        /// What the agent wants.
        status: AgentStatus,
    },
    /// Call a number. Answered when the INVITE is on its way, or with what is wrong with the number.
    Dial {
        /// A number in any usual spelling, or a SIP URI.
        number: String,
        /// Where it was asked for.
        source: DialSource,
    },
    /// Answer. The first answer wins; the others get `NotPossibleNow`.
    Answer {
        /// Which call.
        call: CallId,
    },
    /// Turn an incoming call away.
    Decline {
        /// Which call.
        call: CallId,
    },
    /// End a call, or give it up.
    HangUp {
        /// Which call.
        call: CallId,
    },
    /// Hold or resume.
    SetHold {
        /// Which call.
        call: CallId,
        /// True to hold.
        hold: bool,
    },
    /// Switch the microphone off or on for a call.
    SetMuted {
        /// Which call.
        call: CallId,
        /// True to switch it off.
        muted: bool,
    },
    /// Send tones.
    SendDigits {
        /// Which call.
        call: CallId,
        /// 0–9, A–D, `*`, `#`.
        digits: String,
    },
    /// An ended call has been read: take it out of the snapshot.
    Dismiss {
        /// Which call.
        call: CallId,
    },
    /// The missed calls have been seen.
    ClearMissed,
    /// The microphone's permission has changed (the microphone page asked for it): look again.
    CheckMicrophone,
}

/// Where a call was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DialSource {
    /// A number on a page.
    Page,
    /// A `tel:` or `callto:` link.
    Link,
    /// The widget's dial pad.
    DialPad,
    /// The popup.
    Popup,
    /// Again, from a list of calls.
    Redial,
    /// The page's own script, through the page API.
    Api,
}
