//! An agent's desk at the Sapo server: the project's own CTI client on a real socket, and a phone with real sound.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use patchcord_cti::sapo::{
    Client, ClientState, Command, Config, Event, Input, Login, Output, Response, ServerMessage, SocketEvent, Transmit,
};
use patchcord_rig::Rig;
use patchcord_sip::message::{Method, Request};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message as Frame;

use super::peer::{strength, tone_of};
use super::{Codecs, LONG, Peer, Phone};

type Socket = tokio_tungstenite::WebSocketStream<TcpStream>;

pub async fn open(url: &str) -> Result<Socket, tokio_tungstenite::tungstenite::Error> {
    let host = url.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).expect("a ws URL");
    let stream = TcpStream::connect(host).await?;
    Ok(tokio_tungstenite::client_async(url, stream).await?.0)
}

/// The CTI client.
pub struct Cti {
    orders: mpsc::UnboundedSender<Input>,
    events: mpsc::UnboundedReceiver<Event>,
}

/// Extension, name, staff id and so on, from the extension alone.
pub fn login(extension: &str) -> Login {
    Login {
        agent: format!("座席{extension}"),
        extension: extension.to_owned(),
        queue: "kefu".to_owned(),
        staffid: format!("s{extension}"),
        skill: "1".to_owned(),
        secid: "7".to_owned(),
        secname: "客服部".to_owned(),
        ..Login::default()
    }
}

impl Cti {
    pub fn start(rig: &Rig, login: Login, heartbeat: Option<u64>) -> Self {
        let config = Config { url: rig.addresses().sapo.clone(), login, heartbeat };
        let (orders, receiver) = mpsc::unbounded_channel();
        let (sender, events) = mpsc::unbounded_channel();
        tokio::spawn(drive(Client::new(config, 7), receiver, sender));
        let cti = Self { orders, events };
        cti.input(Input::Start);
        cti
    }

    pub async fn logged_in(rig: &Rig, login: Login) -> Self {
        let mut cti = Self::start(rig, login, None);
        cti.state(|state| *state == ClientState::LoggedIn).await;
        cti.said("response login true 登录成功").await;
        cti.until(|message| matches!(message, ServerMessage::StatusChanged(_)).then_some(())).await;
        cti
    }

    pub fn input(&self, input: Input) {
        self.orders.send(input).expect("the client lives");
    }

    pub fn send(&self, command: Command) {
        self.input(Input::Command(command));
    }

    async fn event(&mut self) -> Event {
        tokio::time::timeout(LONG, self.events.recv()).await.expect("an event in time").expect("the client lives")
    }

    pub async fn state(&mut self, wanted: impl Fn(&ClientState) -> bool) -> ClientState {
        loop {
            match self.event().await {
                Event::State(state) if wanted(&state) => return state,
                _ => {}
            }
        }
    }

    pub async fn until<T>(&mut self, take: impl Fn(&ServerMessage) -> Option<T>) -> T {
        loop {
            if let Event::Server(message) = self.event().await
                && let Some(found) = take(&message)
            {
                return found;
            }
        }
    }

    /// Waits for this message, skipping others.
    pub async fn said(&mut self, wanted: &str) {
        let mut skipped = Vec::new();
        let start = Instant::now();
        loop {
            match tokio::time::timeout(LONG.saturating_sub(start.elapsed()), self.events.recv()).await {
                Ok(Some(Event::Server(message))) if short(&message) == wanted => return,
                Ok(Some(Event::Server(message))) => skipped.push(short(&message)),
                Ok(Some(_)) => {}
                _ => panic!("{wanted:?} was never said, but {skipped:#?}"),
            }
        }
    }

