//! A user agent and a server that does anything: whatever it sends, the agent sends only proper messages, comes to rest after each input,
//! and ends each call once.
#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use patchcord_messages::Secret;
use patchcord_sip::message::{Builder, HeaderName as H, Message, Method, Request};
use patchcord_sip::{
    CallEvent, CallHandle, CallRequest, Config, Credential, Event, Input, MediaAnswer, MediaError, Output, SocketEvent, Transmit, Uri,
    UserAgent,
};

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    /// A frame of any kind.
    Frame(&'a str),
    /// A response to one of the agent's requests.
    Reply {
        to: u8,
        status: u16,
        tag: u8,
        headers: Vec<(Name, &'a str)>,
        body: Body<'a>,
    },
    /// A request, in a dialog of the agent's or outside.
    Ask {
        method: u8,
        within: Option<u8>,
        number: u32,
        headers: Vec<(Name, &'a str)>,
        body: Body<'a>,
    },
    /// The media engine's answer to the last question.
    Media {
        answer: u8,
        body: Body<'a>,
    },
    Wait(u16),
    Opened,
    Closed,
    Network(bool),
    Start,
    Stop,
    NotReady(bool),
    Invite(&'a str),
    Do {
        call: u8,
        what: u8,
        text: &'a str,
    },
    Subscribe(bool, &'a str),
    Text(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Body<'a> {
    None,
    Sdp(&'a str),
    Usual(u8),
    Other(&'a str, &'a str),
}

/// Headers that steer an agent.
#[derive(Arbitrary, Debug, Clone, Copy)]
enum Name {
    Contact,
    RecordRoute,
    Require,
    RSeq,
    RAck,
    SessionExpires,
    MinSe,
    Expires,
    MinExpires,
    RetryAfter,
    WwwAuthenticate,
    ProxyAuthenticate,
    AuthenticationInfo,
    ReferTo,
    Replaces,
    Event,
    SubscriptionState,
    Reason,
    Supported,
    Allow,
    Warning,
    ServiceRoute,
    Path,
    CallInfo,
    FlowTimer,
}

impl Name {
    fn header(self) -> H<'static> {
        match self {
            Self::Contact => H::Contact,
            Self::RecordRoute => H::RecordRoute,
            Self::Require => H::Require,
            Self::RSeq => H::RSeq,
            Self::RAck => H::RAck,
            Self::SessionExpires => H::SessionExpires,
            Self::MinSe => H::MinSe,
            Self::Expires => H::Expires,
            Self::MinExpires => H::MinExpires,
            Self::RetryAfter => H::RetryAfter,
            Self::WwwAuthenticate => H::WwwAuthenticate,
            Self::ProxyAuthenticate => H::ProxyAuthenticate,
            Self::AuthenticationInfo => H::AuthenticationInfo,
            Self::ReferTo => H::ReferTo,
            Self::Replaces => H::Replaces,
            Self::Event => H::Event,
            Self::SubscriptionState => H::SubscriptionState,
            Self::Reason => H::Reason,
            Self::Supported => H::Supported,
            Self::Allow => H::Allow,
            Self::Warning => H::Warning,
            Self::ServiceRoute => H::ServiceRoute,
            Self::Path => H::Path,
            Self::CallInfo => H::CallInfo,
            Self::FlowTimer => H::FlowTimer,
        }
    }
}

const METHODS: &[Method] = &[
    Method::Invite,
    Method::Ack,
    Method::Bye,
    Method::Cancel,
    Method::Options,
    Method::Prack,
    Method::Update,
    Method::Info,
    Method::Refer,
    Method::Notify,
    Method::Message,
    Method::Subscribe,
    Method::Register,
];

fn body(builder: Builder, body: &Body<'_>) -> Builder {
    const DIRECTIONS: [&str; 4] = ["sendrecv", "sendonly", "recvonly", "inactive"];
    match body {
        Body::None => builder,
        Body::Sdp(text) => builder.body("application/sdp", text),
        Body::Usual(kind) => {
            let direction = DIRECTIONS[usize::from(*kind) % 4];
            builder.body(
                "application/sdp",
                &format!("v=0\r\no=- 1 {kind} IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na={direction}\r\n"),
            )
        }
        Body::Other(kind, text) => builder.body(kind, text),
    }
}

/// What the story has come to.
struct World {
    agent: UserAgent,
    now: u64,
    generation: u32,
    requests: Vec<Request>,
    calls: Vec<CallHandle>,
    ended: HashSet<CallHandle>,
    question: Option<(CallHandle, u32)>,
}

impl World {
    fn feed(&mut self, input: Input) {
        self.agent.handle(self.now, input);
        for _ in 0..10_000 {
            match self.agent.poll_output() {
                Output::Timeout(_) => return,
                Output::Event(event) => self.event(event),
                Output::Transmit(Transmit::Open { generation, .. }) => self.generation = generation,
                Output::Transmit(Transmit::Frame { frame, .. }) => self.frame(frame),
                Output::Transmit(Transmit::Media { call, round, .. }) => self.question = Some((call, round)),
                Output::Transmit(Transmit::Close { .. }) => {}
                #[allow(unreachable_patterns, reason = "more kinds may come")]
                _ => {}
            }
        }
        panic!("the agent does not come to rest");
    }

    fn event(&mut self, event: Event) {
        if let Event::Call { call, event } = event {
            assert!(!self.ended.contains(&call), "{event:?} after the end of {call:?}");
            if !self.calls.contains(&call) {
                self.calls.push(call);
            }
            if matches!(event, CallEvent::Ended(_)) {
                self.ended.insert(call);
            }
        }
    }

    fn frame(&mut self, frame: String) {
        if frame.trim_matches(['\r', '\n']).is_empty() {
            return;
        }
        match Message::parse(frame.as_str()) {
            Ok(Message::Request(request)) => self.requests.push(request),
            Ok(Message::Response(_)) => {}
            Err(refused) => panic!("the agent sent this ({refused}):\n{frame}"),
        }
    }

    fn receive(&mut self, frame: String) {
        self.feed(Input::Socket { generation: self.generation, event: SocketEvent::Frame(frame) });
    }

    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Frame(text) => self.receive(text.to_owned()),
            Step::Reply { to, status, tag, headers, body: content } => {
                let Some(request) = pick(&self.requests, to) else { return };
                let status = 100 + status % 600;
                let tag = if status == 100 { String::new() } else { format!("far{tag}") };
                let mut builder = Builder::response(request, status, "", &tag);
                for (name, value) in headers {
                    builder = builder.header(name.header(), value);
                }
                if builder.clone().finish().is_ok_and(|frame| !frame.contains("\r\nContact:")) {
                    builder = builder.header(H::Contact, "<sip:far@far.invalid>");
                }
                if let Ok(frame) = body(builder, &content).finish() {
                    self.receive(frame);
                }
            }
            Step::Ask { method, within, number, headers, body: content } => {
                let method = &METHODS[usize::from(method) % METHODS.len()];
                let target: Uri = "sip:1001@here.invalid".parse().expect("a URI");
                let mut builder = Builder::request(method, &target)
                    .header(H::Via, &format!("SIP/2.0/WS proxy;branch=z9hG4bK{number}"))
                    .number(H::MaxForwards, 70)
                    .cseq(number, method);
                let known = within.and_then(|within| pick(&self.requests, within));
                builder = match known {
                    // The far side of what the agent began.
                    Some(request) => builder
                        .header(H::CallId, request.call_id())
                        .header(H::From, &format!("{};tag=far{}", request.get(H::To).unwrap_or_default(), number % 4))
                        .header(H::To, request.get(H::From).unwrap_or_default()),
                    None => builder
                        .header(H::CallId, &format!("far{}", number % 4))
                        .header(H::From, "\"Far\" <sip:far@far.invalid>;tag=far")
                        .header(H::To, "<sip:1001@here.invalid>"),
                };
                for (name, value) in headers {
                    builder = builder.header(name.header(), value);
                }
                if builder.clone().finish().is_ok_and(|frame| !frame.contains("\r\nContact:")) {
                    builder = builder.header(H::Contact, "<sip:far@far.invalid>");
                }
                if let Ok(frame) = body(builder, &content).finish() {
                    self.receive(frame);
                }
            }
            Step::Media { answer, body } => {
                let Some((call, round)) = self.question else { return };
                let text = match body {
                    Body::Sdp(text) | Body::Other(_, text) => text.to_owned(),
                    Body::None | Body::Usual(_) => "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n".to_owned(),
                };
                let result = match answer % 4 {
                    0 => Ok(MediaAnswer::Done),
                    1 => Err(MediaError::Failed(text)),
                    2 => Err(MediaError::NotAcceptable(text)),
                    _ => Ok(MediaAnswer::Sdp(text)),
                };
                self.feed(Input::Media { call, round, result });
            }
            Step::Wait(tenths) => {
                self.now += u64::from(tenths) * 100;
                self.feed(Input::Timeout);
            }
            Step::Opened => self.feed(Input::Socket { generation: self.generation, event: SocketEvent::Opened }),
            Step::Closed => {
                let event = SocketEvent::Closed { was_open: true, code: 1006, reason: String::new() };
                self.feed(Input::Socket { generation: self.generation, event });
            }
            Step::Network(online) => self.feed(Input::Network { online }),
            Step::Start => self.feed(Input::Start),
            Step::Stop => self.feed(Input::Stop),
            Step::NotReady(not) => self.feed(Input::DoNotDisturb(not)),
            Step::Invite(user) => {
                let Ok(target) = Uri::sip(user, "pbx.test") else { return };
                let call = self.agent.reserve_call();
                self.calls.push(call);
                self.feed(Input::Invite { call, target, headers: vec![("X-Text".to_owned(), user.to_owned())] });
            }
            Step::Do { call, what, text } => {
                let (Some(&call), Some(&other)) = (pick(&self.calls, call), pick(&self.calls, call.wrapping_add(1))) else { return };
                let target: Uri = Uri::sip(text, "pbx.test").unwrap_or_else(|_| "sip:x@pbx.test".parse().expect("a URI"));
                let request = match what % 10 {
                    0 => CallRequest::Answer,
                    1 => CallRequest::Reject(400 + u16::from(what)),
                    2 => CallRequest::HangUp,
                    3 => CallRequest::Hold(true),
                    4 => CallRequest::Hold(false),
                    5 => CallRequest::Dtmf(text.to_owned()),
                    6 => CallRequest::Redirect { target },
                    7 => CallRequest::Info { content_type: "text/plain".to_owned(), body: text.to_owned() },
                    8 => CallRequest::Transfer { target },
                    _ => CallRequest::TransferTo { call: other },
                };
                self.feed(Input::Call { call, request });
            }
            Step::Subscribe(on, event) => {
                let target = "sip:1002@pbx.test".parse().expect("a URI");
                match on {
                    true => self.feed(Input::Subscribe { id: 1, target, event: event.to_owned(), expires: 600 }),
                    false => self.feed(Input::Unsubscribe { id: 1 }),
                }
            }
            Step::Text(text) => {
                let target = "sip:1002@pbx.test".parse().expect("a URI");
                self.feed(Input::Message { id: 1, target, content_type: "text/plain".to_owned(), body: text.to_owned() });
            }
        }
    }
}

fn pick<T>(all: &[T], which: u8) -> Option<&T> {
    // Counted from the newest: stories go on with what happened last.
    all.len().checked_sub(1)?.checked_sub(usize::from(which) % all.len()).and_then(|at| all.get(at))
}

fuzz_target!(|steps: Vec<Step<'_>>| {
    let config = Config {
        servers: vec!["wss://pbx.test/ws".to_owned(), "wss://backup.test/ws".to_owned()],
        aor: "sip:1001@pbx.test".parse().expect("a URI"),
        display_name: "Agent".to_owned(),
        auth_user: "1001".to_owned(),
        credential: Credential::Password(Secret::new("secret")),
        instance: "8c3a3f1e-5b0d-4b8e-9f0d-3a8f3a1b5c7e".to_owned(),
        expires: 600,
        user_agent: "fuzz".to_owned(),
        outbound_proxy: false,
        session_timers: true,
        do_not_disturb: false,
    };
    let mut world = World {
        agent: UserAgent::new(config, [7; 32]),
        now: 1000,
        generation: 0,
        requests: Vec::new(),
        calls: Vec::new(),
        ended: HashSet::new(),
        question: None,
    };
    world.feed(Input::Start);
    world.feed(Input::Socket { generation: world.generation, event: SocketEvent::Opened });
    for step in steps.into_iter().take(64) {
        world.step(step);
    }
});
