use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::browser::Microphone;

/// The extension's id in tests: it follows from [`KEY`].
pub const EXTENSION_ID: &str = "njoiiijgopdgmlpadndipndhgnmmpijg";

/// A public key made for tests alone: with it in the manifest, an unpacked extension has the same id everywhere.
const KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0x38gb1X5hVH+0pCiAYvOF/HqdcUWeuiNj28Eoohn81sIHZC5kevCFoNKzZv8AXqq3ttlAqz\
gfgU4b+JydiI4IQxrhDodvHR4Y5Ab1PP9rbjbdDjxy4d/BcEczQHLC4lcfNlqtcChkIfrjB+7ViM7LwfGXkk5jF/pdht5cXr+kd3EiOVMTrIS36/F7uV/wXcP2Cin6DAAyF/eS1H\
ytpLbNoClgIXyQLUl7tY0m7hGSFV+za7zi7FQb0xF7FFHGNX/AHoQUyrQVmyxuYzLGPF6MBP1iP28QLgumle+JTJRW+Jy/n75KJcjfMzulEiYW5OAu8B3vJBa0hqNF0jerRSvQID\
AQAB";

/// A copy of the built extension with a fixed id.
pub(crate) fn copy_extension(built: &Path, to: &Path) -> Result<PathBuf> {
    copy(built, to).with_context(|| format!("no extension in {}: run `cargo xtask build`", built.display()))?;
    let path = to.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    manifest.as_object_mut().context("manifest.json is no object")?.insert("key".to_owned(), KEY.into());
    std::fs::write(&path, serde_json::to_vec_pretty(&manifest)?)?;
    Ok(to.to_owned())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Answers given before the first start, since nobody can answer a prompt of a headless browser.
pub(crate) fn seed(profile: &Path, microphone: Microphone, sites: &[&str]) -> Result<()> {
    let mut exceptions = json!({});
    let setting = match microphone {
        Microphone::Granted | Microphone::Missing | Microphone::Real => Some(1),
        Microphone::Refused => Some(2),
        Microphone::NotAsked => None,
    };
    if let Some(setting) = setting {
        let page = format!("chrome-extension://{EXTENSION_ID}/,*");
        exceptions = json!({"media_stream_mic": {page: {"setting": setting}}});
    }
    let granted = json!({"api": [], "explicit_host": sites, "manifest_permissions": [], "scriptable_host": []});
    let preferences = json!({
        "profile": {"content_settings": {"exceptions": exceptions}},
        "extensions": {"settings": {EXTENSION_ID: {"runtime_granted_permissions": granted}}},
    });
    let folder = profile.join("Default");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("Preferences"), serde_json::to_vec(&preferences)?)?;
    Ok(())
}
