use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

use crate::assets::{Files, Room};
use crate::workspace::{Workspace, read, write};

const KB: usize = 1024;
/// What a part should weigh, gzipped, in bytes, and where that is not reached yet, the most that it may weigh until then.
///
/// - content: the finder's world of numbering plans alone is 43 KB of asm.js data; it is to run in the extension's process, as wasm.
/// - background: settings and log-in still go through serde, which the worker has no need of: they are to pass through unread.
/// - pages: the last 5 %.
const BUDGETS: [(&str, Room, Budget); 4] = [
    ("content", Room::Content, Budget { goal: 60 * KB, limit: 150 * KB }),
    ("background", Room::Background, Budget { goal: 60 * KB, limit: 110 * KB }),
    ("offscreen", Room::Offscreen, Budget { goal: 220 * KB, limit: 220 * KB }),
    ("pages", Room::Pages, Budget { goal: 200 * KB, limit: 215 * KB }),
];
/// The same for the whole zip.
const ZIP_BUDGET: Budget = Budget { goal: 900 * KB, limit: 900 * KB };

/// Over its goal a part is said to be; over its limit it fails the build. A limit above its goal is a debt.
#[derive(Clone, Copy)]
struct Budget {
    goal: usize,
    limit: usize,
}

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

/// Prints what every part weighs; true when all of them keep their limits.
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

    eprintln!("{:<12} {:>10} {:>10} {:>10} {:>10}", "part", "raw KB", "gzip KB", "goal KB", "limit KB");
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
    budget: Budget,
}

impl Line {
    fn keeps(&self) -> bool {
        self.packed <= self.budget.limit
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kb = |bytes: usize| format!("{}.{}", bytes / KB, bytes % KB * 10 / KB);
        let Budget { goal, limit } = self.budget;
        write!(f, "{:<12} {:>10} {:>10} {:>10} {:>10}", self.label, kb(self.raw), kb(self.packed), goal / KB, limit / KB)?;
        f.write_str(match () {
            () if self.packed > limit => "  OVER LIMIT",
            () if self.packed > goal => "  over goal",
            () => "",
        })
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
    fn over_the_limit_counts_and_over_the_goal_is_said() {
        let weighing = |packed| Line { label: "content", raw: 200 * KB, packed, budget: Budget { goal: 60 * KB, limit: 70 * KB } };
        let check = |packed, keeps, ending: &str| {
            let line = weighing(packed);
            assert_eq!(line.keeps(), keeps, "{packed}");
            assert!(line.to_string().ends_with(ending), "{line}");
        };
        check(70 * KB + 1, false, "  OVER LIMIT");
        check(70 * KB, true, "  over goal");
        check(60 * KB + 1, true, "  over goal");
        check(60 * KB, true, "70");
    }

    #[test]
    fn gzip_packs() {
        assert!(gzip_length(&[b'a'; 10_000]).unwrap() < 100);
    }
}
