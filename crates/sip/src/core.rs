//! What every machine of a user agent shares: clock, randomness, connection, transactions, credentials, identity.

use std::collections::VecDeque;

use patchcord_messages::Millis;

use crate::api::{CallEvent, CallHandle, Config, Ended, Event, MediaRequest, Output, Transmit};
use crate::auth::Authenticator;
use crate::call::Referral;
use crate::connection::Connection;
use crate::message::{Builder, HeaderName as H, NameAddr, Uri};
use crate::request::{Draft, Sequence};
use crate::rng::Rng;
use crate::text;
use crate::transaction::{Client, Owner, Reply, Server, ServerEvent};

/// Methods that we take.
pub(crate) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY, MESSAGE";

/// A BYE to be sent later.
pub(crate) struct Farewell {
    pub(crate) bye: Draft,
    /// Not before then.
    pub(crate) after: Millis,
    /// Pointless from then on.
    pub(crate) until: Millis,
    pub(crate) tries: u8,
}

/// How long a BYE that could not be sent is kept.
const FAREWELL: Millis = 600_000;
/// How often one is sent that is refused.
const FAREWELL_TRIES: u8 = 4;

/// What one call wants done that concerns another.
pub(crate) enum FollowUp {
    /// A call has lost its place to another.
    Leave { call: CallHandle, reason: Ended },
    /// A call is to be made, since the far side of another asked for it. `quiet`: it does not want to hear of it.
    Call { referral: Referral, quiet: bool, target: Uri, replaces: Option<String>, referred_by: Option<String> },
    /// The far side of `call` is to be told how the call goes that it asked for by REFER `number`.
    Report { call: CallHandle, number: u32, status: u16, last: bool },
}

pub(crate) struct Core {
    /// The time of the input that is being handled.
    pub(crate) now: Millis,
    pub(crate) config: Config,
    pub(crate) rng: Rng,
    pub(crate) connection: Connection,
    pub(crate) auth: Authenticator,
    pub(crate) clients: Vec<Client>,
    pub(crate) servers: Vec<Server>,
    pub(crate) next_transaction: u32,
    pub(crate) next_call: u32,
    /// What became of our requests, for their owners.
    pub(crate) replies: VecDeque<Reply>,
    /// What became of our answers, for their owners.
    pub(crate) server_events: VecDeque<ServerEvent>,
    /// What calls want of other calls.
    pub(crate) follow_ups: VecDeque<FollowUp>,
    pub(crate) outputs: VecDeque<Output>,
    /// Calls may be made: connected, and registered or with nothing to wait for.
    pub(crate) ready: bool,
    /// BYEs that wait for the next connection, or for the far side to be there again.
    pub(crate) farewells: Vec<Farewell>,
    /// Host of Via and Contact: nobody can connect to a browser, so it is a name that never resolves (RFC 7118 5.2).
    host: String,
    /// Public GRUU that the registrar gave us (RFC 5627).
    pub(crate) gruu: Option<Uri>,
    /// Service-Route that the registrar gave us (RFC 3608).
    pub(crate) service_route: Vec<String>,
}

impl Core {
    pub(crate) fn new(config: Config, seed: [u8; 32]) -> Self {
        let mut rng = Rng::new(seed);
        let host = format!("{}.invalid", rng.token(12));
        let connection = Connection::new(config.servers.clone());
        Self {
            now: 0,
            config,
            rng,
            connection,
            auth: Authenticator::default(),
            clients: Vec::new(),
            servers: Vec::new(),
            next_transaction: 0,
            next_call: 0,
            replies: VecDeque::new(),
            server_events: VecDeque::new(),
            follow_ups: VecDeque::new(),
            outputs: VecDeque::new(),
            ready: false,
            farewells: Vec::new(),
            host,
            gruu: None,
            service_route: Vec::new(),
        }
    }

