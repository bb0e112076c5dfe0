//! REGISTER, OPTIONS, and what comes outside of any dialog.

use patchcord_sip::message::{HeaderName, Method, Request};

use super::Pbx;
use super::auth::Verdict;
use super::dispatch::ALLOW;
use super::registrar::Outcome;

impl Pbx {
    pub(crate) fn register(&mut self, connection: u64, request: &Request) {
        let claimed = request.to().map(|to| to.uri().user_unescaped().into_owned()).unwrap_or_default();
        let Some(user) = self.authenticate(connection, request, HeaderName::Authorization) else { return };
        if user != claimed {
            self.respond(connection, request, 403, |builder| builder);
            return;
        }
        let tls = self.connections.get(&connection).is_some_and(|connection| connection.tls);
        let limits = (self.config.min_expires, self.config.max_expires);
        match self.registrar.register(&user, request, (connection, tls), limits) {
            Outcome::Bindings(contacts) => {
                self.move_legs(&user, connection);
                self.respond(connection, request, 200, |builder| {
                    contacts.iter().fold(builder, |builder, contact| builder.header(HeaderName::Contact, contact))
                });
            }
            Outcome::TooBrief(least) => self.respond(connection, request, 423, |builder| builder.number(HeaderName::MinExpires, least)),
            Outcome::Malformed => self.respond(connection, request, 400, |builder| builder),
        }
    }

    /// The user who sent this, or none, and then a challenge has gone. `header`: Authorization or Proxy-Authorization.
    pub(crate) fn authenticate(&mut self, connection: u64, request: &Request, header: HeaderName<'_>) -> Option<String> {
        let users = &self.users;
        let verdict = self.auth.check(request, header, |user| users.password(user));
        let (status, name) = match header {
            HeaderName::ProxyAuthorization => (407, HeaderName::ProxyAuthenticate),
            _ => (401, HeaderName::WwwAuthenticate),
        };
        let challenges = match verdict {
            Verdict::User(user) => return Some(user),
            Verdict::Malformed => {
                self.respond(connection, request, 400, |builder| builder);
                return None;
            }
            Verdict::Wrong(challenges) => {
                self.counters.refused_credentials += 1;
                challenges
            }
            Verdict::Challenge(challenges) => challenges,
        };
        self.respond(connection, request, status, |builder| builder.headers(name, challenges.iter().map(String::as_str)));
        None
    }

    /// A user is back on a new connection: its calls, whose own connection is gone, go on there.
    fn move_legs(&mut self, user: &str, connection: u64) {
        for party in self.parties.values_mut() {
            let gone = !self.connections.contains_key(&party.view.connection);
            if gone && !party.is_over() && party.view.user.as_deref() == Some(user) {
                party.view.connection = connection;
            }
        }
    }

    pub(crate) fn options(&mut self, connection: u64, request: &Request) {
        self.respond(connection, request, 200, |builder| {
            builder.header(HeaderName::Allow, ALLOW).header(HeaderName::Accept, "application/sdp")
        });
    }

    pub(crate) fn out_of_dialog(&mut self, connection: u64, request: &Request) {
        match request.method() {
            Method::Message => self.respond(connection, request, 200, |builder| builder),
            Method::Bye | Method::Info | Method::Update => self.respond(connection, request, 481, |builder| builder),
            _ => self.not_allowed(connection, request),
        }
    }
}
