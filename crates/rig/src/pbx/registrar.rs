//! Who is where (RFC 3261 section 10, RFC 5626): contacts live on the connection that their REGISTER came over.

use std::time::{Duration, Instant};

use patchcord_sip::message::{Contacts, HeaderName, Request, Uri};

use crate::clock::unix_now;
use crate::state::Registration;

/// One binding.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) user: String,
    pub(crate) contact: Uri,
    pub(crate) instance: Option<String>,
    pub(crate) connection: u64,
    expires: Instant,
    view: Registration,
}

/// What is to be answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 200 with these Contact values.
    Bindings(Vec<String>),
    /// 423 with this Min-Expires.
    TooBrief(u32),
    /// 400.
    Malformed,
}

/// All bindings.
#[derive(Debug, Default)]
pub(crate) struct Registrar {
    bindings: Vec<Binding>,
}

impl Registrar {
    /// Carries out a REGISTER whose sender is known to be `user`.
    pub(crate) fn register(&mut self, user: &str, request: &Request, connection: (u64, bool), limits: (u32, u32)) -> Outcome {
        let asked = request.number(HeaderName::Expires);
        match request.contacts() {
            Contacts::All => {
                if asked != Some(0) {
                    return Outcome::Malformed;
                }
                self.bindings.retain(|binding| binding.user != user);
            }
            Contacts::Some(contacts) => {
                let (least, most) = limits;
                for contact in &contacts {
                    let seconds = contact.param("expires").and_then(|text| text.parse().ok()).or(asked).unwrap_or(most);
                    if seconds != 0 && seconds < least {
                        return Outcome::TooBrief(least);
                    }
                    let instance = contact.params().unquoted("+sip.instance").map(|text| text.trim_matches(['<', '>']).to_owned());
                    let uri = contact.uri().to_uri();
                    let old = self.take(user, &uri, instance.as_deref());
                    if seconds == 0 {
                        continue;
                    }
                    let seconds = seconds.min(most);
                    let view = Registration {
                        user: user.to_owned(),
                        contact: uri.as_str().to_owned(),
                        instance: instance.clone(),
                        user_agent: request.get(HeaderName::UserAgent).unwrap_or_default().to_owned(),
                        connection: connection.0,
                        tls: connection.1,
                        since: old.as_ref().map_or_else(unix_now, |old| old.view.since),
                        expires_at: unix_now() + f64::from(seconds) * 1000.0,
                        refreshes: old.map_or(0, |old| old.view.refreshes + 1),
                    };
                    let expires = Instant::now() + Duration::from_secs(u64::from(seconds));
                    self.bindings.push(Binding { user: user.to_owned(), contact: uri, instance, connection: connection.0, expires, view });
                }
            }
        }
        Outcome::Bindings(self.contact_values(user))
    }

    fn take(&mut self, user: &str, contact: &Uri, instance: Option<&str>) -> Option<Binding> {
        let same = |binding: &Binding| {
            binding.user == user
                && match (instance, binding.instance.as_deref()) {
                    (Some(one), Some(other)) => one == other,
                    _ => binding.contact.equivalent(contact),
                }
        };
        let index = self.bindings.iter().position(same)?;
        Some(self.bindings.remove(index))
    }

    fn contact_values(&self, user: &str) -> Vec<String> {
        let now = Instant::now();
        let value = |binding: &Binding| {
            // Rounded: one second granted must not read as none a moment later.
            let left = (binding.expires.saturating_duration_since(now).as_millis() + 500) / 1000;
            let instance = binding.instance.as_ref().map(|instance| format!(";+sip.instance=\"<{instance}>\"")).unwrap_or_default();
            format!("<{}>;expires={left}{instance}", binding.contact.as_str())
        };
        self.bindings.iter().filter(|binding| binding.user == user).map(value).collect()
    }

    /// Where a user can be reached.
    pub(crate) fn contacts(&self, user: &str) -> Vec<Binding> {
        self.bindings.iter().filter(|binding| binding.user == user).cloned().collect()
    }

    /// True if the user is registered over that connection.
    pub(crate) fn is_bound(&self, user: &str, connection: u64) -> bool {
        self.bindings.iter().any(|binding| binding.user == user && binding.connection == connection)
    }

    /// The flow is gone, and its bindings with it (RFC 5626 section 5.3).
    pub(crate) fn lose(&mut self, connection: u64) {
        self.bindings.retain(|binding| binding.connection != connection);
    }

    /// Forgets what has run out. True if there was any.
    pub(crate) fn sweep(&mut self) -> bool {
        let (now, before) = (Instant::now(), self.bindings.len());
        self.bindings.retain(|binding| binding.expires > now);
        self.bindings.len() != before
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.bindings.clear();
    }

    pub(crate) fn view(&self) -> Vec<Registration> {
        self.bindings.iter().map(|binding| binding.view.clone()).collect()
    }
}
