//! Precision and recall on the corpus of `tests/corpus/`, by language, and on lines made from templates with a fixed seed.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod support;

use std::collections::HashMap;
use std::fmt::Write as _;

use patchcord_numbers::{Hint, Strength};
use support::corpus::{Expected, Line, generated, read};
use support::{finder, found_with};

/// Right, wrong and missed.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
    report: String,
}

impl Score {
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }
}

fn judge(lines: &[Line], strength: Strength) -> Score {
    let mut score = Score::default();
    let mut finders = HashMap::new();
    for line in lines {
        let finder = finders.entry(line.regions.clone()).or_insert_with(|| {
            let regions: Vec<&str> = line.regions.split(',').collect();
            finder(&regions, strength)
        });
        let label: Vec<u16> = line.label.encode_utf16().collect();
        let found = found_with(finder, &line.text, Hint::of(&label));
        let found: Vec<Expected> = found
            .into_iter()
            .map(|found| Expected {
                start: found.start,
                span: found.span,
                e164: found.number.e164(),
                extension: found.number.extension().to_owned(),
            })
            .collect();
        let right = found.iter().filter(|found| line.expected.contains(found)).count();
        score.right += right;
        score.wrong += found.len() - right;
        score.missed += line.expected.len() - right;
        if found != line.expected {
            writeln!(score.report, "  [{}] {} `{}`", line.regions, line.label, line.text).unwrap();
            for wrong in found.iter().filter(|found| !line.expected.contains(found)) {
                writeln!(score.report, "      wrong  {wrong:?}").unwrap();
            }
            for missed in line.expected.iter().filter(|expected| !found.contains(expected)) {
                writeln!(score.report, "      missed {missed:?}").unwrap();
            }
        }
    }
    score
}

fn check(name: &str, lines: &[Line], precision: f64, recall: f64) {
    let score = judge(lines, Strength::Normal);
    println!("{name}: {} lines, {} numbers, P {:.4} R {:.4}", lines.len(), score.right + score.missed, score.precision(), score.recall());
    print!("{}", score.report.lines().take(80).map(|line| format!("{line}\n")).collect::<String>());
    assert!(
        score.precision() >= precision && score.recall() >= recall,
        "{name}: P {:.4} R {:.4}\n{}",
        score.precision(),
        score.recall(),
        score.report
    );
}

#[test]
fn chinese() {
    check("zh", &read("zh"), 0.995, 0.99);
}

#[test]
fn english() {
    check("en", &read("en"), 0.97, 0.99);
}

#[test]
fn other_languages() {
    for language in ["de", "fr", "es", "ja", "ko", "ru"] {
        check(language, &read(language), 0.95, 0.95);
    }
}

#[test]
fn made_lines() {
    check("zh, made", &generated("zh", 20_000), 0.995, 0.99);
    check("en, made", &generated("en", 20_000), 0.97, 0.99);
}

#[test]
fn careful_is_never_wrong_and_eager_misses_nothing() {
    for language in ["zh", "en"] {
        let careful = judge(&read(language), Strength::Careful);
        assert!(
            careful.precision() >= 0.995 && careful.recall() >= 0.85,
            "{language}: P {} R {}\n{}",
            careful.precision(),
            careful.recall(),
            careful.report
        );
        let eager = judge(&read(language), Strength::Eager);
        assert!(
            eager.recall() >= 0.99 && eager.precision() >= 0.6,
            "{language}: P {} R {}\n{}",
            eager.precision(),
            eager.recall(),
            eager.report
        );
    }
}
