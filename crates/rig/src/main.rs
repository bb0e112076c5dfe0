//! `rig [--port-base N]`: the test bench alone. Prints one line of JSON, every address and credential, once it accepts
//! connections, and serves until it is interrupted.

use std::process::ExitCode;

use patchcord_rig::{Rig, RigConfig};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let port_base = match port_base(std::env::args().skip(1)) {
        Ok(port_base) => port_base,
        Err(problem) => {
            eprintln!("{problem}\nusage: rig [--port-base N]");
            return ExitCode::from(2);
        }
    };
    let rig = match Rig::start(RigConfig { port_base, ..RigConfig::default() }).await {
        Ok(rig) => rig,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    match serde_json::to_string(rig.addresses()) {
        Ok(line) => say(&line),
        Err(problem) => eprintln!("{problem}"),
    }
    _ = tokio::signal::ctrl_c().await;
    rig.shutdown().await;
    ExitCode::SUCCESS
}

/// Standard output may be a pipe that nobody reads any more: that is no reason to stop.
fn say(line: &str) {
    use std::io::Write as _;
    let mut output = std::io::stdout().lock();
    _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

fn port_base(mut arguments: impl Iterator<Item = String>) -> Result<Option<u16>, String> {
    let Some(name) = arguments.next() else { return Ok(None) };
    let value = match name.strip_prefix("--port-base") {
        Some("") => arguments.next().ok_or("--port-base needs a number")?,
        Some(rest) => rest.strip_prefix('=').ok_or_else(|| format!("{name} is not known"))?.to_owned(),
        None => return Err(format!("{name} is not known")),
    };
    if let Some(more) = arguments.next() {
        return Err(format!("{more} is not known"));
    }
    match value.parse::<u16>() {
        Ok(port) if (1024..=65_000).contains(&port) => Ok(Some(port)),
        _ => Err(format!("{value} is no port from 1024 to 65000")),
    }
}
