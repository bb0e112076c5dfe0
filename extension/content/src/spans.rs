//! From numbers found in a batch of text back to the text nodes that hold them. No DOM.

use patchcord_browser::page::NodeEntry;

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

/// Where a find is, from `start` to `end` of a cell: a part of one node, or of several in a row. `ends` are the ends of the cells.
#[must_use]
pub fn parts(entries: &[NodeEntry], ends: &[u32], cell: u32, start: u32, end: u32) -> Vec<Part> {
    let cell = cell as usize;
    let begin = cell.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |before| *before);
    let (start, end) = (begin.saturating_add(start), begin.saturating_add(end).min(ends.get(cell).map_or(0, |end| *end)));
    let all = ends.last().map_or(0, |end| *end);
    let first = entries.partition_point(|entry| entry.at <= start).saturating_sub(1);
    let mut parts = Vec::new();
    for (index, entry) in entries.iter().enumerate().skip(first) {
        if entry.at >= end {
            break;
        }
        let next = entries.get(index + 1).map_or(all, |next| next.at);
        let (from, to) = (start.max(entry.at), end.min(next));
        if from < to {
            parts.push(Part { entry: index, from: from - entry.at + entry.base, to: to - entry.at + entry.base });
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(entries: &[(u32, u32)], ends: &[u32], cell: u32, start: u32, end: u32) -> Vec<(usize, u32, u32)> {
        let entries: Vec<NodeEntry> = entries.iter().map(|&(at, base)| NodeEntry { at, base }).collect();
        parts(&entries, ends, cell, start, end).into_iter().map(|part| (part.entry, part.from, part.to)).collect()
    }

    #[test]
    fn offsets_are_the_nodes_own() {
        assert_eq!(find(&[(0, 0), (10, 0)], &[10, 30], 0, 3, 9), [(0, 3, 9)]);
        assert_eq!(find(&[(0, 0), (10, 0)], &[10, 30], 1, 3, 14), [(1, 3, 14)]);
    }

    #[test]
    fn a_number_may_reach_over_inline_elements() {
        // "手机 " "139" "12345678" " 张三"
        assert_eq!(find(&[(0, 0), (3, 0), (6, 0), (14, 0)], &[17], 0, 3, 14), [(1, 0, 3), (2, 0, 8)]);
    }

    #[test]
    fn pieces_of_a_long_text_know_where_they_begin() {
        assert_eq!(find(&[(0, 0), (2, 8000)], &[2, 13], 1, 0, 11), [(1, 8000, 8011)]);
    }

    #[test]
    fn nonsense_from_outside_is_no_harm() {
        assert_eq!(find(&[(0, 0)], &[5], 7, 0, 3), []);
        assert_eq!(find(&[(0, 0)], &[5], 0, 4, 2), []);
        assert_eq!(find(&[(0, 0)], &[5], 0, 2, u32::MAX), [(0, 2, 5)]);
        assert_eq!(find(&[(0, 0)], &[5], 0, u32::MAX, u32::MAX), []);
        assert_eq!(find(&[], &[], 0, 0, 1), []);
    }
}
