//! A phone in virtual time, with a scripted PBX at the other end of its socket and a media engine that does what it is asked.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::VecDeque;

use patchcord_messages::{
    Account, Call, CallId, Command, CommandId, Configuration, DialSource, LogIn, NoticeKind, Problem, Quality, Remembered, Settings,
    SipAccount, Snapshot, ToWorker,
};
use patchcord_phone::{Input, LegId, MediaCommand, MediaEvent, Origin, Output, Phone, PortId, Sender, SocketId, Tone, Transmit};
use patchcord_sip::{MediaAnswer, MediaError, MediaRequest, SocketEvent};

pub(crate) const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0 110\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:far\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:110 telephone-event/48000\r\na=sendrecv\r\n";

/// What the browser's socket does when it is opened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Server {
    /// It opens.
    Opens,
    /// It is refused.
    Refuses,
    /// Nothing happens.
    Hangs,
}

pub(crate) struct Bench {
    pub(crate) phone: Phone,
    pub(crate) now: u64,
    pub(crate) server: Server,
    /// What a microphone that is asked for says.
    pub(crate) microphone: Result<(), MediaError>,
    /// The one opened last, as long as it is open.
    pub(crate) socket: Option<SocketId>,
    /// All that are open.
    pub(crate) sockets: Vec<SocketId>,
    /// Messages that the phone sent and nobody has looked at.
    pub(crate) sent: VecDeque<String>,
    pub(crate) replies: Vec<(PortId, String, Option<Problem>)>,
    pub(crate) notices: Vec<NoticeKind>,
    pub(crate) worker: Vec<ToWorker>,
    pub(crate) tones: Vec<Tone>,
    pub(crate) media: Vec<MediaCommand>,
    pub(crate) opened: Vec<String>,
    pub(crate) changes: usize,
    /// Refreshes of the registration are answered without being looked at.
    pub(crate) registrar: bool,
    pub(crate) deadline: Option<u64>,
    ids: u32,
    to_tags: u32,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let mut bench = Self {
            phone: Phone::new(1_000, 1, [7; 32]),
            now: 1_000,
            server: Server::Opens,
            microphone: Ok(()),
            socket: None,
            sockets: Vec::new(),
            sent: VecDeque::new(),
            replies: Vec::new(),
            notices: Vec::new(),
            worker: Vec::new(),
            tones: Vec::new(),
            media: Vec::new(),
            opened: Vec::new(),
            changes: 0,
            registrar: false,
            deadline: None,
            ids: 0,
            to_tags: 0,
        };
        bench.drain();
        bench
    }

    /// Logged in as 1001, everything so far forgotten.
    pub(crate) fn logged_in() -> Self {
        let mut bench = Self::new();
        bench.log_in();
        bench.accept_registration();
        assert_eq!(bench.last_reply(), None);
        assert!(matches!(bench.snapshot().log_in, LogIn::In { .. }), "{:?}", bench.snapshot().log_in);
        bench.forget();
        bench.registrar = true;
        bench
    }

    pub(crate) fn forget(&mut self) {
        self.replies.clear();
        self.notices.clear();
        self.worker.clear();
        self.tones.clear();
        self.media.clear();
        self.opened.clear();
        self.changes = 0;
    }

    pub(crate) fn account() -> Account {
        Account::Sip(SipAccount { server: "wss://pbx.test/ws".into(), user: "1001".into(), ..SipAccount::default() })
    }

    pub(crate) fn log_in(&mut self) {
        self.command(Command::LogIn { account: Self::account(), password: "secret".into_secret(), remember: true });
    }

    pub(crate) fn configure(&mut self) {
        let remembered = Remembered { account: Self::account(), password: "secret".into_secret(), for_long: true };
        let configuration = Configuration {
            settings: Settings::default(),
            remembered: Some(remembered),
            instance: "0c1a3f3c-6d0e-4b52-8a2f-0c7d9b8c1f11".into(),
        };
        self.input(Input::Configure(Box::new(configuration)));
    }

    /// Answers REGISTER as a registrar does: a challenge, then 200.
    pub(crate) fn accept_registration(&mut self) {
        let first = self.take("REGISTER");
        self.respond(&first, 401, "WWW-Authenticate: Digest realm=\"pbx.test\", nonce=\"abc\", algorithm=SHA-256, qop=\"auth\"\r\n", "");
        let second = self.take("REGISTER");
        assert!(header(&second, "Authorization").is_some_and(|value| value.contains("username=\"1001\"")), "{second}");
        self.accept_register(&second);
    }

    pub(crate) fn accept_register(&mut self, request: &str) {
        let contact = header(request, "Contact").unwrap_or_default();
        self.respond(request, 200, &format!("Contact: {contact};expires=300\r\n"), "");
    }

    /// The PBX is lost; at the next try it is there again. What is sent then is for the test to answer.
    pub(crate) fn lose(&mut self) {
        self.registrar = false;
        self.close_socket();
        self.advance(1_500);
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.phone.handle(self.now, input);
        self.drain();
    }

    /// A command of one of our own pages. Returns its reply, if there is one by now.
    pub(crate) fn command(&mut self, command: Command) -> Option<Option<Problem>> {
        self.ids += 1;
        let id = format!("c{}", self.ids);
        self.command_of(Sender { port: PortId(1), origin: Origin::OwnView }, &id, command);
        self.reply_to(&id)
    }

    pub(crate) fn command_of(&mut self, sender: Sender, id: &str, command: Command) {
        self.input(Input::Command { sender, id: CommandId::from(id), command });
    }

    pub(crate) fn page(&mut self, origin: &str, id: &str, number: &str) -> Option<Option<Problem>> {
        let sender = Sender { port: PortId(9), origin: Origin::Content { origin: origin.into() } };
        self.command_of(sender, id, Command::Dial { number: number.into(), source: DialSource::Page });
        self.reply_to(id)
    }

    pub(crate) fn dial(&mut self, number: &str) -> Option<Option<Problem>> {
        self.command(Command::Dial { number: number.into(), source: DialSource::DialPad })
    }

    pub(crate) fn reply_to(&self, id: &str) -> Option<Option<Problem>> {
        self.replies.iter().rev().find(|(_, of, _)| of == id).map(|(_, _, problem)| problem.clone())
    }

    pub(crate) fn last_reply(&self) -> Option<Problem> {
        self.replies.last().expect("a reply").2.clone()
    }

    /// Lets time pass, waking the phone whenever it wants to be.
    pub(crate) fn advance(&mut self, span: u64) {
        let end = self.now + span;
        for _ in 0..100_000 {
            match self.deadline {
                Some(at) if at <= end => {
                    self.now = at.max(self.now);
                    self.input(Input::Timeout);
                }
                _ => {
                    self.now = end;
                    return;
                }
            }
        }
        panic!("it never sleeps: {:?} at {}", self.deadline, self.now);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.phone.snapshot(self.now)
    }

    /// The only call.
    pub(crate) fn call(&self) -> Call {
        let mut calls = self.snapshot().calls;
        assert_eq!(calls.len(), 1, "{calls:#?}");
        calls.remove(0)
    }

    pub(crate) fn call_of(&self, id: u32) -> Call {
        let calls = self.snapshot().calls;
        calls.iter().find(|call| call.id == CallId(id)).unwrap_or_else(|| panic!("no call {id}: {calls:#?}")).clone()
    }

    pub(crate) fn leg(&self) -> LegId {
        let leg = self.media.iter().rev().find_map(|command| match command {
            MediaCommand::Ask { request: MediaRequest::Close, .. } => None,
            MediaCommand::Ask { leg, .. } | MediaCommand::Open { leg } => Some(*leg),
            _ => None,
        });
        leg.expect("a leg")
    }

    /// The last gate of a leg: microphone, speaker.
    pub(crate) fn gate(&self, of: LegId) -> Option<(bool, bool)> {
        self.media.iter().rev().find_map(|command| match command {
            MediaCommand::Gate { leg, microphone, speaker } if *leg == of => Some((*microphone, *speaker)),
            _ => None,
        })
    }

    /// The oldest message that begins with `start` (a method, or `SIP/2.0 180`), and forgets those before it.
    pub(crate) fn take(&mut self, start: &str) -> String {
        let Some(at) = self.sent.iter().position(|message| message.starts_with(start)) else { panic!("no {start} in {:#?}", self.sent) };
        self.sent.drain(..=at).next_back().expect("it was found")
    }

    pub(crate) fn nothing(&self, start: &str) {
        assert!(!self.sent.iter().any(|message| message.starts_with(start)), "{:#?}", self.sent);
    }

    /// The PBX answers a request.
    pub(crate) fn respond(&mut self, request: &str, status: u16, headers: &str, body: &str) {
        let socket = self.socket.expect("a socket");
        self.input(Input::Socket { socket, event: SocketEvent::Frame(response(request, status, headers, body)) });
    }

    /// The PBX sends a message; headers without length and body.
    pub(crate) fn frame(&mut self, head: String, body: &str) {
        let socket = self.socket.expect("a socket");
        self.input(Input::Socket { socket, event: SocketEvent::Frame(with_body(head, body)) });
    }

    /// The PBX calls; returns the head without body fields, to be used again for CANCEL and the like.
    pub(crate) fn invite(&mut self, call_id: &str, from: &str, more: &str) -> String {
        let head = format!(
            "INVITE sip:1001@client.invalid SIP/2.0\r\nVia: SIP/2.0/WSS 10.0.0.1;branch=z9hG4bK{call_id}\r\nMax-Forwards: 70\r\nFrom: {from};tag=far\r\nTo: <sip:1001@pbx.test>\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\nContact: <sip:pbx@10.0.0.1;transport=ws>\r\n{more}"
        );
        self.frame(head.clone(), SDP);
        head
    }

    /// The PBX sends a request in the dialog that its INVITE began; `answer` is our 200 to it.
    pub(crate) fn request(&mut self, method: &str, invite: &str, answer: &str) {
        let number = if method == "ACK" { 1 } else { 2 };
        let head = format!(
            "{method} sip:1001@client.invalid SIP/2.0\r\nVia: SIP/2.0/WSS 10.0.0.1;branch=z9hG4bK{method}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {number} {method}\r\n",
            header(invite, "From").expect("From"),
            header(answer, "To").expect("To"),
            header(invite, "Call-ID").expect("Call-ID"),
        );
        self.frame(head, "");
    }

    /// The PBX hangs up a call that we made.
    pub(crate) fn bye(&mut self, invite: &str) {
        let head = format!(
            "BYE sip:1001@client.invalid SIP/2.0\r\nVia: SIP/2.0/WSS 10.0.0.1;branch=z9hG4bKbye\r\nMax-Forwards: 70\r\nFrom: {};tag=pbx\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: 1 BYE\r\n",
            header(invite, "To").expect("To"),
            header(invite, "From").expect("From"),
            header(invite, "Call-ID").expect("Call-ID"),
        );
        self.frame(head, "");
    }

    /// Dials and is answered; returns the INVITE.
    pub(crate) fn talk(&mut self, number: &str) -> String {
        assert_eq!(self.dial(number), Some(None), "{number}");
        let invite = self.take("INVITE");
        self.respond(&invite, 100, "", "");
        self.respond(&invite, 180, "", "");
        self.respond(&invite, 200, "", SDP);
        self.take("ACK");
        invite
    }

    pub(crate) fn close_socket(&mut self) {
        let socket = self.socket.expect("a socket");
        self.input(Input::Socket { socket, event: SocketEvent::Closed { was_open: true, code: 1006, reason: String::new() } });
    }

    pub(crate) fn quality(&mut self, leg: LegId, packets_received: u64) {
        self.input(Input::Media(MediaEvent::Quality { leg, quality: Quality { packets_received, ..Quality::default() } }));
    }

    fn drain(&mut self) {
        let mut todo = VecDeque::new();
        loop {
            loop {
                match self.phone.poll_output() {
                    Output::Timeout(at) => {
                        self.deadline = at;
                        break;
                    }
                    Output::Transmit(transmit) => todo.push_back(transmit),
                    Output::Notice(notice) => self.notices.push(notice.kind),
                    Output::Reply { port, id, problem } => self.replies.push((port, id.0, problem)),
                    Output::Changed => self.changes += 1,
                    Output::Worker(message) => self.worker.push(message),
                    Output::Tone(tone) => self.tones.push(tone),
                    Output::Beep { .. } => {}
                }
            }
            let Some(transmit) = todo.pop_front() else { return };
            if let Some(input) = self.act(transmit) {
                self.phone.handle(self.now, input);
            }
        }
    }

    fn act(&mut self, transmit: Transmit) -> Option<Input> {
        match transmit {
            Transmit::Open { socket, url, protocol } => {
                assert_eq!(protocol, "sip");
                self.opened.push(url);
                self.socket = Some(socket);
                self.sockets.push(socket);
                let event = match self.server {
                    Server::Opens => SocketEvent::Opened,
                    Server::Refuses => SocketEvent::Closed { was_open: false, code: 1006, reason: String::new() },
                    Server::Hangs => return None,
                };
                Some(Input::Socket { socket, event })
            }
            Transmit::Frame { socket, frame } => {
                assert!(self.sockets.contains(&socket), "sent on a socket that is not open");
                let answer = match frame.as_str() {
                    "\r\n\r\n" => Some("\r\n".to_owned()),
                    request if request.starts_with("OPTIONS") => Some(response(request, 200, "", "")),
                    request if self.registrar && request.starts_with("REGISTER") => {
                        let contact = header(request, "Contact").unwrap_or_default();
                        Some(response(request, 200, &format!("Contact: {contact};expires=300\r\n"), ""))
                    }
                    _ => None,
                };
                match answer {
                    Some(answer) => Some(Input::Socket { socket, event: SocketEvent::Frame(answer) }),
                    None => {
                        self.sent.push_back(frame);
                        None
                    }
                }
            }
            Transmit::Close { socket } => {
                self.sockets.retain(|open| *open != socket);
                self.socket = self.socket.filter(|open| *open != socket);
                None
            }
            Transmit::Media(command) => {
                self.media.push(command.clone());
                let event = match command {
                    MediaCommand::Open { leg } => MediaEvent::Opened { leg, result: self.microphone.clone() },
                    MediaCommand::Ask { leg, round, request } => {
                        let answer = match request {
                            MediaRequest::CreateOffer { .. } | MediaRequest::AnswerOffer { .. } => MediaAnswer::Sdp(SDP.into()),
                            MediaRequest::TakeAnswer { .. } => MediaAnswer::Done,
                            _ => return None,
                        };
                        MediaEvent::Answer { leg, round, result: self.microphone.clone().map(|()| answer) }
                    }
                    _ => return None,
                };
                Some(Input::Media(event))
            }
        }
    }
}

