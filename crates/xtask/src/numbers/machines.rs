//! The machines that the automata are built from: validity by calling code, prefixes by region, formats by calling code.

use super::automaton::Machine;
use super::protobuf::{Format, Plan};
use super::regex::{self, Mode, Program, Thread};

/// The longest national number.
const LONGEST: u8 = 17;

/// What a valid number is: the region that libphonenumber gives it, and its type in every region for which it is valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Class {
    /// Index of the region, 1-based. 0: none.
    pub main: u16,
    /// Region (1-based) and type (see [`Validity`]).
    pub(super) types: Vec<(u16, u8)>,
}

/// A table that numbers what it is given, from 1.
#[derive(Debug)]
pub(super) struct Numbered<T>(pub Vec<T>);

impl<T: PartialEq> Numbered<T> {
    /// The number of an item.
    pub(super) fn of(&mut self, item: T) -> u32 {
        match self.0.iter().position(|known| *known == item) {
            Some(index) => index as u32 + 1,
            None => {
                self.0.push(item);
                self.0.len() as u32
            }
        }
    }
}

/// Which national numbers of a calling code are valid, where, and of what type.
pub(super) struct Validity<'a> {
    regions: Vec<RegionPrograms<'a>>,
    classes: &'a mut Numbered<Class>,
}

struct RegionPrograms<'a> {
    index: u16,
    plan: &'a Plan,
    /// General, ten types, leading digits.
    programs: Vec<Option<Program>>,
}

/// Type numbers: the ten of [`Plan::types`] from 1, and 11 for fixed line or mobile.
const FIXED_OR_MOBILE: u8 = 11;
const FIXED: usize = 8;
const MOBILE: usize = 9;

impl<'a> Validity<'a> {
    /// For the regions of one calling code, main country first, with their numbers.
    pub(super) fn new(plans: &[(u16, &'a Plan)], classes: &'a mut Numbered<Class>) -> Result<Self, String> {
        let optional = |pattern: &str| if pattern.is_empty() { Ok(None) } else { regex::compile(pattern).map(Some) };
        let mut regions = Vec::new();
        for &(index, plan) in plans {
            let mut programs = vec![optional(&plan.general.pattern)?];
            for description in &plan.types {
                programs.push(if description.lengths.is_empty() { None } else { optional(&description.pattern)? });
            }
            programs.push(optional(&plan.leading_digits)?);
            regions.push(RegionPrograms { index, plan, programs });
        }
        Ok(Self { regions, classes })
    }

    /// The state before the first digit.
    pub(super) fn start(&self) -> ValidityState {
        let threads = |program: &Option<Program>, mode| program.as_ref().map_or(Vec::new(), |program| regex::start(program, mode));
        self.regions
            .iter()
            .map(|region| {
                let last = region.programs.len() - 1;
                let all = region.programs.iter().enumerate();
                let threads = all.map(|(index, program)| threads(program, if index == last { Mode::Start } else { Mode::Whole }));
                (false, threads.collect())
            })
            .collect()
    }
}

/// By region: leading digits seen, threads of every program.
pub(super) type ValidityState = Vec<(bool, Vec<Vec<Thread>>)>;

impl Machine for Validity<'_> {
    type State = ValidityState;

    fn advance(&mut self, state: &ValidityState, symbol: u8, depth: u8) -> Option<ValidityState> {
        if symbol == regex::END || depth >= LONGEST {
            return None;
        }
        let mut alive = false;
        let mut next = Vec::new();
        for (region, (led, threads)) in self.regions.iter().zip(state) {
            let last = threads.len() - 1;
            let mut led = *led;
            let mut after: Vec<Vec<Thread>> = Vec::new();
            for (index, (program, threads)) in region.programs.iter().zip(threads).enumerate() {
                let mode = if index == last { Mode::Start } else { Mode::Whole };
                let threads = program.as_ref().map_or(Vec::new(), |program| regex::advance(program, mode, threads, symbol, 0));
                if index == last && program.as_ref().is_some_and(|program| regex::matched(program, &threads).is_some()) {
                    led = true;
                }
                after.push(threads);
            }
            // Without a way to match the general pattern, nothing else about the region matters.
            if after[0].is_empty() {
                after.iter_mut().for_each(Vec::clear);
            }
            alive |= !after[0].is_empty();
            next.push((led, after));
        }
        alive.then_some(next)
    }

    fn output(&mut self, state: &ValidityState, depth: u8) -> u32 {
        let mut class = Class::default();
        for (region, (led, threads)) in self.regions.iter().zip(state) {
            let length = depth as usize;
            let matches = |index: usize, lengths: &[usize]| {
                lengths.contains(&length)
                    && region.programs[index].as_ref().is_some_and(|program| regex::matched(program, &threads[index]).is_some())
            };
            let mut kind = 0;
            if matches(0, &region.plan.general.lengths) {
                let is = |index: usize| matches(index + 1, &region.plan.types[index].lengths);
                kind = match (0..10).find(|&index| is(index)) {
                    Some(FIXED) if is(MOBILE) => FIXED_OR_MOBILE,
                    Some(index) => index as u8 + 1,
                    None => 0,
                };
            }
            if kind != 0 {
                class.types.push((region.index, kind));
            }
            let chosen = if region.plan.leading_digits.is_empty() || self.regions.len() == 1 { kind != 0 } else { *led };
            if class.main == 0 && chosen {
                class.main = region.index;
            }
        }
        if class.types.is_empty() { 0 } else { self.classes.of(class) }
    }
}

/// What is taken off the start of a number, for one expression: national prefixes or international ones.
pub(super) struct Prefix<'a> {
    program: Program,
    /// Whether the last capture is kept, as the region's transform rule says.
    transforms: bool,
    captures: usize,
    actions: &'a mut Numbered<(u8, u8)>,
}

