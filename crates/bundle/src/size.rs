use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

use crate::assets::{Files, Room};
use crate::workspace::{Workspace, read, write};

const KB: usize = 1024;
/// The most that a part may weigh, gzipped, in bytes.
const BUDGETS: [(&str, Room, usize); 4] = [
    ("content", Room::Content, 60 * KB),
    ("background", Room::Background, 60 * KB),
    ("offscreen", Room::Offscreen, 220 * KB),
    ("pages", Room::Pages, 200 * KB),
];
/// The most that the whole zip may weigh, in bytes.
const ZIP_BUDGET: usize = 900 * KB;

/// Writes `dist/patchcord-chrome-VERSION.zip`: the same bytes whenever the files are the same.
pub(crate) fn pack(workspace: &Workspace, dist: &Path, files: &Files) -> Result<PathBuf> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(9)).last_modified_time(zip::DateTime::default());
    for name in files.keys() {
        archive.start_file(name, options)?;
        archive.write_all(&read(&dist.join(name))?)?;
    }
    let path = dist.with_file_name(format!("patchcord-chrome-{}.zip", workspace.version));
    write(&path, archive.finish()?.get_ref())?;
    Ok(path)
}

/// Prints what every part weighs; true when all of them keep their budgets.
pub(crate) fn report(dist: &Path, files: &Files, zip: &Path) -> Result<bool> {
    let mut lines = Vec::new();
    for (label, room, budget) in BUDGETS {
        let (mut raw, mut packed) = (0, 0);
        for (name, _) in files.iter().filter(|(_, of)| **of == room) {
            let bytes = read(&dist.join(name))?;
            raw += bytes.len();
            packed += gzip_length(&bytes)?;
        }
        lines.push(Line { label, raw, packed, budget });
    }
    let whole = files.keys().map(|name| Ok(read(&dist.join(name))?.len())).sum::<Result<usize>>()?;
    lines.push(Line { label: "whole (zip)", raw: whole, packed: read(zip)?.len(), budget: ZIP_BUDGET });

    eprintln!("{:<12} {:>10} {:>10} {:>10}", "part", "raw KB", "gzip KB", "budget KB");
    for line in &lines {
        eprintln!("{line}");
    }
    eprintln!("build: {} and {}", dist.display(), zip.display());
    Ok(lines.iter().all(Line::keeps))
}

struct Line {
    label: &'static str,
    raw: usize,
    packed: usize,
    budget: usize,
}

impl Line {
    fn keeps(&self) -> bool {
        self.packed <= self.budget
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kb = |bytes: usize| format!("{}.{}", bytes / KB, bytes % KB * 10 / KB);
        write!(f, "{:<12} {:>10} {:>10} {:>10}", self.label, kb(self.raw), kb(self.packed), self.budget / KB)?;
        if self.keeps() { Ok(()) } else { f.write_str("  OVER BUDGET") }
    }
}

fn gzip_length(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_budget_is_said_and_counts() {
        let line = Line { label: "content", raw: 200 * KB, packed: 61 * KB, budget: 60 * KB };
        assert!(!line.keeps());
        assert!(line.to_string().ends_with("OVER BUDGET"));
        let line = Line { packed: 60 * KB, ..line };
        assert!(line.keeps());
        assert!(!line.to_string().contains("OVER"));
    }

    #[test]
    fn gzip_packs() {
        assert!(gzip_length(&[b'a'; 10_000]).unwrap() < 100);
    }
}
