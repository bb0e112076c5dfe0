//! The commands that need the project's own crates.

use anyhow::{Result, bail};

/// Hands the rest of the command line to the command.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["sip", ..] => crate::sip::run(args.get(1..).unwrap_or_default()),
        ["numbers", ..] => crate::numbers::run(args.get(1..).unwrap_or_default()),
        ["numbers-data", ..] => crate::numbers::data(args.get(1..).unwrap_or_default()),
        ["bench", "sip", ..] => crate::bench::sip::run(args.get(2..).unwrap_or_default()),
        ["bench", "numbers", ..] => crate::bench::numbers::run(args.get(2..).unwrap_or_default()),
        _ => bail!("`{}` is not there", words.join(" ")),
    }
}
