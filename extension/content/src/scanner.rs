//! Finds the numbers of this document, marks them, and follows what the page changes. A slice at a time; only what changed is read again.

use std::collections::VecDeque;

use js_sys::{Set, WeakSet};
use patchcord_browser::page::{
    Batch, Hit, Observer, Paint, Rect, Slice, Walk, batch_of, changed_nodes, extent, forget, id_of, mark, now, range_rects, remember,
};
use patchcord_messages::{ContentMessage, FoundNumber, FoundSpan};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, MutationRecord, Node, ShadowRoot, Text};

use crate::{
    index::{Index, MarkId, NodeId, Span},
    spans::parts,
    visible, wire,
};

/// More changes than this between two slices (a hidden tab, a page made anew): everything is read again instead.
const MOST_CHANGES: usize = 2000;
/// Custom elements that are watched for a shadow root.
const MOST_HOPEFULS: u32 = 2000;
/// How many text nodes are looked after in one go, when some may have left the page.
const SWEEP: usize = 500;
/// Inputs that hold more hold no number.
const LONGEST_VALUE: usize = 200;
/// The widget's list has no more numbers than this, of the first so many on the page.
const LISTED: usize = 500;
const LOOKED_AT: usize = 3000;

/// So many batches are with the phone at once: a huge page must not fill its queue.
const MOST_ASKED: usize = 3;

/// A number, as the phone knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// As it will be dialled.
    pub(crate) number: String,
    /// As people read it.
    pub(crate) shown: String,
}

/// What is with the phone.
enum Asked {
    /// A slice of the page.
    Batch(Batch),
    /// A text that is in no text node: the value of an input.
    Text(String),
}

/// What is left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Left {
    Nothing,
    /// When the page has nothing better to do.
    WhenIdle,
    /// The user is looking at it.
    Soon,
}

pub(crate) struct Scanner {
    document: Document,
    index: Index<Number>,
    /// By [`NodeId`] less one, and by [`MarkId`].
    nodes: Vec<Option<Text>>,
    ranges: Vec<JsValue>,
    paint: Paint,
    observer: Observer,
    known_roots: WeakSet,
    hopefuls: Set,
    urgent: VecDeque<Walk>,
    later: VecDeque<Walk>,
    changed: Vec<Node>,
    /// Nodes have left the page: how far the search for them is.
    sweep: Option<NodeId>,
    /// The list of numbers is no longer what it was.
    news: bool,
    /// Counts batches.
    batch: u32,
    asked: Vec<(u32, Asked)>,
    /// What is to be said to the phone.
    questions: Vec<JsValue>,
    /// The last text that was looked up, and what it holds.
    looked_up: Option<(String, Option<Number>)>,
}

impl Scanner {
    /// Begins with what is in sight.
    pub(crate) fn new(document: &Document, mut paint: Paint, observer: Observer) -> Self {
        paint.show_in(document);
        observer.observe(document);
        let mut scanner = Self {
            document: document.clone(),
            index: Index::default(),
            nodes: Vec::new(),
            ranges: Vec::new(),
            paint,
            observer,
            known_roots: WeakSet::new(),
            hopefuls: Set::new(&JsValue::UNDEFINED),
            urgent: VecDeque::new(),
            later: VecDeque::new(),
            changed: Vec::new(),
            sweep: None,
            news: false,
            batch: 0,
            asked: Vec::new(),
            questions: Vec::new(),
            looked_up: None,
        };
        scanner.urgent.extend(visible::walks(document));
        scanner.read_everything();
        scanner
    }

    fn read_everything(&mut self) {
        self.later.clear();
        self.later.extend(self.document.document_element().map(|root| Walk::over(&root, &root)));
    }

    /// What the page has changed. Cheap: it is looked at later.
    pub(crate) fn note(&mut self, records: &[MutationRecord]) {
        for record in records {
            let (changed, removed) = changed_nodes(record);
            if removed {
                self.sweep = Some(NodeId(0));
            }
            if self.changed.len() < MOST_CHANGES {
                self.changed.extend(changed);
            }
        }
        if self.changed.len() >= MOST_CHANGES {
            self.changed.clear();
            self.urgent.clear();
            self.read_everything();
        }
    }

    /// Works until `deadline`, a time of [`now`].
    pub(crate) fn step(&mut self, deadline: f64) -> Left {
        self.look_at_changes();
        while self.asked.len() < MOST_ASKED {
            let queue = if self.later.is_empty() || !self.urgent.is_empty() { &mut self.urgent } else { &mut self.later };
            let Some(walk) = queue.front() else { break };
            self.batch += 1;
            let (slice, more) = walk.next(deadline, self.batch);
            if !more {
                queue.pop_front();
            }
            self.absorb(slice);
            if now() > deadline {
                break;
            }
        }
        if now() <= deadline {
            self.sweep();
        }
        self.paint.keep_up();
        if self.asked.len() >= MOST_ASKED {
            // The next answer leads here again.
            return Left::Nothing;
        }
        match (self.urgent.is_empty(), self.later.is_empty() && self.sweep.is_none()) {
            (false, _) => Left::Soon,
            (true, false) => Left::WhenIdle,
            (true, true) => Left::Nothing,
        }
    }

