//! From numbers found in a slice of text back to the text nodes that hold them. No DOM.

use patchcord_browser::page::NodeEntry;
use patchcord_numbers::{Cell, Find, Hint};

/// The cells of a slice: one for each run of text.
pub fn cells(entries: &[NodeEntry], length: usize, hint: impl Fn(u32) -> Hint, cells: &mut Vec<Cell>) {
    cells.clear();
    let mut label = None;
    for entry in entries {
        if entry.fresh
            && let Some(label) = label
        {
            cells.push(Cell::new(entry.at as usize, hint(label)));
        }
        if entry.fresh || label.is_none() {
            label = Some(entry.label);
        }
    }
    if let Some(label) = label {
        cells.push(Cell::new(length, hint(label)));
    }
}

/// The part of an entry's node that a find covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Index of the entry.
    pub entry: usize,
    /// First code unit in the node.
    pub from: u32,
    /// Behind the last.
    pub to: u32,
}

/// Where a find is: a part of one node, or of several in a row.
#[must_use]
pub fn parts(entries: &[NodeEntry], cells: &[Cell], length: usize, find: &Find) -> Vec<Part> {
    let cell = find.cell as usize;
    let begin = cell.checked_sub(1).and_then(|before| cells.get(before)).map_or(0, |before| before.end);
    let (start, end) = (begin + find.start, begin + find.end);
    let first = entries.partition_point(|entry| entry.at <= start).saturating_sub(1);
    let mut parts = Vec::new();
    for (index, entry) in entries.iter().enumerate().skip(first) {
        if entry.at >= end {
            break;
        }
        let next = entries.get(index + 1).map_or(u32::try_from(length).unwrap_or(u32::MAX), |next| next.at);
        let (from, to) = (start.max(entry.at), end.min(next));
        if from < to {
            parts.push(Part { entry: index, from: from - entry.at + entry.base, to: to - entry.at + entry.base });
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use patchcord_numbers::{Finder, FinderConfig, Region};

    use super::*;

    /// Text nodes with their flags → what is found, as (node, from, to) each.
    fn find(nodes: &[(&str, bool, u32)]) -> Vec<Vec<(usize, u32, u32)>> {
        let mut text: Vec<u16> = Vec::new();
        let mut entries = Vec::new();
        for &(node, fresh, base) in nodes {
            entries.push(NodeEntry { at: u32::try_from(text.len()).unwrap(), base, fresh, label: 0, id: 0 });
            text.extend(node.encode_utf16());
        }
        let mut runs = Vec::new();
        cells(&entries, text.len(), |_| Hint::None, &mut runs);
        let mut finds = Vec::new();
        let config = FinderConfig { regions: vec![Region::from_code("CN").unwrap()], ..FinderConfig::default() };
        Finder::new(&config).find(&text, &runs, &mut finds);
        let part = |part: Part| (part.entry, part.from, part.to);
        finds.iter().map(|find| parts(&entries, &runs, text.len(), find).into_iter().map(part).collect()).collect()
    }

    #[test]
    fn offsets_are_the_nodes_own() {
        assert_eq!(find(&[("订单", true, 0), ("电话 13800138000。", true, 0), ("x", true, 0)]), [[(1, 3, 14)]]);
    }

    #[test]
    fn a_number_may_reach_over_inline_elements() {
        assert_eq!(find(&[("手机 ", true, 0), ("139", false, 0), ("12345678", false, 0), (" 张三", false, 0)]), [[(1, 0, 3), (2, 0, 8)]]);
    }

    #[test]
    fn the_end_of_a_line_ends_a_number() {
        assert!(find(&[("139", true, 0), ("12345678", true, 0)]).is_empty());
        assert_eq!(find(&[("13900000001", true, 0), ("13900000002", true, 0)]), [[(0, 0, 11)], [(1, 0, 11)]]);
    }

    #[test]
    fn pieces_of_a_long_text_know_where_they_begin() {
        assert_eq!(find(&[("x ", true, 0), ("13800138000", true, 8000)]), [[(1, 8000, 8011)]]);
    }

    #[test]
    fn surrogate_pairs_count_as_two() {
        assert_eq!(find(&[("📞13800138000", true, 0)]), [[(0, 2, 13)]]);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(find(&[]).is_empty());
        assert!(find(&[("", true, 0)]).is_empty());
    }

    #[test]
    fn each_run_has_the_hint_of_its_label() {
        let entry = |at, fresh, label| NodeEntry { at, base: 0, fresh, label, id: 0 };
        let mut made = Vec::new();
        let hint = |label| if label == 1 { Hint::Phone } else { Hint::None };
        cells(&[entry(0, true, 0), entry(4, true, 1), entry(6, false, 1), entry(9, true, 0)], 12, hint, &mut made);
        assert_eq!(made, [Cell::new(4, Hint::None), Cell::new(9, Hint::Phone), Cell::new(12, Hint::None)]);
    }
}
