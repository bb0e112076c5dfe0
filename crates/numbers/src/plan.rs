//! The world's numbering plans: which numbers are valid, where, of what type, and what is written before them.

use std::sync::OnceLock;

use crate::unpack::{Decoder, Table, Walk};
use crate::{Kind, Region};

/// The plans of all regions, as libphonenumber's metadata has them.
pub(crate) struct Plan {
    table: Table,
    codes: Vec<Code>,
    regions: Vec<RegionPlan>,
    /// For each class (from 1): where its entries start in `types`, and the main region.
    classes: Vec<(u16, u8)>,
    /// Region within its calling code (from 1) and type.
    types: Vec<(u8, u8)>,
    /// What of a matched prefix is kept: from, to.
    actions: Vec<(u8, u8)>,
    text: Vec<u8>,
}

/// A calling code.
struct Code {
    code: u16,
    root: u16,
    first_region: u16,
}

/// A region's part of the plan.
pub(crate) struct RegionPlan {
    pub(crate) region: Region,
    pub(crate) code: u16,
    /// The calling code's place in the plan.
    place: u16,
    /// Whether libphonenumber has this region speak for its calling code.
    main: bool,
    prefix: u16,
    international: u16,
    /// In `text`: what a transform rule puts in front, and the national prefix as it is written.
    insert: (u16, u8),
    written: (u16, u8),
}

/// What is left of a number once a prefix is off: digits to put in front, a range to keep, where the rest starts.
pub(crate) struct Stripped<'a> {
    pub(crate) insert: &'a [u8],
    pub(crate) kept: (usize, usize),
    pub(crate) rest: usize,
}

/// The one plan; unpacked when first asked for.
pub(crate) fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| Plan::unpack(include_bytes!("../data/plan.bin")))
}

impl Plan {
    fn unpack(bytes: &[u8]) -> Self {
        let mut decoder = Decoder::new(bytes);
        let mut walk = Walk::new();
        let (mut codes, mut regions, mut text) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..decoder.count() {
            let code = decoder.count() as u16;
            let first_region = regions.len() as u16;
            for index in 0..decoder.count() {
                let at = text.len();
                decoder.text(&mut text);
                let region = match text.get(at..) {
                    Some(&[a, b]) => Region::from_letters(a, b),
                    _ => Region::WORLD,
                };
                text.truncate(at);
                let mut piece = || {
                    let at = text.len() as u16;
                    (at, decoder.text(&mut text) as u8)
                };
                let (insert, written) = (piece(), piece());
                let (prefix, international) = (walk.root(&mut decoder), walk.root(&mut decoder));
                regions.push(RegionPlan {
                    region,
                    code,
                    place: codes.len() as u16,
                    main: index == 0,
                    prefix,
                    international,
                    insert,
                    written,
                });
            }
            codes.push(Code { code, root: walk.root(&mut decoder), first_region });
        }
        let (mut classes, mut types) = (Vec::new(), Vec::new());
        for _ in 0..decoder.count() {
            classes.push((types.len() as u16, decoder.count() as u8));
            for _ in 0..decoder.count() {
                types.push((decoder.count() as u8, decoder.count() as u8));
            }
        }
        classes.push((types.len() as u16, 0));
        let actions = (0..decoder.count()).map(|_| (decoder.count() as u8, decoder.count() as u8)).collect();
        Self { table: walk.table, codes, regions, classes, types, actions, text }
    }

    /// A region's part.
    pub(crate) fn region(&self, region: Region) -> Option<&RegionPlan> {
        self.regions.iter().find(|plan| plan.region == region)
    }

    /// The part of the region that speaks for a calling code.
    pub(crate) fn main_region(&self, code: u16) -> Option<&RegionPlan> {
        self.regions.iter().find(|plan| plan.code == code && plan.main)
    }

    /// Which calling code digits start with: its place in the table, and how many digits it has.
    pub(crate) fn code_of(&self, digits: &[u8]) -> Option<(usize, usize)> {
        let mut code = 0;
        for (index, digit) in digits.iter().take(3).enumerate() {
            code = code * 10 + u16::from(digit.wrapping_sub(b'0'));
            if let Some(place) = self.place_of(code) {
                return (code > 0).then_some((place, index + 1));
            }
        }
        None
    }

    fn place_of(&self, code: u16) -> Option<usize> {
        self.codes.binary_search_by_key(&code, |entry| entry.code).ok()
    }