    fn look_at_changes(&mut self) {
        if self.changed.is_empty() {
            return;
        }
        let changed = core::mem::take(&mut self.changed);
        let all = Set::new(&JsValue::UNDEFINED);
        for node in &changed {
            all.add(node);
        }
        let taken = WeakSet::new();
        for node in changed {
            // Each once, and not what is inside another one, which will be read with it.
            if !node.is_connected() || taken.has(&node) || has_ancestor_in(&node, &all) {
                continue;
            }
            taken.add(&node);
            let (first, last) = extent(&node);
            self.urgent.push_back(Walk::over(&first, &last));
        }
    }

    fn absorb(&mut self, slice: Slice) {
        for root in slice.roots.iter() {
            self.meet(&root.unchecked_into());
        }
        for element in slice.hopefuls.iter() {
            if self.hopefuls.size() < MOST_HOPEFULS {
                self.hopefuls.add(&element);
            }
        }
        for id in slice.stale {
            let gone = self.index.clear(NodeId(id));
            self.unmark(&gone);
        }
        if !slice.message.is_undefined() {
            self.questions.push(slice.message);
            self.asked.push((self.batch, Asked::Batch(slice.batch)));
        }
    }

    /// What is to be said to the phone now.
    pub(crate) fn take_questions(&mut self) -> Vec<JsValue> {
        core::mem::take(&mut self.questions)
    }

    /// The phone's answer. True where it was to [`Self::look_up`].
    pub(crate) fn found(&mut self, batch: u32, finds: Vec<FoundSpan>) -> bool {
        let Some(at) = self.asked.iter().position(|(asked, _)| *asked == batch) else { return false };
        let (_, asked) = self.asked.swap_remove(at);
        match asked {
            Asked::Batch(of) => {
                for find in finds {
                    self.add(batch, &of, find);
                }
                false
            }
            Asked::Text(text) => {
                let number = finds.into_iter().next().map(|find| Number { number: find.number, shown: find.shown });
                self.looked_up = Some((text, number));
                true
            }
        }
    }

    fn add(&mut self, batch: u32, of: &Batch, find: FoundSpan) {
        let parts = parts(&of.entries, &of.ends, find.cell, find.start, find.end);
        let nodes: Vec<Text> = parts.iter().map(|part| of.node(part.entry)).collect();
        let (Some((first, start)), Some((last, end))) = (parts.first().zip(nodes.first()), parts.last().zip(nodes.last())) else { return };
        // Read again since, or gone from the page.
        if nodes.iter().any(|node| batch_of(node) != batch) || !start.is_connected() {
            return;
        }
        let spans: Vec<Span> =
            parts.iter().zip(&nodes).map(|(part, node)| Span { node: self.id(node), from: part.from, to: part.to }).collect();
        let range = mark(self.paint.highlight(), start, first.from, end, last.to);
        let MarkId(id) = self.index.add(Number { number: find.number, shown: find.shown }, &spans);
        let id = id as usize;
        if self.ranges.len() <= id {
            self.ranges.resize(id + 1, JsValue::UNDEFINED);
        }
        if let Some(slot) = self.ranges.get_mut(id) {
            *slot = range;
        }
        self.news = true;
    }

    /// The first number in a text that is in no text node. None while the phone has not answered, or where there is none.
    pub(crate) fn look_up(&mut self, text: &str) -> Option<Number> {
        if let Some((known, number)) = &self.looked_up
            && known == text
        {
            return number.clone();
        }
        let waiting = self.asked.iter().any(|(_, asked)| matches!(asked, Asked::Text(asked) if asked == text));
        if !waiting && text.len() < LONGEST_VALUE {
            self.batch += 1;
            let ends = vec![u32::try_from(text.encode_utf16().count()).unwrap_or(0)];
            let find = ContentMessage::Find { batch: self.batch, text: text.to_owned(), ends, label: vec![0], labels: Vec::new() };
            self.questions.extend(wire::write_phone::<JsValue>(&find));
            self.asked.push((self.batch, Asked::Text(text.to_owned())));
        }
        None
    }

    fn id(&mut self, node: &Text) -> NodeId {
        let known = id_of(node);
        if known != 0 {
            return NodeId(known);
        }
        let NodeId(id) = self.index.add_node();
        remember(node, id);
        let index = id as usize;
        if self.nodes.len() < index {
            self.nodes.resize(index, None);
        }
        if let Some(slot) = self.nodes.get_mut(index - 1) {
            *slot = Some(node.clone());
        }
        NodeId(id)
    }

    fn unmark(&mut self, gone: &[MarkId]) {
        for mark in gone {
            if let Some(range) = self.ranges.get_mut(mark.0 as usize) {
                self.paint.highlight().delete(range);
                *range = JsValue::UNDEFINED;
            }
            self.news = true;
        }
    }

