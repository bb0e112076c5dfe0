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
    /// Text that may hold numbers: which does it hold? Answered with [`ToContent::Found`]. The finder is in the offscreen document, where it runs as
    /// wasm, once for all tabs, and not on the page's own thread.
    Find {
        /// Names the batch in the answer.
        batch: u32,
        /// The text of all cells, one after the other. At most [`MOST_FIND_TEXT`] UTF-16 units.
        text: String,
        /// Where each cell ends in the text, in UTF-16 units.
        ends: Vec<u32>,
        /// For each cell, which of `labels` says what it holds, counted from 1; 0 for none.
        label: Vec<u32>,
        /// Headers of columns, terms.
        labels: Vec<String>,
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
    /// The numbers of a batch.
    Found {
        /// Which.
        batch: u32,
        /// In the order of the text.
        finds: Vec<FoundSpan>,
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

/// More text than this in one [`ContentMessage::Find`] is not looked at.
pub const MOST_FIND_TEXT: usize = 1 << 17;

/// Where a number is in the text of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundSpan {
    /// In which cell.
    pub cell: u32,
    /// Its first UTF-16 unit in the cell.
    pub start: u32,
    /// Behind its last.
    pub end: u32,
    /// As it will be dialled.
    pub number: String,
    /// As people read it.
    pub shown: String,
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
