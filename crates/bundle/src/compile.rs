use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context as _, Result, bail};

use crate::workspace::{Workspace, cargo};

/// The crates compiled to wasm.
pub(crate) struct Compiled {
    /// Where cargo put those for browsers' own wasm engine.
    pub(crate) modern: PathBuf,
    /// Where cargo put the content script, which has to become plain JavaScript.
    pub(crate) plain: PathBuf,
}

/// No wasm runs in a content script under a strict page CSP, so that one is turned into JavaScript, which knows none of these.
const PLAIN_FEATURES: &str = "-Ctarget-feature=-reference-types,-multivalue,-bulk-memory,-nontrapping-fptoint,-sign-ext";

/// Compiles the four crates: two cargo runs side by side, as the content script needs other flags and thus a target directory of its own.
/// Both of them link with one code generation unit, so each has a core to itself.
pub(crate) fn compile(workspace: &Workspace, quick: bool) -> Result<Compiled> {
    let profile = if quick { "wasm-quick" } else { "wasm" };
    let plain_target = workspace.target.join("content");
    let mut modern = start(workspace, profile, &["patchcord-background", "patchcord-offscreen", "patchcord-pages"], None)?;
    let mut plain = start(workspace, profile, &["patchcord-content"], Some(&plain_target))?;
    let modern_done = modern.wait().context("cargo build")?.success();
    let plain_done = plain.wait().context("cargo build")?.success();
    if !(modern_done && plain_done) {
        bail!("cargo build failed");
    }
    Ok(Compiled { modern: wasm_folder(&workspace.target, profile), plain: wasm_folder(&plain_target, profile) })
}

fn start(workspace: &Workspace, profile: &str, packages: &[&str], plain_target: Option<&PathBuf>) -> Result<Child> {
    let mut command = Command::new(cargo());
    command.current_dir(&workspace.root).args(["build", "--quiet", "--profile", profile, "--target", "wasm32-unknown-unknown"]);
    for package in packages {
        command.args(["--package", package]);
    }
    // Flags set around us for native code would make every build here a new one.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").env("CARGO_TARGET_DIR", &workspace.target);
    if let Some(target) = plain_target {
        command.env("RUSTFLAGS", PLAIN_FEATURES).env("CARGO_TARGET_DIR", target);
    }
    command.spawn().context("cargo does not start")
}

fn wasm_folder(target: &Path, profile: &str) -> PathBuf {
    target.join("wasm32-unknown-unknown").join(profile)
}
