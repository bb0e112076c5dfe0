use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};

/// The longest that the browser may take to answer one call.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// The DevTools protocol over a pipe: when our end closes, the browser ends itself.
pub struct Connection {
    out: Mutex<ChildStdin>,
    next: AtomicU64,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<HashMap<u64, Sender<Result<Value>>>>,
    /// Frames of another process, by the session of their page.
    frames: Mutex<Vec<Frame>>,
    /// What contexts printed and threw, by session.
    console: Mutex<Vec<(String, String)>>,
}

/// An attached frame.
#[derive(Clone)]
struct Frame {
    page: String,
    session: String,
    target: Target,
}

/// Something that can be attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// `page`, `iframe`, `service_worker`, `background_page` (the offscreen document) and others.
    pub kind: String,
    /// Where it is.
    pub url: String,
}

impl Target {
    fn read(info: &Value) -> Self {
        let text = |key: &str| info[key].as_str().unwrap_or_default().to_owned();
        Self { id: text("targetId"), kind: text("type"), url: text("url") }
    }
}

impl Connection {
    /// Talks over the browser's pipes, which carry JSON ended by a zero byte.
    pub(crate) fn new(out: ChildStdin, input: ChildStdout) -> Self {
        let shared = Arc::new(Shared::default());
        let reader = Arc::clone(&shared);
        std::thread::spawn(move || reader.read(input));
        Self { out: Mutex::new(out), next: AtomicU64::new(1), shared }
    }

    /// Calls a method and waits for its result; `session` names the target, none the browser itself.
    ///
    /// # Errors
    /// What the browser says, or that it is gone or does not answer.
    pub fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({"id": id, "method": method, "params": params});
        if let (Some(session), Some(fields)) = (session, message.as_object_mut()) {
            fields.insert("sessionId".to_owned(), session.into());
        }
        let (sender, answer) = channel();
        lock(&self.shared.waiting).insert(id, sender);
        let mut bytes = serde_json::to_vec(&message)?;
        bytes.push(0);
        lock(&self.out).write_all(&bytes).context("the browser is gone")?;
        answer.recv_timeout(ANSWER_LIMIT).map_err(|_| anyhow!("no answer to {method}"))?.with_context(|| method.to_owned())
    }

    /// Calls a method of the browser itself and does not wait.
    ///
    /// # Errors
    /// When the browser is gone.
    pub(crate) fn notify(&self, method: &str, params: &Value) -> Result<()> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut bytes = serde_json::to_vec(&json!({"id": id, "method": method, "params": params}))?;
        bytes.push(0);
        lock(&self.out).write_all(&bytes).context("the browser is gone")
    }

    /// Everything that can be attached to.
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn targets(&self) -> Result<Vec<Target>> {
        let found = self.call(None, "Target.getTargets", json!({"filter": [{}]}))?;
        Ok(found["targetInfos"].as_array().into_iter().flatten().map(Target::read).collect())
    }

    /// Attaches to a target and gives the session's name.
    ///
    /// # Errors
    /// When the target is gone.
    pub fn attach(&self, target: &str) -> Result<String> {
        let attached = self.call(None, "Target.attachToTarget", json!({"targetId": target, "flatten": true}))?;
        attached["sessionId"].as_str().map(str::to_owned).context("no session")
    }

    /// The frames of other processes inside the page of this session, each with its own session.
    pub(crate) fn frames(&self, page: &str) -> Vec<(String, Target)> {
        let frames = lock(&self.shared.frames);
        frames.iter().filter(|frame| frame.page == page).map(|frame| (frame.session.clone(), frame.target.clone())).collect()
    }

    /// What the contexts of these sessions have printed and thrown.
    pub fn console(&self, session: &str) -> Vec<String> {
        lock(&self.shared.console).iter().filter(|(of, _)| of == session).map(|(_, text)| text.clone()).collect()
    }
}

impl Shared {
    fn read(&self, input: ChildStdout) {
        let mut input = BufReader::new(input);
        let mut bytes = Vec::new();
        while input.read_until(0, &mut bytes).is_ok_and(|count| count > 0) {
            bytes.pop();
            if let Ok(message) = serde_json::from_slice(&bytes) {
                self.take(&message);
            }
            bytes.clear();
        }
        // Nobody will answer those any more.
        lock(&self.waiting).clear();
    }

    fn take(&self, message: &Value) {
        if let Some(id) = message["id"].as_u64() {
            let answer = match message.get("error") {
                None => Ok(message["result"].clone()),
                Some(error) => Err(anyhow!("{}", error["message"].as_str().unwrap_or("no reason given"))),
            };
            if let Some(sender) = lock(&self.waiting).remove(&id) {
                // Who asked has given up waiting: then nobody needs it.
                let _ = sender.send(answer);
            }
            return;
        }
        let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
        let params = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Target.attachedToTarget" => {
                let target = Target::read(&params["targetInfo"]);
                let own = params["sessionId"].as_str().unwrap_or_default().to_owned();
                lock(&self.frames).push(Frame { page: session, session: own, target });
            }
            "Target.detachedFromTarget" => {
                let gone = params["sessionId"].as_str().unwrap_or_default();
                lock(&self.frames).retain(|frame| frame.session != gone);
            }
            "Target.targetInfoChanged" => {
                let changed = Target::read(&params["targetInfo"]);
                lock(&self.frames)
                    .iter_mut()
                    .filter(|frame| frame.target.id == changed.id)
                    .for_each(|frame| frame.target = changed.clone());
            }
            "Runtime.consoleAPICalled" => {
                let words: Vec<String> = params["args"].as_array().into_iter().flatten().map(printed).collect();
                lock(&self.console).push((session, format!("{}: {}", params["type"].as_str().unwrap_or("log"), words.join(" "))));
            }
            "Runtime.exceptionThrown" => {
                let details = &params["exceptionDetails"];
                lock(&self.console).push((session, format!("exception: {}", thrown(details))));
            }
            "Log.entryAdded" => {
                let entry = &params["entry"];
                let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
                lock(&self.console).push((session, format!("{}: {} {}", text("level"), text("text"), text("url"))));
            }
            _ => {}
        }
    }
}

fn printed(argument: &Value) -> String {
    match &argument["value"] {
        Value::Null => argument["description"].as_str().unwrap_or_default().to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a script threw, in words.
pub(crate) fn thrown(details: &Value) -> String {
    let description = details["exception"]["description"].as_str().or_else(|| details["exception"]["value"].as_str());
    description.or_else(|| details["text"].as_str()).unwrap_or_default().to_owned()
}

/// The result of an evaluation, or what was thrown.
pub(crate) fn evaluated(result: &Value) -> Result<Value> {
    match result.get("exceptionDetails") {
        Some(details) => bail!("{}", thrown(details)),
        None => Ok(result["result"].get("value").cloned().unwrap_or(Value::Null)),
    }
}

/// A panic elsewhere does not make what is inside useless.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
