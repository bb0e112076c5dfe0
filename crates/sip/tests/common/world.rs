use std::collections::BTreeMap;

use patchcord_messages::{Millis, Secret};
use patchcord_sip::message::{Builder, HeaderName as H, Message, Method, Request, Response};
use patchcord_sip::{
    CallEvent, CallHandle, CallRequest, Config, Credential, Event, Input, Output, RegistrationState, SocketEvent, Transmit, Uri, UserAgent,
};

use super::Engine;
use super::bench::config;

/// Several user agents behind one small proxy and registrar, in virtual time.
///
/// Sockets keep the order of their frames, but each frame has its own latency on the way, and each socket may be lost at any moment with
/// all that is on its way. The proxy is stateless, adds Via and Record-Route, and forks to all contacts of a user.
pub struct World {
    pub now: Millis,
    pub nodes: Vec<Node>,
    events: BTreeMap<(Millis, u64), Happening>,
    count: u64,
    seed: u64,
    /// Contacts: (user, contact URI, node, generation).
    bindings: Vec<(String, String, usize, u32)>,
    /// The server refuses connections.
    pub down: bool,
    /// Frames that the proxy has seen, for looking at after a failure.
    pub trace: Vec<String>,
    /// INVITEs sent by user agents outside dialogs and without credentials: (Call-ID, CSeq).
    pub initial_invites: Vec<(String, u32)>,
    /// Longest latency of a frame, one way.
    pub latency: Millis,
    /// Longest time that an engine takes.
    pub media_latency: Millis,
}

pub struct Node {
    pub ua: UserAgent,
    pub user: String,
    wake: Option<Millis>,
    generation: u32,
    open: bool,
    /// A frame must not overtake another on the same socket: earliest arrival to and from the server.
    up: Millis,
    down: Millis,
    media: Millis,
    pub events: Vec<(CallHandle, CallEvent)>,
    pub states: Vec<RegistrationState>,
    pub engines: BTreeMap<CallHandle, Engine>,
}

enum Happening {
    Wake { node: usize },
    Opened { node: usize, generation: u32 },
    Refused { node: usize, generation: u32 },
    AtServer { node: usize, generation: u32, frame: String },
    AtNode { node: usize, generation: u32, frame: String },
    Media { node: usize, input: Input },
}

const NONCE: &str = "Digest realm=\"pbx\", nonce=\"abc\", algorithm=SHA-256, qop=\"auth\"";

impl World {
    pub fn new(users: usize, seed: u64) -> Self {
        let nodes = (0..users).map(|index| {
            let user = format!("100{}", index + 1);
            let config = Config {
                aor: Uri::parse(&format!("sip:{user}@pbx.example.com")).unwrap(),
                auth_user: user.clone(),
                credential: Credential::Password(Secret::new("secret")),
                instance: format!("00000000-0000-4000-8000-00000000000{index}"),
                ..config()
            };
            let mut bytes = [index as u8; 32];
            bytes[..8].copy_from_slice(&seed.to_le_bytes());
            Node {
                ua: UserAgent::new(config, bytes),
                user,
                wake: None,
                generation: 0,
                open: false,
                up: 0,
                down: 0,
                media: 0,
                events: Vec::new(),
                states: Vec::new(),
                engines: BTreeMap::new(),
            }
        });
        let mut world = Self {
            now: 1_000,
            nodes: nodes.collect(),
            events: BTreeMap::new(),
            count: 0,
            seed: seed.wrapping_mul(2).wrapping_add(1),
            bindings: Vec::new(),
            down: false,
            trace: Vec::new(),
            initial_invites: Vec::new(),
            latency: 40,
            media_latency: 30,
        };
        for node in 0..users {
            world.input(node, Input::Start);
        }
        world
    }

