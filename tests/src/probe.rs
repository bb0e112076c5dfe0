use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use patchcord_messages::{Call, LogIn, Snapshot};

use crate::browser::Browser;
use crate::page::Page;
use crate::wait::within;

/// Watches the phone as any view does: by a port to the offscreen document. It shows nothing and asks for nothing.
pub struct Probe {
    page: Arc<Page>,
}

const WATCH: &str = r"
globalThis.probe ??= { snapshots: [], notices: [], last: null };
(async () => {
  const connect = async () => {
    await chrome.runtime.sendMessage({ to: 'worker', toWorker: 'wake' });
    const port = chrome.runtime.connect({ name: 'view' });
    port.onMessage.addListener((message) => {
      if (message.snapshot) {
        probe.last = message.snapshot.snapshot;
        probe.snapshots.push([Date.now(), message.snapshot.snapshot]);
        if (probe.snapshots.length > 2000) probe.snapshots.shift();
      }
      if (message.notice) probe.notices.push(message.notice.notice);
    });
    port.onDisconnect.addListener(() => { probe.last = null; setTimeout(connect, 20); });
  };
  await connect();
})()";

impl Probe {
    /// Opens a tab of the extension that has no view of its own.
    ///
    /// # Errors
    /// When the browser can't.
    pub fn open(browser: &Browser) -> Result<Self> {
        let page = browser.open_own("manifest.json")?;
        page.eval(WATCH)?;
        Ok(Self { page: Arc::new(page) })
    }

    /// The tab, for what any page of the extension can do.
    #[must_use]
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The phone's state now; none before there is a phone.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        serde_json::from_value(self.page.eval("probe.last").ok()?).ok()?
    }

    /// Waits for a state.
    ///
    /// # Panics
    /// When it does not come in time; says what there is instead.
    pub fn until(&self, what: &str, limit: Duration, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
        within(limit, || self.snapshot().filter(&wanted))
            .unwrap_or_else(|| panic!("waited in vain: {what}; the phone: {:#?}", self.snapshot()))
    }

    /// Waits until the only call looks as `wanted`.
    ///
    /// # Panics
    /// When it does not come in time; says what there is instead.
    pub fn call(&self, what: &str, limit: Duration, wanted: impl Fn(&Call) -> bool) -> Call {
        let found = self.until(what, limit, |snapshot| snapshot.calls.iter().any(&wanted));
        found.calls.into_iter().find(|call| wanted(call)).unwrap_or_else(|| panic!("{what}"))
    }

    /// True while the agent is logged in.
    #[must_use]
    pub fn is_in(&self) -> bool {
        self.snapshot().is_some_and(|snapshot| matches!(snapshot.log_in, LogIn::In { .. }))
    }
}
