use std::collections::{BTreeMap, VecDeque};

use patchcord_messages::{Millis, Secret};
use patchcord_sip::message::{Builder, HeaderName as H, Message, Method, Request, Response};
use patchcord_sip::{
    CallEvent, CallHandle, CallRequest, Config, Credential, Event, Input, Output, RegistrationState, SocketEvent, Transmit, Uri, UserAgent,
};

use super::Engine;

pub fn config() -> Config {
    Config {
        servers: vec!["wss://pbx.example.com:7443/ws".to_owned()],
        aor: Uri::parse("sip:1001@pbx.example.com").unwrap(),
        display_name: "Alice \"A\" Liddell".to_owned(),
        auth_user: "1001".to_owned(),
        credential: Credential::Password(Secret::new("secret")),
        instance: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".to_owned(),
        expires: 600,
        user_agent: "Patchcord/test".to_owned(),
        outbound_proxy: false,
        session_timers: false,
        do_not_disturb: false,
    }
}

/// One user agent; the test plays the server.
pub struct Bench {
    pub ua: UserAgent,
    pub now: Millis,
    pub generation: u32,
    pub urls: Vec<String>,
    pub closed: Vec<u32>,
    /// SIP messages sent and not looked at yet.
    pub sent: VecDeque<Message>,
    /// Frames sent that are no SIP messages.
    pub raw: Vec<String>,
    pub states: Vec<RegistrationState>,
    pub calls: Vec<(CallHandle, CallEvent)>,
    /// All other events.
    pub others: Vec<Event>,
    pub engines: BTreeMap<CallHandle, Engine>,
    /// Answers of the engines are held back while set.
    pub hold_media: bool,
    held: VecDeque<Input>,
    pub wake: Option<Millis>,
    /// Refusals may be as malformed as what they refuse.
    pub lenient: bool,
    /// Statuses of those.
    pub echoes: Vec<u16>,
    /// Frames sent altogether.
    pub frames: usize,
    tags: u32,
}

