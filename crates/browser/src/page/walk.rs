use js_sys::{Array, Uint32Array};
use wasm_bindgen::prelude::*;
use web_sys::{Node, Text};

use super::Highlight;

#[wasm_bindgen(module = "/src/page/walk.js")]
extern "C" {
    /// Goes through the text of a part of the page, a slice at a time. What the page changes meanwhile does not confuse it.
    pub type Walk;

    #[wasm_bindgen(constructor, js_class = "Walk")]
    fn new(first: &Node, last: &Node) -> Walk;

    #[wasm_bindgen(method, js_name = next)]
    fn js_next(this: &Walk, deadline: f64, batch: u32) -> bool;

    #[wasm_bindgen(method, getter)]
    fn nodes(this: &Walk) -> Array;

    #[wasm_bindgen(method, getter)]
    fn table(this: &Walk) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn ends(this: &Walk) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn stale(this: &Walk) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn roots(this: &Walk) -> Array;

    #[wasm_bindgen(method, getter)]
    fn hopefuls(this: &Walk) -> Array;

    #[wasm_bindgen(method, getter)]
    fn message(this: &Walk) -> JsValue;

    #[wasm_bindgen(js_name = extent)]
    fn js_extent(node: &Node) -> Array;

    /// Gives a text node an id other than 0, which [`id_of`] and [`Slice::stale`] tell from now on.
    pub fn remember(node: &Text, id: u32);

    /// Takes it back.
    pub fn forget(node: &Text);

    /// The id of a text node; 0 for none.
    #[wasm_bindgen(js_name = idOf)]
    pub fn id_of(node: &Node) -> u32;

    /// The batch that a text was last sent in: an answer to an earlier one is of a text that is no more.
    #[wasm_bindgen(js_name = batchOf)]
    pub fn batch_of(node: &Node) -> u32;

    /// Places an element of ours, in CSS pixels, and sizes it unless `width` is negative.
    pub fn put(element: &web_sys::HtmlElement, x: f64, y: f64, width: f64, height: f64);

    /// Adds the range from `from` in `start` to `to` in `end` to a highlight, and returns it, a `StaticRange`.
    pub fn mark(highlight: &Highlight, start: &Text, from: u32, end: &Text, to: u32) -> JsValue;
}

/// A slice of text: the runs in it that may hold a number.
pub struct Slice {
    /// What to ask the phone's finder, a [`ContentMessage::Find`](patchcord_messages::ContentMessage::Find); `undefined` where there is nothing to ask.
    pub message: JsValue,
    /// Where its nodes are.
    pub batch: Batch,
    /// The ids of texts that were read again.
    pub stale: Vec<u32>,
    /// Open shadow roots that were met; their text is not in the slice.
    pub roots: Array,
    /// Custom elements without a shadow root, which may get one.
    pub hopefuls: Array,
}

/// Where the text of a batch comes from.
pub struct Batch {
    /// The nodes, in the order of the page.
    pub entries: Vec<NodeEntry>,
    /// Where each run ends in the text.
    pub ends: Vec<u32>,
    nodes: Array,
}

/// One text node, or a piece of a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeEntry {
    /// Where its text begins in the batch.
    pub at: u32,
    /// Where the piece begins in the node.
    pub base: u32,
}

impl Batch {
    /// The text node of the entry with this index.
    #[must_use]
    pub fn node(&self, index: usize) -> Text {
        self.nodes.get(u32::try_from(index).unwrap_or(u32::MAX)).unchecked_into()
    }
}

impl Walk {
    /// From a node to one of its later siblings (or itself), both with all that they hold.
    #[must_use]
    pub fn over(first: &Node, last: &Node) -> Self {
        Self::new(first, last)
    }

    /// Reads on until there is enough or `deadline` (a time of [`now`](super::now)) is past. False when nothing is left.
    pub fn next(&self, deadline: f64, batch: u32) -> (Slice, bool) {
        let more = self.js_next(deadline, batch);
        let numbers = |list: JsValue| Uint32Array::new(&list).to_vec();
        let entries =
            numbers(self.table()).chunks_exact(2).filter_map(|row| Some(NodeEntry { at: *row.first()?, base: *row.get(1)? })).collect();
        let slice = Slice {
            message: self.message(),
            batch: Batch { entries, ends: numbers(self.ends()), nodes: self.nodes() },
            stale: numbers(self.stale()),
            roots: self.roots(),
            hopefuls: self.hopefuls(),
        };
        (slice, more)
    }
}

/// The first and the last sibling of the run of text that a node is in; a block is one by itself.
#[must_use]
pub fn extent(node: &Node) -> (Node, Node) {
    let pair = js_extent(node);
    (pair.get(0).unchecked_into(), pair.get(1).unchecked_into())
}
