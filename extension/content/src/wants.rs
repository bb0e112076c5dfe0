//! What should be there on a page, by what is known: the one place that decides it. No DOM.

use patchcord_messages::{SiteMode, SiteState};

/// What is known.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What the worker said last.
    pub site: Option<SiteState>,
    /// The tab has been seen: a page that is opened in the background and closed again costs nothing.
    pub seen: bool,
    /// This is the tab's top frame.
    pub top: bool,
}

/// What should be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// A port to the phone.
    pub port: bool,
    /// Numbers marked, links taken over.
    pub numbers: bool,
    /// The widget.
    pub widget: bool,
}

impl Facts {
    /// All of it only while the agent is logged in: what is underlined can be called.
    #[must_use]
    pub fn wants(&self) -> Wants {
        let mode = match &self.site {
            Some(site) if site.live && self.seen => site.mode,
            _ => SiteMode::Off,
        };
        let on = mode != SiteMode::Off;
        Wants { port: on && (self.top || mode == SiteMode::On), numbers: mode == SiteMode::On, widget: on && self.top }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(mode: SiteMode, live: bool, seen: bool, top: bool) -> (bool, bool, bool) {
        let site = SiteState { mode, live, numbers: 0, place: None };
        let Wants { port, numbers, widget } = Facts { site: Some(site), seen, top }.wants();
        (port, numbers, widget)
    }

    #[test]
    fn the_widget_is_for_the_top_frame() {
        assert_eq!(wants(SiteMode::On, true, true, true), (true, true, true));
        assert_eq!(wants(SiteMode::On, true, true, false), (true, true, false));
        assert_eq!(wants(SiteMode::WidgetOnly, true, true, true), (true, false, true));
        assert_eq!(wants(SiteMode::WidgetOnly, true, true, false), (false, false, false));
    }

    #[test]
    fn nothing_while_logged_out_unseen_or_off() {
        for (mode, live, seen) in [(SiteMode::On, false, true), (SiteMode::On, true, false), (SiteMode::Off, true, true)] {
            assert_eq!(wants(mode, live, seen, true), (false, false, false));
        }
        assert_eq!(Facts { site: None, seen: true, top: true }.wants(), Wants::default());
    }
}
