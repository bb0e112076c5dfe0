//! Finds the numbers of this document, marks them, and follows what the page changes. A slice at a time; only what changed is read again.

use core::cell::RefCell;
use std::collections::VecDeque;

use js_sys::{Set, WeakSet};
use patchcord_browser::page::{
    Hit, Observer, Paint, Rect, Slice, Walk, changed_nodes, extent, forget, id_of, is_edited, mark, now, range_rects, remember, take_labels,
};
use patchcord_messages::{FoundNumber, MobileDialling, NumberStyle, SiteState};
use patchcord_numbers::{Cell, DialRules, Find, Finder, FinderConfig, Hint, Mobiles, Number, Region, Strength};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, MutationRecord, Node, ShadowRoot, Text};

use crate::{
    index::{Index, MarkId, NodeId, Span},
    spans::{cells, parts},
    visible,
};

/// More changes than this between two slices (a hidden tab, a page made anew): everything is read again instead.
const MOST_CHANGES: usize = 2000;
/// Custom elements that are watched for a shadow root.
const MOST_HOPEFULS: u32 = 2000;
/// How many text nodes are looked after in one go, when some may have left the page.
const SWEEP: usize = 500;
/// The widget's list has no more numbers than this, of the first so many on the page.
const LISTED: usize = 500;
const LOOKED_AT: usize = 3000;

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
    finder: Finder,
    rules: DialRules,
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
    slice: Slice,
    cells: Vec<Cell>,
    finds: Vec<Find>,
}

thread_local! {
    /// What the labels of the page say, by their number less one: they outlive a scanner, as their numbers do.
    static HINTS: RefCell<Vec<Hint>> = const { RefCell::new(Vec::new()) };
}

/// What is found with these settings.
pub(crate) fn finder(site: &SiteState) -> Finder {
    let strength = match site.number_style {
        NumberStyle::Careful => Strength::Careful,
        NumberStyle::Normal => Strength::Normal,
        NumberStyle::Eager => Strength::Eager,
    };
    let regions = site.regions.iter().filter_map(|code| Region::from_code(code)).collect();
    Finder::new(&FinderConfig { regions, strength, area: site.dial.area.clone(), ..FinderConfig::default() })
}

/// How the account's PBX wants them.
pub(crate) fn rules(site: &SiteState) -> DialRules {
    let dial = site.dial.clone();
    DialRules {
        home: site.regions.first().and_then(|code| Region::from_code(code)),
        area: dial.area,
        outside_line: dial.outside_line,
        mobiles: match dial.mobiles {
            MobileDialling::Local => Mobiles::Local,
            MobileDialling::LongDistance => Mobiles::LongDistance,
            MobileDialling::LongDistanceUnless => Mobiles::LongDistanceUnless(dial.local_mobiles),
        },
        keep_calling_code: dial.keep_calling_code,
        international_prefix: dial.international_prefix,
    }
}

impl Scanner {
    /// Begins with what is in sight.
    pub(crate) fn new(document: &Document, finder: Finder, rules: DialRules, mut paint: Paint, observer: Observer) -> Self {
        paint.show_in(document);
        observer.observe(document);
        let mut scanner = Self {
            document: document.clone(),
            finder,
            rules,
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
            slice: Slice::default(),
            cells: Vec::new(),
            finds: Vec::new(),
        };
        scanner.urgent.extend(visible::walks(document));
        scanner.read_everything();
        scanner
    }