    pub(crate) fn new_call(&mut self) -> CallHandle {
        self.next_call += 1;
        CallHandle(self.next_call)
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(crate) fn emit_call(&mut self, call: CallHandle, event: CallEvent) {
        self.emit(Event::Call { call, event });
    }

    pub(crate) fn ask_media(&mut self, call: CallHandle, round: u32, request: MediaRequest) {
        self.outputs.push_back(Output::Transmit(Transmit::Media { call, round, request }));
    }

    pub(crate) fn is_open(&self) -> bool {
        self.connection.open_generation().is_some()
    }

    /// Sends a frame, if there is a connection.
    pub(crate) fn transmit(&mut self, frame: String) {
        if let Some(generation) = self.connection.open_generation() {
            self.outputs.push_back(Output::Transmit(Transmit::Frame { generation, frame }));
        }
    }

    /// Extensions that we have (Supported).
    pub(crate) fn supported(&self) -> &'static str {
        if self.config.session_timers {
            "outbound, gruu, path, 100rel, replaces, norefersub, timer"
        } else {
            "outbound, gruu, path, 100rel, replaces, norefersub"
        }
    }

    /// Extensions that a peer may require of us in a call.
    pub(crate) fn has_extension(&self, tag: &str) -> bool {
        text::items(self.supported()).any(|known| known.eq_ignore_ascii_case(tag))
    }

