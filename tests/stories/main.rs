//! One story after another, each at a desk of its own: a rig, a fresh browser, the built extension.
#![allow(clippy::print_stderr, reason = "a failure tells how everything stood")]

mod bad_input;
mod call_out;
mod common;
mod far_side;
mod incoming;
mod interop;
mod log_in;
mod microphone;
mod page;
mod survive;

use std::any::Any;
use std::backtrace::Backtrace;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::sync::Mutex;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use patchcord_rig::RigConfig;
use patchcord_tests::{Desk, Launch, report};

/// Nothing here takes long; what does has gone wrong, and must not hold up whoever waits for the result.
const WHOLE_LIMIT: Duration = Duration::from_secs(12 * 60);

/// A story: its name, the desk it happens at, and what happens.
struct Story {
    name: &'static str,
    launch: fn() -> Launch,
    rig: fn() -> RigConfig,
    run: fn(&Desk),
}

impl Story {
    const fn new(name: &'static str, run: fn(&Desk)) -> Self {
        Self { name, launch: Launch::default, rig: RigConfig::default, run }
    }

    const fn launched(mut self, launch: fn() -> Launch) -> Self {
        self.launch = launch;
        self
    }

    fn trial(self) -> Trial {
        Trial::test(self.name, move || {
            let desk = catch_unwind(|| Desk::with((self.launch)(), (self.rig)())).map_err(|panic| Failed::from(words(&*panic)))?;
            catch_unwind(AssertUnwindSafe(|| (self.run)(&desk)))
                .map_err(|panic| Failed::from(format!("{}\n{}", words(&*panic), report(&desk, self.name))))
        })
    }
}

/// Where the last panic was: a place in a story says more than a trace through the harness.
static PLACE: Mutex<String> = Mutex::new(String::new());

/// What a panic says, and where.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let place = PLACE.lock().map(|place| place.clone()).unwrap_or_default();
    format!("{place}: {}", text.unwrap_or("panicked"))
}

fn remember_place(info: &PanicHookInfo) {
    // The outermost frame in a story, where a helper of the harness panicked.
    let trace = Backtrace::force_capture().to_string();
    let in_story = trace
        .lines()
        .map(str::trim)
        .find(|line| line.contains("stories/") && !line.contains("stories/main.rs") && !line.contains("common.rs"));
    let place = in_story.map(|line| line.trim_start_matches("at ").to_owned()).or_else(|| info.location().map(ToString::to_string));
    if let (Ok(mut last), Some(place)) = (PLACE.lock(), place) {
        *last = place;
    }
}

fn main() {
    set_hook(Box::new(remember_place));
    std::thread::spawn(|| {
        std::thread::sleep(WHOLE_LIMIT);
        eprintln!("the stories take longer than {} s", WHOLE_LIMIT.as_secs());
        // Rigs end with us, and browsers with their pipes.
        std::process::exit(101);
    });
    let mut arguments = Arguments::from_args();
    // Two at once would disturb each other's measurements of sound.
    arguments.test_threads = Some(1);
    let stories = [
        log_in::stories(),
        call_out::stories(),
        incoming::stories(),
        survive::stories(),
        far_side::stories(),
        bad_input::stories(),
        microphone::stories(),
        page::stories(),
        interop::stories(),
    ];
    let trials = stories.into_iter().flatten().map(Story::trial).collect();
    libtest_mimic::run(&arguments, trials).exit();
}
