//! Finds the numbers of all tabs: their content scripts send the text that may hold some.

use patchcord_messages::{FoundSpan, MOST_FIND_TEXT, MobileDialling, NumberStyle, Settings};
use patchcord_numbers::{Cell, DialRules, Finder, FinderConfig, Hint, Mobiles, Region, Strength};

/// The user's settings, ready for use.
pub(crate) struct NumberFinder {
    finder: Finder,
    rules: DialRules,
}

impl NumberFinder {
    pub(crate) fn new(settings: &Settings) -> Self {
        let dial = settings.dial.clone();
        let regions: Vec<Region> = settings.regions.iter().filter_map(|code| Region::from_code(code)).collect();
        let strength = match settings.number_style {
            NumberStyle::Careful => Strength::Careful,
            NumberStyle::Normal => Strength::Normal,
            NumberStyle::Eager => Strength::Eager,
        };
        let rules = DialRules {
            home: regions.first().copied(),
            area: dial.area.clone(),
            outside_line: dial.outside_line,
            mobiles: match dial.mobiles {
                MobileDialling::Local => Mobiles::Local,
                MobileDialling::LongDistance => Mobiles::LongDistance,
                MobileDialling::LongDistanceUnless => Mobiles::LongDistanceUnless(dial.local_mobiles),
            },
            keep_calling_code: dial.keep_calling_code,
            international_prefix: dial.international_prefix,
        };
        Self { finder: Finder::new(&FinderConfig { regions, strength, area: dial.area, ..FinderConfig::default() }), rules }
    }

    /// The numbers of a batch. What does not fit together finds less, and harms nobody.
    pub(crate) fn find(&self, text: &str, ends: &[u32], label: &[u32], labels: &[String]) -> Vec<FoundSpan> {
        let units: Vec<u16> = text.encode_utf16().take(MOST_FIND_TEXT).collect();
        let hints: Vec<Hint> = labels.iter().map(|label| Hint::of(&label.encode_utf16().collect::<Vec<u16>>())).collect();
        let hint =
            |cell: usize| label.get(cell).and_then(|label| hints.get((*label as usize).checked_sub(1)?)).copied().unwrap_or_default();
        let cells: Vec<Cell> = ends.iter().enumerate().map(|(cell, end)| Cell::new(*end as usize, hint(cell))).collect();
        let mut finds = Vec::new();
        self.finder.find(&units, &cells, &mut finds);
        let span = |find: &patchcord_numbers::Find| FoundSpan {
            cell: find.cell,
            start: find.start,
            end: find.end,
            number: find.number.dial_string(&self.rules),
            shown: find.number.international(),
        };
        finds.iter().map(span).collect()
    }

    /// What a link to call dials: by the rules where it is a number, as it stands where it is an address.
    pub(crate) fn link(&self, callee: &str) -> String {
        if callee.contains(':') { callee.to_owned() } else { self.rules.apply_to_text(callee) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_by_the_settings() {
        let finder = NumberFinder::new(&Settings::default());
        let finds = finder.find("电话 13800138000call +44 20 7946 0958", &[14, 36], &[0, 0], &[]);
        assert_eq!(
            finds.iter().map(|find| (find.cell, find.start, find.end, find.number.as_str())).collect::<Vec<_>>(),
            [(0, 3, 14, "13800138000"), (1, 5, 21, "+442079460958")]
        );
    }

    #[test]
    fn takes_what_does_not_fit_together() {
        let finder = NumberFinder::new(&Settings::default());
        assert!(finder.find("13800138000", &[], &[], &[]).is_empty());
        assert!(finder.find("", &[9, 3, u32::MAX], &[7], &["x".to_owned()]).is_empty());
        assert_eq!(finder.find("13800138000", &[99], &[9, 9], &[]).len(), 1);
    }

    #[test]
    fn links_follow_the_rules() {
        let finder = NumberFinder::new(&Settings::default());
        assert_eq!(finder.link("+8615011112222"), "15011112222");
        assert_eq!(finder.link("sip:bob@example.com"), "sip:bob@example.com");
        assert_eq!(finder.link("*86"), "*86");
    }
}
