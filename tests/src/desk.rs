use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use patchcord_rig::{Addresses, CallId, Leg, LegState, PlaceCall, Rig, RigConfig, State, User};
use serde_json::{Value, json};

use crate::browser::{Browser, Launch};
use crate::page::Page;
use crate::peer::Peers;
use crate::probe::Probe;
use crate::profile::EXTENSION_ID;
use crate::wait::{Timing, until, within};

/// Where an agent sits: a PBX, a CRM, a browser with the extension.
pub struct Desk {
    /// PBX and CRM.
    pub rig: Rig,
    /// The browser.
    pub browser: Browser,
}

/// The demo CRM's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// The contact table.
    Home,
    /// The same under a strict policy.
    Strict,
    /// The same under Trusted Types.
    TrustedTypes,
    /// A single-page view that adds and replaces rows.
    Spa,
}

impl Desk {
    /// A desk as after installing.
    ///
    /// # Panics
    /// When there is no browser or no built extension.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Launch::default(), RigConfig::default())
    }

    /// A desk of another kind.
    ///
    /// # Panics
    /// When there is no browser or no built extension.
    #[must_use]
    pub fn with(launch: Launch, rig: RigConfig) -> Self {
        Self::start(&launch, rig).unwrap_or_else(|error| panic!("{error:#}"))
    }

    fn start(launch: &Launch, rig: RigConfig) -> Result<Self> {
        let rig = Rig::start_blocking(rig)?;
        Ok(Self { rig, browser: Browser::launch(launch)? })
    }

    /// Addresses and credentials.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        self.rig.addresses()
    }

    /// The first user of the PBX.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn user(&self) -> &User {
        self.addresses().users.first().expect("the rig has users")
    }

    /// The popup in a tab of its own: the same document, but it does not close by itself.
    ///
    /// # Panics
    /// When the browser can't.
    #[must_use]
    pub fn popup(&self) -> Page {
        self.browser.open_own("popup.html").unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// The popup itself, as a click on the toolbar's button opens it over a tab: with the permission to know that tab's URL.
    ///
    /// # Panics
    /// When it does not open.
    #[must_use]
    pub fn toolbar_popup(&self, over: &Page) -> Page {
        let open = || -> Result<Page> {
            let before: Vec<String> = self.popups()?;
            self.browser.connection().call(None, "Extensions.triggerAction", json!({"id": EXTENSION_ID, "targetId": self.tab(over)?}))?;
            let id = within(Timing::SCREEN, || self.popups().ok()?.into_iter().find(|id| !before.contains(id))).context("no popup")?;
            Page::attach(self.browser.connection(), &id)
        };
        open().unwrap_or_else(|error| panic!("the popup does not open: {error:#}"))
    }

    /// The tab around a page: the browser's own target, which goes by the same URL.
    fn tab(&self, page: &Page) -> Result<String> {
        let url = page.url()?;
        let targets = self.browser.connection().targets()?;
        targets.into_iter().find(|target| target.kind == "tab" && target.url == url).map(|target| target.id).context("no tab")
    }

    fn popups(&self) -> Result<Vec<String>> {
        let targets = self.browser.connection().targets()?;
        Ok(targets
            .into_iter()
            .filter(|target| target.kind == "page" && target.url.ends_with("/popup.html"))
            .map(|target| target.id)
            .collect())
    }

    /// Fills in the log-in form and sends it; what comes of it, the caller looks at.
    pub fn try_log_in(&self, popup: &Page, server: &str, user: &str, password: &str) {
        popup.fill("Server", server);
        popup.fill("User", user);
        popup.fill("Password", password);
        popup.click("button", "Log in");
    }

    /// Logs in as the first user and waits until the PBX knows.
    ///
    /// # Panics
    /// When that does not succeed.
    pub fn log_in(&self) -> Probe {
        let popup = self.popup();
        let user = self.user().clone();
        self.try_log_in(&popup, &self.addresses().ws, &user.user, &user.password);
        self.pbx("the agent is registered", Timing::CALL, |state| state.is_registered(&user.user));
        let probe = Probe::open(&self.browser).unwrap_or_else(|error| panic!("{error:#}"));
        probe.until("logged in", Timing::CALL, |snapshot| matches!(snapshot.log_in, patchcord_messages::LogIn::In { .. }));
        popup.close().unwrap_or_else(|error| panic!("{error:#}"));
        probe
    }

    /// URL of a page of the demo CRM.
    #[must_use]
    pub fn url(&self, site: Site) -> String {
        let crm = &self.addresses().crm;
        match site {
            Site::Home => &crm.home,
            Site::Strict => &crm.strict,
            Site::TrustedTypes => &crm.trusted_types,
            Site::Spa => &crm.spa,
        }
        .clone()
    }

    /// Opens a page of the CRM and switches the phone on there by the popup's button, where it is not on yet.
    ///
    /// # Panics
    /// When that does not succeed.
    #[must_use]
    pub fn crm(&self, site: Site) -> Page {
        let page = self.browser.open(&self.url(site)).unwrap_or_else(|error| panic!("{error:#}"));
        page.show().unwrap_or_else(|error| panic!("{error:#}"));
        let popup = self.toolbar_popup(&page);
        until("the popup knows the site", Timing::SCREEN, || {
            (popup.has("button", "Use on this site") || popup.has("button", "Stop using on this site")).then_some(())
        });
        if popup.has("button", "Use on this site") {
            popup.click("button", "Use on this site");
            popup.control("button", "Stop using on this site");
        }
        // It may be gone already: a popup closes when another window is clicked.
        let _ = popup.close();
        page
    }

    /// The widget's document in a tab.
    ///
    /// # Panics
    /// When there is none soon.
    #[must_use]
    pub fn widget(&self, page: &Page) -> Page {
        self.find_widget(page, Timing::SCREEN).unwrap_or_else(|| panic!("no widget on the page"))
    }

    /// The widget's document in a tab, if there is one within `limit`.
    #[must_use]
    pub fn find_widget(&self, page: &Page, limit: Duration) -> Option<Page> {
        page.frame(limit, |url| url.starts_with("chrome-extension://") && url.contains("/widget.html"))
    }

    /// Waits for something at the PBX.
    ///
    /// # Panics
    /// When it does not happen in time; says how things stand there.
    pub fn pbx<T>(&self, what: &str, limit: Duration, wanted: impl Fn(&State) -> T) -> T
    where
        T: Wanted,
    {
        let found = self.rig.wait_for_blocking(limit, |state| wanted(state).is_there());
        match found {
            Ok(state) => wanted(&state),
            Err(error) => panic!("waited in vain: {what}; the PBX: {error}"),
        }
    }

    /// The agent's leg of the newest call that is not over.
    #[must_use]
    pub fn leg(&self) -> Option<Leg> {
        self.rig.state().leg_of(&self.user().user).filter(|leg| leg.state != LegState::Ended).cloned()
    }

    /// Calls the agent from outside.
    ///
    /// # Panics
    /// When the rig can't.
    pub fn ring(&self, from: &str, name: &str) -> CallId {
        let call = PlaceCall { to: self.user().user.clone(), from: from.to_owned(), display_name: name.to_owned(), ..PlaceCall::default() };
        pollster::block_on(self.rig.place_call(call)).unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The extension's peer connections.
    ///
    /// # Panics
    /// When there is no offscreen document.
    #[must_use]
    pub fn peers(&self) -> Peers {
        Peers::new(self.browser.offscreen().unwrap_or_else(|error| panic!("{error:#}")))
    }

    /// Waits until sound flows both ways, by the count of both ends: packets and energy grow at the PBX, and in the browser.
    ///
    /// # Panics
    /// When it does not.
    pub fn hears_both_ways(&self, peers: &Peers) {
        let leg = self.pbx("the agent's call is up", Timing::CALL, |state| {
            state.leg_of(&self.user().user).filter(|leg| leg.state == LegState::Up).cloned()
        });
        let leg = leg.unwrap_or_else(|| panic!("no leg"));
        let heard = peers.loudest().unwrap_or_default();
        self.pbx("the PBX hears the agent, and the agent is sent sound", Timing::CALL, |state| {
            state.leg(leg.id).is_some_and(|now| {
                let (was, is) = (&leg.media, &now.media);
                is.packets_in > was.packets_in + 25
                    && is.packets_out > was.packets_out + 25
                    && (is.codec == "opus" || is.energy_in > was.energy_in + 1e-6)
            })
        });
        until("the agent hears the far side", Timing::CALL, || {
            let now = peers.loudest().ok()?;
            (now.packets > heard.packets + 25.0 && now.energy > heard.energy + 1e-6).then_some(())
        });
    }

    /// Clicks the first place on the page, its frames and open shadow roots where `text` stands.
    ///
    /// # Panics
    /// When it stands nowhere.
    pub fn click_text(&self, page: &Page, text: &str) {
        let (x, y) = find_text(page, text).unwrap_or_else(|error| panic!("“{text}” is not on the page: {error:#}"));
        page.click_at(x, y).unwrap_or_else(|error| panic!("{error:#}"));
    }

    /// Plays a user of something that is not in a page: a notification's button, a shortcut, a menu entry.
    ///
    /// # Panics
    /// When the worker does not run.
    pub fn dispatch(&self, event: &str, arguments: &Value) {
        let run = || -> Result<()> {
            let call = format!("void {event}.dispatch(...{arguments})");
            self.browser.worker()?.eval(&call).map(drop)
        };
        run().unwrap_or_else(|error| panic!("{event}: {error:#}"));
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

/// What [`Desk::pbx`] waits for: a fact, or something that is there.
pub trait Wanted {
    /// It is so.
    fn is_there(&self) -> bool;
}

impl Wanted for bool {
    fn is_there(&self) -> bool {
        *self
    }
}

impl<T> Wanted for Option<T> {
    fn is_there(&self) -> bool {
        self.is_some()
    }
}

/// Scrolls a text into view and gives its middle in the tab's viewport.
fn find_text(page: &Page, text: &str) -> Result<(f64, f64)> {
    const FIND: &str = r"((wanted) => {
      const search = (root, x, y) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
        for (let node = walker.currentNode; node; node = walker.nextNode()) {
          if (node.nodeType === Node.TEXT_NODE) {
            const at = node.data.indexOf(wanted);
            if (at < 0 || ['SCRIPT', 'STYLE', 'TEMPLATE'].includes(node.parentElement?.tagName)) continue;
            node.parentElement?.scrollIntoView({ block: 'center', behavior: 'instant' });
            const range = node.ownerDocument.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + wanted.length);
            const box = range.getBoundingClientRect();
            if (box.width > 0) return [x() + box.x + box.width / 2, y() + box.y + box.height / 2];
          } else if (node.shadowRoot) {
            const found = search(node.shadowRoot, x, y);
            if (found) return found;
          } else if (node.tagName === 'IFRAME') {
            let inside = null;
            try { inside = node.contentDocument; } catch {}
            const left = () => x() + node.getBoundingClientRect().x + node.clientLeft;
            const top = () => y() + node.getBoundingClientRect().y + node.clientTop;
            if (inside) node.scrollIntoView({ block: 'center', behavior: 'instant' });
            const found = inside && search(inside.documentElement, left, top);
            if (found) return found;
          } else if (node.tagName === 'INPUT' && node.value.includes(wanted)) {
            // To the top: at the side, the open widget would lie over it.
            node.scrollIntoView({ block: 'start', behavior: 'instant' });
            const box = node.getBoundingClientRect();
            return [x() + box.x + 30, y() + box.y + box.height / 2];
          }
        }
        return null;
      };
      return search(document.documentElement, () => 0, () => 0);
    })";
    let place = page.eval(&format!("{FIND}({})", json!(text)))?;
    let coordinate = |index: usize| place[index].as_f64().context("no place");
    let (x, y) = (coordinate(0)?, coordinate(1)?);
    ensure!(x >= 0.0 && y >= 0.0, "it is outside the window");
    Ok((x, y))
}

/// The URL of one of the extension's pages.
#[must_use]
pub fn own_url(file: &str) -> String {
    format!("chrome-extension://{EXTENSION_ID}/{file}")
}