    /// splitmix64.
    pub fn random(&mut self, below: u64) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }

    fn at(&mut self, time: Millis, happening: Happening) {
        self.count += 1;
        self.events.insert((time, self.count), happening);
    }

    pub fn input(&mut self, node: usize, input: Input) {
        let now = self.now;
        self.nodes[node].ua.handle(now, input);
        loop {
            match self.nodes[node].ua.poll_output() {
                Output::Timeout(wake) => {
                    if self.nodes[node].wake != wake
                        && let Some(wake) = wake
                    {
                        self.at(wake.max(now), Happening::Wake { node });
                    }
                    self.nodes[node].wake = wake;
                    break;
                }
                Output::Event(Event::Registration(state)) => self.nodes[node].states.push(state),
                Output::Event(Event::Call { call, event }) => {
                    self.trace.push(format!("{now} {}: {call:?} {event:?}", self.nodes[node].user));
                    self.nodes[node].events.push((call, event));
                }
                Output::Event(_) => {}
                Output::Transmit(transmit) => self.transmit(node, transmit),
            }
        }
    }

    fn transmit(&mut self, node: usize, transmit: Transmit) {
        let now = self.now;
        match transmit {
            Transmit::Open { generation, .. } => {
                self.nodes[node].generation = generation;
                self.nodes[node].open = false;
                let time = now + 1 + self.random(self.latency * 2);
                let happening = if self.down { Happening::Refused { node, generation } } else { Happening::Opened { node, generation } };
                self.at(time, happening);
            }
            Transmit::Close { generation } => self.forget(node, generation),
            Transmit::Frame { generation, frame } => {
                assert_eq!(generation, self.nodes[node].generation);
                let time = (now + 1 + self.random(self.latency)).max(self.nodes[node].up);
                self.nodes[node].up = time;
                self.at(time, Happening::AtServer { node, generation, frame });
            }
            Transmit::Media { call, round, request } => {
                let name = self.nodes[node].user.clone();
                self.trace.push(format!("{now} {name}: {call:?} {request:?}").replace("\\r\\n", " ").chars().take(120).collect());
                let engine = self.nodes[node].engines.entry(call).or_insert_with(|| Engine::new(&name));
                if let Some(result) = engine.handle(&request) {
                    // Answers come in order.
                    let time = (now + self.random(self.media_latency)).max(self.nodes[node].media);
                    self.nodes[node].media = time;
                    self.at(time, Happening::Media { node, input: Input::Media { call, round, result } });
                }
            }
        }
    }

    fn forget(&mut self, node: usize, generation: u32) {
        self.nodes[node].open = false;
        self.bindings.retain(|binding| (binding.2, binding.3) != (node, generation));
    }

    /// The socket of a node breaks, with all that is on its way. `seen`: the node is told, else it has to find out.
    pub fn cut(&mut self, node: usize, seen: bool) {
        let generation = self.nodes[node].generation;
        if !self.nodes[node].open {
            return;
        }
        self.trace.push(format!("{} {}: socket cut", self.now, self.nodes[node].user));
        self.forget(node, generation);
        if seen {
            self.input(
                node,
                Input::Socket { generation, event: SocketEvent::Closed { was_open: true, code: 1006, reason: String::new() } },
            );
        }
    }

    /// Runs until this time.
    pub fn run(&mut self, span: Millis) {
        let end = self.now + span;
        while let Some((&(time, _), _)) = self.events.first_key_value() {
            if time > end {
                break;
            }
            let (_, happening) = self.events.pop_first().unwrap();
            self.now = self.now.max(time);
            self.happen(happening);
        }
        self.now = end;
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Wake { node } => {
                if self.nodes[node].wake.is_some_and(|wake| wake <= self.now) {
                    self.nodes[node].wake = None;
                    self.input(node, Input::Timeout);
                }
            }
            Happening::Opened { node, generation } => {
                if generation == self.nodes[node].generation {
                    self.nodes[node].open = true;
                    self.input(node, Input::Socket { generation, event: SocketEvent::Opened });
                }
            }
            Happening::Refused { node, generation } => {
                self.input(
                    node,
                    Input::Socket { generation, event: SocketEvent::Closed { was_open: false, code: 1006, reason: String::new() } },
                );
            }
            Happening::AtServer { node, generation, frame } => {
                if self.nodes[node].open && generation == self.nodes[node].generation {
                    self.serve(node, generation, &frame);
                }
            }
            Happening::AtNode { node, generation, frame } => {
                if self.nodes[node].open && generation == self.nodes[node].generation {
                    self.input(node, Input::Socket { generation, event: SocketEvent::Frame(frame) });
                }
            }
            Happening::Media { node, input } => self.input(node, input),
        }
    }

    fn send(&mut self, node: usize, generation: u32, frame: String) {
        if !self.nodes[node].open || self.nodes[node].generation != generation {
            return;
        }
        let time = (self.now + 1 + self.random(self.latency)).max(self.nodes[node].down);
        self.nodes[node].down = time;
        self.at(time, Happening::AtNode { node, generation, frame });
    }

    fn serve(&mut self, node: usize, generation: u32, frame: &str) {
        if frame.trim().is_empty() {
            if frame.len() >= 4 {
                self.send(node, generation, "\r\n".to_owned());
            }
            return;
        }
        let line = frame.lines().next().unwrap_or_default();
        let message = Message::parse(frame).unwrap_or_else(|error| panic!("{error}: {frame}"));
        self.trace.push(format!("{} {} -> {line} | {}", self.now, self.nodes[node].user, message.get(H::CSeq).unwrap_or_default()));
        match message {
            Message::Request(request) => self.serve_request(node, generation, &request),
            Message::Response(response) => self.forward_response(&response),
        }
    }

    fn answer(&mut self, node: usize, generation: u32, request: &Request, status: u16, extra: &[(&str, &str)]) {
        let mut builder = Builder::response(request, status, "", "proxy");
        for (name, value) in extra {
            builder = builder.header(*name, value);
        }
        self.send(node, generation, builder.finish().unwrap());
    }

    fn serve_request(&mut self, node: usize, generation: u32, request: &Request) {
        let user = self.nodes[node].user.clone();
        if *request.method() == Method::Register {
            let Some(credentials) = request.get(H::Authorization) else {
                return self.answer(node, generation, request, 401, &[("WWW-Authenticate", NONCE)]);
            };
            let credentials = patchcord_sip::digest::Response::parse(credentials).unwrap().unwrap();
            assert!(credentials.verify(patchcord_sip::digest::Proof::Password("secret"), "REGISTER"));
            let contact = request.contact().unwrap();
            let uri = contact.uri().as_str().to_owned();
            self.bindings.retain(|binding| binding.1 != uri);
            if request.number(H::Expires) != Some(0) {
                self.bindings.push((user, uri.clone(), node, generation));
            }
            let contact = format!("<{uri}>;expires=600");
            return self.answer(node, generation, request, 200, &[("Contact", &contact)]);
        }
        if *request.method() == Method::Options && request.uri().user().is_empty() {
            return self.answer(node, generation, request, 200, &[]);
        }
        let initial = request.to().unwrap().tag().is_none();
        if *request.method() == Method::Invite && initial {
            if request.get(H::ProxyAuthorization).is_none() {
                return self.answer(node, generation, request, 407, &[("Proxy-Authenticate", NONCE)]);
            }
            self.initial_invites.push((request.call_id().to_owned(), request.cseq().unwrap().number));
        }
        let target = request.uri().as_str().to_owned();
        let to_user = request.uri().user().to_owned();
        let domain = request.uri().host() == "pbx.example.com";
        let targets: Vec<(String, usize, u32)> = self
            .bindings
            .iter()
            .filter(|binding| if domain { binding.0 == to_user } else { target.starts_with(&binding.1) })
            .map(|binding| (binding.1.clone(), binding.2, binding.3))
            .collect();
        if targets.is_empty() {
            // A refusal of the proxy's own gets its ACK here too.
            if *request.method() != Method::Ack {
                self.answer(node, generation, request, if domain { 480 } else { 404 }, &[]);
            }
            return;
        }
        for (contact, to_node, to_generation) in targets {
            let frame = forwarded(request, &contact, node, generation, domain);
            self.send(to_node, to_generation, frame);
        }
    }

    /// Pops our Via; the one below it says which socket the request came from.
    fn forward_response(&mut self, response: &Response) {
        let Some(origin) = response.via().ok().and_then(|via| via.params().get("origin").map(str::to_owned)) else { return };
        let (node, _) = origin.split_once('-').unwrap();
        let node: usize = node.parse().unwrap();
        // As a real proxy, it finds the way by the connection, or by where the user is now.
        let generation = self.nodes[node].generation;
        let vias: Vec<&str> = response.values(H::Via).skip(1).collect();
        let mut frame = format!("SIP/2.0 {} {}\r\n", response.status(), response.reason());
        for via in vias {
            frame.push_str(&format!("Via: {via}\r\n"));
        }
        for (name, value) in response.iter().filter(|(name, _)| !matches!(name, H::Via | H::ContentLength)) {
            frame.push_str(&format!("{name}: {value}\r\n"));
        }
        frame.push_str(&format!("Content-Length: {}\r\n\r\n{}", response.text().len(), response.text()));
        self.send(node, generation, frame);
    }

    pub fn dial(&mut self, node: usize, user: usize) -> CallHandle {
        let call = self.nodes[node].ua.reserve_call();
        let target = Uri::parse(&format!("sip:{}@pbx.example.com", self.nodes[user].user)).unwrap();
        self.input(node, Input::Invite { call, target, headers: Vec::new() });
        call
    }

    pub fn ask(&mut self, node: usize, call: CallHandle, request: CallRequest) {
        self.input(node, Input::Call { call, request });
    }

    /// The last call that came in at a node.
    pub fn incoming(&self, node: usize) -> Option<CallHandle> {
        self.nodes[node].events.iter().rev().find(|(_, event)| matches!(event, CallEvent::Incoming(_))).map(|(call, _)| *call)
    }

    pub fn events_of(&self, node: usize, call: CallHandle) -> Vec<&CallEvent> {
        self.nodes[node].events.iter().filter(|(known, _)| *known == call).map(|(_, event)| event).collect()
    }

    pub fn is_connected(&self, node: usize, call: CallHandle) -> bool {
        let events = self.events_of(node, call);
        events.iter().any(|event| matches!(event, CallEvent::Connected { .. }))
            && !events.iter().any(|event| matches!(event, CallEvent::Ended(_)))
    }

    /// Calls that were heard of at a node and are not over.
    pub fn live(&self, node: usize) -> Vec<CallHandle> {
        let mut calls: Vec<CallHandle> = self.nodes[node].events.iter().map(|(call, _)| *call).collect();
        calls.sort();
        calls.dedup();
        calls.retain(|call| !self.events_of(node, *call).iter().any(|event| matches!(event, CallEvent::Ended(_))));
        calls
    }
}

/// What the proxy makes of a request: its own Via on top, the branch derived from the one below (RFC 3261 16.11), Record-Route.
fn forwarded(request: &Request, contact: &str, node: usize, generation: u32, retarget: bool) -> String {
    let uri = if retarget { contact } else { request.uri().as_str() };
    let via = request.via().unwrap();
    let contact_mark: u32 = contact.bytes().fold(7, |mark, byte| mark.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let mut frame = format!("{} {uri} SIP/2.0\r\n", request.method());
    frame.push_str(&format!(
        "Via: SIP/2.0/WSS pbx.example.com;branch={}p{contact_mark};origin={node}-{generation}\r\n",
        via.branch().unwrap()
    ));
    for (name, value) in request.iter().filter(|(name, _)| !matches!(name, H::Route | H::ContentLength)) {
        frame.push_str(&format!("{name}: {value}\r\n"));
    }
    if *request.method() == Method::Invite {
        frame.push_str("Record-Route: <sip:pbx.example.com;transport=ws;lr>\r\n");
    }
    frame.push_str(&format!("Content-Length: {}\r\n\r\n{}", request.text().len(), request.text()));
    frame
}