pub(crate) trait IntoSecret {
    fn into_secret(self) -> patchcord_messages::Secret;
}

impl IntoSecret for &str {
    fn into_secret(self) -> patchcord_messages::Secret {
        patchcord_messages::Secret::new(self)
    }
}

/// The first header of that name.
pub(crate) fn header(message: &str, name: &str) -> Option<String> {
    message.lines().take_while(|line| !line.is_empty()).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

fn response(request: &str, status: u16, headers: &str, body: &str) -> String {
    let mut out = format!("SIP/2.0 {status} Words\r\n");
    for line in request.lines().take_while(|line| !line.is_empty()) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim();
        if name.eq_ignore_ascii_case("To") && !value.contains("tag=") && status > 100 {
            out.push_str(&format!("To:{value};tag=pbx\r\n"));
        } else if ["Via", "From", "To", "Call-ID", "CSeq"].iter().any(|kept| name.eq_ignore_ascii_case(kept)) {
            out.push_str(&format!("{line}\r\n"));
        }
    }
    out.push_str(headers);
    if (180..300).contains(&status) && request.starts_with("INVITE") {
        out.push_str("Contact: <sip:pbx@10.0.0.1;transport=ws>\r\n");
    }
    with_body(out, body)
}

fn with_body(mut head: String, body: &str) -> String {
    if !body.is_empty() {
        head.push_str("Content-Type: application/sdp\r\n");
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    head
}
