//! One user agent on a real socket, with a media engine that says yes to everything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use patchcord_messages::Secret;
use patchcord_sip::{
    CallEvent, CallHandle, CallRequest, Config, Credential, Event, Input, MediaAnswer, MediaRequest, Output, RegistrationState,
    SocketEvent, Transmit, Uri, UserAgent,
};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::sdp;

/// Longer than any exchange on loopback takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who a peer is.
#[derive(Clone, Debug)]
pub struct Account {
    /// `ws://…` or `wss://…`.
    pub server: String,
    /// User part of the address of record.
    pub user: String,
    /// Password.
    pub password: String,
    /// Its descriptions offer telephone-event (RFC 4733).
    pub tones: bool,
}

impl Account {
    /// One of the server's users, with the right password.
    #[must_use]
    pub fn new(server: String, user: &str) -> Self {
        Self { server, user: user.to_owned(), password: format!("pw-{user}"), tones: true }
    }
}

/// What a peer has heard so far, in order.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// What became of the registration.
    pub registration: Vec<RegistrationState>,
    /// What became of calls.
    pub calls: Vec<(CallHandle, CallEvent)>,
    /// What was said beside these.
    pub others: Vec<Event>,
    /// Every frame, `>` sent and `<` received.
    pub frames: Vec<String>,
    /// The last description from the far side of each call.
    pub descriptions: BTreeMap<CallHandle, String>,
}

impl Heard {
    /// The events of one call.
    pub fn of(&self, call: CallHandle) -> impl Iterator<Item = &CallEvent> {
        self.calls.iter().filter(move |(other, _)| *other == call).map(|(_, event)| event)
    }

    /// How many frames begin like this (`> INVITE`, `< SIP/2.0 200`).
    #[must_use]
    pub fn count(&self, beginning: &str) -> usize {
        self.frames.iter().filter(|frame| frame.starts_with(beginning)).count()
    }
}

/// A user agent at work.
pub struct Peer {
    inputs: mpsc::UnboundedSender<Input>,
    heard: watch::Receiver<Heard>,
    agent: Arc<Mutex<UserAgent>>,
    task: tokio::task::JoinHandle<()>,
}

impl Peer {
    /// Starts it: it connects and registers.
    ///
    /// # Errors
    /// Where the account is no account.
    pub fn start(account: &Account) -> Result<Self> {
        let instance = format!("00000000-0000-4000-8000-{:0>12}", account.user.bytes().map(u32::from).sum::<u32>());
        Self::start_as(account, &instance)
    }

    /// The same for another installation of the same agent.
    ///
    /// # Errors
    /// Where the account is no account.
    pub fn start_as(account: &Account, instance: &str) -> Result<Self> {
        let aor: Uri = format!("sip:{}@pbx.test", account.user).parse().map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let mut seed = [7; 32];
        for (byte, letter) in seed.iter_mut().zip(account.user.bytes().chain(instance.bytes().rev())) {
            *byte = letter;
        }
        let config = Config {
            servers: vec![account.server.clone()],
            aor,
            display_name: account.user.clone(),
            auth_user: account.user.clone(),
            credential: Credential::Password(Secret::new(account.password.clone())),
            instance: instance.to_owned(),
            expires: 120,
            user_agent: "Patchcord interop".to_owned(),
            outbound_proxy: false,
            session_timers: true,
            do_not_disturb: false,
        };
        let agent = Arc::new(Mutex::new(UserAgent::new(config, seed)));
        let (inputs, from_test) = mpsc::unbounded_channel();
        let (told, heard) = watch::channel(Heard::default());
        let driver = Driver {
            agent: Arc::clone(&agent),
            begun: Instant::now(),
            told,
            sockets: mpsc::unbounded_channel(),
            socket: None,
            versions: BTreeMap::new(),
            tones: account.tones,
        };
        let task = tokio::spawn(driver.run(from_test));
        let peer = Self { inputs, heard, agent, task };
        peer.give(Input::Start);
        Ok(peer)
    }

