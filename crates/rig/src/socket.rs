//! SIP over WebSocket (RFC 7118): listeners and sockets. What is said on them is the PBX's matter.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::pbx::Input;

/// The largest message that is read; the PBX refuses much shorter ones with words.
const MOST: usize = 1 << 20;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What a socket is told.
#[derive(Debug)]
pub(crate) enum Outbound {
    /// Send this.
    Text(String),
    /// Cut the connection, without a word.
    Cut,
}

/// What sockets look at by themselves.
#[derive(Debug)]
pub(crate) struct Switches {
    /// Every message waits so long, in ms, each way.
    pub(crate) delay_ms: AtomicU64,
    /// Connections are refused.
    pub(crate) refuse: watch::Sender<bool>,
    count: AtomicU64,
}

impl Switches {
    pub(crate) fn new() -> Self {
        Self { delay_ms: AtomicU64::new(0), refuse: watch::Sender::new(false), count: AtomicU64::new(0) }
    }

    fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.load(Ordering::Relaxed))
    }
}

/// How a port treats who connects.
#[derive(Clone)]
pub(crate) enum Manner {
    /// SIP.
    Plain,
    /// SIP over TLS.
    Tls(TlsAcceptor),
    /// Accepts, reads, says nothing. Never refuses.
    Silent,
}

/// What every socket needs.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) inputs: mpsc::UnboundedSender<Input>,
    pub(crate) switches: Arc<Switches>,
}

/// Opens a port of 127.0.0.1; 0: a free one.
pub(crate) async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Accepts connections for ever; while they are refused the port is closed.
pub(crate) async fn listen(mut listener: TcpListener, address: SocketAddr, manner: Manner, context: Context) {
    let mut refuse = context.switches.refuse.subscribe();
    loop {
        let refused = *refuse.borrow_and_update() && !matches!(manner, Manner::Silent);
        if refused {
            drop(listener);
            if refuse.wait_for(|refuse| !refuse).await.is_err() {
                return;
            }
            listener = loop {
                match bind(address.port()).await {
                    Ok(listener) => break listener,
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            };
        }
        tokio::select! {
            biased;
            changed = refuse.changed() => if changed.is_err() {
                return;
            },
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => _ = tokio::spawn(serve(stream, manner.clone(), context.clone())),
                // Too many open files, most likely: others may close theirs.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
        }
    }
}

async fn serve(stream: TcpStream, manner: Manner, context: Context) {
    _ = stream.set_nodelay(true);
    match manner {
        Manner::Plain => sip(stream, false, context).await,
        Manner::Tls(acceptor) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                sip(stream, true, context).await;
            }
        }
        Manner::Silent => {
            if let Some(mut socket) = handshake(stream).await {
                while let Some(Ok(_)) = socket.next().await {}
            }
        }
    }
}

/// Agrees on sub-protocol `sip`, without which RFC 7118 section 4.1 has no connection.
async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(stream: S) -> Option<WebSocketStream<S>> {
    // The error's type is the library's, and large.
    #[allow(clippy::result_large_err)]
    let choose = |request: &Request, mut response: Response| {
        let offered = request.headers().get_all("Sec-WebSocket-Protocol").iter().filter_map(|value| value.to_str().ok());
        if offered.flat_map(|value| value.split(',')).any(|protocol| protocol.trim().eq_ignore_ascii_case("sip")) {
            response.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("sip"));
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(Some("this server speaks the WebSocket sub-protocol sip alone".to_owned()));
        *refusal.status_mut() = StatusCode::BAD_REQUEST;
        Err(refusal)
    };
    let limits = WebSocketConfig::default().max_message_size(Some(MOST)).max_frame_size(Some(MOST));
    let accepted = tokio_tungstenite::accept_hdr_async_with_config(stream, choose, Some(limits));
    tokio::time::timeout(HANDSHAKE, accepted).await.ok()?.ok()
}

async fn sip<S: AsyncRead + AsyncWrite + Unpin>(stream: S, tls: bool, context: Context) {
    let Some(mut socket) = handshake(stream).await else { return };
    if *context.switches.refuse.borrow() {
        return;
    }
    let connection = context.switches.count.fetch_add(1, Ordering::Relaxed) + 1;
    let (sender, mut outbound) = mpsc::unbounded_channel();
    if context.inputs.send(Input::Connected { connection, tls, sender }).is_err() {
        return;
    }
    let mut received: VecDeque<(Instant, Vec<u8>)> = VecDeque::new();
    let mut to_send: VecDeque<(Instant, String)> = VecDeque::new();
    loop {
        let due = [received.front().map(|entry| entry.0), to_send.front().map(|entry| entry.0)].into_iter().flatten().min();
        let wait = due.unwrap_or_else(|| Instant::now() + Duration::from_secs(3600));
        tokio::select! {
            message = socket.next() => {
                let frame = match message {
                    Some(Ok(Message::Text(text))) => text.as_str().as_bytes().to_vec(),
                    Some(Ok(Message::Binary(bytes))) => bytes.to_vec(),
                    // Pings are answered by the library.
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                };
                received.push_back((Instant::now() + context.switches.delay(), frame));
            }
            order = outbound.recv() => match order {
                Some(Outbound::Text(text)) => to_send.push_back((Instant::now() + context.switches.delay(), text)),
                Some(Outbound::Cut) | None => break,
            },
            () = tokio::time::sleep_until(wait.into()) => {}
        }
        let now = Instant::now();
        while received.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, frame)) = received.pop_front() {
                _ = context.inputs.send(Input::Frame { connection, frame });
            }
        }
        while to_send.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, text)) = to_send.pop_front()
                && socket.send(Message::text(text)).await.is_err()
            {
                break;
            }
        }
    }
    _ = context.inputs.send(Input::Closed { connection });
}
