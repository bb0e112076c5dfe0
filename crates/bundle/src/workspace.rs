use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Where things are.
pub(crate) struct Workspace {
    /// The repository's root.
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
    /// The version that the manifest gets.
    pub(crate) version: String,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn find() -> Result<Self> {
        let output = Command::new(cargo()).args(["metadata", "--no-deps", "--format-version", "1"]).output().context("cargo metadata")?;
        if !output.status.success() {
            bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
        let path = |key: &str| metadata[key].as_str().map(PathBuf::from).with_context(|| format!("cargo metadata has no {key}"));
        let version = metadata["packages"]
            .as_array()
            .and_then(|packages| packages.iter().find(|package| package["name"] == env!("CARGO_PKG_NAME")))
            .and_then(|package| package["version"].as_str())
            .context("cargo metadata has no version")?
            .to_owned();
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")?, version })
    }

    /// A tool of `tools/package.json`.
    pub(crate) fn tool(&self, name: &str) -> Command {
        Command::new(self.root.join("tools").join("node_modules").join(".bin").join(name))
    }

    /// What the tools are, for caches.
    pub(crate) fn tools_lock(&self) -> Result<Vec<u8>> {
        read(&self.root.join("tools").join("package-lock.json"))
    }
}

/// The cargo that runs us, or the one on the path.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Runs a tool; what it printed comes with its failure.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} does not start"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let end: Vec<&str> = words.lines().rev().take(30).collect();
    bail!("{name} failed:\n{}", end.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

/// Reads a file; a failure names it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file; a failure names it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
