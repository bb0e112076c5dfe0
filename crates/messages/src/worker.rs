use serde::{Deserialize, Serialize};

use crate::{Account, Command, CommandId, DialSettings, NumberStyle, Secret, Settings, SiteMode};

/// What a content script learns when it says Hello. It runs in the page's process, so it learns no more than it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteState {
    /// What runs at this origin; [`SiteMode::Off`] where the phone is not switched on.
    pub mode: SiteMode,
    /// The agent is logged in, and the offscreen document takes ports.
    pub live: bool,
    /// As in [`Settings::regions`].
    pub regions: Vec<String>,
    /// As in [`Settings::number_style`].
    pub number_style: NumberStyle,
    /// As in [`Settings::dial`].
    pub dial: DialSettings,
    /// Where the user left the widget on this origin.
    pub place: Option<WidgetPlace>,
}

/// Where the widget's frame stands: at one side of the window, at a height that fits windows of every size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WidgetPlace {
    /// At the left side; otherwise at the right.
    pub left: bool,
    /// The free space above it as a share of all free space: 0 at the top, 1 at the bottom.
    pub height: f64,
}

/// What content scripts are told, by `tabs.sendMessage`, with `to: "content"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "toPage", rename_all = "camelCase")]
#[non_exhaustive]
pub enum SiteNews {
    /// Log-in, sites or settings have changed: say Hello again. A tab's frames may be of different sites, so each asks for itself.
    Changed,
}

/// What the offscreen document is told, by `runtime.sendMessage`, with `to: "offscreen"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ToOffscreenForm", into = "ToOffscreenForm")]
#[non_exhaustive]
pub enum ToOffscreen {
    /// From the worker: the settings have changed.
    Settings {
        /// All of them.
        settings: Settings,
    },
    /// From the worker: the user pressed a button of a notification or a menu entry. Answered like a view's command: with a [`Problem`](crate::Problem) or `null`.
    Command {
        /// Unique; a repeated id does nothing.
        id: CommandId,
        /// What.
        command: Command,
    },
    /// From the worker: the user pressed a shortcut. The phone knows which call is meant. Answered like a command.
    Shortcut {
        /// Which.
        shortcut: Shortcut,
    },
    /// Does it take ports? Answered with `true`.
    Ping,
}

/// How it travels: a field for each alternative, one of them filled. So it shares its object with `to`, and does without the buffering that an
/// inner tag needs (27 KB to load).
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ToOffscreenForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Settings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<(CommandId, Command)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shortcut: Option<Shortcut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ping: Option<bool>,
}

impl From<ToOffscreen> for ToOffscreenForm {
    fn from(message: ToOffscreen) -> Self {
        let empty = Self::default();
        match message {
            ToOffscreen::Settings { settings } => Self { settings: Some(settings), ..empty },
            ToOffscreen::Command { id, command } => Self { command: Some((id, command)), ..empty },
            ToOffscreen::Shortcut { shortcut } => Self { shortcut: Some(shortcut), ..empty },
            ToOffscreen::Ping => Self { ping: Some(true), ..empty },
        }
    }
}

impl TryFrom<ToOffscreenForm> for ToOffscreen {
    type Error = &'static str;

    fn try_from(form: ToOffscreenForm) -> Result<Self, Self::Error> {
        match form {
            ToOffscreenForm { settings: Some(settings), .. } => Ok(Self::Settings { settings }),
            ToOffscreenForm { command: Some((id, command)), .. } => Ok(Self::Command { id, command }),
            ToOffscreenForm { shortcut: Some(shortcut), .. } => Ok(Self::Shortcut { shortcut }),
            ToOffscreenForm { ping: Some(_), .. } => Ok(Self::Ping),
            _ => Err("nothing that is known"),
        }
    }
}

/// What a keyboard shortcut asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Shortcut {
    /// Answer the call that has rung longest.
    Answer,
    /// End the call that is not on hold; without one, give up or decline the newest.
    HangUp,
    /// Switch the microphone off, or on again, for the call that is not on hold.
    Mute,
}

/// What the worker hands a new offscreen document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// The user's settings.
    pub settings: Settings,
    /// What the last offscreen document (or the last "remember me") left: log in with it at once.
    pub remembered: Option<Remembered>,
    /// A UUID made once for this installation, by which a registrar knows it again (RFC 5626 4.1 `+sip.instance`).
    #[serde(default)]
    pub instance: String,
}

/// A log-in that survives a crash, and with `for_long` a restart of the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remembered {
    /// Where.
    pub account: Account,
    /// The account's password.
    pub password: Secret,
    /// The user said "remember me".
    pub for_long: bool,
}

/// What the toolbar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Badge {
    /// Not logged in.
    Off,
    /// Registered, nothing going on, ready for calls.
    Ready,
    /// Logged in, takes no calls.
    NotReady,
    /// Logged in, connection lost.
    Trouble,
    /// It rings.
    Ringing,
    /// In a call.
    InCall {
        /// For so many whole minutes.
        minutes: u32,
    },
    /// Calls missed since the agent last looked.
    Missed {
        /// So many.
        count: u32,
    },
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_offscreen_document_is_told_shares_its_object() {
        let command = ToOffscreen::Command { id: CommandId::from("a"), command: Command::LogOut };
        for (message, mut expected) in [
            (ToOffscreen::Ping, json!({"ping": true})),
            (ToOffscreen::Shortcut { shortcut: Shortcut::Mute }, json!({"shortcut": "mute"})),
            (command, json!({"command": ["a", "logOut"]})),
        ] {
            assert_eq!(serde_json::to_value(&message).unwrap(), expected);
            expected["to"] = json!("offscreen");
            assert_eq!(serde_json::from_value::<ToOffscreen>(expected).unwrap(), message);
        }
        assert!(serde_json::from_value::<ToOffscreen>(json!({"to": "offscreen"})).is_err());
        assert!(serde_json::from_value::<ToOffscreen>(json!({"to": "offscreen", "command": 1})).is_err());
    }
}
