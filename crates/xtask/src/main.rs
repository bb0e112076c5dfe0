//! Patchcord's own commands. `cargo xtask` alone lists them.
#![allow(clippy::print_stdout, reason = "a command line program")]

#[cfg(feature = "tools")]
mod bench;
mod commands;
#[cfg(feature = "tools")]
mod numbers;
mod setup;
mod shell;
#[cfg(feature = "tools")]
mod sip;
mod test;
mod tidy;
#[cfg(feature = "tools")]
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  demo [--headless]        build, start the test bench, open Chromium with the extension on the demo CRM
  test [FILTER]            everything that a change must pass; with FILTER only the tests whose name holds it
       [--native|--e2e]    only the native tests, only those in Chromium
  build [--quick]          dist/chrome/, unpacked and loadable, and a table of sizes; --quick while working, never to ship
  package                  the same, and the zip for the web store
  rig [--port-base N]      the test bench alone; prints its addresses as one line of JSON
  tidy [--fast]            formatting, lints, dependency directions and the like; --fast without compiling
  setup [--test]           only install what the others need

  sip check FILE…          what the SIP parser makes of a message
  numbers find [FILE]      the phone numbers in a text
  numbers-data             make the number finder's tables anew
  bench NAME               measure: sip, numbers, call

Set-up is done by the commands themselves: the wasm target, the tools of tools/package.json, and, for tests and demo,
Chromium, Kamailio and a font with Chinese characters from the distribution.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let Some((command, rest)) = args.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    match command.as_str() {
        "build" => commands::build(rest),
        "package" => commands::package(rest),
        "demo" => commands::demo(rest),
        "rig" => commands::rig(rest),
        "test" => test::run(rest),
        "tidy" => tidy::run(rest),
        "setup" => setup::run(rest),
        "bench" if rest.first().is_some_and(|name| name == "call") => commands::bench_call(rest),
        "sip" | "numbers" | "numbers-data" | "bench" => tools(args),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("no command `{other}`; `cargo xtask help` lists them"),
    }
}

#[cfg(feature = "tools")]
fn tools(args: &[String]) -> Result<()> {
    tools::run(args)
}

#[cfg(not(feature = "tools"))]
fn tools(args: &[String]) -> Result<()> {
    commands::with_tools(args)
}