    /// The next messages are these and no others, queue figures left out.
    pub async fn says(&mut self, wanted: &[&str]) {
        let mut said = Vec::new();
        while said.len() < wanted.len() {
            match tokio::time::timeout(LONG, self.events.recv()).await {
                Ok(Some(Event::Server(ServerMessage::QueueStatus { .. }))) => {}
                Ok(Some(Event::Server(message))) => said.push(short(&message)),
                Ok(Some(_)) => {}
                _ => break,
            }
        }
        assert_eq!(said, wanted);
    }

    /// Sends a command and waits for its answer.
    pub async fn ask(&mut self, command: Command) -> Result<String, String> {
        let name = command.name();
        self.send(command);
        let answer = |message: &ServerMessage| match message {
            ServerMessage::Response(response) if response.command == name => Some(response.as_ref().clone()),
            _ => None,
        };
        let Response { success, result, .. } = self.until(answer).await;
        if success { Ok(result) } else { Err(result) }
    }
}

/// A message in short; call ids, which nobody can foresee, are left out.
pub fn short(message: &ServerMessage) -> String {
    let caller = |name: &str, far: &patchcord_cti::sapo::Caller| {
        assert!(!far.callid.is_empty(), "{name} has a call id");
        format!("{name} {} {}/{}/{} {}{}", far.number, far.province, far.city, far.isp, far.data, if far.autodial { "auto" } else { "" })
    };
    let text = match message {
        ServerMessage::CallStatus { call, number } => format!("call {call} {number}"),
        ServerMessage::OutboundRinging { number, .. } => format!("outbound ringing {number}"),
        ServerMessage::OutboundAnswered(far) => caller("outbound answered", far),
        ServerMessage::IncomingRinging(far) => caller("incomming ringing", far),
        ServerMessage::IncomingAnswered(far) => caller("incomming answered", far),
        ServerMessage::Hangup => "hangup".to_owned(),
        ServerMessage::StatusChanged(status) => {
            format!("status {} {} {} {} {}", status.reg, status.call, status.agent, status.busy, status.number)
        }
        ServerMessage::BusyStatus(busy) => format!("busy {busy}"),
        ServerMessage::QueueStatus { idle, agent, guest, queue } => format!("queue {queue} {idle} {agent} {guest}"),
        ServerMessage::Response(response) => format!("response {} {} {}", response.command, response.success, response.result),
        other => format!("{other:?}"),
    };
    text.trim_end().to_owned()
}

async fn drive(mut client: Client, mut orders: mpsc::UnboundedReceiver<Input>, events: mpsc::UnboundedSender<Event>) {
    let start = Instant::now();
    let now = || start.elapsed().as_millis() as u64;
    let (news, mut sockets) = mpsc::unbounded_channel::<(u32, SocketEvent)>();
    let mut socket: Option<(u32, mpsc::UnboundedSender<String>)> = None;
    loop {
        let wake = loop {
            match client.poll_output() {
                Output::Timeout(at) => break at,
                Output::Event(event) => _ = events.send(event),
                Output::Transmit(Transmit::Open { generation, url }) => {
                    let (sender, frames) = mpsc::unbounded_channel();
                    socket = Some((generation, sender));
                    tokio::spawn(serve(generation, url, frames, news.clone()));
                }
                Output::Transmit(Transmit::Message { text, .. }) => {
                    if let Some((_, sender)) = &socket {
                        _ = sender.send(text);
                    }
                }
                Output::Transmit(Transmit::Close { .. }) => socket = None,
            }
        };
        let wake = wake.map_or_else(|| Instant::now() + LONG, |at| start + Duration::from_millis(at));
        let input = tokio::select! {
            order = orders.recv() => match order {
                Some(input) => input,
                None => return,
            },
            Some((generation, event)) = sockets.recv() => Input::Socket { generation, event },
            () = tokio::time::sleep_until(wake.into()) => Input::Timeout,
        };
        client.handle(now(), input);
    }
}

