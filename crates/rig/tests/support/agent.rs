//! The project's own user agent with a real socket and real media: what the offscreen document does, natively.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use patchcord_sip::{
    CallEvent, CallHandle, CallRequest, Config, Credential, Event, Input, MediaAnswer, MediaDirection, MediaError, MediaRequest, Output,
    RegistrationState, SocketEvent, Transmit, UserAgent,
};
use str0m::media::Direction;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::peer::tone_of;
use super::{Codecs, LONG, Peer};

enum Order {
    Input(Input),
    Dial(String, oneshot::Sender<CallHandle>),
}

/// What the driver and the test share.
#[derive(Default)]
struct Shared {
    events: Vec<Event>,
    peers: HashMap<CallHandle, Arc<Peer>>,
}

/// A user agent that runs.
pub struct Agent {
    orders: mpsc::UnboundedSender<Order>,
    shared: Arc<Mutex<Shared>>,
    news: watch::Receiver<usize>,
    seen: usize,
}

pub fn config(url: &str, user: &str) -> Config {
    Config {
        servers: vec![url.to_owned()],
        aor: format!("sip:{user}@rig.test").parse().expect("a URI"),
        display_name: format!("Agent {user}"),
        auth_user: user.to_owned(),
        credential: Credential::Password(patchcord_messages::Secret::new(format!("pw-{user}"))),
        instance: format!("00000000-0000-1000-8000-00000000{user}"),
        expires: 600,
        user_agent: "patchcord test".to_owned(),
        outbound_proxy: false,
        session_timers: true,
        do_not_disturb: false,
    }
}

impl Agent {
    /// Starts and registers.
    pub async fn registered(url: &str, user: &str, hertz: u32, codecs: Codecs) -> Self {
        let mut agent = Self::start(config(url, user), hertz, codecs);
        agent.event(|event| matches!(event, Event::Registration(RegistrationState::Registered)).then_some(())).await;
        agent
    }

    pub fn start(config: Config, hertz: u32, codecs: Codecs) -> Self {
        let (orders, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let (told, news) = watch::channel(0);
        let seed = [hertz as u8; 32];
        let driver = Driver {
            agent: UserAgent::new(config, seed),
            start: Instant::now(),
            shared: shared.clone(),
            told,
            hertz,
            codecs,
            socket: None,
            sockets: mpsc::unbounded_channel(),
        };
        tokio::spawn(driver.run(receiver));
        let agent = Self { orders, shared, news, seen: 0 };
        agent.input(Input::Start);
        agent
    }

    pub fn input(&self, input: Input) {
        _ = self.orders.send(Order::Input(input));
    }

    pub fn request(&self, call: CallHandle, request: CallRequest) {
        self.input(Input::Call { call, request });
    }

    pub async fn dial(&self, target: &str) -> CallHandle {
        let (reply, handle) = oneshot::channel();
        _ = self.orders.send(Order::Dial(target.to_owned(), reply));
        handle.await.expect("the driver lives")
    }

    /// The next event that is taken; those before it are skipped.
    pub async fn event<T>(&mut self, mut take: impl FnMut(&Event) -> Option<T>) -> T {
        let deadline = tokio::time::Instant::now() + LONG;
        loop {
            let fresh: Vec<Event> = self.shared.lock().expect("no panic before").events.iter().skip(self.seen).cloned().collect();
            for event in fresh {
                self.seen += 1;
                if let Some(found) = take(&event) {
                    return found;
                }
            }
            let waited = tokio::time::timeout_at(deadline, self.news.changed()).await;
            assert!(waited.is_ok(), "it did not happen; events: {:#?}", self.shared.lock().expect("no panic before").events);
        }
    }

    /// The next event of this call that is taken.
    pub async fn call_event<T>(&mut self, call: CallHandle, mut take: impl FnMut(&CallEvent) -> Option<T>) -> T {
        self.event(|event| match event {
            Event::Call { call: of, event } if *of == call => take(event),
            _ => None,
        })
        .await
    }

    /// The next incoming call.
    pub async fn incoming(&mut self) -> (CallHandle, patchcord_sip::Remote) {
        self.event(|event| match event {
            Event::Call { call, event: CallEvent::Incoming(remote) } => Some((*call, (**remote).clone())),
            _ => None,
        })
        .await
    }

    pub fn peer(&self, call: CallHandle) -> Arc<Peer> {
        self.shared.lock().expect("no panic before").peers.get(&call).cloned().expect("the call has media")
    }
}

/// What happened on a socket, and its generation.
type News = (u32, SocketEvent);

type Socket = tokio_tungstenite::WebSocketStream<TcpStream>;

struct Driver {
    agent: UserAgent,
    start: Instant,
    shared: Arc<Mutex<Shared>>,
    told: watch::Sender<usize>,
    hertz: u32,
    codecs: Codecs,
    socket: Option<(u32, mpsc::UnboundedSender<String>)>,
    sockets: (mpsc::UnboundedSender<News>, mpsc::UnboundedReceiver<News>),
}

impl Driver {
    fn now(&self) -> patchcord_messages::Millis {
        self.start.elapsed().as_millis() as patchcord_messages::Millis
    }