    /// Starts it and waits until it is registered.
    ///
    /// # Errors
    /// Where it is not registered in time.
    pub async fn registered(account: &Account) -> Result<Self> {
        let peer = Self::start(account)?;
        peer.wait("to be registered", |heard| heard.registration.last() == Some(&RegistrationState::Registered)).await?;
        Ok(peer)
    }

    /// Gives the user agent an input.
    pub fn give(&self, input: Input) {
        // The task ends only with the peer.
        let _ = self.inputs.send(input);
    }

    /// Asks something of a call.
    pub fn ask(&self, call: CallHandle, request: CallRequest) {
        self.give(Input::Call { call, request });
    }

    /// Calls another user of the server.
    ///
    /// # Errors
    /// Where the user is no user.
    pub fn call(&self, user: &str) -> Result<CallHandle> {
        let target: Uri = format!("sip:{user}@pbx.test").parse().map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let call = match self.agent.lock() {
            Ok(mut agent) => agent.reserve_call(),
            Err(_) => bail!("the user agent panicked"),
        };
        self.give(Input::Invite { call, target, headers: Vec::new() });
        Ok(call)
    }

    /// The calls that have been heard of and are not over.
    #[must_use]
    pub fn live(&self) -> Vec<CallHandle> {
        let heard = self.heard();
        let mut calls: Vec<CallHandle> = heard.calls.iter().map(|(call, _)| *call).collect();
        calls.sort();
        calls.dedup();
        calls.retain(|call| !heard.of(*call).any(|event| matches!(event, CallEvent::Ended(_))));
        calls
    }

    /// Everything heard so far.
    #[must_use]
    pub fn heard(&self) -> Heard {
        self.heard.borrow().clone()
    }

    /// Waits until what was heard fits.
    ///
    /// # Errors
    /// After twenty seconds, with all that was heard.
    pub async fn wait(&self, what: &str, fits: impl FnMut(&Heard) -> bool) -> Result<Heard> {
        let mut heard = self.heard.clone();
        match tokio::time::timeout(PATIENCE, heard.wait_for(fits)).await {
            Ok(Ok(heard)) => return Ok(heard.clone()),
            Ok(Err(_)) => {}
            Err(_) => {}
        }
        let heard = self.heard();
        bail!("waited {what}; heard {:#?}\n{:#?}\n{}", heard.registration, heard.calls, heard.frames.join("\n"))
    }

    /// Waits for an event of a call.
    ///
    /// # Errors
    /// See [`Self::wait`].
    pub async fn event(&self, call: CallHandle, what: &str, mut fits: impl FnMut(&CallEvent) -> bool) -> Result<Heard> {
        self.wait(what, |heard| heard.of(call).any(&mut fits)).await
    }

