//! `cargo xtask numbers find` and `cargo xtask numbers-data`.

mod automaton;
pub(crate) mod find;
pub(crate) mod generate;
mod machines;
mod pack;
mod protobuf;
mod regex;

use std::path::Path;

use anyhow::{Result, anyhow, bail};

/// `numbers find --regions CN,US [--strength careful|normal|eager] [--internal 3-5]`: JSON lines on stdin, JSON lines on stdout.
pub(crate) fn run(args: &[String]) -> Result<()> {
    match args.split_first() {
        Some((word, rest)) if word == "find" => find::run(rest),
        _ => bail!("usage: cargo xtask numbers find --regions CN,US [--strength careful|normal|eager] [--internal 3-5] < lines.jsonl"),
    }
}

/// `numbers-data`: writes what `patchcord-numbers` embeds. `--check` writes nothing and fails if it would change.
pub(crate) fn data(args: &[String]) -> Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or_else(|| anyhow!("the workspace has no root"))?;
    let check = args.iter().any(|arg| arg == "--check");
    let said = if check { generate::check(workspace) } else { generate::generate(workspace) };
    print!("{}", said.map_err(|error| anyhow!(error))?);
    Ok(())
}
