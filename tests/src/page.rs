use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::cdp::{Connection, evaluated};
use crate::control::{Control, read_tree};
use crate::wait::{Timing, until, within};

/// An attached target: a tab, a frame, a worker, the offscreen document.
pub struct Page {
    connection: Arc<Connection>,
    target: String,
    session: String,
    /// The session of the tab that a frame is in; input goes there.
    tab: Option<String>,
}

impl Page {
    /// Attaches to a target.
    ///
    /// # Errors
    /// When it is gone.
    pub fn attach(connection: &Arc<Connection>, target: &str) -> Result<Self> {
        let session = connection.attach(target)?;
        let page = Self { connection: Arc::clone(connection), target: target.to_owned(), session, tab: None };
        page.call("Runtime.enable", json!({}))?;
        // A worker has neither; what is there is turned on.
        let _ = page.call("Page.enable", json!({}));
        let _ = page.call("Log.enable", json!({}));
        let frames = json!({"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true, "filter": [{"type": "iframe"}]});
        let _ = page.call("Target.setAutoAttach", frames);
        Ok(page)
    }

    /// A second session with the same target.
    ///
    /// # Errors
    /// When the target is gone.
    pub fn again(&self) -> Result<Self> {
        Self::attach(&self.connection, &self.target)
    }

    /// Where it is now.
    ///
    /// # Errors
    /// When the target is gone.
    pub fn url(&self) -> Result<String> {
        self.eval("location.href")?.as_str().map(str::to_owned).context("no URL")
    }

    /// Calls a method of the DevTools protocol on this target.
    ///
    /// # Errors
    /// What the browser says.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.connection.call(Some(&self.session), method, params)
    }

    /// Evaluates an expression, waits for it where it is a promise, and gives its value.
    ///
    /// # Errors
    /// What it throws.
    pub fn eval(&self, expression: &str) -> Result<Value> {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true});
        evaluated(&self.call("Runtime.evaluate", params)?).with_context(|| expression.chars().take(200).collect::<String>())
    }

    /// Goes to a URL and waits until the page is loaded.
    ///
    /// # Errors
    /// When the page does not load.
    pub fn go(&self, url: &str) -> Result<()> {
        let outcome = self.call("Page.navigate", json!({"url": url}))?;
        if let Some(error) = outcome["errorText"].as_str().filter(|text| !text.is_empty()) {
            anyhow::bail!("{url}: {error}");
        }
        self.loaded(url)
    }

    /// Loads the page again and waits until it is loaded.
    ///
    /// # Errors
    /// When the page does not load.
    pub fn reload(&self) -> Result<()> {
        self.eval("globalThis.__before = true")?;
        self.call("Page.reload", json!({}))?;
        within(Timing::CALL, || (self.eval("!globalThis.__before && document.readyState === 'complete'").ok()? == true).then_some(()))
            .context("the page does not load again")
    }

    fn loaded(&self, url: &str) -> Result<()> {
        let done = || (self.eval("location.href !== 'about:blank' && document.readyState === 'complete'").ok()? == true).then_some(());
        within(Timing::CALL, done).with_context(|| format!("{url} does not load"))
    }

    /// Closes the tab.
    ///
    /// # Errors
    /// When it is gone already.
    pub fn close(self) -> Result<()> {
        self.connection.call(None, "Target.closeTarget", json!({"targetId": self.target})).map(drop)
    }

    /// Brings the tab to the front.
    ///
    /// # Errors
    /// When it is gone.
    pub fn show(&self) -> Result<()> {
        self.call("Page.bringToFront", json!({})).map(drop)
    }

    /// A frame of another process in this tab, such as the widget, attached once its document is there.
    pub fn frame(&self, limit: Duration, wanted: impl Fn(&str) -> bool) -> Option<Self> {
        let (session, target) =
            within(limit, || self.connection.frames(&self.session).into_iter().find(|(_, target)| wanted(&target.url)))?;
        let frame = Self { connection: Arc::clone(&self.connection), target: target.id, session, tab: Some(self.session.clone()) };
        frame.call("Runtime.enable", json!({})).ok()?;
        let _ = frame.call("Log.enable", json!({}));
        within(limit, || (frame.eval("document.readyState === 'complete'").ok()? == true).then_some(()))?;
        Some(frame)
    }

    /// The controls and texts, as a screen reader gets them.
    ///
    /// # Errors
    /// When the target is gone.
    pub fn controls(&self) -> Result<Vec<Control>> {
        Ok(read_tree(&self.call("Accessibility.getFullAXTree", json!({}))?))
    }

    /// The first control with this role and a name that `wanted` likes, now.
    pub fn find(&self, role: &str, wanted: impl Fn(&str) -> bool) -> Option<Control> {
        self.controls().ok()?.into_iter().find(|control| control.role == role && wanted(&control.name))
    }

    /// True while there is a control with exactly this role and name.
    pub fn has(&self, role: &str, name: &str) -> bool {
        self.find(role, |found| found == name).is_some()
    }

    /// Waits for a control with exactly this role and name.
    ///
    /// # Panics
    /// When there is none in time; says what there is instead.
    pub fn control(&self, role: &str, name: &str) -> Control {
        self.control_where(role, name, |found| found == name)
    }

    /// Waits for a control with this role and a name that `wanted` likes; `what` describes it for people.
    ///
    /// # Panics
    /// When there is none in time; says what there is instead.
    pub fn control_where(&self, role: &str, what: &str, wanted: impl Fn(&str) -> bool) -> Control {
        within(Timing::SCREEN, || self.find(role, &wanted)).unwrap_or_else(|| {
            let there: Vec<String> =
                self.controls().unwrap_or_default().iter().filter(|control| !control.name.is_empty()).map(ToString::to_string).collect();
            panic!("no {role} “{what}”; there are: {}", there.join(", "))
        })
    }

    /// Clicks a control with the mouse, as a user does.
    ///
    /// # Panics
    /// When it is not there, not enabled, or has no place on the screen.
    pub fn click(&self, role: &str, name: &str) {
        let control = self.control(role, name);
        self.click_control(&control);
    }

    /// Clicks a control that was found.
    ///
    /// # Panics
    /// When it is not enabled or has no place on the screen.
    pub fn click_control(&self, control: &Control) {
        assert!(!control.disabled, "{control} is disabled");
        // Where something still moves, a person waits before clicking.
        let mut last = None;
        let settled = within(Timing::SCREEN, || {
            let now = self.centre(control).ok();
            let before = std::mem::replace(&mut last, now);
            now.filter(|_| before == now)
        });
        let (x, y) = settled.unwrap_or_else(|| panic!("{control} has no place on the screen, or does not rest"));
        self.click_at(x, y).unwrap_or_else(|error| panic!("cannot click {control}: {error:#}"));
    }

    /// Clicks in the middle of the first element that a CSS selector finds: for pages that are not ours.
    ///
    /// # Panics
    /// When there is none.
    pub fn click_selector(&self, selector: &str) {
        let find = format!(
            "(() => {{ const found = document.querySelector({}); found.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const box = found.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()",
            json!(selector)
        );
        let place = self.eval(&find).unwrap_or_else(|error| panic!("no {selector}: {error:#}"));
        let (x, y) = (place[0].as_f64().unwrap_or_default(), place[1].as_f64().unwrap_or_default());
        self.click_at(x, y).unwrap_or_else(|error| panic!("cannot click {selector}: {error:#}"));
    }

    /// Its middle, two painted frames from now.
    fn centre(&self, control: &Control) -> Result<(f64, f64)> {
        let node = json!({"backendNodeId": control.node});
        self.call("DOM.scrollIntoViewIfNeeded", node.clone())?;
        self.eval(
            "new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); setTimeout(done, 50); }).then(() => 0)",
        )?;
        let quads = self.call("DOM.getContentQuads", node)?;
        let corner = |index: usize| quads["quads"][0][index].as_f64().context("no box");
        Ok(((corner(0)? + corner(4)?) / 2.0, (corner(1)? + corner(5)?) / 2.0))
    }

    /// Clicks at a point of this target's own viewport, in CSS pixels.
    ///
    /// # Errors
    /// When the target is gone.
    pub fn click_at(&self, x: f64, y: f64) -> Result<()> {
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            self.call(
                "Input.dispatchMouseEvent",
                json!({"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1}),
            )?;
        }
        Ok(())
    }

    /// Puts `text` into a field, in place of what is there.
    ///
    /// # Panics
    /// When there is no such field.
    pub fn fill(&self, name: &str, text: &str) {
        let field = self.control("textbox", name);
        let typed = || -> Result<()> {
            self.call("DOM.focus", json!({"backendNodeId": field.node}))?;
            for kind in ["keyDown", "keyUp"] {
                let key = json!({"type": kind, "key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65, "modifiers": 2, "commands": ["selectAll"]});
                self.call("Input.dispatchKeyEvent", key)?;
            }
            if text.is_empty() { self.press("Delete", 46) } else { self.call("Input.insertText", json!({"text": text})).map(drop) }
        };
        typed().unwrap_or_else(|error| panic!("cannot fill “{name}”: {error:#}"));
    }

    /// Presses a key that types nothing, such as `Enter` (13) or `Escape` (27).
    ///
    /// # Errors
    /// When the target is gone.
    pub fn press(&self, key: &str, code: u32) -> Result<()> {
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let params = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": if kind == "keyDown" { text } else { "" }});
            self.call("Input.dispatchKeyEvent", params)?;
        }
        Ok(())
    }

    /// All text that the document shows.
    #[must_use]
    pub fn text(&self) -> String {
        self.eval("document.body ? document.body.innerText : ''").ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Waits until the document shows `words`.
    ///
    /// # Panics
    /// When it does not in time; says what it shows.
    pub fn shows(&self, words: &str, limit: Duration) {
        let found = within(limit, || self.text().contains(words).then_some(()));
        assert!(found.is_some(), "“{words}” is not shown; this is: {}", self.text());
    }

    /// Waits until the document no longer shows `words`.
    ///
    /// # Panics
    /// When it still does.
    pub fn hides(&self, words: &str, limit: Duration) {
        until(&format!("“{words}” is gone"), limit, || (!self.text().contains(words)).then_some(()));
    }

    /// Writes a picture of the tab.
    ///
    /// # Errors
    /// When the target is gone or the file can't be written.
    pub fn screenshot(&self, file: &Path) -> Result<()> {
        let session = self.tab.as_deref().unwrap_or(&self.session);
        let picture = self.connection.call(Some(session), "Page.captureScreenshot", json!({"format": "png"}))?;
        let bytes = STANDARD.decode(picture["data"].as_str().unwrap_or_default())?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
    }

    /// What its contexts have printed and thrown.
    #[must_use]
    pub fn console(&self) -> Vec<String> {
        self.connection.console(&self.session)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // A worker with a debugger never dies. Frames were attached by their tab, which needs them.
        if self.tab.is_none() {
            let _ = self.connection.notify("Target.detachFromTarget", &json!({"sessionId": self.session}));
        }
    }
}
