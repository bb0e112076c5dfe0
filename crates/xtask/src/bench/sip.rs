//! `cargo xtask bench sip [PART]`: our SIP against npm's JsSIP and SIP.js.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::setup;
use crate::shell::{cargo, output, root, run as run_command, step};

/// How many times faster than JsSIP's parser ours has to be.
const PARSE_TARGET: f64 = 5.0;

/// Runs the parts named, or all.
pub(crate) fn run(args: &[String]) -> Result<()> {
    if args.is_empty() {
        return parse();
    }
    for part in args {
        match part.as_str() {
            "parse" => parse()?,
            other => bail!("no part `{other}`: cargo xtask bench sip [parse]"),
        }
    }
    Ok(())
}

/// The same frames through the three parsers, in turns, in one V8; ours as WebAssembly, built as the extension is.
fn parse() -> Result<()> {
    setup::wasm_target()?;
    let modules = setup::interop()?.join("node_modules");
    let folder = root()?.join("tests").join("bench");
    let target = root()?.join("target").join("bench");
    step("building the message layer for WebAssembly");
    run_command(
        cargo()?
            .args(["build", "--quiet", "--release", "--locked", "--target", "wasm32-unknown-unknown"])
            .arg("--target-dir")
            .arg(&target)
            .current_dir(&folder)
            .env_remove("RUSTFLAGS"),
    )?;
    let module = target.join("wasm32-unknown-unknown").join("release").join("patchcord_bench.wasm");
    step("parsing the same frames with ours, JsSIP and SIP.js");
    let line = output(Command::new("node").arg(folder.join("parse.mjs")).arg(&module).arg(&modules))?;
    report(&serde_json::from_str(&line).context("the benchmark's answer is no JSON")?, &module)
}

fn report(result: &Value, module: &Path) -> Result<()> {
    println!("parse: median microseconds a frame, {} frames, {} bytes", result["frames"], result["bytes"]);
    if let Some(refused) = result["refused"].as_array().filter(|refused| !refused.is_empty()) {
        println!("refused, and so measured by nobody: {refused:?}");
    }
    println!("{:<16}{:>10}{:>10}{:>10}{:>12}{:>12}", "", "ours", "JsSIP", "SIP.js", "JsSIP/ours", "SIP.js/ours");
    let mut worst = f64::INFINITY;
    for (kind, label) in [("parse", "parse"), ("print", "parse and print")] {
        let time = |name: &str| result["times"][kind][name].as_f64().context("a time is missing");
        let (ours, jssip, sipjs) = (time("ours")?, time("jssip")?, time("sipjs")?);
        worst = worst.min(jssip / ours);
        println!("{label:<16}{ours:>10.2}{jssip:>10.2}{sipjs:>10.2}{:>12.1}{:>12.1}", jssip / ours, sipjs / ours);
    }
    println!("module with message layer, digest and allocator: {} bytes gzip", gzip_size(module)?);
    let met = if worst >= PARSE_TARGET { "met" } else { "missed" };
    println!("target: at least {PARSE_TARGET} times as fast as JsSIP: {met}");
    if worst < PARSE_TARGET { bail!("the parser is only {worst:.1} times as fast as JsSIP's") } else { Ok(()) }
}

/// What a server that compresses would send. Node does it: it is there anyway.
fn gzip_size(file: &Path) -> Result<usize> {
    let script = "const { gzipSync } = require('node:zlib'); const { readFileSync } = require('node:fs');
        process.stdout.write(String(gzipSync(readFileSync(process.argv[1]), { level: 9 }).length))";
    let size = output(Command::new("node").args(["-e", script]).arg(file))?;
    size.trim().parse().context("no size")
}
