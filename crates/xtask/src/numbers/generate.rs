//! `cargo xtask numbers-data`: compiles libphonenumber's metadata into what `patchcord-numbers` embeds.

use std::path::Path;

use super::automaton::Pool;
use super::machines::{Class, Formats, Numbered, Prefix, Validity};
use super::pack::{Encoder, Walk, context};
use super::protobuf::{self, Plan};

/// Where the source lies, under the workspace.
const SOURCE: &str = "crates/numbers/data/metadata.pb";
/// Where the results go: plans, formats.
const RESULTS: [&str; 2] = ["crates/numbers/data/plan.bin", "crates/numbers/data/formats.bin"];

/// Writes the embedded data of a workspace, and says how large it became.
pub(crate) fn generate(workspace: &Path) -> Result<String, String> {
    let mut said = String::new();
    for (path, bytes) in RESULTS.iter().zip(&compile(&source(workspace)?)?) {
        std::fs::write(workspace.join(path), bytes).map_err(|error| format!("{path}: {error}"))?;
        said.push_str(&format!("{path}: {} bytes\n", bytes.len()));
    }
    Ok(said)
}

/// Fails if the embedded data is not what its source gives.
pub(crate) fn check(workspace: &Path) -> Result<String, String> {
    for (path, bytes) in RESULTS.iter().zip(&compile(&source(workspace)?)?) {
        let there = std::fs::read(workspace.join(path)).map_err(|error| format!("{path}: {error}"))?;
        if there != *bytes {
            return Err(format!("{path} is not what {SOURCE} gives: run `cargo xtask numbers-data`"));
        }
    }
    Ok("the embedded data is what its source gives\n".to_owned())
}

fn source(workspace: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(workspace.join(SOURCE)).map_err(|error| format!("{SOURCE}: {error}"))
}

/// The embedded data for a source: plans, formats.
fn compile(source: &[u8]) -> Result<[Vec<u8>; 2], String> {
    let mut plans = protobuf::read(source)?;
    // By calling code, the main country first, then as they stand.
    plans.sort_by_key(|plan| (plan.calling_code, !plan.main_country));
    let groups: Vec<&[Plan]> = plans.chunk_by(|a, b| a.calling_code == b.calling_code).collect();
    Ok([compile_plans(&groups)?, compile_formats(&groups)?])
}

fn compile_plans(groups: &[&[Plan]]) -> Result<Vec<u8>, String> {
    let (mut pool, mut classes, mut actions) = (Pool::default(), Numbered(Vec::<Class>::new()), Numbered(Vec::new()));
    let mut roots = Vec::new();
    let mut prefixes = Vec::new();
    for plans in groups {
        let numbered: Vec<(u16, &Plan)> = plans.iter().enumerate().map(|(index, plan)| (index as u16 + 1, plan)).collect();
        let mut machine = Validity::new(&numbered, &mut classes)?;
        let start = machine.start();
        roots.push(pool.build(&mut machine, start));
    }
    for plan in groups.iter().copied().flatten() {
        let mut root = |pattern: &str, transforms: bool| {
            if pattern.is_empty() {
                return Ok::<_, String>(0);
            }
            let mut machine = Prefix::new(pattern, transforms, &mut actions)?;
            let start = machine.start();
            Ok(pool.build(&mut machine, start))
        };
        prefixes.push([root(&plan.prefix_for_parsing, !plan.prefix_transform.is_empty())?, root(&plan.international_prefix, false)?]);
    }

    let mut coder = Encoder::default();
    let mut walk = Walk::new(&pool);
    let mut prefixes = prefixes.into_iter();
    coder.gamma(context::COUNT, groups.len());
    for (plans, root) in groups.iter().zip(roots) {
        coder.gamma(context::COUNT, plans[0].calling_code as usize);
        coder.gamma(context::COUNT, plans.len());
        for plan in *plans {
            coder.text(&plan.id);
            // A transform rule is digits, then the last capture.
            coder.text(plan.prefix_transform.split('$').next().unwrap_or(""));
            coder.text(if plan.prefix_for_parsing.is_empty() { "" } else { &plan.national_prefix });
            for root in prefixes.next().unwrap_or_default() {
                walk.root(&mut coder, &pool, root);
            }
        }
        walk.root(&mut coder, &pool, root);
    }
    coder.gamma(context::COUNT, classes.0.len());
    for class in &classes.0 {
        coder.gamma(context::COUNT, usize::from(class.main));
        coder.gamma(context::COUNT, class.types.len());
        for &(region, kind) in &class.types {
            coder.gamma(context::COUNT, usize::from(region));
            coder.gamma(context::COUNT, usize::from(kind));
        }
    }
    coder.gamma(context::COUNT, actions.0.len());
    for &(from, to) in &actions.0 {
        coder.gamma(context::COUNT, usize::from(from));
        coder.gamma(context::COUNT, usize::from(to));
    }
    Ok(coder.finish())
}

fn compile_formats(groups: &[&[Plan]]) -> Result<Vec<u8>, String> {
    let (mut pool, mut templates) = (Pool::default(), Numbered(Vec::new()));
    let mut roots = Vec::new();
    for plans in groups {
        let lengths: Vec<usize> = plans.iter().flat_map(|plan| plan.general.lengths.iter().copied()).collect();
        let mut machine = Formats::new(&plans[0], &lengths, &mut templates)?;
        let start = machine.start();
        roots.push(pool.build(&mut machine, start));
    }
    let mut coder = Encoder::default();
    let mut walk = Walk::new(&pool);
    for root in roots {
        walk.root(&mut coder, &pool, root);
    }
    coder.gamma(context::COUNT, templates.0.len());
    for (national, international) in &templates.0 {
        coder.text(national);
        // Mostly the same without the national prefix.
        let same = national == international;
        coder.bit(context::END + 1, same);
        if !same {
            coder.text(international);
        }
    }
    Ok(coder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_data_is_what_its_source_gives() {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        assert_eq!(check(workspace), Ok("the embedded data is what its source gives\n".to_owned()));
    }

    #[test]
    fn a_broken_source_is_an_error() {
        let source = [0x0A, 0x7F, 0x0A];
        assert!(compile(&source).is_err());
    }
}
