//! Which characters of which text nodes are numbers: what the hit test asks, and what must be unmarked when a text changes. No DOM: text nodes are ids.

/// A text node. 0 is never given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A number that is marked. Reused after it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MarkId(pub u32);

/// A part of a text node, in UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// In which node.
    pub node: NodeId,
    /// First unit.
    pub from: u32,
    /// Behind the last unit.
    pub to: u32,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    from: u32,
    to: u32,
    mark: MarkId,
}

#[derive(Debug)]
struct Mark<N> {
    number: N,
    /// In the order of the page; nearly always one.
    spans: Vec<Span>,
}

/// All numbers of a document. `N` is what is known of each.
#[derive(Debug)]
pub struct Index<N> {
    /// By id less one. None: free.
    nodes: Vec<Option<Vec<Piece>>>,
    free_nodes: Vec<NodeId>,
    marks: Vec<Option<Mark<N>>>,
    free_marks: Vec<MarkId>,
}

impl<N> Default for Index<N> {
    fn default() -> Self {
        Self { nodes: Vec::new(), free_nodes: Vec::new(), marks: Vec::new(), free_marks: Vec::new() }
    }
}

fn id(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl<N> Index<N> {
    /// An id for a text node that has none.
    pub fn add_node(&mut self) -> NodeId {
        if let Some(node) = self.free_nodes.pop() {
            if let Some(slot) = self.pieces_mut(node) {
                *slot = Some(Vec::new());
            }
            return node;
        }
        self.nodes.push(Some(Vec::new()));
        NodeId(id(self.nodes.len()))
    }

    fn pieces_mut(&mut self, node: NodeId) -> Option<&mut Option<Vec<Piece>>> {
        self.nodes.get_mut((node.0 as usize).checked_sub(1)?)
    }

    fn pieces(&self, node: NodeId) -> &[Piece] {
        (node.0 as usize).checked_sub(1).and_then(|index| self.nodes.get(index)?.as_deref()).unwrap_or_default()
    }

    /// Marks a number. `spans` of unknown nodes are left out.
    pub fn add(&mut self, number: N, spans: &[Span]) -> MarkId {
        let mark = self.free_marks.pop().unwrap_or_else(|| {
            self.marks.push(None);
            MarkId(id(self.marks.len() - 1))
        });
        for &Span { node, from, to } in spans {
            if let Some(Some(pieces)) = self.pieces_mut(node) {
                pieces.push(Piece { from, to, mark });
            }
        }
        if let Some(slot) = self.marks.get_mut(mark.0 as usize) {
            *slot = Some(Mark { number, spans: spans.to_vec() });
        }
        mark
    }

    /// The text of a node has changed: takes out every mark that touches it, in other nodes too, and returns them.
    pub fn clear(&mut self, node: NodeId) -> Vec<MarkId> {
        let Some(Some(pieces)) = self.pieces_mut(node) else { return Vec::new() };
        let mut gone: Vec<MarkId> = core::mem::take(pieces).into_iter().map(|piece| piece.mark).collect();
        gone.dedup();
        for &mark in &gone {
            let spans = self.marks.get_mut(mark.0 as usize).and_then(Option::take).map(|mark| mark.spans).unwrap_or_default();
            for span in spans {
                if let Some(Some(pieces)) = self.pieces_mut(span.node) {
                    pieces.retain(|piece| piece.mark != mark);
                }
            }
            self.free_marks.push(mark);
        }
        gone
    }

    /// A node has left the page: as [`Self::clear`], and its id is free.
    pub fn remove_node(&mut self, node: NodeId) -> Vec<MarkId> {
        let gone = self.clear(node);
        if let Some(slot) = self.pieces_mut(node)
            && slot.take().is_some()
        {
            self.free_nodes.push(node);
        }
        gone
    }

    /// The mark at a caret position, which is between two characters: either of them may be under the pointer.
    #[must_use]
    pub fn at(&self, node: NodeId, offset: u32) -> Option<MarkId> {
        self.pieces(node).iter().find(|piece| piece.from <= offset && offset <= piece.to).map(|piece| piece.mark)
    }

    /// What is known of a mark.
    #[must_use]
    pub fn number(&self, mark: MarkId) -> Option<&N> {
        self.marks.get(mark.0 as usize)?.as_ref().map(|mark| &mark.number)
    }

    /// Where a mark is.
    #[must_use]
    pub fn spans(&self, mark: MarkId) -> &[Span] {
        self.marks.get(mark.0 as usize).and_then(Option::as_ref).map(|mark| mark.spans.as_slice()).unwrap_or_default()
    }

    /// All marks, in no order that means anything.
    pub fn marks(&self) -> impl Iterator<Item = MarkId> + '_ {
        self.marks.iter().enumerate().filter(|(_, mark)| mark.is_some()).map(|(index, _)| MarkId(id(index)))
    }

    /// All nodes with an id above `after`, in the order of their ids.
    pub fn nodes_after(&self, after: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let slots = self.nodes.iter().enumerate().skip(after.0 as usize);
        slots.filter(|(_, node)| node.is_some()).map(|(index, _)| NodeId(id(index) + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(node: NodeId, from: u32, to: u32) -> Span {
        Span { node, from, to }
    }

    #[test]
    fn a_caret_on_either_side_of_a_character_hits() {
        let mut index = Index::default();
        let node = index.add_node();
        let mark = index.add("a", &[span(node, 3, 14)]);
        for (offset, hit) in [(2, None), (3, Some(mark)), (8, Some(mark)), (14, Some(mark)), (15, None)] {
            assert_eq!(index.at(node, offset), hit, "offset {offset}");
        }
        assert_eq!(index.at(NodeId(9), 3), None);
        assert_eq!(index.at(NodeId(0), 3), None);
        assert_eq!(index.number(mark), Some(&"a"));
    }

    #[test]
    fn a_number_over_two_nodes_goes_when_either_changes() {
        for changed in [0, 1] {
            let mut index = Index::default();
            let nodes = [index.add_node(), index.add_node()];
            let both = index.add("both", &[span(nodes[0], 0, 3), span(nodes[1], 0, 8)]);
            let own = index.add("own", &[span(nodes[1 - changed], 20, 30)]);
            assert_eq!(index.at(nodes[0], 1), Some(both));
            assert_eq!(index.at(nodes[1], 1), Some(both));

            assert_eq!(index.clear(nodes[changed]), [both]);
            assert_eq!(index.at(nodes[0], 1), None);
            assert_eq!(index.at(nodes[1], 1), None);
            assert_eq!(index.at(nodes[1 - changed], 25), Some(own), "what does not touch it stays");
            assert_eq!(index.number(both), None);
        }
    }

    #[test]
    fn ids_are_used_again() {
        let mut index = Index::default();
        let (first, second) = (index.add_node(), index.add_node());
        let mark = index.add(1, &[span(first, 0, 5)]);
        assert_eq!(index.remove_node(first), [mark]);
        assert_eq!(index.remove_node(first), [], "removing twice must not free it twice");
        assert_eq!(index.add_node(), first);
        assert_ne!(index.add_node(), second);
        assert_eq!(index.at(first, 2), None, "the new node has nothing of the old one");
        assert_eq!(index.add(2, &[span(first, 7, 9)]), mark);
        assert_eq!(index.number(mark), Some(&2));
    }

    #[test]
    fn clearing_and_marking_for_ever_does_not_grow() {
        let mut index = Index::default();
        let node = index.add_node();
        for round in 0..1000 {
            index.clear(node);
            for at in 0..5 {
                index.add(round, &[span(node, at * 20, at * 20 + 11)]);
            }
        }
        assert_eq!(index.marks().count(), 5);
        assert_eq!(index.marks.len(), 5);
    }

    #[test]
    fn nodes_are_walked_in_portions() {
        let mut index: Index<()> = Index::default();
        let nodes: Vec<NodeId> = (0..5).map(|_| index.add_node()).collect();
        index.remove_node(nodes[2]);
        let ids = |after: u32| index.nodes_after(NodeId(after)).map(|node| node.0).collect::<Vec<_>>();
        assert_eq!(ids(0), [1, 2, 4, 5]);
        assert_eq!(ids(2), [4, 5]);
        assert!(ids(5).is_empty());
    }
}