/// What goes into a response beside the usual.
#[derive(Clone, Default)]
pub struct Reply {
    pub tag: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    pub fn tag(tag: &'static str) -> Self {
        Self { tag, ..Self::default() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn sdp(mut self, direction: &str) -> Self {
        self.body = sdp(direction);
        self
    }

    pub fn body(mut self, body: String) -> Self {
        self.body = body;
        self
    }
}

pub fn sdp(direction: &str) -> String {
    format!(
        "v=0\r\no=far 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 101\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n"
    )
}

impl Bench {
    pub fn new(config: Config) -> Self {
        Self::seeded(config, 1)
    }

    pub fn seeded(config: Config, seed: u8) -> Self {
        Self {
            ua: UserAgent::new(config, [seed; 32]),
            now: 1_000_000,
            generation: 0,
            urls: Vec::new(),
            closed: Vec::new(),
            sent: VecDeque::new(),
            raw: Vec::new(),
            states: Vec::new(),
            calls: Vec::new(),
            others: Vec::new(),
            engines: BTreeMap::new(),
            hold_media: false,
            held: VecDeque::new(),
            wake: None,
            lenient: false,
            echoes: Vec::new(),
            frames: 0,
            tags: 0,
        }
    }

    /// A registered user agent on an open socket.
    pub fn registered() -> Self {
        Self::registered_with(config())
    }

    pub fn registered_with(config: Config) -> Self {
        let mut bench = Self::new(config);
        bench.start();
        bench.accept_register();
        bench.states.clear();
        bench
    }

    /// Start, and the socket opens.
    pub fn start(&mut self) {
        self.input(Input::Start);
        self.socket(SocketEvent::Opened);
    }

    /// Answers the REGISTER that was sent with 200.
    pub fn accept_register(&mut self) {
        let register = self.request("REGISTER");
        let contact = register.get("Contact").unwrap().to_owned();
        self.respond(&register, 200, Reply::tag("reg").with("Contact", contact));
    }

    pub fn input(&mut self, input: Input) {
        self.ua.handle(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.ua.poll_output() {
                Output::Timeout(wake) => {
                    self.wake = wake;
                    break;
                }
                Output::Event(Event::Registration(state)) => self.states.push(state),
                Output::Event(Event::Call { call, event }) => self.calls.push((call, event)),
                Output::Event(event) => self.others.push(event),
                Output::Transmit(Transmit::Open { generation, url }) => {
                    self.generation = generation;
                    self.urls.push(url);
                }
                Output::Transmit(Transmit::Close { generation }) => self.closed.push(generation),
                Output::Transmit(Transmit::Frame { generation, frame }) => {
                    assert_eq!(generation, self.generation, "a frame for an old socket");
                    self.frames += 1;
                    if frame.trim().is_empty() {
                        self.raw.push(frame);
                    } else {
                        match Message::parse(frame.as_str()) {
                            Ok(message) => self.sent.push_back(message),
                            // What is wrong with a request is wrong with its refusal: the headers are copied.
                            Err(_) if self.lenient && (frame.starts_with("SIP/2.0 4") || frame.starts_with("SIP/2.0 5")) => {
                                self.echoes.push(frame[8..11].parse().unwrap());
                            }
                            Err(error) => panic!("{error}: {frame}"),
                        }
                    }
                }
                Output::Transmit(Transmit::Media { call, round, request }) => {
                    let engine = self.engines.entry(call).or_insert_with(|| Engine::new("near"));
                    if let Some(result) = engine.handle(&request) {
                        self.held.push_back(Input::Media { call, round, result });
                    }
                }
            }
        }
        if !self.hold_media {
            self.release_media();
        }
    }

    /// The engines answer what they have been asked.
    pub fn release_media(&mut self) {
        while let Some(input) = self.held.pop_front() {
            self.input(input);
        }
    }

    pub fn socket(&mut self, event: SocketEvent) {
        let generation = self.generation;
        self.input(Input::Socket { generation, event });
    }

    pub fn lose_socket(&mut self) {
        self.socket(SocketEvent::Closed { was_open: true, code: 1006, reason: String::new() });
    }

    pub fn frame(&mut self, frame: &str) {
        self.socket(SocketEvent::Frame(frame.to_owned()));
    }

    /// Lets time pass, waking the machine exactly when it wants.
    pub fn advance(&mut self, span: Millis) {
        let end = self.now + span;
        while let Some(wake) = self.wake.filter(|wake| *wake <= end) {
            assert!(wake >= self.now || self.wake == Some(wake), "a wake-up in the past");
            let stuck = wake <= self.now;
            self.now = self.now.max(wake);
            let before = self.wake;
            self.input(Input::Timeout);
            assert!(!(stuck && self.wake == before), "the machine spins at {wake}");
        }
        self.now = end;
    }

    /// The next request, which must have this method.
    #[track_caller]
    pub fn request(&mut self, method: &str) -> Request {
        match self.sent.pop_front() {
            Some(Message::Request(request)) => {
                assert_eq!(request.method().as_str(), method);
                request
            }
            other => panic!("expected {method}, got {other:?}"),
        }
    }

    /// The next response, which must have this status.
    #[track_caller]
    pub fn response(&mut self, status: u16) -> Response {
        match self.sent.pop_front() {
            Some(Message::Response(response)) => {
                assert_eq!(response.status(), status);
                response
            }
            other => panic!("expected {status}, got {other:?}"),
        }
    }

    /// Nothing was sent but requests of this method.
    #[track_caller]
    pub fn nothing_sent_but(&self, method: &str) {
        let other = self.sent.iter().find(|message| !message.to_frame().starts_with(method));
        assert!(other.is_none(), "unexpected: {other:?}");
    }

    /// No engine was asked for something that a real one would refuse.
    #[track_caller]
    pub fn assert_engine_sound(&self) {
        for (call, engine) in &self.engines {
            assert!(engine.faults.is_empty(), "{call:?}: {:?}", engine.faults);
        }
    }

    #[track_caller]
    pub fn nothing_sent(&self) {
        assert!(self.sent.is_empty(), "unexpected: {:?}", self.sent);
    }

    /// The far side answers a request.
    pub fn respond(&mut self, request: &Request, status: u16, reply: Reply) {
        self.frame(&response_text(request, status, reply));
    }

    /// The call events since the last look.
    pub fn events(&mut self) -> Vec<CallEvent> {
        std::mem::take(&mut self.calls).into_iter().map(|(_, event)| event).collect()
    }

    pub fn ask(&mut self, call: CallHandle, request: CallRequest) {
        self.input(Input::Call { call, request });
    }

    /// Begins a call; the INVITE.
    pub fn dial(&mut self, target: &str) -> (CallHandle, Request) {
        let call = self.ua.reserve_call();
        self.input(Input::Invite { call, target: Uri::parse(target).unwrap(), headers: Vec::new() });
        (call, self.request("INVITE"))
    }

    /// A connected call that we made, and its INVITE; the far side's tag is `far`.
    pub fn connected(&mut self) -> (CallHandle, Request) {
        let (call, invite) = self.dial("sip:1002@pbx.example.com");
        self.respond(&invite, 200, Reply::tag("far").sdp("sendrecv"));
        self.request("ACK");
        self.events();
        (call, invite)
    }

    /// A connected call that came in: its INVITE and the 200.
    pub fn connected_inbound(&mut self) -> (CallHandle, Request, Response) {
        let (call, invite) = self.ring(|invite| invite);
        self.response(180);
        self.ask(call, CallRequest::Answer);
        let ok = self.response(200);
        self.frame(&ack_for(&invite, &ok));
        self.events();
        (call, invite, ok)
    }

    /// An INVITE comes in.
    pub fn ring(&mut self, change: impl FnOnce(Builder) -> Builder) -> (CallHandle, Request) {
        self.tags += 1;
        let number = self.tags;
        let builder = Builder::request(&Method::Invite, &Uri::parse("sip:1001@here.invalid;transport=ws").unwrap())
            .header(H::Via, &format!("SIP/2.0/WSS pbx.example.com;branch=z9hG4bKin{number}"))
            .header(H::MaxForwards, "69")
            .header(H::RecordRoute, "<sip:pbx.example.com;transport=ws;lr>")
            .header(H::From, &format!("\"Bob\" <sip:1002@pbx.example.com>;tag=bob{number}"))
            .header(H::To, "<sip:1001@pbx.example.com>")
            .header(H::CallId, &format!("in{number}"))
            .header(H::CSeq, "7 INVITE")
            .header(H::Contact, "<sip:1002@bob.invalid;transport=ws>")
            .header(H::Allow, "INVITE, ACK, BYE, CANCEL, UPDATE")
            .body("application/sdp", &sdp("sendrecv"));
        let frame = change(builder).finish().unwrap();
        let before = self.calls.len();
        self.frame(&frame);
        let call = self.calls.get(before).map_or(CallHandle(0), |(call, _)| *call);
        let Message::Request(request) = Message::parse(frame.as_str()).unwrap() else { panic!() };
        (call, request)
    }

    /// A request of the far side within the dialog of a call that we made.
    pub fn far_request(&mut self, invite: &Request, method: &str, number: u32, body: &str, extra: &[(&str, &str)]) -> Request {
        self.tags += 1;
        let local = invite.get("From").unwrap();
        let to = invite.get("To").unwrap();
        let target = invite.contact().unwrap().uri().to_uri();
        let mut builder = Builder::request(&Method::parse(method).unwrap(), &target)
            .header(H::Via, &format!("SIP/2.0/WSS pbx.example.com;branch=z9hG4bKfar{}", self.tags))
            .header(H::From, &format!("{to};tag=far"))
            .header(H::To, local)
            .header(H::CallId, invite.call_id())
            .header(H::CSeq, &format!("{number} {method}"))
            .header(H::Contact, "<sip:1002@far.invalid;transport=ws>");
        for (name, value) in extra {
            builder = builder.header(*name, value);
        }
        if !body.is_empty() {
            let kind = if body.starts_with("v=0") { "application/sdp" } else { "application/dtmf-relay" };
            builder = builder.body(kind, body);
        }
        let frame = builder.finish().unwrap();
        let Message::Request(request) = Message::parse(frame.as_str()).unwrap() else { panic!() };
        self.frame(&frame);
        request
    }

    pub fn engine(&self, call: CallHandle) -> &Engine {
        self.engines.get(&call).unwrap()
    }

    /// Time passes until nothing but keep-alive happens; then no call and no engine may be left.
    pub fn assert_quiet(&mut self) {
        for (call, engine) in &self.engines {
            assert!(engine.is_closed(), "{call:?} left its media open: {:?}", engine.log);
            assert!(engine.faults.is_empty(), "{call:?}: {:?}", engine.faults);
        }
    }
}

pub fn response_text(request: &Request, status: u16, reply: Reply) -> String {
    let mut builder = Builder::response(request, status, "", reply.tag);
    if !reply.headers.iter().any(|(name, _)| *name == "Contact") && *request.method() != Method::Register {
        builder = builder
            .header(H::Contact, &format!("<sip:1002@{}.invalid;transport=ws>", if reply.tag.is_empty() { "far" } else { reply.tag }));
    }
    for (name, value) in &reply.headers {
        builder = builder.header(*name, value);
    }
    if !reply.body.is_empty() {
        builder = builder.body("application/sdp", &reply.body);
    }
    builder.finish().unwrap()
}

/// The ACK for a 2xx of ours to an INVITE made by [`Bench::ring`].
pub fn ack_for(invite: &Request, ok: &Response) -> String {
    let number = invite.cseq().unwrap().number;
    Builder::request(&Method::Ack, &ok.contact().unwrap().uri().to_uri())
        .header(H::Via, &format!("SIP/2.0/WSS pbx.example.com;branch=z9hG4bKack{}", invite.call_id()))
        .header(H::From, invite.get("From").unwrap())
        .header(H::To, ok.get("To").unwrap())
        .header(H::CallId, invite.call_id())
        .header(H::CSeq, &format!("{number} ACK"))
        .finish()
        .unwrap()
}
