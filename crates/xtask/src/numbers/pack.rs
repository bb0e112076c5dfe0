//! Packs automata and texts into few bytes: an adaptive binary range coder over a walk of the nodes.
//!
//! `patchcord-numbers` holds the other half (`unpack.rs`); both must ask the same questions in the same order.

use super::automaton::{EDGES, Pool};

/// An adaptive binary range encoder (LZMA's: 11-bit probabilities, carry kept in a cache).
#[derive(Debug)]
pub(super) struct Encoder {
    low: u64,
    range: u32,
    cache: u8,
    pending: u64,
    bytes: Vec<u8>,
    odds: Vec<u16>,
}

/// How fast odds adapt.
const SHIFT: u16 = 4;

impl Default for Encoder {
    fn default() -> Self {
        Self { low: 0, range: u32::MAX, cache: 0, pending: 1, bytes: Vec::new(), odds: vec![1024; context::ALL] }
    }
}

impl Encoder {
    /// One bit in a context.
    pub(super) fn bit(&mut self, context: usize, bit: bool) {
        let odds = &mut self.odds[context];
        let bound = (self.range >> 11) * u32::from(*odds);
        if bit {
            self.low += u64::from(bound);
            self.range -= bound;
            *odds -= *odds >> SHIFT;
        } else {
            self.range = bound;
            *odds += (2048 - *odds) >> SHIFT;
        }
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.shift();
        }
    }

    /// A number of `bits` bits, highest first, each in the context of those before it. Uses `1 << bits` contexts from `context` on.
    pub(super) fn tree(&mut self, context: usize, bits: u32, value: usize) {
        let mut node = 1;
        for shift in (0..bits).rev() {
            let bit = value >> shift & 1;
            self.bit(context + node, bit == 1);
            node = node * 2 + bit;
        }
    }

    /// A number from 0, small ones cheap: how many bits, then the bits. Uses 256 contexts from `context` on.
    pub(super) fn gamma(&mut self, context: usize, value: usize) {
        let value = value + 1;
        let length = usize::BITS - 1 - value.leading_zeros();
        self.tree(context, 4, length as usize);
        for shift in (0..length).rev() {
            // Only the two highest bits are worth contexts of their own.
            let place = context + 16 + (length as usize) * 8 + (length - 1 - shift).min(3) as usize;
            let high = if length - 1 - shift == 1 { 4 * (value >> (length - 1) & 1) } else { 0 };
            self.bit(place + high, value >> shift & 1 == 1);
        }
    }

    fn shift(&mut self) {
        if self.low < 0xFF00_0000 || self.low > u64::from(u32::MAX) {
            let carry = (self.low >> 32) as u8;
            let mut byte = self.cache;
            while self.pending > 0 {
                self.bytes.push(byte.wrapping_add(carry));
                byte = 0xFF;
                self.pending -= 1;
            }
            self.cache = (self.low >> 24) as u8;
        }
        self.pending += 1;
        self.low = (self.low & 0x00FF_FFFF) << 8;
    }

    /// Text of printable ASCII, each character in the context of the one before it, with its length first.
    pub(super) fn text(&mut self, text: &str) {
        self.gamma(context::LENGTH, text.len());
        let mut before = 0;
        for byte in text.bytes() {
            self.tree(context::TEXT + usize::from(before & 31) * 128, 7, usize::from(byte));
            before = byte;
        }
    }

    /// The bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        // The first byte is always 0; zeros at the end are what the decoder reads there anyway.
        let mut bytes = self.bytes.split_off(1);
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        bytes
    }
}

/// Where each question's contexts start. The same in `unpack.rs`.
pub(super) mod context {
    #![allow(missing_docs)]
    pub(crate) const SAME: usize = 0;
    pub(crate) const DEAD: usize = 64;
    pub(crate) const NEW: usize = 128;
    pub(crate) const REST: usize = 192;
    pub(crate) const END: usize = 250;
    pub(crate) const OUTPUT: usize = 256;
    pub(crate) const HEIGHT: usize = 512;
    pub(crate) const REFERENCE: usize = 1024;
    pub(crate) const VALUE: usize = REFERENCE + 256 * 20;
    pub(crate) const COUNT: usize = VALUE + 256;
    pub(crate) const LENGTH: usize = COUNT + 256;
    pub(crate) const TEXT: usize = LENGTH + 256;
    pub(crate) const ALL: usize = TEXT + 32 * 128;
}

