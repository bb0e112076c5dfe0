use super::{File, Finding};

/// A file that a person reads has one job and fits into a head.
const MOST_LINES: usize = 500;
/// What people read and write by hand.
const WRITTEN: [&str; 12] = [".rs", ".js", ".mjs", ".html", ".css", ".md", ".toml", ".py", ".sh", ".yml", ".yaml", ".cfg"];

/// Marks of work left undone, put together here so that this file has none.
const UNDONE: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
/// Folders of one machine.
const MACHINE: [&str; 4] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tm", "p/")];
/// Hosts that a lock file must not pin: who builds chooses where packages come from.
const REGISTRIES: [&str; 3] = [concat!("registry.npm", "js.org"), concat!("index.crat", "es.io"), concat!("npmm", "irror.com")];

/// Length, marks and paths, in every file.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let Some(text) = &file.text else { continue };
        let written = WRITTEN.iter().any(|end| file.path.ends_with(end)) || file.path == ".ci/run";
        let lines = text.lines().count();
        if written && lines > MOST_LINES {
            findings.push(Finding::new(&file.path, format!("{lines} lines; the most is {MOST_LINES}")));
        }
        for (line, number) in text.lines().zip(1..) {
            let place = || format!("{}:{number}", file.path);
            if written && let Some(mark) = UNDONE.iter().find(|mark| is_word(line, mark)) {
                findings.push(Finding::new(place(), format!("{mark}: do it, or say in an issue what is to be done")));
            }
            if let Some(folder) = MACHINE.iter().find(|folder| is_path(line, folder)) {
                findings.push(Finding::new(place(), format!("{folder}… is a path of one machine")));
            }
            if let Some(host) = REGISTRIES.iter().find(|host| line.contains(*host)) {
                findings.push(Finding::new(place(), format!("{host}: which registry is up to who builds")));
            }
        }
    }
    findings
}

/// `mark` stands alone: a row of such letters in a placeholder for digits is none.
fn is_word(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + mark.len()..).and_then(|text| text.chars().next());
        ![before, after].into_iter().flatten().any(|c| c.is_alphanumeric() || c == '_')
    })
}

/// `folder` begins a path: what stands before it is no part of a URL or of a longer path.
fn is_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "._-/:*}$>~".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn long_files_are_found() {
        let long = "x\n".repeat(MOST_LINES + 1);
        assert_eq!(check(&[file("a.rs", &long), file("data.csv", &long)]), [Finding::new("a.rs", "501 lines; the most is 500")]);
        assert_eq!(check(&[file("a.rs", &"x\n".repeat(MOST_LINES))]), []);
    }

    #[test]
    fn marks_of_undone_work_are_found() {
        for mark in UNDONE {
            assert_eq!(check(&[file("a.md", &format!("ok\n// {mark}: later"))]).len(), 1, "{mark}");
        }
        assert_eq!(check(&[file("a.rs", concat!("\"+86 138 XX", "XX XX", "XX\""))]), []);
    }

    #[test]
    fn machine_paths_and_registries_are_found() {
        for folder in MACHINE {
            assert_eq!(check(&[file("a.json", &format!("\"{folder}main\""))]).len(), 1, "{folder}");
            assert_eq!(check(&[file("a.json", &format!("\"https://example.com{folder}main\""))]), [], "{folder}");
        }
        for host in REGISTRIES {
            assert_eq!(check(&[file("package-lock.json", &format!("\"resolved\": \"https://{host}/a\""))]).len(), 1, "{host}");
        }
    }
}
