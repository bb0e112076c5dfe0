use js_sys::{Array, JsString, Uint16Array, Uint32Array};
use wasm_bindgen::prelude::*;
use web_sys::{Node, Text};

use super::Highlight;

#[wasm_bindgen(module = "/src/page/walk.js")]
extern "C" {
    #[wasm_bindgen(js_name = Walk)]
    type JsWalk;

    #[wasm_bindgen(constructor, js_class = "Walk")]
    fn new(first: &Node, last: &Node) -> JsWalk;

    #[wasm_bindgen(method)]
    fn next(this: &JsWalk, deadline: f64) -> bool;

    #[wasm_bindgen(method, getter)]
    fn nodes(this: &JsWalk) -> Array;

    #[wasm_bindgen(method, getter)]
    fn length(this: &JsWalk) -> u32;

    #[wasm_bindgen(method, getter)]
    fn text(this: &JsWalk) -> Uint16Array;

    #[wasm_bindgen(method, getter)]
    fn table(this: &JsWalk) -> Uint32Array;

    #[wasm_bindgen(method, getter)]
    fn roots(this: &JsWalk) -> Array;

    #[wasm_bindgen(method, getter)]
    fn hopefuls(this: &JsWalk) -> Array;

    #[wasm_bindgen(js_name = takeLabels)]
    fn js_take_labels() -> Array;

    #[wasm_bindgen(js_name = extent)]
    fn js_extent(node: &Node) -> Array;

    /// True for a text that the user may edit, or that a code editor draws.
    #[wasm_bindgen(js_name = isEdited)]
    pub fn is_edited(node: &Node) -> bool;

    /// Gives a text node an id other than 0, which [`NodeEntry::id`] and [`id_of`] tell from now on.
    pub fn remember(node: &Text, id: u32);

    /// Takes it back.
    pub fn forget(node: &Text);

    /// The id of a text node; 0 for none.
    #[wasm_bindgen(js_name = idOf)]
    pub fn id_of(node: &Node) -> u32;

    /// Adds the range from `from` in `start` to `to` in `end` to a highlight, and returns it, a `StaticRange`.
    pub fn mark(highlight: &Highlight, start: &Text, from: u32, end: &Text, to: u32) -> JsValue;
}

/// Goes through the text of a part of the page, a slice at a time. What the page changes meanwhile does not confuse it.
pub struct Walk(JsWalk);

/// A slice of text: many nodes in one buffer. Keep it, so that its buffers are reused.
#[derive(Default)]
pub struct Slice {
    /// The text of all nodes, one after the other, in UTF-16 code units.
    pub text: Vec<u16>,
    /// The nodes, in the order of the page.
    pub entries: Vec<NodeEntry>,
    /// The nodes themselves.
    nodes: Array,
    /// Open shadow roots that were met; their text is not in the slice.
    pub roots: Array,
    /// Custom elements without a shadow root, which may get one.
    pub hopefuls: Array,
    table: Vec<u32>,
}

/// One text node, or a piece of a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeEntry {
    /// Where its text begins in [`Slice::text`].
    pub at: u32,
    /// Where the piece begins in the node.
    pub base: u32,
    /// A run of text begins here: something ends a line before it.
    pub fresh: bool,
    /// What the label beside it is numbered; 0 for none. See [`take_labels`].
    pub label: u32,
    /// The id it was given; 0 for none.
    pub id: u32,
}

impl NodeEntry {
    fn read(row: &[u32]) -> Option<Self> {
        let &[at, base, flags, id] = row else { return None };
        Some(Self { at, base, fresh: flags & 1 == 1, label: flags >> 1, id })
    }
}

impl Slice {
    /// The text node of the entry with this index.
    #[must_use]
    pub fn node(&self, index: usize) -> Text {
        self.nodes.get(u32::try_from(index).unwrap_or(u32::MAX)).unchecked_into()
    }
}

impl Walk {
    /// From a node to one of its later siblings (or itself), both with all that they hold.
    #[must_use]
    pub fn new(first: &Node, last: &Node) -> Self {
        Self(JsWalk::new(first, last))
    }

    /// Reads on until the slice is full or `deadline` (a time of [`now`](super::now)) is past. False when nothing is left.
    pub fn next(&mut self, deadline: f64, slice: &mut Slice) -> bool {
        let more = self.0.next(deadline);
        slice.nodes = self.0.nodes();
        slice.roots = self.0.roots();
        slice.hopefuls = self.0.hopefuls();
        slice.text.resize(self.0.length() as usize, 0);
        self.0.text().subarray(0, self.0.length()).copy_to(&mut slice.text);
        let numbers = slice.nodes.length() * 4;
        slice.table.resize(numbers as usize, 0);
        self.0.table().subarray(0, numbers).copy_to(&mut slice.table);
        slice.entries.clear();
        slice.entries.extend(slice.table.chunks_exact(4).filter_map(NodeEntry::read));
        more
    }
}

/// The labels (headers of columns, terms) that were numbered since the last call, in UTF-16: numbers count up from 1, over all calls.
#[must_use]
pub fn take_labels() -> Vec<Vec<u16>> {
    js_take_labels().iter().filter_map(|label| Some(label.dyn_into::<JsString>().ok()?.iter().collect())).collect()
}

/// The first and the last sibling of the run of text that a node is in; a block is one by itself.
#[must_use]
pub fn extent(node: &Node) -> (Node, Node) {
    let pair = js_extent(node);
    (pair.get(0).unchecked_into(), pair.get(1).unchecked_into())
}

#[cfg(test)]
mod tests {
    use super::NodeEntry;

    #[test]
    fn reads_rows_as_the_script_writes_them() {
        let entry = NodeEntry::read(&[10, 20, (7 << 1) | 1, 3]);
        assert_eq!(entry, Some(NodeEntry { at: 10, base: 20, fresh: true, label: 7, id: 3 }));
        assert_eq!(NodeEntry::read(&[1, 2, 3]), None);
    }
}
