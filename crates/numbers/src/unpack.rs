//! Unpacks the embedded data: an adaptive binary range decoder and the walk of automata that `cargo xtask numbers-data` packs.
//!
//! The automata are acyclic and minimal; node 0 is dead. Parents stand before their children in the stream, a node met again is named by
//! how recently a node of its height was met.

/// Where each question's contexts start. The same in `xtask`'s `pack.rs`.
pub(crate) mod context {
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

const SHIFT: u16 = 4;

/// Reads the stream.
pub(crate) struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    range: u32,
    code: u32,
    odds: Vec<u16>,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self { bytes, at: 0, range: u32::MAX, code: 0, odds: vec![1024; context::ALL] };
        for _ in 0..4 {
            decoder.code = decoder.code << 8 | decoder.byte();
        }
        decoder
    }

    fn byte(&mut self) -> u32 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        u32::from(byte)
    }

    /// One bit in a context.
    pub(crate) fn bit(&mut self, context: usize) -> bool {
        let Some(odds) = self.odds.get_mut(context) else { return false };
        let bound = (self.range >> 11) * u32::from(*odds);
        let bit = self.code >= bound;
        if bit {
            self.code -= bound;
            self.range -= bound;
            *odds -= *odds >> SHIFT;
        } else {
            self.range = bound;
            *odds += (2048 - *odds) >> SHIFT;
        }
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.code = self.code << 8 | self.byte();
        }
        bit
    }

    fn tree(&mut self, context: usize, bits: u32) -> usize {
        let mut node = 1;
        for _ in 0..bits {
            node = node * 2 + usize::from(self.bit(context + node));
        }
        node - (1 << bits)
    }

    /// A number from 0, small ones cheap.
    pub(crate) fn gamma(&mut self, context: usize) -> usize {
        let length = self.tree(context, 4);
        let mut value = 1;
        for place in 0..length {
            let high = if place == 1 { 4 * (value & 1) } else { 0 };
            value = value * 2 + usize::from(self.bit(context + 16 + length * 8 + place.min(3) + high));
        }
        value - 1
    }

    /// A count of the tables around the automata.
    pub(crate) fn count(&mut self) -> usize {
        self.gamma(context::COUNT)
    }

    /// Appends a text; returns its length.
    pub(crate) fn text(&mut self, text: &mut Vec<u8>) -> usize {
        let length = self.gamma(context::LENGTH);
        let mut before = 0;
        for _ in 0..length {
            before = self.tree(context::TEXT + usize::from(before & 31) * 128, 7) as u8;
            text.push(before);
        }
        length
    }
}

/// Automata over digits: for each node ten edges and an output.
pub(crate) struct Table {
    next: Vec<u16>,
    outputs: Vec<u16>,
    /// Where the end of the input leads, for the few nodes that care.
    ends: Vec<(u16, u16)>,
}

impl Table {
    /// The node after a digit (0–9). 0: dead.
    #[inline]
    pub(crate) fn step(&self, node: u16, digit: u8) -> u16 {
        self.next.get(usize::from(node) * 10 + usize::from(digit)).copied().unwrap_or(0)
    }

    /// What a text means that ends at a node. 0: nothing.
    #[inline]
    pub(crate) fn output(&self, node: u16) -> u16 {
        self.outputs.get(usize::from(node)).copied().unwrap_or(0)
    }

    /// What the end of the input adds there.
    pub(crate) fn output_at_end(&self, node: u16) -> u16 {
        let end = self.ends.iter().find(|(from, _)| *from == node);
        end.map_or(0, |&(_, to)| self.output(to))
    }
}

/// Rebuilds automata while it walks the stream.
pub(crate) struct Walk {
    pub(crate) table: Table,
    recent: [Vec<u16>; 20],
    values: Vec<u16>,
}

impl Walk {
    pub(crate) fn new() -> Self {
        let table = Table { next: vec![0; 10], outputs: vec![0], ends: Vec::new() };
        Self { table, recent: Default::default(), values: Vec::new() }
    }

    /// The next root. 0: nothing there.
    pub(crate) fn root(&mut self, decoder: &mut Decoder<'_>) -> u16 {
        if decoder.bit(context::DEAD + 32) { 0 } else { self.edge(decoder, 19, 0) }
    }

    fn edge(&mut self, decoder: &mut Decoder<'_>, parent_height: usize, place: usize) -> u16 {
        let contexts = context::HEIGHT + 32 * parent_height.min(15);
        let lower = if decoder.bit(contexts) { decoder.tree(contexts, 5) } else { 0 };
        let height = parent_height.saturating_sub(1 + lower);
        if decoder.bit(context::NEW + height.min(15) * 4 + place) {
            let rank = decoder.gamma(context::REFERENCE + 256 * height);
            return self.recent.get_mut(height).map_or(0, |list| to_front(list, rank));
        }
        let id = self.table.outputs.len() as u16;
        self.table.outputs.push(0);
        self.table.next.resize(self.table.next.len() + 10, 0);
        self.node(decoder, usize::from(id), height);
        if let Some(list) = self.recent.get_mut(height) {
            list.push(id);
        }
        id
    }

    fn node(&mut self, decoder: &mut Decoder<'_>, id: usize, height: usize) {
        if height == 0 || decoder.bit(context::OUTPUT + height.min(15)) {
            let value = match decoder.gamma(context::VALUE) {
                0 => {
                    // Outputs are numbered in the order in which they were made, but met in another: new ones come in full.
                    let value = decoder.count() as u16;
                    self.values.push(value);
                    value
                }
                rank => to_front(&mut self.values, rank - 1),
            };
            if let Some(slot) = self.table.outputs.get_mut(id) {
                *slot = value;
            }
        }
        if height == 0 {
            return;
        }
        let end = decoder.bit(context::END);
        let symbols = 10 + usize::from(end);
        let mut run = 0;
        let mut before = 0;
        for symbol in 0..symbols {
            let first = symbol == 0;
            if !first && run == 0 && decoder.bit(context::REST + symbol * 4 + usize::from(before != 0) * 2 + usize::from(height <= 1)) {
                (symbol..symbols).for_each(|symbol| self.set(id, symbol, before));
                return;
            }
            if !first && decoder.bit(context::SAME + usize::from(before != 0) * 32 + usize::from(height <= 1) * 16 + run) {
                run += 1;
            } else {
                run = 0;
                before = if !first && before == 0 {
                    self.edge(decoder, height, 1)
                } else if decoder.bit(context::DEAD + height.min(15) * 2 + usize::from(first)) {
                    0
                } else {
                    self.edge(decoder, height, 2)
                };
            }
            self.set(id, symbol, before);
        }
    }

    fn set(&mut self, id: usize, symbol: usize, target: u16) {
        if symbol == 10 {
            self.table.ends.push((id as u16, target));
        } else if let Some(slot) = self.table.next.get_mut(id * 10 + symbol) {
            *slot = target;
        }
    }
}

/// Takes the item of a rank, counted from the last, and puts it last.
fn to_front(list: &mut [u16], rank: usize) -> u16 {
    let Some(at) = list.len().checked_sub(rank + 1) else { return 0 };
    if let Some(rest) = list.get_mut(at..) {
        rest.rotate_left(1);
    }
    list.last().copied().unwrap_or(0)
}