    /// Waits for the next incoming call after the first `skip` ones.
    ///
    /// # Errors
    /// See [`Self::wait`].
    pub async fn incoming(&self, skip: usize) -> Result<CallHandle> {
        let incoming = |heard: &Heard| {
            heard.calls.iter().filter(|(_, event)| matches!(event, CallEvent::Incoming(_))).nth(skip).map(|(call, _)| *call)
        };
        let heard = self.wait("for an incoming call", |heard| incoming(heard).is_some()).await?;
        incoming(&heard).ok_or_else(|| anyhow::anyhow!("no incoming call"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a socket says, with its number.
type FromSocket = (u32, SocketEvent);

struct Driver {
    agent: Arc<Mutex<UserAgent>>,
    begun: Instant,
    told: watch::Sender<Heard>,
    sockets: (mpsc::UnboundedSender<FromSocket>, mpsc::UnboundedReceiver<FromSocket>),
    socket: Option<(u32, mpsc::UnboundedSender<String>)>,
    versions: BTreeMap<CallHandle, u32>,
    tones: bool,
}

impl Driver {
    async fn run(mut self, mut from_test: mpsc::UnboundedReceiver<Input>) {
        let mut wake = None;
        loop {
            let input = tokio::select! {
                input = from_test.recv() => match input {
                    Some(input) => input,
                    None => return,
                },
                Some((generation, event)) = self.sockets.1.recv() => {
                    if let SocketEvent::Frame(frame) = &event {
                        self.told.send_modify(|heard| heard.frames.push(format!("< {frame}")));
                    }
                    Input::Socket { generation, event }
                }
                () = sleep_until(self.begun, wake) => Input::Timeout,
            };
            let mut inputs = vec![input];
            while let Some(input) = inputs.pop() {
                wake = self.step(input, &mut inputs);
            }
        }
    }

    /// One input; what the media engine answers at once is added to `more`.
    fn step(&mut self, input: Input, more: &mut Vec<Input>) -> Option<u64> {
        let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let agent = Arc::clone(&self.agent);
        let Ok(mut agent) = agent.lock() else { return None };
        agent.handle(now, input);
        loop {
            match agent.poll_output() {
                Output::Timeout(wake) => return wake,
                Output::Event(Event::Registration(state)) => self.told.send_modify(|heard| heard.registration.push(state)),
                Output::Event(Event::Call { call, event }) => self.told.send_modify(|heard| heard.calls.push((call, event))),
                Output::Event(event) => self.told.send_modify(|heard| heard.others.push(event)),
                Output::Transmit(Transmit::Open { generation, url }) => {
                    let (sender, frames) = mpsc::unbounded_channel();
                    self.socket = Some((generation, sender));
                    tokio::spawn(connect(generation, url, frames, self.sockets.0.clone()));
                }
                Output::Transmit(Transmit::Frame { generation, frame }) => {
                    self.told.send_modify(|heard| heard.frames.push(format!("> {frame}")));
                    if let Some((current, sender)) = &self.socket
                        && *current == generation
                    {
                        // A socket that is gone has said so, or will.
                        let _ = sender.send(frame);
                    }
                }
                Output::Transmit(Transmit::Close { generation }) => {
                    self.socket.take_if(|(current, _)| *current == generation);
                }
                Output::Transmit(Transmit::Media { call, round, request }) => {
                    if let Some(answer) = self.media(call, request) {
                        more.push(Input::Media { call, round, result: Ok(answer) });
                    }
                }
            }
        }
    }

    fn media(&mut self, call: CallHandle, request: MediaRequest) -> Option<MediaAnswer> {
        let version = self.versions.entry(call).or_default();
        *version += 1;
        let version = *version;
        let keep = |driver: &Self, description: String| driver.told.send_modify(|heard| drop(heard.descriptions.insert(call, description)));
        match request {
            MediaRequest::CreateOffer { direction, .. } => Some(MediaAnswer::Sdp(sdp::describe(direction, version, self.tones))),
            MediaRequest::AnswerOffer { offer, direction } => {
                let answer = sdp::describe(sdp::answering(&offer, direction), version, self.tones);
                keep(self, offer);
                Some(MediaAnswer::Sdp(answer))
            }
            MediaRequest::TakeAnswer { answer, .. } => {
                keep(self, answer);
                Some(MediaAnswer::Done)
            }
            _ => None,
        }
    }
}

async fn sleep_until(begun: Instant, wake: Option<u64>) {
    match wake {
        Some(wake) => tokio::time::sleep_until((begun + Duration::from_millis(wake)).into()).await,
        None => std::future::pending().await,
    }
}

async fn connect(generation: u32, url: String, frames: mpsc::UnboundedReceiver<String>, events: mpsc::UnboundedSender<FromSocket>) {
    let (was_open, reason) = match open(&url).await {
        Ok(Opened::Plain(stream)) => {
            let _ = events.send((generation, SocketEvent::Opened));
            (true, converse(*stream, generation, frames, &events).await)
        }
        Ok(Opened::Tls(stream)) => {
            let _ = events.send((generation, SocketEvent::Opened));
            (true, converse(*stream, generation, frames, &events).await)
        }
        Err(error) => (false, error.to_string()),
    };
    let _ = events.send((generation, SocketEvent::Closed { was_open, code: 1006, reason }));
}

enum Opened {
    Plain(Box<WebSocketStream<tokio::net::TcpStream>>),
    Tls(Box<WebSocketStream<tokio_rustls::client::TlsStream<tokio::net::TcpStream>>>),
}

async fn open(url: &str) -> Result<Opened> {
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("sip"));
    let uri = request.uri().clone();
    let (Some(host), Some(port)) = (uri.host(), uri.port_u16()) else { bail!("no host or port in {url}") };
    let stream = tokio::net::TcpStream::connect((host, port)).await?;
    if uri.scheme_str() == Some("wss") {
        let name = tokio_rustls::rustls::pki_types::ServerName::try_from(host.to_owned())?;
        let stream = tokio_rustls::TlsConnector::from(Arc::new(trusting_client()?)).connect(name, stream).await?;
        let (socket, response) = client_async(request, stream).await?;
        agreed(&response)?;
        return Ok(Opened::Tls(Box::new(socket)));
    }
    let (socket, response) = client_async(request, stream).await?;
    agreed(&response)?;
    Ok(Opened::Plain(Box::new(socket)))
}

/// RFC 7118 4.1: without the sub-protocol in the answer there is no SIP on this socket.
fn agreed<B>(response: &tokio_tungstenite::tungstenite::http::Response<B>) -> Result<()> {
    match response.headers().get("Sec-WebSocket-Protocol") {
        Some(protocol) if protocol == "sip" => Ok(()),
        other => bail!("sub-protocol {other:?}"),
    }
}

async fn converse<S>(
    socket: WebSocketStream<S>,
    generation: u32,
    mut frames: mpsc::UnboundedReceiver<String>,
    events: &mpsc::UnboundedSender<FromSocket>,
) -> String
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let (mut sink, mut stream) = socket.split();
    loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => if let Err(error) = sink.send(Message::text(frame)).await { return error.to_string() },
                None => {
                    let _ = sink.close().await;
                    return "closed".to_owned();
                }
            },
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => { let _ = events.send((generation, SocketEvent::Frame(text.to_string()))); }
                Some(Ok(Message::Binary(bytes))) => {
                    let _ = events.send((generation, SocketEvent::Frame(String::from_utf8_lossy(&bytes).into_owned())));
                }
                Some(Ok(Message::Ping(_))) => { let _ = sink.send(Message::Pong(Bytes::new())).await; }
                Some(Ok(Message::Close(_))) | None => return "the server closed".to_owned(),
                Some(Ok(_)) => {}
                Some(Err(error)) => return error.to_string(),
            },
        }
    }
}

