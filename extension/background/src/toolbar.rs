//! The toolbar button: what goes on, at a glance.

use patchcord_browser::chrome::{action, i18n};
use patchcord_messages::Badge;

const GREEN: &str = "#137333";
const GREY: &str = "#5f6368";
const AMBER: &str = "#b06000";
const RED: &str = "#c5221f";

/// What the button shows: at most four characters, their background, and the tooltip.
#[derive(Debug, PartialEq, Eq)]
struct Face {
    text: String,
    color: &'static str,
    title: &'static str,
    argument: Option<String>,
}

fn face(badge: Badge) -> Face {
    let plain = |text: &str, color, title| Face { text: text.to_owned(), color, title, argument: None };
    match badge {
        Badge::Ready => plain("✓", GREEN, "badgeReady"),
        Badge::NotReady => plain("–", GREY, "badgeNotReady"),
        Badge::Trouble => plain("!", AMBER, "badgeTrouble"),
        Badge::Ringing => plain("☎", GREEN, "badgeRinging"),
        Badge::InCall { minutes } => {
            let text = if minutes < 60 { format!("{minutes}m") } else { format!("{}h", (minutes / 60).min(999)) };
            Face { text, color: RED, title: "badgeInCall", argument: Some(minutes.to_string()) }
        }
        Badge::Missed { count } => {
            let text = if count < 100 { count.to_string() } else { "99+".to_owned() };
            Face { text, color: AMBER, title: "badgeMissed", argument: Some(count.to_string()) }
        }
        // Also for what a later phone may send.
        _ => plain("", GREY, "badgeOff"),
    }
}

/// Shows it.
pub(crate) async fn show(badge: Badge) -> bool {
    let face = face(badge);
    let title = i18n::message(face.title, face.argument.as_slice());
    action::set_badge(&face.text, face.color, &title).await.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_badge_fits_into_four_characters() {
        let minutes = [0, 1, 59, 60, 61, 600, u32::MAX].map(|minutes| Badge::InCall { minutes });
        let missed = [1, 99, 100, u32::MAX].map(|count| Badge::Missed { count });
        let plain = [Badge::Off, Badge::Ready, Badge::NotReady, Badge::Trouble, Badge::Ringing];
        for badge in minutes.into_iter().chain(missed).chain(plain) {
            assert!(face(badge).text.chars().count() <= 4, "{badge:?}");
        }
    }

    #[test]
    fn a_call_shows_its_minutes() {
        assert_eq!(face(Badge::InCall { minutes: 0 }).text, "0m");
        assert_eq!(
            face(Badge::InCall { minutes: 61 }),
            Face { text: "1h".into(), color: RED, title: "badgeInCall", argument: Some("61".into()) }
        );
        assert_eq!(face(Badge::Missed { count: 3 }).text, "3");
        assert_eq!(face(Badge::Off).text, "");
    }
}
