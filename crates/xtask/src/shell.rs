use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The repository's root: where the workspace's manifest is. Commands work from any folder inside it.
pub(crate) fn root() -> Result<PathBuf> {
    // Cargo sets this for what it runs; a binary started by hand looks upwards.
    let start = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(std::env::current_dir, |folder| Ok(PathBuf::from(folder)))?;
    let is_root = |folder: &&Path| std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]"));
    Ok(start.ancestors().find(is_root).context("not inside the repository")?.to_owned())
}

/// Cargo, working at the root.
pub(crate) fn cargo() -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()?);
    // Set by the cargo that runs us for our own package; inherited, they would rebuild what looks at them.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text == "CARGO_MANIFEST_DIR" || text == "CARGO_MANIFEST_PATH" || text == "CARGO_BIN_NAME" {
            command.env_remove(&name);
        }
    }
    Ok(command)
}

/// Runs it with our own input and output; fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} does not start", name(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", line(command));
    }
    Ok(())
}

/// True when it can be started and succeeds; silent.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// What it prints on its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{} does not start", name(command)))?;
    if !output.status.success() {
        bail!("{} failed ({})", line(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs it, hands every line of its standard output to `each`, and ends it when it takes longer than `limit`. True when it succeeded.
pub(crate) fn stream(command: &mut Command, limit: Duration, mut each: impl FnMut(&str)) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("{} does not start", name(command)))?;
    let out = child.stdout.take().context("no standard output")?;
    let (lines, received) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for text in BufReader::new(out).lines().map_while(Result::ok) {
            if lines.send(text).is_err() {
                break;
            }
        }
    });
    let end = Instant::now() + limit;
    loop {
        match received.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(text) => each(&text),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                stop(&mut child);
                bail!("{} took longer than {} s", line(command), limit.as_secs());
            }
        }
    }
    Ok(child.wait()?.success())
}

/// Ends it and all that it started: cargo's own end would leave the program that it runs.
fn stop(child: &mut Child) {
    for process in with_descendants(child.id(), &output(Command::new("ps").args(["-A", "-o", "pid=,ppid="])).unwrap_or_default()) {
        succeeds(Command::new("kill").args(["-KILL", &process.to_string()]));
    }
    // Nothing to be done about a child that is gone already.
    let _ = child.kill();
    let _ = child.wait();
}

/// `first` and whoever descends from it, going by a list of lines "process parent".
fn with_descendants(first: u32, list: &str) -> Vec<u32> {
    let pairs: Vec<(u32, u32)> = list
        .lines()
        .filter_map(|text| text.trim().split_once(char::is_whitespace))
        .filter_map(|(process, parent)| Some((process.parse().ok()?, parent.trim().parse().ok()?)))
        .collect();
    let mut family = vec![first];
    let mut index = 0;
    while let Some(&parent) = family.get(index) {
        family.extend(pairs.iter().filter(|(_, of)| *of == parent).map(|(process, _)| *process));
        index += 1;
    }
    family
}

fn name(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// As one would type it.
pub(crate) fn line(command: &Command) -> String {
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(name(command)).chain(args).collect::<Vec<_>>().join(" ")
}

/// Says what is about to happen.
pub(crate) fn step(text: &str) {
    eprintln!("── {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descendants_are_found_and_nobody_else() {
        assert_eq!(with_descendants(10, "    1     0\n   10     1\n   11    10\n   12     1\n   13    11\n"), [10, 11, 13]);
    }
}
