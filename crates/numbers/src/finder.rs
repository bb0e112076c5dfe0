use crate::chars::digit;
use crate::plan::{Plan, RegionPlan, plan};
use crate::run::Run;
use crate::scan::Scan;
use crate::{FinderConfig, Hint, Number, Strength};

/// One run of text as a reader sees it: a table cell, a paragraph, a line. Numbers never reach over its ends.
///
/// Inline elements (`<b>139</b>12345678`) belong to one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where it ends in the buffer, exclusive, in UTF-16 code units. It starts where the one before it ends.
    pub end: u32,
    /// What the words beside it say.
    pub hint: Hint,
}

impl Cell {
    /// A cell that ends at `end`.
    pub fn new(end: usize, hint: Hint) -> Self {
        Self { end: u32::try_from(end).unwrap_or(u32::MAX), hint }
    }
}

/// A number found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find {
    /// Which cell, from 0.
    pub cell: u32,
    /// Where it starts in the cell, in UTF-16 code units.
    pub start: u32,
    /// Where it ends in the cell, exclusive. The span holds the number and its extension as a person would click it: from the plus sign,
    /// the opening bracket or the first digit to the last digit or the bracket that closes one inside; no label before it, no
    /// punctuation after it.
    pub end: u32,
    /// The number.
    pub number: Number,
}

/// Finds numbers. Make one for a configuration and keep it.
#[derive(Clone)]
pub struct Finder {
    pub(crate) plan: &'static Plan,
    /// Home first.
    pub(crate) regions: Vec<&'static RegionPlan>,
    pub(crate) strength: Strength,
    /// The home region's calling code and the area code of local numbers, as digits.
    pub(crate) area: Vec<u8>,
    pub(crate) internal_extensions: Option<(u8, u8)>,
}

impl core::fmt::Debug for Finder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let regions: Vec<_> = self.regions.iter().map(|plan| plan.region).collect();
        f.debug_struct("Finder").field("regions", &regions).field("strength", &self.strength).finish_non_exhaustive()
    }
}

impl Finder {
    /// A finder for a configuration.
    pub fn new(config: &FinderConfig) -> Self {
        let plan = plan();
        let regions: Vec<_> = config.regions.iter().filter_map(|region| plan.region(*region)).collect();
        let mut area = Vec::new();
        if let Some(home) = regions.first()
            && !config.area.is_empty()
        {
            area.push(b'+');
            area.extend(plan.code_digits(home));
            area.extend(config.area.bytes());
        }
        Self { plan, regions, strength: config.strength, area, internal_extensions: config.internal_extensions }
    }

    /// Appends what `text` holds to `finds`, in order. `cells` divide the text; what lies behind the last one is not looked at.
    ///
    /// Keep `text`, `cells` and `finds` from call to call, cleared: then nothing is allocated.
    pub fn find(&self, text: &[u16], cells: &[Cell], finds: &mut Vec<Find>) {
        let mut run = Run::new();
        let mut start = 0;
        for (index, cell) in cells.iter().enumerate() {
            let end = (cell.end as usize).min(text.len()).max(start);
            if let Some(slice) = text.get(start..end)
                && let Some(first) = next_digit(slice, 0)
            {
                Scan::new(self, slice, cell.hint).run(&mut run, first, |start, end, number| {
                    finds.push(Find { cell: index as u32, start: start as u32, end: end as u32, number });
                });
            }
            start = end;
        }
    }
}

/// Where the next digit stands.
#[inline]
pub(crate) fn next_digit(text: &[u16], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    #[cfg(test)]
    rest.iter().take_while(|unit| digit(**unit).is_none()).for_each(|_| crate::steps::step());
    rest.iter().position(|&unit| unit >= 0x30 && (unit <= 0x39 || unit >= 0x0660 && digit(unit).is_some())).map(|at| from + at)
}