impl<'a> Prefix<'a> {
    /// `actions` collects what of the match is kept: from, to.
    pub(super) fn new(pattern: &str, transforms: bool, actions: &'a mut Numbered<(u8, u8)>) -> Result<Self, String> {
        let program = regex::compile(pattern)?;
        let captures = program.iter().filter(|step| matches!(step, regex::Step::Mark(mark) if mark % 2 == 0)).count();
        Ok(Self { program, transforms, captures, actions })
    }

    /// The state before the first digit.
    pub(super) fn start(&self) -> Vec<Thread> {
        regex::start(&self.program, Mode::Start)
    }
}

impl Machine for Prefix<'_> {
    type State = Vec<Thread>;

    fn advance(&mut self, state: &Vec<Thread>, symbol: u8, depth: u8) -> Option<Vec<Thread>> {
        let next = regex::advance(&self.program, Mode::Start, state, symbol, depth);
        (!next.is_empty()).then_some(next)
    }

    fn output(&mut self, state: &Vec<Thread>, depth: u8) -> u32 {
        let Some(thread) = regex::matched(&self.program, state) else { return 0 };
        if depth == 0 {
            return 0;
        }
        let mark = |index: usize| thread.marks.get(index).copied().flatten();
        let last = self.captures.wrapping_sub(1).wrapping_mul(2);
        let kept = match (mark(last), mark(last.wrapping_add(1))) {
            (Some(from), Some(to)) if self.transforms => (from, to),
            _ => (0, 0),
        };
        self.actions.of(kept)
    }
}

/// How the numbers of a calling code are written: national and international template.
pub(super) struct Formats<'a> {
    lists: [Vec<FormatPrograms<'a>>; 2],
    /// The lengths of valid numbers: how others are written does not matter.
    lengths: Vec<usize>,
    templates: &'a mut Numbered<(String, String)>,
}

struct FormatPrograms<'a> {
    format: &'a Format,
    leading: Option<Program>,
    pattern: Program,
}

impl<'a> Formats<'a> {
    /// For the main region of a calling code, and the lengths of the code's numbers.
    pub(super) fn new(plan: &'a Plan, lengths: &[usize], templates: &'a mut Numbered<(String, String)>) -> Result<Self, String> {
        let compile = |formats: &'a [Format]| {
            let programs = formats.iter().map(|format| {
                let leading = format.leading_digits.last().map(|pattern| regex::compile(pattern)).transpose()?;
                Ok::<_, String>(FormatPrograms { format, leading, pattern: regex::compile(&format.pattern)? })
            });
            programs.collect::<Result<Vec<_>, _>>()
        };
        let international = if plan.international_formats.is_empty() { &plan.formats } else { &plan.international_formats };
        Ok(Self { lists: [compile(&plan.formats)?, compile(international)?], lengths: lengths.to_vec(), templates })
    }

    /// The state before the first digit.
    pub(super) fn start(&self) -> FormatsState {
        self.lists
            .iter()
            .map(|list| {
                list.iter()
                    .map(|programs| {
                        let leading = programs.leading.as_ref().map_or(Vec::new(), |program| regex::start(program, Mode::Start));
                        (programs.leading.is_none(), leading, regex::start(&programs.pattern, Mode::Whole))
                    })
                    .collect()
            })
            .collect()
    }
}

