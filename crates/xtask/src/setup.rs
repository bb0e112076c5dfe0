use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell::{output, root, run as run_command, step, succeeds};

const TARGET: &str = "wasm32-unknown-unknown";

/// A program of the distribution that tests and demo need.
struct Program {
    /// What must be there: a file on the path, or a font.
    have: fn() -> bool,
    /// What it is for, for whoever must install it by hand.
    what: &'static str,
    /// Debian's packages.
    packages: &'static [&'static str],
}

const BROWSER: Program = Program { have: || chromium().is_some(), what: "Chromium (or set CHROMIUM to its path)", packages: &["chromium"] };
const FONT: Program = Program { have: has_chinese_font, what: "a font with Chinese characters", packages: &["fonts-noto-cjk"] };
const KAMAILIO: Program = Program {
    have: || on_path("kamailio").is_some(),
    what: "Kamailio with WebSocket and TLS modules",
    packages: &["kamailio", "kamailio-websocket-modules", "kamailio-tls-modules", "kamailio-outbound-modules", "kamailio-extra-modules"],
};
const NODE: Program =
    Program { have: || on_path("node").is_some() && on_path("npm").is_some(), what: "Node.js with npm", packages: &["nodejs", "npm"] };

/// `cargo xtask setup`.
pub(crate) fn run(args: &[String]) -> Result<()> {
    for_build()?;
    if args.iter().any(|arg| arg == "--test") {
        for_tests()?;
    }
    Ok(())
}

/// The wasm target and the tools of `tools/package.json`.
pub(crate) fn for_build() -> Result<()> {
    wasm_target()?;
    ensure(&[NODE])?;
    npm_tools(&root()?.join("tools"))
}

/// The browser, a font, and a foreign SIP server.
pub(crate) fn for_tests() -> Result<()> {
    ensure(&[BROWSER, FONT, KAMAILIO])?;
    npm_tools(&root()?.join("tests").join("interop"))
}

/// Other people's user agents, from npm: the folder above their `node_modules`.
#[cfg(feature = "tools")]
pub(crate) fn interop() -> Result<PathBuf> {
    ensure(&[NODE])?;
    let folder = root()?.join("tests").join("interop");
    npm_tools(&folder)?;
    Ok(folder)
}

/// The browser and a font.
pub(crate) fn for_demo() -> Result<()> {
    ensure(&[BROWSER, FONT])
}

/// Adds rustc's wasm target where rustup manages the toolchain.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let library = Path::new(sysroot.trim()).join("lib").join("rustlib").join(TARGET);
    if library.is_dir() {
        return Ok(());
    }
    step(&format!("adding the {TARGET} target"));
    run_command(Command::new("rustup").args(["target", "add", TARGET]))
        .with_context(|| format!("install Rust's standard library for {TARGET}"))
}

/// `npm ci` where the lock file has changed since the last time.
fn npm_tools(folder: &Path) -> Result<()> {
    if !folder.join("package-lock.json").is_file() {
        return Ok(());
    }
    let lock = std::fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules").join(".installed");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step(&format!("npm ci in {}", folder.file_name().unwrap_or_default().to_string_lossy()));
    run_command(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))?;
    std::fs::write(&stamp, lock)?;
    Ok(())
}

/// Installs what is missing as root on Debian and its kin; else says what to install.
fn ensure(programs: &[Program]) -> Result<()> {
    let missing: Vec<&Program> = programs.iter().filter(|program| !(program.have)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|program| program.packages.iter().copied()).collect();
    let what: Vec<&str> = missing.iter().map(|program| program.what).collect();
    let may = on_path("apt-get").is_some() && output(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0");
    if !may {
        bail!("install {} (Debian: apt-get install {})", what.join(", "), packages.join(" "));
    }
    step(&format!("apt-get install {}", packages.join(" ")));
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        command
    };
    let install = || run_command(apt().args(["install", "--yes", "--no-install-recommends"]).args(&packages));
    // The package lists of a fresh machine may be missing or old.
    if install().is_err() {
        run_command(apt().arg("update"))?;
        install()?;
    }
    match missing.iter().find(|program| !(program.have)()) {
        None => Ok(()),
        Some(program) => bail!("install {}: its package was installed, but it is not found", program.what),
    }
}

/// Where the browser is: `CHROMIUM`, or a usual name on the path.
pub(crate) fn chromium() -> Option<PathBuf> {
    let chosen = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    chosen.or_else(|| ["chromium", "chromium-browser"].into_iter().find_map(on_path))
}

fn has_chinese_font() -> bool {
    if on_path("fc-list").is_some() {
        return output(Command::new("fc-list").args([":lang=zh", "family"])).is_ok_and(|list| !list.trim().is_empty());
    }
    // Elsewhere than on Debian nobody can tell, and screenshots only would suffer.
    on_path("apt-get").is_none() || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file()
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // Where Debian puts servers; not on everybody's path.
    folders.push(PathBuf::from("/usr/sbin"));
    folders.into_iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// True when `cargo fmt` and `cargo clippy` are there, or rustup could add them.
pub(crate) fn lint_tools() -> Result<()> {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !succeeds(Command::new("cargo").args([probe, "--version"])) {
            step(&format!("adding {component}"));
            run_command(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}
