use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::setup;
use crate::shell::{cargo, run, step};

/// Exit code of the bundler where everything was built, but a part is over its budget.
const OVER_BUDGET: i32 = 3;

/// `cargo xtask build`.
pub(crate) fn build(args: &[String]) -> Result<()> {
    if !make(args)? {
        bail!("a part of the extension is over its budget");
    }
    Ok(())
}

/// Builds; true where every part keeps its budget. What is too large can still be tested and shown.
pub(crate) fn make(args: &[String]) -> Result<bool> {
    match args.first() {
        Some(arg) if arg != "--quick" => bail!("what is `{arg}`?"),
        _ => {}
    }
    setup::for_build()?;
    step("extension");
    let mut command = cargo()?;
    let status =
        command.args(["run", "--quiet", "--package", "patchcord-bundle", "--"]).args(args).status().context("cargo does not start")?;
    match status.code() {
        Some(0) => Ok(true),
        Some(OVER_BUDGET) => Ok(false),
        _ => bail!("the extension could not be built"),
    }
}

/// `cargo xtask package`: the build writes the zip as well, so this is the build.
pub(crate) fn package(args: &[String]) -> Result<()> {
    match args.first() {
        None => build(&[]),
        Some(arg) => bail!("what is `{arg}`?"),
    }
}

/// `cargo xtask rig`.
pub(crate) fn rig(args: &[String]) -> Result<()> {
    run(cargo()?.args(["run", "--quiet", "--package", "patchcord-rig", "--bin", "rig", "--"]).args(args))
}

/// `cargo xtask demo`.
pub(crate) fn demo(args: &[String]) -> Result<()> {
    setup::for_demo()?;
    make(&[])?;
    step("demo");
    run(with_browser(cargo()?.args(["run", "--quiet", "--package", "patchcord-tests", "--bin", "demo", "--"]).args(args))?)
}

/// `cargo xtask bench call`: what an agent waits for, measured in the browser.
pub(crate) fn bench_call(args: &[String]) -> Result<()> {
    setup::for_demo()?;
    make(&[])?;
    step("bench call");
    run(with_browser(cargo()?.args(["run", "--quiet", "--package", "patchcord-tests", "--bin", "bench-call", "--"]).args(args))?)
}

/// Tells tests and demo which browser to start.
pub(crate) fn with_browser(command: &mut Command) -> Result<&mut Command> {
    let browser: PathBuf = setup::chromium().context("no Chromium")?;
    Ok(command.env("CHROMIUM", browser))
}

/// Commands that need the project's own crates: xtask again, with them compiled in, and fast, as some of them measure.
#[cfg(not(feature = "tools"))]
pub(crate) fn with_tools(args: &[String]) -> Result<()> {
    // From where we were started: files on the command line are named from there.
    let here = std::env::current_dir()?;
    run(cargo()?.current_dir(here).args(["run", "--quiet", "--release", "--package", "xtask", "--features", "tools", "--"]).args(args))
}