/// These servers' certificates are made on the spot, so there is nothing to check them against.
fn trusting_client() -> Result<tokio_rustls::rustls::ClientConfig> {
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let mut config = tokio_rustls::rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(tokio_rustls::rustls::RootCertStore::empty())
        .with_no_client_auth();
    config.dangerous().set_certificate_verifier(Arc::new(Trusting(provider)));
    Ok(config)
}

#[derive(Debug)]
struct Trusting(Arc<tokio_rustls::rustls::crypto::CryptoProvider>);

impl tokio_rustls::rustls::client::danger::ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &tokio_rustls::rustls::pki_types::CertificateDer<'_>,
        _: &[tokio_rustls::rustls::pki_types::CertificateDer<'_>],
        _: &tokio_rustls::rustls::pki_types::ServerName<'_>,
        _: &[u8],
        _: tokio_rustls::rustls::pki_types::UnixTime,
    ) -> Result<tokio_rustls::rustls::client::danger::ServerCertVerified, tokio_rustls::rustls::Error> {
        Ok(tokio_rustls::rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &tokio_rustls::rustls::pki_types::CertificateDer<'_>,
        signed: &tokio_rustls::rustls::DigitallySignedStruct,
    ) -> Result<tokio_rustls::rustls::client::danger::HandshakeSignatureValid, tokio_rustls::rustls::Error> {
        tokio_rustls::rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &tokio_rustls::rustls::pki_types::CertificateDer<'_>,
        signed: &tokio_rustls::rustls::DigitallySignedStruct,
    ) -> Result<tokio_rustls::rustls::client::danger::HandshakeSignatureValid, tokio_rustls::rustls::Error> {
        tokio_rustls::rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<tokio_rustls::rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
