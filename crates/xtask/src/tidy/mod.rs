//! `cargo xtask tidy`: the rules of ARCHITECTURE.md that a compiler does not know.
//!
//! Each check is a function from texts to findings, so that its own test can show it something bad.

mod code;
mod dependencies;
mod files;
mod licences;
mod locales;

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::setup;
use crate::shell::{cargo, output, root, run as run_command, step};

/// Something that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// A file, with its line where there is one, or a crate.
    place: String,
    /// What is wrong.
    what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// A file that git knows or would know.
pub(crate) struct File {
    /// From the repository's root, with `/`.
    path: String,
    /// None where it is no UTF-8.
    text: Option<String>,
}

/// `cargo xtask tidy`; `--fast` leaves out what compiles.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let fast = match args {
        [] => false,
        [arg] if arg == "--fast" => true,
        _ => bail!("cargo xtask tidy [--fast]"),
    };
    setup::lint_tools()?;
    step("tidy");
    let findings = check()?;
    for finding in &findings {
        eprintln!("{}: {}", finding.place, finding.what);
    }
    let formatted = run_command(cargo()?.args(["fmt", "--all", "--check"]));
    if !findings.is_empty() {
        bail!("tidy: {} findings", findings.len());
    }
    formatted?;
    if !fast {
        lint()?;
    }
    Ok(())
}

/// Every check on the working tree.
fn check() -> Result<Vec<Finding>> {
    let files = working_tree()?;
    let metadata: Value = serde_json::from_str(&output(cargo()?.args(["metadata", "--format-version", "1", "--locked"]))?)?;
    let mut findings = dependencies::check(&metadata);
    findings.extend(licences::check(&metadata));
    findings.extend(code::check(&files));
    findings.extend(files::check(&files));
    findings.extend(locales::check(&files));
    Ok(findings)
}

/// Clippy for what runs natively and, for the wasm target, for what runs in the browser.
fn lint() -> Result<()> {
    setup::wasm_target()?;
    step("clippy");
    run_command(cargo()?.args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    step("clippy for wasm");
    let mut command = cargo()?;
    command.args(["clippy", "--quiet", "--target", "wasm32-unknown-unknown"]);
    for package in dependencies::SHIPPED {
        command.args(["--package", package]);
    }
    run_command(command.args(["--", "-D", "warnings"]))
}

fn working_tree() -> Result<Vec<File>> {
    let root = root()?;
    let list = output(Command::new("git").current_dir(&root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))
        .context("tidy asks git which files there are")?;
    let mut paths: Vec<&str> = list.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    let read =
        |path: &str| std::fs::read(root.join(path)).ok().map(|bytes| File { path: path.to_owned(), text: String::from_utf8(bytes).ok() });
    Ok(paths.into_iter().filter_map(read).collect())
}

#[cfg(test)]
fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: Some(text.to_owned()) }
}
