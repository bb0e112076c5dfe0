//! Acyclic automata over digits, kept minimal while they are built: equal nodes are one node.

use std::collections::HashMap;

/// Edges: one for each digit and one for the end of the input.
pub(super) const EDGES: usize = 11;

/// A node: where each symbol leads, and what a text that ends here means (0: nothing).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub edges: [u32; EDGES],
    pub output: u32,
}

/// All automata, in one pool. Node 0 is dead: nothing is reached from it.
#[derive(Debug)]
pub(super) struct Pool {
    pub nodes: Vec<Node>,
    index: HashMap<Node, u32>,
}

impl Default for Pool {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], index: HashMap::from([(Node::default(), 0)]) }
    }
}

impl Pool {
    /// The node with these edges and this output.
    pub(super) fn node(&mut self, node: Node) -> u32 {
        if let Some(&id) = self.index.get(&node) {
            return id;
        }
        let id = self.nodes.len() as u32;
        self.nodes.push(node.clone());
        self.index.insert(node, id);
        id
    }

    /// The automaton of a machine, from its state on.
    pub(super) fn build<M: Machine>(&mut self, machine: &mut M, state: M::State) -> u32 {
        self.build_from(machine, state, 0, &mut HashMap::new())
    }

    fn build_from<M: Machine>(&mut self, machine: &mut M, state: M::State, depth: u8, known: &mut HashMap<(u8, M::State), u32>) -> u32 {
        let key = (depth, state);
        if let Some(&id) = known.get(&key) {
            return id;
        }
        let mut node = Node { output: machine.output(&key.1, depth), ..Node::default() };
        for symbol in 0..EDGES as u8 {
            if let Some(next) = machine.advance(&key.1, symbol, depth) {
                let deeper = depth + u8::from(symbol < 10);
                node.edges[symbol as usize] = self.build_from(machine, next, deeper, known);
            }
        }
        let id = self.node(node);
        known.insert(key, id);
        id
    }
}

/// What an automaton is built from: states, how they follow on each other, what they mean.
pub(super) trait Machine {
    /// A state. The depth need not be part of it.
    type State: Clone + Eq + std::hash::Hash;
    /// The state after a symbol. None: dead.
    fn advance(&mut self, state: &Self::State, symbol: u8, depth: u8) -> Option<Self::State>;
    /// What a text that ends here means. 0: nothing.
    fn output(&mut self, state: &Self::State, depth: u8) -> u32;
}
