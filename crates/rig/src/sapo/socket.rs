//! The server's sockets: text messages at one path.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use patchcord_cti::sapo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::{Input, Outbound};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Accepts connections for ever; those that come while the server is away are cut at once.
pub(crate) async fn listen(listener: TcpListener, inputs: mpsc::UnboundedSender<Input>, away: watch::Receiver<bool>) {
    let mut connection = 0;
    loop {
        match listener.accept().await {
            Ok((stream, _)) if !*away.borrow() => {
                connection += 1;
                tokio::spawn(serve(stream, connection, inputs.clone()));
            }
            Ok(_) => {}
            // Too many open files, most likely: others may close theirs.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn serve(stream: TcpStream, connection: u64, inputs: mpsc::UnboundedSender<Input>) {
    _ = stream.set_nodelay(true);
    // The error's type is the library's, and large.
    #[allow(clippy::result_large_err)]
    let choose = |request: &Request, response: Response| {
        if request.uri().path() == sapo::PATH {
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(Some(format!("the CTI server is at {}", sapo::PATH)));
        *refusal.status_mut() = StatusCode::NOT_FOUND;
        Err(refusal)
    };
    let limits = WebSocketConfig::default().max_message_size(Some(sapo::MAX_MESSAGE)).max_frame_size(Some(sapo::MAX_MESSAGE));
    let accepted = tokio_tungstenite::accept_hdr_async_with_config(stream, choose, Some(limits));
    let Ok(Ok(mut socket)) = tokio::time::timeout(HANDSHAKE, accepted).await else { return };
    let (sender, mut outbound) = mpsc::unbounded_channel();
    if inputs.send(Input::Connected { connection, sender }).is_err() {
        return;
    }
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => _ = inputs.send(Input::Message { connection, text: text.as_str().to_owned() }),
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                // Pings are answered by the library; the protocol has no binary messages.
                Some(Ok(_)) => {}
            },
            order = outbound.recv() => match order {
                Some(Outbound::Text(text)) => if socket.send(Message::text(text)).await.is_err() {
                    break;
                },
                Some(Outbound::Close) => {
                    _ = tokio::time::timeout(HANDSHAKE, socket.close(None)).await;
                    break;
                }
                Some(Outbound::Cut) | None => break,
            },
        }
    }
    _ = inputs.send(Input::Closed { connection });
}
