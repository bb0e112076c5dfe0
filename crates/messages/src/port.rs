use serde::{Deserialize, Serialize};

use crate::{Command, CommandId, FoundNumber, FrameSize, Notice, Problem, Snapshot};

/// The names of the ports that the offscreen document takes. Views and content scripts are told apart by the port's sender as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortName {
    /// Popup, options, microphone page.
    View,
    /// The widget's frame in a tab.
    Widget,
    /// A content script.
    Content,
}

impl PortName {
    /// As `runtime.connect({name})` has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Widget => "widget",
            Self::Content => "content",
        }
    }

    /// The reverse of [`Self::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::View, Self::Widget, Self::Content].into_iter().find(|port| port.as_str() == name)
    }
}

/// What a view says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ViewMessage {
    /// Do something.
    Command {
        /// Unique; a repeated id does nothing.
        id: CommandId,
        /// What.
        command: Command,
    },
    /// Send this topic now and whenever it changes.
    Watch {
        /// Which.
        topic: Topic,
    },
    /// No longer.
    Unwatch {
        /// Which.
        topic: Topic,
    },
    /// Widget only: the size its content wants.
    Frame {
        /// CSS pixels.
        size: FrameSize,
    },
    /// Widget only: dragged by its handle.
    Move {
        /// CSS pixels to the right since the last of these.
        dx: f64,
        /// CSS pixels down.
        dy: f64,
        /// The drag is over.
        done: bool,
    },
}

/// A large list that a view asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Topic {
    /// The numbers on the page of the widget's own tab.
    Numbers,
}

/// What the phone says to a view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum PhoneMessage {
    /// The whole state. The first thing on every port.
    Snapshot {
        /// The state.
        snapshot: Box<Snapshot>,
    },
    /// Something happened once.
    Notice {
        /// What.
        notice: Notice,
    },
    /// What became of a command.
    Reply {
        /// Of which.
        id: CommandId,
        /// None: done.
        problem: Option<Problem>,
    },
    /// The numbers on the page of the widget's own tab.
    Numbers {
        /// In the order of the page.
        numbers: Vec<FoundNumber>,
    },
}
