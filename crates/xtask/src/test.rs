use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::shell::{cargo, line, step, stream};
use crate::{commands, setup, tidy};

/// What a run of tests came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: usize,
    failed: usize,
}

/// What to run.
#[derive(Debug, Default, PartialEq, Eq)]
struct Choice {
    native: bool,
    browser: bool,
    filter: Option<String>,
}

/// The longest that native tests may take, compiling included.
const NATIVE_LIMIT: Duration = Duration::from_secs(15 * 60);
/// The longest that the tests in the browser may take, compiling included.
const BROWSER_LIMIT: Duration = Duration::from_secs(15 * 60);

/// `cargo xtask test`.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let started = Instant::now();
    let choice = Choice::parse(args)?;
    let everything = choice == Choice { native: true, browser: true, filter: None };
    let mut total = Count::default();
    let mut troubles = Vec::new();

    if everything {
        setup::for_build()?;
        setup::for_tests()?;
        // Goes on after a finding: one run tells everything that is wrong.
        troubles.extend(tidy::run(&[]).err().map(|error| format!("{error:#}")));
    }
    if choice.native {
        step("native tests");
        let mut command = cargo()?;
        command.args(["test", "--quiet", "--workspace", "--no-fail-fast", "--exclude", "patchcord-tests", "--features", "xtask/tools"]);
        troubles.extend(tests(command.args(&choice.filter), NATIVE_LIMIT, &mut total)?);
    }
    if choice.browser {
        if !everything {
            setup::for_tests()?;
        }
        match commands::make(&[]) {
            Ok(within) => {
                if !within {
                    troubles.push("a part of the extension is over its budget".to_owned());
                }
                step("tests in Chromium");
                let mut command = cargo()?;
                command.args(["test", "--quiet", "--package", "patchcord-tests", "--no-fail-fast", "--"]).args(&choice.filter);
                troubles.extend(tests(commands::with_browser(&mut command)?, BROWSER_LIMIT, &mut total)?);
            }
            Err(error) => troubles.push(format!("build: {error:#}")),
        }
    }

    for trouble in &troubles {
        eprintln!("xtask: {trouble}");
    }
    eprintln!("took {} s", started.elapsed().as_secs());
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.passed + total.failed == 0 {
        bail!("no test has run");
    }
    if total.failed > 0 || !troubles.is_empty() {
        bail!("not everything is as it should be");
    }
    Ok(())
}

impl Choice {
    fn parse(args: &[String]) -> Result<Self> {
        let mut choice = Self::default();
        for arg in args {
            match arg.as_str() {
                "--native" => choice.native = true,
                "--e2e" => choice.browser = true,
                other if other.starts_with('-') => bail!("cargo xtask test [FILTER] [--native|--e2e]"),
                other if choice.filter.is_none() => choice.filter = Some(other.to_owned()),
                _ => bail!("one filter only"),
            }
        }
        if !(choice.native || choice.browser) {
            choice.native = true;
            choice.browser = true;
        }
        Ok(choice)
    }
}

/// Runs `command`, adds what it counted to `total`; what went wrong without being a failed test (a crash, no compiling) is a trouble of its own.
fn tests(command: &mut std::process::Command, limit: Duration, total: &mut Count) -> Result<Option<String>> {
    let mut here = Count::default();
    let name = line(command);
    let outcome = stream(command, limit, |text| {
        println!("{text}");
        if let Some(count) = parse_result(text) {
            here.passed += count.passed;
            here.failed += count.failed;
        }
    });
    total.passed += here.passed;
    total.failed += here.failed;
    Ok(match outcome {
        Ok(true) => None,
        Ok(false) => Some(format!("{name} failed")),
        Err(error) => Some(format!("{error:#}")),
    })
}

/// `test result: ok. 12 passed; 0 failed; …`, as libtest and libtest-mimic end.
fn parse_result(text: &str) -> Option<Count> {
    let rest = text.strip_prefix("test result: ")?;
    let number = |word: &str| {
        let before = rest.split(word).next()?;
        before.trim_end().rsplit([' ', '.']).next()?.parse().ok()
    };
    Some(Count { passed: number(" passed")?, failed: number(" failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(parse_result(line), Some(Count { passed: 12, failed: 3 }));
        assert_eq!(parse_result("test result: ok. 1 passed; 0 failed; 0 ignored"), Some(Count { passed: 1, failed: 0 }));
        assert_eq!(parse_result("test a ... ok"), None);
    }

    #[test]
    fn choices() {
        let parse = |words: &[&str]| Choice::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(parse(&[]).unwrap(), Choice { native: true, browser: true, filter: None });
        assert_eq!(parse(&["--e2e", "hold"]).unwrap(), Choice { native: false, browser: true, filter: Some("hold".to_owned()) });
        assert!(parse(&["--all"]).is_err() && parse(&["a", "b"]).is_err());
    }

    #[test]
    fn a_crash_is_a_trouble_even_without_a_failed_test() {
        let mut total = Count::default();
        let mut command = std::process::Command::new("sh");
        command.args(["-c", "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; exit 101"]);
        assert!(tests(&mut command, Duration::from_secs(10), &mut total).unwrap().is_some());
        assert_eq!(total, Count { passed: 2, failed: 0 });
    }

    #[test]
    fn what_takes_too_long_is_ended() {
        let mut total = Count::default();
        let mut command = std::process::Command::new("sleep");
        command.arg("60");
        let trouble = tests(&mut command, Duration::from_millis(50), &mut total).unwrap();
        assert!(trouble.unwrap().contains("took longer"));
    }
}
