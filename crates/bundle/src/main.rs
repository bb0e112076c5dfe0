//! `cargo xtask build` and `cargo xtask package` end here: compiles the extension's crates for wasm, makes of each what
//! its context can load, puts the static files beside them, and fails when a part is over its budget.
//!
//! It is a crate of its own so that `cargo xtask` itself compiles in seconds. It expects the tools that xtask installs
//! (the wasm target, `tools/node_modules`).

mod assets;
mod compile;
mod features;
mod parts;
mod size;
mod workspace;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::workspace::Workspace;

/// Exit code where everything was built, but a part is over its budget.
const OVER_BUDGET: u8 = 3;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(OVER_BUDGET),
        Err(error) => {
            eprintln!("build: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// True when every part keeps its budget.
fn run() -> Result<bool> {
    let workspace = Workspace::find()?;
    // While working: incremental, larger, and without the budgets.
    let quick = std::env::args().any(|arg| arg == "--quick");
    let started = Instant::now();
    let compiled = compile::compile(&workspace, quick)?;
    eprintln!("build: compiled in {:.1} s", started.elapsed().as_secs_f64());

    let started = Instant::now();
    let parts = parts::make(&workspace, &compiled, quick)?;
    eprintln!("build: glue and wasm-opt in {:.1} s", started.elapsed().as_secs_f64());

    let dist = workspace.root.join("dist").join("chrome");
    let files = assets::lay_out(&workspace, &parts, &dist)?;
    let zip = size::pack(&workspace, &dist, &files)?;
    let within = size::report(&dist, &files, &zip)?;
    Ok(within || quick)
}
