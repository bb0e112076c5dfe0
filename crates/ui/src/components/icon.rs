use crate::dom::{El, svg};

/// The icons: strokes on a grid of 24, drawn for this project. They only accompany words, so screen readers skip them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A handset, off the hook: call, answer.
    Call,
    /// A handset, on the hook: hang up, decline.
    HangUp,
    /// A microphone.
    Microphone,
    /// A microphone, struck through.
    Muted,
    /// Two bars.
    Hold,
    /// A triangle.
    Resume,
    /// Nine dots.
    Keypad,
    /// An arrow back round: redial.
    Redial,
    /// A key with a cross: delete the last digit.
    Delete,
    /// Down: fold.
    Fold,
    /// To the right: what opens.
    Chevron,
    /// Three dots.
    More,
    /// Six dots: a handle.
    Grip,
    /// A cross.
    Close,
    /// An arrow that comes in and turns away.
    Missed,
    /// A gear.
    Settings,
    /// A door and an arrow.
    LogOut,
    /// A list of numbers.
    Numbers,
    /// A window: a site.
    Site,
    /// A tick.
    Check,
    /// A triangle with a mark.
    Warning,
    /// A circle with an i.
    Info,
    /// A loudspeaker.
    Speaker,
    /// A plus.
    Plus,
}

const HANDSET: &str =
    "M6.6 3.5h2.6l1.5 4.1-2 1.5a12 12 0 0 0 6.2 6.2l1.5-2 4.1 1.5v2.6a2.1 2.1 0 0 1-2.3 2.1A16.3 16.3 0 0 1 4.5 5.8a2.1 2.1 0 0 1 2.1-2.3z";
const CAPSULE: &str =
    "M12 3.5a2.8 2.8 0 0 0-2.8 2.8v5.2a2.8 2.8 0 0 0 5.6 0V6.3A2.8 2.8 0 0 0 12 3.5zM5.8 11.3a6.2 6.2 0 0 0 12.4 0M12 17.5v3";

impl Icon {
    /// The outline, as SVG path data.
    fn path(self) -> &'static str {
        match self {
            Self::Call => HANDSET,
            Self::HangUp => "M3.2 14.6c4.6-4.9 13-4.9 17.6 0l-1.9 2.5-3.9-1.5v-2.3a11.6 11.6 0 0 0-6 0v2.3l-3.9 1.5z",
            Self::Microphone => CAPSULE,
            Self::Muted => {
                "M9.2 9.4v2.1a2.8 2.8 0 0 0 4.5 2.2M14.8 10.6V6.3a2.8 2.8 0 0 0-5.4-1M5.8 11.3a6.2 6.2 0 0 0 9.9 5M18.2 11.3a6.2 6.2 0 0 1-.5 2.4M12 17.5v3M4.5 4.5l15 15"
            }
            Self::Hold => "M9 6v12M15 6v12",
            Self::Resume => "M8.5 5.5v13l10-6.5z",
            Self::Keypad => "M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01",
            Self::Redial => "M4.5 12a7.5 7.5 0 1 0 2.3-5.4M4.5 4.5v4.2h4.2",
            Self::Delete => "M8.5 6h11v12h-11L3.5 12zM11.5 9.8l4.4 4.4M15.9 9.8l-4.4 4.4",
            Self::Fold => "M6.5 9.5 12 15l5.5-5.5",
            Self::Chevron => "M9.5 6.5 15 12l-5.5 5.5",
            Self::More => "M5.5 12h.01M12 12h.01M18.5 12h.01",
            Self::Grip => "M9.2 6h.01M14.8 6h.01M9.2 12h.01M14.8 12h.01M9.2 18h.01M14.8 18h.01",
            Self::Close => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Self::Missed => "M4 7.5l8 8 8-8M4 13.5v-6h6",
            Self::Settings => {
                "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3.5v2.2M12 18.3v2.2M3.5 12h2.2M18.3 12h2.2M6 6l1.6 1.6M16.4 16.4 18 18M18 6l-1.6 1.6M7.6 16.4 6 18"
            }
            Self::LogOut => "M13.5 4.5H6v15h7.5M10.5 12h9.5M16.5 8.5 20 12l-3.5 3.5",
            Self::Numbers => "M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01M8.5 6.5h11M8.5 12h11M8.5 17.5h7",
            Self::Site => "M4 5.5h16v13H4zM4 9.5h16M7 7.5h.01M9.5 7.5h.01",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Warning => "M12 4.5 21 19.5H3zM12 10.5v4M12 17h.01",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 8h.01",
            Self::Speaker => "M4.5 9.5v5h3.5l4.5 4v-13l-4.5 4zM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a7.8 7.8 0 0 1 0 11",
            Self::Plus => "M12 5.5v13M5.5 12h13",
        }
    }

    /// Dots want a thicker pen.
    fn dotted(self) -> bool {
        matches!(self, Self::Keypad | Self::More | Self::Grip)
    }

    /// The drawing.
    #[must_use]
    pub fn draw(self) -> El {
        let drawing = svg("svg").class(if self.dotted() { "icon icon-dots" } else { "icon" }).attr("viewBox", "0 0 24 24");
        drawing.attr("aria-hidden", "true").attr("focusable", "false").add(svg("path").attr("d", self.path()))
    }
}
