//! A click dials, once, and its outcome is said where it was clicked.

use core::cell::RefCell;
use std::rc::Rc;

use patchcord_browser::{
    chrome::{command_id, i18n},
    page::{Rect, Task, now},
};
use patchcord_messages::{CommandId, ContentMessage, Text};

use crate::{app::App, chip, target::Target};

/// A second click on the same number within this is a double click.
const TWICE: f64 = 1000.0;
/// How long the chip says that the number is being called, and what went wrong.
const BUSY: f64 = 2500.0;
const WRONG: f64 = 7000.0;

/// The words of `Problem::NotLoggedIn`. All other problems come with theirs.
const NOT_LOGGED_IN: &str = "problemNotLoggedIn";

/// What was asked for last.
#[derive(Default)]
pub(crate) struct Dial {
    asked: Option<Asked>,
    over: RefCell<Option<Task>>,
}

struct Asked {
    id: CommandId,
    number: String,
    at: f64,
    rect: Rect,
}

/// Whether a click on `number` now is a new wish.
fn is_new(last: Option<(&str, f64)>, number: &str, now: f64) -> bool {
    last.is_none_or(|(before, at)| before != number || now - at > TWICE)
}

impl App {
    /// Calls it. Only from a trusted event.
    pub(crate) fn dial(self: &Rc<Self>, target: &Target) {
        let fresh = is_new(self.dial.borrow().asked.as_ref().map(|asked| (asked.number.as_str(), asked.at)), &target.number, now());
        if !fresh || !target.is_visible() {
            return;
        }
        let id = command_id();
        self.dial.borrow_mut().asked = Some(Asked { id: id.clone(), number: target.number.clone(), at: now(), rect: target.rect });
        if self.say(&ContentMessage::Dial { id, number: target.number.clone(), link: target.link }) {
            self.show_chip(chip::Kind::Busy, &Self::words("chipDialing", &target.shown), target.rect);
            self.hide_chip_after(BUSY);
        } else {
            self.show_wrong(&Text { key: NOT_LOGGED_IN.to_owned(), args: Vec::new() }, target.rect);
        }
    }

    /// The phone says what became of it.
    pub(crate) fn dial_answered(&self, id: &CommandId, problem: Option<Text>) {
        let rect = self.dial.borrow().asked.as_ref().filter(|asked| asked.id == *id).map(|asked| asked.rect);
        if let (Some(rect), Some(problem)) = (rect, problem) {
            // Put right, it may be tried again at once.
            self.dial.borrow_mut().asked = None;
            self.show_wrong(&problem, rect);
        }
    }

    fn show_wrong(&self, problem: &Text, rect: Rect) {
        self.show_chip(chip::Kind::Wrong, &i18n::text(problem), rect);
        self.hide_chip_after(WRONG);
    }

    fn hide_chip_after(&self, milliseconds: f64) {
        let hide = self.later(|app| app.hide_chip());
        self.dial.borrow().over.replace(Some(Task::after(milliseconds, hide)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_uses_the_words_of_the_problem() {
        assert_eq!(patchcord_messages::Problem::NotLoggedIn.text().key, NOT_LOGGED_IN);
    }

    #[test]
    fn a_double_click_calls_once() {
        assert!(is_new(None, "1", 0.0));
        assert!(!is_new(Some(("1", 0.0)), "1", 300.0));
        assert!(is_new(Some(("1", 0.0)), "2", 300.0), "another number is another wish");
        assert!(is_new(Some(("1", 0.0)), "1", 1001.0));
    }
}