    fn read_everything(&mut self) {
        self.later.clear();
        self.later.extend(self.document.document_element().map(|root| Walk::new(&root, &root)));
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
        loop {
            let queue = if self.later.is_empty() || !self.urgent.is_empty() { &mut self.urgent } else { &mut self.later };
            let Some(walk) = queue.front_mut() else { break };
            if !walk.next(deadline, &mut self.slice) {
                queue.pop_front();
            }
            self.absorb();
            if now() > deadline {
                break;
            }
        }
        if now() <= deadline {
            self.sweep();
        }
        self.paint.keep_up();
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
            self.urgent.push_back(Walk::new(&first, &last));
        }
    }

    /// Marks what is in the slice that was just read.
    fn absorb(&mut self) {
        for root in self.slice.roots.to_vec() {
            self.meet(&root.unchecked_into());
        }
        for element in self.slice.hopefuls.iter() {
            if self.hopefuls.size() < MOST_HOPEFULS {
                self.hopefuls.add(&element);
            }
        }

        for index in 0..self.slice.entries.len() {
            let Some(entry) = self.slice.entries.get(index) else { break };
            if entry.id != 0 && entry.base == 0 {
                let gone = self.index.clear(NodeId(entry.id));
                self.unmark(&gone);
            }
        }
        for label in take_labels() {
            HINTS.with_borrow_mut(|hints| hints.push(Hint::of(&label)));
        }
        let length = self.slice.text.len();
        HINTS.with_borrow(|hints| {
            let hint = |label: u32| (label as usize).checked_sub(1).and_then(|index| hints.get(index).copied()).unwrap_or_default();
            cells(&self.slice.entries, length, hint, &mut self.cells);
        });
        self.finds.clear();
        self.finder.find(&self.slice.text, &self.cells, &mut self.finds);
        let finds = core::mem::take(&mut self.finds);
        for find in &finds {
            self.add(find);
        }
        self.finds = finds;
    }

    fn add(&mut self, find: &Find) {
        let parts = parts(&self.slice.entries, &self.cells, self.slice.text.len(), find);
        let nodes: Vec<Text> = parts.iter().map(|part| self.slice.node(part.entry)).collect();
        let (Some((first, start)), Some((last, end))) = (parts.first().zip(nodes.first()), parts.last().zip(nodes.last())) else { return };
        if is_edited(start) {
            return;
        }
        let spans: Vec<Span> =
            parts.iter().zip(&nodes).map(|(part, node)| Span { node: self.id(node), from: part.from, to: part.to }).collect();
        let range = mark(self.paint.highlight(), start, first.from, end, last.to);
        let MarkId(id) = self.index.add(find.number, &spans);
        let id = id as usize;
        if self.ranges.len() <= id {
            self.ranges.resize(id + 1, JsValue::UNDEFINED);
        }
        if let Some(slot) = self.ranges.get_mut(id) {
            *slot = range;
        }
        self.news = true;
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
            self.urgent.push_back(Walk::new(&first, &last));
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
    pub(crate) fn hit(&self, hit: &Hit, x: f64, y: f64) -> Option<(MarkId, Number, Rect)> {
        let (node, offset) = hit.caret()?;
        let mark = self.index.at(NodeId(id_of(&node)), offset)?;
        let rect = self.rects(mark).into_iter().find(|rect| rect.holds(x, y, 1.0))?;
        Some((mark, *self.index.number(mark)?, rect))
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

    /// As it will be dialled.
    pub(crate) fn dialled(&self, number: &Number) -> String {
        number.dial_string(&self.rules)
    }

    /// A number that stands alone, such as a link's.
    pub(crate) fn parse(&self, text: &str) -> Option<Number> {
        Number::parse(text, self.rules.home)
    }

    /// The first number in a text that is in no text node: the value of an input.
    pub(crate) fn first_in(&self, text: &str) -> Option<Number> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut finds = Vec::new();
        self.finder.find(&units, &[Cell::new(units.len(), Hint::None)], &mut finds);
        finds.first().map(|find| find.number)
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
            let key = JsValue::from_str(&self.dialled(number));
            if listed.len() >= LISTED || seen.has(&key) {
                continue;
            }
            seen.add(&key);
            let Some(node) = self.nodes.get((span.node.0 as usize).saturating_sub(1)).cloned().flatten() else { continue };
            let text = if spans.len() == 1 { node.substring_data(span.from, span.to - span.from).ok() } else { None };
            let found = FoundNumber { text: text.unwrap_or_else(|| number.international()), number: self.dialled(number) };
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