/// By list and format: leading digits seen, threads of theirs, threads of the pattern.
pub(super) type FormatsState = Vec<Vec<(bool, Vec<Thread>, Vec<Thread>)>>;

impl Machine for Formats<'_> {
    type State = FormatsState;

    fn advance(&mut self, state: &FormatsState, symbol: u8, depth: u8) -> Option<FormatsState> {
        if symbol == regex::END || depth >= LONGEST {
            return None;
        }
        let mut alive = false;
        let mut next = FormatsState::new();
        for (list, states) in self.lists.iter().zip(state) {
            let mut row = Vec::new();
            for (programs, (led, leading, pattern)) in list.iter().zip(states) {
                let mut led = *led;
                let mut pattern = regex::advance(&programs.pattern, Mode::Whole, pattern, symbol, depth);
                let mut leading = match &programs.leading {
                    Some(program) if !led => regex::advance(program, Mode::Start, leading, symbol, depth),
                    _ => Vec::new(),
                };
                if programs.leading.as_ref().is_some_and(|program| regex::matched(program, &leading).is_some()) {
                    led = true;
                }
                if led {
                    leading.clear();
                } else if leading.is_empty() {
                    pattern.clear();
                }
                if pattern.is_empty() {
                    (led, leading) = (false, Vec::new());
                }
                alive |= !pattern.is_empty();
                row.push((led, leading, pattern));
            }
            next.push(row);
        }
        alive.then_some(next)
    }

    fn output(&mut self, state: &FormatsState, depth: u8) -> u32 {
        if !self.lengths.contains(&usize::from(depth)) {
            return 0;
        }
        let mut found = self.lists.iter().zip(state).enumerate().map(|(index, (list, states))| {
            let mut rows = list.iter().zip(states).filter(|(_, (led, _, _))| *led);
            rows.find_map(|(programs, (_, _, pattern))| {
                let thread = regex::matched(&programs.pattern, pattern)?;
                Some(template(programs.format, index == 0, thread, depth as usize))
            })
        });
        let (national, international) = (found.next().flatten(), found.next().flatten());
        if national.is_none() && international.is_none() {
            return 0;
        }
        let plain = "#".repeat(depth as usize);
        self.templates.of((national.unwrap_or_else(|| plain.clone()), international.unwrap_or(plain)))
    }
}

/// A template: `#` is the next digit, `_` one that is left out, `!` in front says that the national prefix is never left out, anything
/// else stands for itself.
fn template(format: &Format, national: bool, thread: &Thread, length: usize) -> String {
    let mut rule = format.format.clone();
    if national && !format.national_prefix_rule.is_empty() {
        let at = rule.find('$').unwrap_or(0);
        let group = rule[at..at + 2].to_owned();
        rule.replace_range(at..at + 2, &format.national_prefix_rule.replace("$1", &group));
    }
    let mut text = String::new();
    let first_group_only = matches!(format.national_prefix_rule.as_str(), "" | "$1" | "($1)" | "($1" | "$1)");
    if national && !first_group_only && !format.prefix_optional {
        text.push('!');
    }
    let mut done = 0;
    let mut chars = rule.chars();
    while let Some(char) = chars.next() {
        let Some(group) = (char == '$').then(|| chars.next().and_then(|digit| digit.to_digit(10))).flatten() else {
            text.push(char);
            continue;
        };
        let mark = |index: usize| thread.marks.get(index).copied().flatten().map_or(done, usize::from);
        let index = (group as usize - 1) * 2;
        let (from, to) = (mark(index), mark(index + 1));
        assert!(from >= done, "the groups of {} are not in order", format.format);
        text.push_str(&"_".repeat(from - done));
        text.push_str(&"#".repeat(to - from));
        done = to;
    }
    text.push_str(&"_".repeat(length - done));
    text
}