/// Writes nodes, parents first, each where it is met first. Both sides remember the same of those met before: by height (the longest way
/// to an end), the most recent last.
#[derive(Debug)]
pub(super) struct Walk {
    recent: Vec<Vec<u32>>,
    outputs: Vec<u32>,
    numbers: Vec<Option<u32>>,
    heights: Vec<u8>,
    count: u32,
}

impl Walk {
    /// A walk of a pool that has met nothing yet.
    pub(super) fn new(pool: &Pool) -> Self {
        let mut heights = vec![0_u8; pool.nodes.len()];
        // Children are older than their parents.
        for (id, node) in pool.nodes.iter().enumerate().skip(1) {
            let below = node.edges.iter().filter(|&&edge| edge != 0).map(|&edge| heights[edge as usize] + 1);
            heights[id] = below.max().unwrap_or(0);
        }
        Self { recent: vec![Vec::new(); 32], outputs: Vec::new(), numbers: vec![None; pool.nodes.len()], heights, count: 0 }
    }

    /// Writes a root and all under it that was not written before. 0: nothing there.
    pub(super) fn root(&mut self, coder: &mut Encoder, pool: &Pool, root: u32) {
        coder.bit(context::DEAD + 32, root == 0);
        if root != 0 {
            self.edge(coder, pool, root, 19, 0);
        }
    }

    fn edge(&mut self, coder: &mut Encoder, pool: &Pool, target: u32, parent_height: u8, place: usize) {
        let height = self.heights[target as usize];
        // A child is nearly always one lower than its parent.
        let lower = usize::from(parent_height).saturating_sub(1 + usize::from(height));
        let contexts = context::HEIGHT + 32 * usize::from(parent_height.min(15));
        coder.bit(contexts, lower != 0);
        if lower != 0 {
            coder.tree(contexts, 5, lower);
        }
        let known = self.numbers[target as usize].is_some();
        coder.bit(context::NEW + usize::from(height.min(15)) * 4 + place, known);
        if known {
            let list = &mut self.recent[height as usize];
            let rank = list.iter().rev().position(|&id| id == target).unwrap_or(0);
            coder.gamma(context::REFERENCE + 256 * usize::from(height.min(19)), rank);
            let at = list.len() - 1 - rank;
            list.remove(at);
            list.push(target);
        } else {
            self.count += 1;
            self.numbers[target as usize] = Some(self.count);
            self.node(coder, pool, target);
            self.recent[height as usize].push(target);
        }
    }

    fn node(&mut self, coder: &mut Encoder, pool: &Pool, id: u32) {
        let node = &pool.nodes[id as usize];
        let height = self.heights[id as usize];
        if height > 0 {
            coder.bit(context::OUTPUT + usize::from(height.min(15)), node.output != 0);
        }
        if node.output != 0 {
            let rank = self.outputs.iter().rev().position(|&output| output == node.output);
            match rank {
                Some(rank) => {
                    coder.gamma(context::VALUE, rank + 1);
                    let at = self.outputs.len() - 1 - rank;
                    self.outputs.remove(at);
                }
                None => {
                    coder.gamma(context::VALUE, 0);
                    coder.gamma(context::COUNT, node.output as usize);
                }
            }
            self.outputs.push(node.output);
        }
        if height == 0 {
            return;
        }
        let end = node.edges[10] != 0;
        coder.bit(context::END, end);
        let symbols = if end { EDGES } else { 10 };
        let mut run = 0_usize;
        for symbol in 0..symbols {
            let target = node.edges[symbol];
            if symbol > 0 {
                let before = node.edges[symbol - 1];
                if run == 0 {
                    let rest = node.edges[symbol..symbols].iter().all(|edge| *edge == before);
                    coder.bit(context::REST + symbol * 4 + usize::from(before != 0) * 2 + usize::from(height <= 1), rest);
                    if rest {
                        return;
                    }
                }
                let place = usize::from(before != 0) * 32 + usize::from(height <= 1) * 16 + run;
                coder.bit(context::SAME + place, target == before);
                if target == before {
                    run += 1;
                    continue;
                }
                run = 0;
                if before == 0 {
                    self.edge(coder, pool, target, height, 1);
                    continue;
                }
            }
            coder.bit(context::DEAD + usize::from(height.min(15)) * 2 + usize::from(symbol == 0), target == 0);
            if target != 0 {
                self.edge(coder, pool, target, height, 2);
            }
        }
    }
}