    /// The calling code at a place.
    pub(crate) fn code_at(&self, place: usize) -> Option<u16> {
        self.codes.get(place).map(|entry| entry.code)
    }

    /// The place of a region's calling code, and how many digits it has.
    pub(crate) fn place_of_region(region: &RegionPlan) -> (usize, usize) {
        (usize::from(region.place), 1 + usize::from(region.code > 9) + usize::from(region.code > 99))
    }

    /// The digits of a region's calling code.
    pub(crate) fn code_digits(&self, region: &RegionPlan) -> impl Iterator<Item = u8> {
        crate::parse::code_digits(region.code).into_iter().skip_while(|digit| *digit == b'0')
    }

    /// The calling codes and their order of use in the table of formats.
    pub(crate) fn code_count(&self) -> usize {
        self.codes.len()
    }

    /// Region and type of a national number of the calling code at a place. None: not valid.
    #[inline]
    pub(crate) fn validate(&self, place: usize, national: &[u8]) -> Option<(Region, Kind)> {
        let code = self.codes.get(place)?;
        let (types, main) = self.class_of(code, national)?;
        let kind = types.iter().find(|(region, _)| *region == main)?.1;
        let region = self.regions.get(usize::from(code.first_region) + usize::from(main) - 1)?.region;
        Some((region, Kind::from_number(kind)))
    }

    /// Type of a national number of the calling code at a place in one region. None: not valid there.
    pub(crate) fn validate_in(&self, place: usize, national: &[u8], region: Region) -> Option<Kind> {
        let code = self.codes.get(place)?;
        let (types, _) = self.class_of(code, national)?;
        let of_region = |index: u8| self.regions.get(usize::from(code.first_region) + usize::from(index) - 1);
        let found = types.iter().find(|(index, _)| of_region(*index).is_some_and(|plan| plan.region == region))?;
        Some(Kind::from_number(found.1))
    }

    fn class_of(&self, code: &Code, national: &[u8]) -> Option<(&[(u8, u8)], u8)> {
        let mut node = code.root;
        for digit in national {
            node = self.table.step(node, digit.wrapping_sub(b'0'));
            if node == 0 {
                return None;
            }
        }
        let class = usize::from(self.table.output(node).checked_sub(1)?);
        let &(from, main) = self.classes.get(class)?;
        let &(to, _) = self.classes.get(class + 1)?;
        Some((self.types.get(usize::from(from)..usize::from(to))?, main))
    }

    /// How many digits of an international prefix (`00`, `011`) a number dialled in a region starts with.
    pub(crate) fn international_prefix(&self, region: &RegionPlan, digits: &[u8]) -> Option<usize> {
        self.longest(region.international, digits).map(|(length, _)| length)
    }

    /// What is left of a number dialled in a region without its national prefix. None: it has none.
    pub(crate) fn national_prefix<'a>(&'a self, region: &RegionPlan, digits: &[u8]) -> Option<Stripped<'a>> {
        let (length, action) = self.longest(region.prefix, digits)?;
        let &(from, to) = self.actions.get(usize::from(action) - 1)?;
        let insert = if to > 0 { self.piece(region.insert) } else { &[] };
        Some(Stripped { insert, kept: (usize::from(from), usize::from(to)), rest: length })
    }

    /// A region's national prefix as it is written before an area code: `0`, `1`, `8`. Empty: it has none.
    pub(crate) fn written_prefix(&self, region: &RegionPlan) -> &[u8] {
        self.piece(region.written)
    }

    fn piece(&self, (at, length): (u16, u8)) -> &[u8] {
        self.text.get(usize::from(at)..usize::from(at) + usize::from(length)).unwrap_or(&[])
    }

    /// The preferred match at the start of digits: the deepest output on the way.
    fn longest(&self, root: u16, digits: &[u8]) -> Option<(usize, u16)> {
        let mut node = root;
        let mut best = None;
        for (index, digit) in digits.iter().enumerate() {
            node = self.table.step(node, digit.wrapping_sub(b'0'));
            match (node, self.table.output(node)) {
                (0, _) => return best,
                (_, 0) => {}
                (_, output) => best = Some((index + 1, output)),
            }
        }
        match self.table.output_at_end(node) {
            0 => best,
            output => Some((digits.len(), output)),
        }
    }
}
