use std::fmt::Write as _;
use std::path::PathBuf;

use crate::desk::Desk;
use crate::page::Page;
use crate::peer::Peers;

/// After a failure: how everything stood, in words, with a picture of every tab in `target/tests/`.
#[must_use]
pub fn report(desk: &Desk, story: &str) -> String {
    let mut text = String::new();
    let folder = output_folder("tests");
    let targets = desk.browser.connection().targets().unwrap_or_default();
    for (number, target) in targets.iter().enumerate() {
        if !["page", "background_page", "service_worker", "iframe"].contains(&target.kind.as_str()) || target.url.starts_with("about:blank")
        {
            continue;
        }
        let _ = writeln!(text, "\n── {} {}", target.kind, target.url);
        let Ok(page) = Page::attach(desk.browser.connection(), &target.id) else { continue };
        if target.kind == "page" {
            let file = folder.join(format!("{}-{number}.png", story.replace([':', '/'], "-")));
            match page.screenshot(&file) {
                Ok(()) => writeln!(text, "picture: {}", file.display()),
                Err(error) => writeln!(text, "no picture: {error:#}"),
            }
            .unwrap_or_default();
        }
        if target.url.starts_with("chrome-extension://") && target.url.ends_with(".html") {
            for control in page.controls().unwrap_or_default().iter().filter(|control| !control.name.is_empty()).take(80) {
                let _ = writeln!(text, "  {control}");
            }
        }
        if target.kind == "background_page" {
            let _ = writeln!(text, "  connections: {}", Peers::attach(&page).and_then(|peers| peers.describe()).unwrap_or_default());
        }
        for line in page.console().iter().rev().take(20).rev() {
            let _ = writeln!(text, "  console: {line}");
        }
    }
    let _ = writeln!(text, "\n── PBX\n{}", serde_json::to_string(&*desk.rig.state()).unwrap_or_default());
    let _ = writeln!(text, "\n── last SIP messages");
    let trace = desk.rig.trace();
    for entry in trace.iter().rev().take(16).rev() {
        let first = entry.text.lines().next().unwrap_or_default();
        let _ = writeln!(text, "  {} {} {first}", entry.at, if entry.received { "→ PBX" } else { "← PBX" });
    }
    text
}

/// Where pictures go: a folder in cargo's target directory.
#[must_use]
pub fn output_folder(name: &str) -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| here.join("..").join("target"), PathBuf::from);
    target.join(name)
}