    /// Writes a request.
    pub(crate) fn print(&self, draft: &Draft, branch: &str, credentials: &[(&'static str, String)]) -> String {
        let transport = if self.connection.url().get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("wss:")) { "WSS" } else { "WS" };
        let mut builder = Builder::request(&draft.method, &draft.uri)
            .header(H::Via, &format!("SIP/2.0/{transport} {};branch={branch}", self.host))
            .number(H::MaxForwards, 70)
            .headers(H::Route, draft.routes.iter().map(String::as_str))
            .header(H::From, &draft.from)
            .header(H::To, &draft.to)
            .header(H::CallId, &draft.call_id)
            .cseq(draft.number, &draft.method);
        for (name, value) in &draft.headers {
            builder = builder.header(&**name, value);
        }
        for (name, value) in credentials {
            builder = builder.header(*name, value);
        }
        if !self.config.user_agent.is_empty() {
            builder = builder.header(H::UserAgent, &self.config.user_agent);
        }
        if let Some(body) = &draft.body {
            builder = builder.body(&body.kind, &body.text);
        }
        // What comes from outside was checked when it came, so this cannot fail.
        builder.finish().unwrap_or_default()
    }

    /// Our Contact URI as the registrar learns it. `transport=ws` for wss too (RFC 7118 5.2.1).
    pub(crate) fn contact_uri(&self) -> String {
        let user = self.config.aor.user();
        let at = if user.is_empty() { "" } else { "@" };
        format!("sip:{user}{at}{};transport=ws", self.host)
    }

    /// Contact in requests and responses that make or refresh a dialog: the GRUU, else our flow (RFC 5626 4.3: `ob`).
    pub(crate) fn contact(&self) -> String {
        match &self.gruu {
            Some(gruu) => format!("<{}>", gruu.as_str()),
            None => format!("<{};ob>", self.contact_uri()),
        }
    }

    /// From, with a fresh tag.
    pub(crate) fn from(&mut self) -> String {
        let tag = self.rng.token(12);
        NameAddr::new(&self.config.display_name, self.config.aor.without_params()).with_tag(&tag).to_string()
    }

    pub(crate) fn call_id(&mut self) -> String {
        self.rng.token(24)
    }

    /// Route for requests outside dialogs: what the registrar told us, else the server itself where it wants that.
    pub(crate) fn initial_routes(&self) -> Vec<String> {
        if !self.service_route.is_empty() {
            return self.service_route.clone();
        }
        self.proxy_route().into_iter().collect()
    }

    /// The server as a loose route, where the configuration asks for it.
    pub(crate) fn proxy_route(&self) -> Option<String> {
        let (_, rest) = self.connection.url().split_once(':').filter(|_| self.config.outbound_proxy)?;
        let rest = rest.trim_start_matches('/');
        let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        Some(format!("<sip:{host};transport=ws;lr>"))
    }

    /// A request outside any dialog.
    pub(crate) fn initial(&mut self, method: crate::message::Method, target: &Uri) -> Draft {
        let sequence = Sequence::default();
        Draft {
            method,
            uri: target.without_headers(),
            routes: self.initial_routes(),
            from: self.from(),
            to: NameAddr::new("", target.without_headers()).to_string(),
            call_id: self.call_id(),
            number: sequence.next(),
            sequence,
            headers: Vec::new(),
            body: None,
        }
    }

    /// Sends a BYE whose answer interests nobody, now or over the next connection.
    pub(crate) fn part(&mut self, bye: Draft) {
        if self.is_open() {
            self.send(bye, Owner::Nobody);
        } else {
            self.part_later(bye, 0);
        }
    }

    /// Keeps a BYE for later. One that was refused is tried again only a few times.
    pub(crate) fn part_later(&mut self, bye: Draft, tries: u8) {
        if tries < FAREWELL_TRIES {
            let after = if tries == 0 { self.now } else { self.now + (1_000 << tries) };
            self.farewells.push(Farewell { bye, after, until: self.now + FAREWELL, tries });
        }
    }

    /// Sends the BYEs whose time has come.
    pub(crate) fn send_farewells(&mut self) {
        let now = self.now;
        self.farewells.retain(|farewell| farewell.until > now);
        if self.ready {
            let (due, later) = std::mem::take(&mut self.farewells).into_iter().partition(|farewell| farewell.after <= now);
            self.farewells = later;
            let due: Vec<Farewell> = due;
            for Farewell { mut bye, tries, .. } in due {
                bye.number = bye.sequence.next();
                self.send(bye, Owner::Farewell { tries });
            }
        }
    }

    /// When [`Self::send_farewells`] has something to do.
    pub(crate) fn next_farewell(&self) -> Option<Millis> {
        self.farewells.iter().map(|farewell| if self.ready { farewell.after } else { farewell.until }).min()
    }

    /// Drops all transactions, without a word to their owners.
    pub(crate) fn forget(&mut self) {
        self.clients.clear();
        self.servers.clear();
        self.replies.clear();
        self.server_events.clear();
        self.farewells.clear();
        self.follow_ups.clear();
        self.ready = false;
    }

    /// When transactions want to be woken.
    pub(crate) fn next_timeout(&self) -> Option<Millis> {
        let clients = self.clients.iter().filter_map(Client::until);
        let servers = self.servers.iter().filter_map(Server::until);
        clients.chain(servers).chain(self.connection.next_timeout()).chain(self.next_farewell()).min()
    }
}

/// The Request-URI for what a person or a page wants to call.
pub(crate) fn dialable(config: &Config, target: &Uri) -> Result<Uri, String> {
    if target.is_sip() {
        return Ok(target.without_headers());
    }
    if target.scheme().eq_ignore_ascii_case("tel") {
        // RFC 3261 19.1.6; the number's own parameters are for those who dial by TEL URI.
        return Uri::sip(target.user(), config.aor.host()).map_err(|malformed| malformed.to_string());
    }
    Err(format!("{} URIs cannot be called", target.scheme()))
}

/// Whether headers that come from a person or a page may go into a request: (name, value). Those that make the
/// request what it is are ours alone.
pub(crate) fn check_headers(headers: &[(String, String)]) -> Result<(), String> {
    use crate::message::Method;
    let uri = Uri::sip("", "a.invalid").map_err(|malformed| malformed.to_string())?;
    for (name, value) in headers {
        let ours = matches!(
            H::parse(name),
            H::Via
                | H::From
                | H::To
                | H::CallId
                | H::CSeq
                | H::MaxForwards
                | H::Contact
                | H::Route
                | H::RecordRoute
                | H::ContentLength
                | H::ContentType
                | H::ContentEncoding
                | H::ContentDisposition
                | H::Require
                | H::ProxyRequire
                | H::Supported
                | H::Authorization
                | H::ProxyAuthorization
                | H::Replaces
        );
        let written = Builder::request(&Method::Options, &uri).header(name.as_str(), value).finish();
        if ours || written.is_err() {
            return Err(format!("header {name} cannot be set"));
        }
    }
    Ok(())
}
