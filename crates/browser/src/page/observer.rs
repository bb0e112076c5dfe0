use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{MutationObserver, MutationObserverInit, MutationRecord, Node, NodeList};

/// Hears what the page changes in its tree and its text, in the document and in shadow roots, until it is dropped.
pub struct Observer {
    observer: MutationObserver,
    _closure: Closure<dyn FnMut(Array)>,
}

impl Observer {
    /// Calls `handler` with `MutationRecord`s.
    pub fn new(mut handler: impl FnMut(Vec<MutationRecord>) + 'static) -> Option<Self> {
        let closure = Closure::<dyn FnMut(Array)>::new(move |records: Array| handler(records.iter().map(JsCast::unchecked_into).collect()));
        let observer = MutationObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        Some(Self { observer, _closure: closure })
    }

    /// Observes all that is under `root` too.
    pub fn observe(&self, root: &Node) {
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_character_data(true);
        options.set_subtree(true);
        let _ = self.observer.observe_with_options(root, &options);
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The nodes around which the text is no longer what it was, and whether nodes have left the page.
#[must_use]
pub fn changed_nodes(record: &MutationRecord) -> (Vec<Node>, bool) {
    let list = |list: NodeList| (0..list.length()).filter_map(move |index| list.item(index));
    if record.type_() == "characterData" {
        return (record.target().into_iter().collect(), false);
    }
    let mut changed: Vec<Node> = list(record.added_nodes()).collect();
    let removed = record.removed_nodes().length() > 0;
    // What was between two texts, or is now, may have joined or parted them.
    changed.extend(record.previous_sibling().into_iter().chain(record.next_sibling()).filter(|node| node.node_type() == Node::TEXT_NODE));
    (changed, removed)
}