async fn serve(generation: u32, url: String, mut frames: mpsc::UnboundedReceiver<String>, news: mpsc::UnboundedSender<(u32, SocketEvent)>) {
    if let Ok(mut socket) = open(&url).await {
        _ = news.send((generation, SocketEvent::Opened));
        loop {
            tokio::select! {
                frame = frames.recv() => match frame {
                    Some(frame) => _ = socket.send(Frame::text(frame)).await,
                    None => {
                        _ = socket.close(None).await;
                        break;
                    }
                },
                message = socket.next() => match message {
                    Some(Ok(Frame::Text(text))) => _ = news.send((generation, SocketEvent::Message(text.to_string()))),
                    Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => {}
                    _ => break,
                },
            }
        }
    }
    _ = news.send((generation, SocketEvent::Closed));
}

/// An agent: CTI client, registered phone, and a tone of its own.
pub struct Seat {
    pub cti: Cti,
    pub phone: Phone,
    pub peer: Peer,
    pub hertz: u32,
    invite: Option<Request>,
}

impl Seat {
    pub async fn new(rig: &Rig, extension: &str, hertz: u32) -> Self {
        Self::with(rig, login(extension), hertz).await
    }

    pub async fn with(rig: &Rig, login: Login, hertz: u32) -> Self {
        let phone = Phone::registered(rig, &login.extension).await;
        let cti = Cti::logged_in(rig, login).await;
        Self { cti, phone, peer: Peer::new(Codecs::G711), hertz, invite: None }
    }

    /// The phone rings; gives who calls.
    pub async fn rings(&mut self) -> String {
        let invite = self.phone.request(Method::Invite).await;
        self.phone.respond(&invite, 180, &self.tag(), "").await;
        let from = invite.from().expect("From").uri().user().to_owned();
        self.invite = Some(invite);
        from
    }

    fn tag(&self) -> String {
        format!("t{}", self.hertz)
    }

    /// Takes the call that rings.
    pub async fn answers(&mut self) {
        let invite = self.invite.clone().expect("it rings");
        self.peer = Peer::new(Codecs::G711);
        self.peer.play(Some(tone_of(self.hertz)));
        self.phone.respond(&invite, 200, &self.tag(), &self.peer.answer(invite.text())).await;
        self.phone.request(Method::Ack).await;
    }

    pub async fn rings_and_answers(&mut self) -> String {
        let from = self.rings().await;
        self.answers().await;
        from
    }

    pub async fn declines(&mut self) {
        let invite = self.invite.take().expect("it rings");
        self.phone.respond(&invite, 486, &self.tag(), "").await;
        self.phone.request(Method::Ack).await;
    }

    /// It rings no more.
    pub async fn cancelled(&mut self) {
        let cancel = self.phone.request(Method::Cancel).await;
        self.phone.respond(&cancel, 200, &self.tag(), "").await;
        let invite = self.invite.take().expect("it rings");
        self.phone.respond(&invite, 487, &self.tag(), "").await;
        self.phone.request(Method::Ack).await;
    }

    pub async fn hung_up_on(&mut self) {
        let bye = self.phone.request(Method::Bye).await;
        self.phone.respond(&bye, 200, "", "").await;
    }

    /// Waits until of these tones just those marked are heard, for ten frames in a row.
    pub async fn hears(&self, tones: &[(u32, bool)]) {
        let mut since = None;
        let start = Instant::now();
        loop {
            let heard = self.peer.heard();
            let strengths: Vec<f64> = tones.iter().map(|(hertz, _)| strength(&heard.payload, *hertz)).collect();
            let right = heard.packets > 0 && tones.iter().zip(&strengths).all(|((_, wanted), strength)| (*strength > 2000.0) == *wanted);
            since = if right { since.or(Some(heard.packets)) } else { None };
            if since.is_some_and(|since| heard.packets >= since + 10) {
                return;
            }
            assert!(start.elapsed() < LONG, "the agent of {} Hz is to hear {tones:?}, hears {strengths:?}", self.hertz);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
