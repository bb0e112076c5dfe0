use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use tempfile::TempDir;

use crate::cdp::{Connection, Target};
use crate::page::Page;
use crate::profile::{EXTENSION_ID, copy_extension, seed};
use crate::wait::{Timing, within};

/// What the browser finds when the extension wants a microphone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Microphone {
    /// One that beeps, and the permission to use it.
    #[default]
    Granted,
    /// One, but the user said no.
    Refused,
    /// One, but the user was never asked.
    NotAsked,
    /// The permission, but no device.
    Missing,
    /// The permission, and whatever the machine has: for people.
    Real,
}

/// How a browser is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The microphone.
    pub microphone: Microphone,
    /// Sites that the extension may run on without a prompt, as match patterns.
    pub sites: Vec<&'static str>,
    /// The browser's language.
    pub language: &'static str,
    /// SHA-256 of the public key of a certificate to be trusted, in base64.
    pub trusted_key: Option<String>,
    /// Pages may play sound without a click: for pages of others; the extension needs no such thing.
    pub autoplay: bool,
    /// No window.
    pub headless: bool,
}

impl Default for Launch {
    fn default() -> Self {
        Self {
            microphone: Microphone::Granted,
            sites: vec!["http://127.0.0.1/*"],
            language: "en-US",
            trusted_key: None,
            autoplay: false,
            headless: true,
        }
    }
}

/// A running Chromium with the extension and a profile of its own. Dropped, it ends and its profile is gone.
pub struct Browser {
    child: Mutex<Child>,
    connection: Arc<Connection>,
    folder: Mutex<Option<TempDir>>,
}

impl Browser {
    /// Starts one and waits for the extension's worker.
    ///
    /// # Errors
    /// When there is no browser, no built extension, or the browser does not start it.
    pub fn launch(launch: &Launch) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("patchcord-").tempdir()?;
        let extension = copy_extension(&built()?, &folder.path().join("extension"))?;
        let profile = folder.path().join("profile");
        seed(&profile, launch.microphone, &launch.sites)?;

        let mut child = command(launch, &profile, &extension).spawn().context("no shell to start Chromium with")?;
        let (out, input) = (child.stdin.take().context("no pipe")?, child.stdout.take().context("no pipe")?);
        let browser =
            Self { child: Mutex::new(child), connection: Arc::new(Connection::new(out, input)), folder: Mutex::new(Some(folder)) };
        browser.connection.call(None, "Target.setDiscoverTargets", json!({"discover": true, "filter": [{}]}))?;
        browser.find(Timing::CALL, |target| target.kind == "service_worker").context("the extension's worker did not start")?;
        Ok(browser)
    }

    /// The protocol underneath.
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Waits for a target.
    pub fn find(&self, limit: Duration, wanted: impl Fn(&Target) -> bool) -> Option<Target> {
        within(limit, || self.connection.targets().ok()?.into_iter().find(&wanted))
    }

    /// Opens a tab and waits until its page is loaded.
    ///
    /// # Errors
    /// When the browser can't.
    pub fn open(&self, url: &str) -> Result<Page> {
        let made = self.connection.call(None, "Target.createTarget", json!({"url": "about:blank"}))?;
        let page = Page::attach(&self.connection, made["targetId"].as_str().context("no tab")?)?;
        page.go(url)?;
        Ok(page)
    }

    /// Opens one of the extension's pages in a tab.
    ///
    /// # Errors
    /// When the browser can't.
    pub fn open_own(&self, file: &str) -> Result<Page> {
        self.open(&format!("chrome-extension://{EXTENSION_ID}/{file}"))
    }

    /// Attaches to a target that comes up soon.
    ///
    /// # Errors
    /// When none does.
    pub fn attach(&self, what: &str, wanted: impl Fn(&Target) -> bool) -> Result<Page> {
        let target = self.find(Timing::SCREEN, wanted).with_context(|| format!("there is no {what}"))?;
        Page::attach(&self.connection, &target.id)
    }

    /// The offscreen document.
    ///
    /// # Errors
    /// When there is none.
    pub fn offscreen(&self) -> Result<Page> {
        self.attach("offscreen document", |target| target.kind == "background_page")
    }

    /// The service worker, which does not die as long as the result lives.
    ///
    /// # Errors
    /// When there is none.
    pub fn worker(&self) -> Result<Page> {
        self.attach("service worker", |target| target.kind == "service_worker")
    }

    /// Kills the service worker, as Chromium does with an idle one. `page` is any page of the extension.
    ///
    /// # Errors
    /// When it does not go away.
    pub fn kill_worker(&self, page: &Page) -> Result<()> {
        page.call("ServiceWorker.enable", json!({}))?;
        page.call("ServiceWorker.stopAllWorkers", json!({}))?;
        let gone = || self.connection.targets().ok()?.iter().all(|target| target.kind != "service_worker").then_some(());
        within(Timing::SCREEN, gone).context("the worker lives on")
    }
}

impl Browser {
    /// True once it has ended, by a user's hand or ours.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        lock(&self.child).try_wait().is_ok_and(|status| status.is_some())
    }

    /// Ends it and removes its profile. Nothing more can be done with it.
    pub fn end(&self) {
        let Some(folder) = lock(&self.folder).take() else { return };
        // It may be gone already; and if it does not go by itself, it is killed.
        let _ = self.connection.notify("Browser.close", &json!({}));
        if within(Timing::SCREEN, || self.has_ended().then_some(())).is_none() {
            let mut child = lock(&self.child);
            let _ = child.kill();
            let _ = child.wait();
        }
        // The last of its processes may still be writing.
        within(Timing::SCREEN, || std::fs::remove_dir_all(folder.path()).is_ok().then_some(()));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.end();
    }
}

/// A panic elsewhere does not make what is inside useless.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `dist/chrome`, which `cargo xtask build` makes.
fn built() -> Result<PathBuf> {
    // Cargo says where the sources are now; the compiled-in place is for a binary started by hand.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    Ok(here.parent().context("no repository")?.join("dist").join("chrome"))
}

/// The shell hands Chromium its pipes as descriptors 3 and 4, which is where it looks for them.
fn command(launch: &Launch, profile: &Path, extension: &Path) -> Command {
    let browser = std::env::var_os("CHROMIUM").unwrap_or_else(|| "chromium".into());
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null", "sh"]).arg(browser);
    if launch.headless {
        command.args(["--headless=new", "--window-size=1280,900", "--force-device-scale-factor=1"]);
    }
    command.args([
        "--remote-debugging-pipe",
        // For `Extensions.triggerAction`: a click on the toolbar's button.
        "--enable-unsafe-extension-debugging",
        "--no-sandbox",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-search-engine-choice-screen",
        "--disable-component-update",
        "--disable-background-networking",
        // The rig's media is on 127.0.0.1 alone.
        "--allow-loopback-in-peer-connection",
    ]);
    command.arg(format!("--user-data-dir={}", profile.display()));
    command.arg(format!("--load-extension={}", extension.display()));
    command.arg(format!("--disable-extensions-except={}", extension.display()));
    command.arg(format!("--lang={}", launch.language)).env("LANGUAGE", launch.language.replace('-', "_"));
    if !matches!(launch.microphone, Microphone::Missing | Microphone::Real) {
        command.arg("--use-fake-device-for-media-stream");
    }
    if launch.autoplay {
        command.arg("--autoplay-policy=no-user-gesture-required");
    }
    if let Some(key) = &launch.trusted_key {
        command.arg(format!("--ignore-certificate-errors-spki-list={key}"));
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}