    async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        loop {
            let wake = self.drain().await;
            let wake = wake.map(|at| self.start + Duration::from_millis(at)).unwrap_or_else(|| Instant::now() + LONG);
            let input = tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Input(input)) => input,
                    Some(Order::Dial(target, reply)) => {
                        let call = self.agent.reserve_call();
                        _ = reply.send(call);
                        let target = target.parse().expect("a URI");
                        Input::Invite { call, target, headers: vec![("X-Test".to_owned(), "张三".to_owned())] }
                    }
                    None => return,
                },
                Some((generation, event)) = self.sockets.1.recv() => Input::Socket { generation, event },
                () = tokio::time::sleep_until(wake.into()) => Input::Timeout,
            };
            self.agent.handle(self.now(), input);
        }
    }

    /// Does what the agent wants until it wants nothing more; gives the time of its timer.
    async fn drain(&mut self) -> Option<u64> {
        loop {
            match self.agent.poll_output() {
                Output::Timeout(at) => return at,
                Output::Event(event) => {
                    let count = {
                        let mut shared = self.shared.lock().expect("no panic before");
                        shared.events.push(event);
                        shared.events.len()
                    };
                    _ = self.told.send_replace(count);
                }
                Output::Transmit(Transmit::Open { generation, url }) => {
                    let (sender, frames) = mpsc::unbounded_channel();
                    self.socket = Some((generation, sender));
                    tokio::spawn(socket(generation, url, frames, self.sockets.0.clone()));
                }
                Output::Transmit(Transmit::Frame { generation, frame }) => {
                    if let Some((current, sender)) = &self.socket
                        && *current == generation
                    {
                        _ = sender.send(frame);
                    }
                }
                Output::Transmit(Transmit::Close { generation }) => {
                    self.socket.take_if(|(current, _)| *current == generation);
                }
                Output::Transmit(Transmit::Media { call, round, request }) => {
                    if let Some(result) = self.media(call, request).await {
                        self.agent.handle(self.now(), Input::Media { call, round, result });
                    }
                }
            }
        }
    }

    async fn media(&mut self, call: CallHandle, request: MediaRequest) -> Option<Result<MediaAnswer, MediaError>> {
        let (hertz, codecs) = (self.hertz, self.codecs);
        let peer = {
            let mut shared = self.shared.lock().expect("no panic before");
            shared
                .peers
                .entry(call)
                .or_insert_with(|| {
                    let peer = Peer::new(codecs);
                    // With Opus any bytes do: the rig carries them.
                    peer.play(Some(tone_of(hertz)));
                    Arc::new(peer)
                })
                .clone()
        };
        // The peer answers from its own thread, in microseconds; waiting for it here would be a sin only in production.
        let work = move || match request {
            MediaRequest::CreateOffer { ice_restart: true, .. } => Some(MediaAnswer::Sdp(peer.restart_ice())),
            MediaRequest::CreateOffer { direction, .. } => Some(MediaAnswer::Sdp(peer.offer_direction(match direction {
                MediaDirection::SendRecv => Direction::SendRecv,
                MediaDirection::SendOnly => Direction::SendOnly,
                MediaDirection::RecvOnly => Direction::RecvOnly,
                MediaDirection::Inactive => Direction::Inactive,
            }))),
            MediaRequest::AnswerOffer { offer, .. } => Some(MediaAnswer::Sdp(peer.answer(&offer))),
            MediaRequest::TakeAnswer { answer, .. } => {
                peer.take_answer(&answer);
                Some(MediaAnswer::Done)
            }
            MediaRequest::SendDtmf { digits } => {
                for digit in digits.chars() {
                    let event = "0123456789*#ABCD".find(digit).expect("a digit");
                    peer.digit(event as u8);
                }
                None
            }
            MediaRequest::Close => {
                peer.play(None);
                None
            }
            _ => None,
        };
        tokio::task::spawn_blocking(work).await.expect("the peer does it").map(Ok)
    }
}

async fn open(url: &str) -> Option<Socket> {
    let mut request = url.into_client_request().ok()?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", "sip".parse().ok()?);
    let stream = TcpStream::connect(url.strip_prefix("ws://")?).await.ok()?;
    Some(tokio_tungstenite::client_async(request, stream).await.ok()?.0)
}

async fn socket(generation: u32, url: String, mut frames: mpsc::UnboundedReceiver<String>, events: mpsc::UnboundedSender<News>) {
    let mut was_open = false;
    if let Some(mut socket) = open(&url).await {
        was_open = true;
        _ = events.send((generation, SocketEvent::Opened));
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
                    Some(Ok(Frame::Text(text))) => _ = events.send((generation, SocketEvent::Frame(text.to_string()))),
                    Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => {}
                    _ => break,
                },
            }
        }
    }
    _ = events.send((generation, SocketEvent::Closed { was_open, code: 1006, reason: String::new() }));
}
