use serde::{Deserialize, Serialize};

use crate::{CommandId, Text};

/// What a content script may say on its port. Who it is, the port tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ContentMessage {
    /// A trusted click on a number or a `tel:` link.
    Dial {
        /// A repeated id does nothing.
        id: CommandId,
        /// The number as it will be dialled.
        number: String,
        /// True for a link.
        link: bool,
    },
    /// The numbers of this frame, for the widget's list. Sent at most once a second, at most 500 of them.
    Numbers {
        /// In the order of the page.
        numbers: Vec<FoundNumber>,
    },
}

/// What a content script is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ToContent {
    /// What became of a command.
    Reply {
        /// Of which.
        id: CommandId,
        /// What is wrong, ready to be shown. None: done.
        problem: Option<Text>,
    },
    /// The widget of this tab wants another size.
    Frame {
        /// CSS pixels.
        size: FrameSize,
    },
    /// The widget of this tab is being dragged by its handle: move it by so many CSS pixels, and keep it inside the window.
    Move {
        /// To the right.
        dx: f64,
        /// Down.
        dy: f64,
        /// The drag is over: snap to the nearer side, remember the place.
        done: bool,
    },
}

/// A number on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundNumber {
    /// As it stands on the page.
    pub text: String,
    /// As it will be dialled.
    pub number: String,
}

/// A size in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameSize {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}
