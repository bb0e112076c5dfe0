//! `cargo xtask bench numbers`: the finder against npm's libphonenumber-js, 80,000 cells of Chinese and of English, in Node.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::setup;
use crate::shell::{cargo, output, root, run as run_command, step};

/// The finder as a module, and as the script that wasm2js makes of it.
const EXAMPLE: &str = "finder_wasm";
/// What wasm2js cannot translate.
const PLAIN: &str = "-Ctarget-feature=-reference-types,-multivalue,-bulk-memory,-nontrapping-fptoint,-sign-ext";
/// What the precompiled standard library uses all the same, and how it is taken out.
const LOWER: [&str; 11] = [
    "--mvp-features",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-reference-types",
    "--enable-multivalue",
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--llvm-memory-copy-fill-lowering",
];

/// Builds both, measures, and says what came out.
pub(crate) fn run(args: &[String]) -> Result<()> {
    if let Some(other) = args.first() {
        bail!("no part `{other}`: cargo xtask bench numbers");
    }
    setup::for_build()?;
    let modules = setup::interop()?.join("node_modules");
    let root = root()?;
    let work = root.join("target").join("bench").join("numbers");
    std::fs::create_dir_all(&work)?;
    step("building the finder for WebAssembly, for speed, and as it is shipped, for wasm2js");
    let fast = build(&root, &work, "3")?;
    let shipped = build(&root, &work, "s")?;
    let script = assembly(&root, &work, &shipped)?;
    step("looking through the same tables with ours and with libphonenumber-js");
    let bench = root.join("tests").join("bench").join("numbers.mjs");
    let line = output(Command::new("node").arg(bench).arg(&fast).arg(&script).arg(modules))?;
    report(&serde_json::from_str(&line).context("the benchmark's answer is no JSON")?, &script)
}

fn build(root: &Path, work: &Path, level: &str) -> Result<PathBuf> {
    let target = work.join(level);
    run_command(
        cargo()?
            .args(["build", "--quiet", "--locked", "-p", "patchcord-numbers", "--example", EXAMPLE])
            .args(["--target", "wasm32-unknown-unknown", "--profile", "wasm", "--target-dir"])
            .arg(&target)
            .env("RUSTFLAGS", format!("{PLAIN} -Copt-level={level}"))
            .current_dir(root),
    )?;
    Ok(target.join("wasm32-unknown-unknown").join("wasm").join("examples").join(format!("{EXAMPLE}.wasm")))
}

fn assembly(root: &Path, work: &Path, module: &Path) -> Result<PathBuf> {
    let tool = |name: &str| Command::new(root.join("tools").join("node_modules").join(".bin").join(name));
    let (lowered, small, script) = (work.join("lowered.wasm"), work.join("small.wasm"), work.join("finder.mjs"));
    run_command(tool("wasm-opt").arg(module).args(LOWER).arg("-o").arg(&lowered))?;
    run_command(tool("wasm-opt").arg(&lowered).args(["--mvp-features", "--enable-mutable-globals", "-Oz", "-o"]).arg(&small))?;
    run_command(tool("wasm2js").arg(&small).args(["--mvp-features", "--enable-mutable-globals", "-Oz", "-o"]).arg(&script))?;
    Ok(script)
}

fn report(result: &Value, script: &Path) -> Result<()> {
    let number = |value: &Value| value.as_f64().context("a time is missing");
    println!("{} cells, milliseconds of processor time: the first run, and the median of the later ones", result["cells"]);
    println!("{:<10}{:>10}{:>14}{:>14}{:>18}{:>12}{:>12}", "", "found", "wasm", "wasm2js", "libphonenumber-js", "wasm", "wasm2js");
    for (language, name) in [("zh", "Chinese"), ("en", "English")] {
        let row = &result["languages"][language];
        for kind in ["cold", "warm"] {
            let time = |who: &str| number(&row[kind][who]);
            let (wasm, script, theirs) = (time("wasm")?, time("wasm2js")?, time("theirs")?);
            let found = format!("{}/{}", row["found"]["wasm"], row["found"]["theirs"]);
            let (times, script_times) = (theirs / wasm, theirs / script);
            println!("{name} {kind:<4}{found:>14}{wasm:>10.1}{script:>14.1}{theirs:>18.1}{times:>11.1}×{script_times:>11.1}×");
        }
        if row["found"]["wasm"] != row["found"]["theirs"] {
            println!("  the two do not find the same: {}", row["found"]);
        }
    }
    println!(
        "loading and unpacking: wasm {:.1} ms, wasm2js {:.1} ms",
        number(&result["loaded"]["wasm"])?,
        number(&result["loaded"]["wasm2js"])?
    );
    println!("how it grows, milliseconds for so many cells:");
    for row in result["growth"].as_array().context("growth is missing")? {
        println!("{:>10}{:>10.2}{:>10.2}", row["cells"], number(&row["wasm"])?, number(&row["wasm2js"])?);
    }
    let size = std::fs::metadata(script)?.len();
    println!("{}: {size} bytes before it is minified", script.display());
    Ok(())
}
