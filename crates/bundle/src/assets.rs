use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::parts::Part;
use crate::workspace::{Workspace, read, write};

/// What a part of the extension is counted under.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Room {
    Content,
    Background,
    Offscreen,
    Pages,
    /// Manifest, icons, words.
    Rest,
}

/// Every file of the extension, by its path inside it.
pub(crate) type Files = BTreeMap<String, Room>;

/// Fills `dist` with the whole extension and nothing else.
pub(crate) fn lay_out(workspace: &Workspace, parts: &[Part], dist: &Path) -> Result<Files> {
    if dist.exists() {
        std::fs::remove_dir_all(dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    std::fs::create_dir_all(dist).with_context(|| format!("cannot make {}", dist.display()))?;
    let mut layout = Layout { dist, files: Files::new() };

    for file in parts.iter().flat_map(|part| &part.files) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let room = match name.split('.').next() {
            Some("content") => Room::Content,
            Some("background") => Room::Background,
            Some("offscreen") => Room::Offscreen,
            _ => Room::Pages,
        };
        layout.copy(file, name, room)?;
    }
    let extension = workspace.root.join("extension");
    for (folder, room) in [
        ("background/shell", Room::Background),
        ("content/shell", Room::Content),
        ("offscreen/shell", Room::Offscreen),
        ("pages/shell", Room::Pages),
        ("page-api", Room::Content),
    ] {
        layout.copy_tree(&extension.join(folder), "", room)?;
    }
    layout.copy_tree(&workspace.root.join("icons"), "icons/", Room::Rest)?;
    layout.copy_tree(&workspace.root.join("manifest").join("_locales"), "_locales/", Room::Rest)?;

    let manifest = manifest(&read(&workspace.root.join("manifest").join("manifest.chrome.json"))?, &workspace.version)?;
    layout.put("manifest.json".to_owned(), manifest.as_bytes(), Room::Rest)?;
    missing(&manifest, &layout.files)?;
    Ok(layout.files)
}

/// The template with the workspace's version.
fn manifest(template: &[u8], version: &str) -> Result<String> {
    let mut manifest: Value = serde_json::from_slice(template).context("manifest/manifest.chrome.json")?;
    let fields = manifest.as_object_mut().context("manifest/manifest.chrome.json is no object")?;
    fields.insert("version".to_owned(), version.into());
    Ok(serde_json::to_string_pretty(&manifest)?)
}

/// A browser says little about a file that the manifest names and the folder lacks: better to fail here.
fn missing(manifest: &str, files: &Files) -> Result<()> {
    fn names(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.trim_start_matches('/').to_owned()),
            Value::Array(items) => items.iter().for_each(|item| names(item, found)),
            Value::Object(fields) => fields.values().for_each(|item| names(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    names(&serde_json::from_str(manifest)?, &mut found);
    let is_file =
        |name: &str| !name.contains(['*', ' ', ':']) && [".js", ".html", ".css", ".png", ".svg"].iter().any(|end| name.ends_with(end));
    let lacking: Vec<_> = found.into_iter().filter(|name| is_file(name) && !files.contains_key(name)).collect();
    if !lacking.is_empty() {
        bail!("the manifest names files that are not there: {}", lacking.join(", "));
    }
    Ok(())
}

struct Layout<'a> {
    dist: &'a Path,
    files: Files,
}

impl Layout<'_> {
    fn copy(&mut self, from: &Path, name: String, room: Room) -> Result<()> {
        self.put(name, &read(from)?, room)
    }

    fn put(&mut self, name: String, bytes: &[u8], room: Room) -> Result<()> {
        let to = self.dist.join(&name);
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        write(&to, bytes)?;
        if self.files.insert(name.clone(), room).is_some() {
            bail!("two files want to be {name}");
        }
        Ok(())
    }

    /// Copies what a browser can load; sources of pictures and notes for people stay behind.
    fn copy_tree(&mut self, from: &Path, prefix: &str, room: Room) -> Result<()> {
        if !from.is_dir() {
            return Ok(());
        }
        let mut entries: Vec<PathBuf> = std::fs::read_dir(from)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        entries.sort();
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                self.copy_tree(&path, &format!("{prefix}{name}/"), room)?;
            } else if !(name.ends_with(".md") || (prefix == "icons/" && name.ends_with(".svg"))) {
                self.copy(&path, format!("{prefix}{name}"), room)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_gets_the_version() {
        let made = manifest(br#"{"name":"x","version":"0.0.0"}"#, "1.2.3").unwrap();
        assert_eq!(serde_json::from_str::<Value>(&made).unwrap()["version"], "1.2.3");
        assert!(manifest(b"[]", "1.2.3").is_err());
    }

    #[test]
    fn files_that_the_manifest_names_must_be_there() {
        let text = r#"{"description":"Say popup.html","action":{"default_popup":"popup.html","default_icon":{"16":"/icons/16.png"}},"matches":["http://*/*.js"]}"#;
        let mut files = Files::from([("popup.html".to_owned(), Room::Pages)]);
        assert!(missing(text, &files).unwrap_err().to_string().contains("icons/16.png"));
        files.insert("icons/16.png".to_owned(), Room::Rest);
        missing(text, &files).unwrap();
    }
}