    /// Forgets texts that have left the page, some at a time.
    fn sweep(&mut self) {
        let Some(after) = self.sweep else { return };
        let ids: Vec<NodeId> = self.index.nodes_after(after).take(SWEEP).collect();
        self.sweep = ids.last().copied();
        if self.sweep.is_none() {
            self.paint.retain_scopes(|scope| scope.dyn_ref::<ShadowRoot>().is_none_or(|root| root.host().is_connected()));
        }
        for id in ids {
            let Some(slot) = self.nodes.get_mut((id.0 as usize).saturating_sub(1)) else { continue };
            if slot.as_ref().is_some_and(|node| node.is_connected()) {
                continue;
            }
            if let Some(node) = slot.take() {
                forget(&node);
            }
            let gone = self.index.remove_node(id);
            self.unmark(&gone);
        }
    }

    /// An open shadow root: reads it, and follows it from now on.
    pub(crate) fn meet(&mut self, root: &ShadowRoot) {
        if !self.known_roots.has(root) {
            self.known_roots.add(root);
            self.observer.observe(root);
        }
        // It may have been away, and its style forgotten.
        self.paint.show_in(root);
        if let Some((first, last)) = root.first_child().zip(root.last_child()) {
            self.urgent.push_back(Walk::over(&first, &last));
        }
    }

    /// Meets it if it is new. True if it was.
    pub(crate) fn meet_new(&mut self, root: &ShadowRoot) -> bool {
        let new = !self.known_roots.has(root);
        if new {
            self.meet(root);
        }
        new
    }

    /// Looks whether custom elements that had no shadow root have one by now: no event tells. True if one has.
    pub(crate) fn look_at_hopefuls(&mut self) -> bool {
        let mut found = false;
        for element in js_sys::Array::from(&self.hopefuls).iter().map(JsCast::unchecked_into::<Element>) {
            let root = element.shadow_root();
            if root.is_some() || !element.is_connected() {
                self.hopefuls.delete(&element);
            }
            found |= root.is_some_and(|root| self.meet_new(&root));
        }
        found
    }

    /// Whether there is anything to look at.
    pub(crate) fn has_hopefuls(&self) -> bool {
        self.hopefuls.size() > 0
    }

    /// The number under the pointer, and where exactly.
    pub(crate) fn hit(&self, hit: &Hit, x: f64, y: f64) -> Option<(Number, Rect)> {
        let (node, offset) = hit.caret()?;
        let mark = self.index.at(NodeId(id_of(&node)), offset)?;
        let rect = self.rects(mark).into_iter().find(|rect| rect.holds(x, y, 1.0))?;
        Some((self.index.number(mark)?.clone(), rect))
    }

    fn rects(&self, mark: MarkId) -> Vec<Rect> {
        let node = |span: &Span| self.nodes.get((span.node.0 as usize).checked_sub(1)?)?.clone();
        let spans = self.index.spans(mark);
        let ends = || {
            let (first, last) = (spans.first()?, spans.last()?);
            Some(range_rects(&node(first)?, first.from, &node(last)?, last.to))
        };
        ends().unwrap_or_default()
    }

    /// Whether the list has changed since this was asked last.
    pub(crate) fn take_news(&mut self) -> bool {
        core::mem::take(&mut self.news)
    }

    /// The numbers for the widget's list: each once, in the order of the page.
    pub(crate) fn list(&self) -> Vec<FoundNumber> {
        let mut listed: Vec<(Text, u32, FoundNumber)> = Vec::new();
        let seen = Set::new(&JsValue::UNDEFINED);
        for mark in self.index.marks().take(LOOKED_AT) {
            let spans = self.index.spans(mark);
            let Some((number, span)) = self.index.number(mark).zip(spans.first()) else { continue };
            let key = JsValue::from_str(&number.number);
            if listed.len() >= LISTED || seen.has(&key) {
                continue;
            }
            seen.add(&key);
            let Some(node) = self.nodes.get((span.node.0 as usize).saturating_sub(1)).cloned().flatten() else { continue };
            let text = if spans.len() == 1 { node.substring_data(span.from, span.to - span.from).ok() } else { None };
            let found = FoundNumber { text: text.unwrap_or_else(|| number.shown.clone()), number: number.number.clone() };
            // In the order of the page. Mostly they come in it already, so it is put in from the end; a library's sort is larger than this script should be.
            let at = listed.iter().rposition(|(other, from, _)| precedes(other, *from, &node, span.from)).map_or(0, |before| before + 1);
            listed.insert(at, (node, span.from, found));
        }
        listed.into_iter().map(|(_, _, found)| found).collect()
    }
}

fn precedes(a: &Text, a_from: u32, b: &Text, b_from: u32) -> bool {
    if a == b { a_from < b_from } else { a.compare_document_position(b) & Node::DOCUMENT_POSITION_FOLLOWING != 0 }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        // The ids live on the page's side, where the next scanner would take them for its own.
        self.nodes.iter().flatten().for_each(forget);
    }
}

fn has_ancestor_in(node: &Node, all: &Set) -> bool {
    let mut parent = node.parent_node();
    while let Some(ancestor) = parent {
        if all.has(&ancestor) {
            return true;
        }
        parent = ancestor.parent_node();
    }
    false
}
