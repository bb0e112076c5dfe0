//! The signalling half: one socket, requests and responses by hand.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{SinkExt, StreamExt};
use patchcord_rig::Rig;
use patchcord_sip::digest::{Algorithm, Challenge, Credentials, Offer, Proof};
use patchcord_sip::message::{Builder, HeaderName, Message, Method, Request, Response, Uri};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message as Frame};

use super::LONG;

static COUNT: AtomicU32 = AtomicU32::new(1);

pub fn unique() -> String {
    format!("{:x}x{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// An INVITE that was sent, and the dialog that came of it.
#[derive(Clone, Debug)]
pub struct Dialog {
    pub call_id: String,
    pub from: String,
    pub to: String,
    pub target: Uri,
    pub via: String,
    pub cseq: u32,
    pub remote_cseq: u32,
}

/// A TCP connection, with TLS or without.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

pub struct Phone {
    socket: WebSocketStream<Box<dyn Wire>>,
    backlog: VecDeque<Message>,
    pub user: String,
    pub contact: String,
    cseq: u32,
}

/// Answers the challenge of this algorithm.
pub fn digest_with(response: &Response, algorithm: Algorithm, user: &str, password: &str, method: &str, uri: &str) -> Option<String> {
    let name = if response.status() == 407 { HeaderName::ProxyAuthenticate } else { HeaderName::WwwAuthenticate };
    let challenge: Challenge = response.get_all(name).find_map(|value| match Offer::parse(value) {
        Ok(Offer::Digest(challenge)) if challenge.algorithm == algorithm => Some(challenge),
        _ => None,
    })?;
    Some(challenge.answer(Credentials { user, proof: Proof::Password(password) }, method, uri, 1, "cnonce"))
}

impl Phone {
    pub async fn connect(url: &str, user: &str) -> Result<Self, tungstenite::Error> {
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", "sip".parse().expect("a header value"));
        let address = url.strip_prefix("ws://").expect("ws");
        let stream: Box<dyn Wire> = Box::new(TcpStream::connect(address).await?);
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        let contact = format!("sip:{}@{}.invalid;transport=ws", user, unique());
        Ok(Self { socket, backlog: VecDeque::new(), user: user.to_owned(), contact, cseq: 0 })
    }

    /// Over TLS, with the rig's own certificate as the only root.
    pub async fn connect_tls(rig: &Rig, user: &str) -> Self {
        use tokio_rustls::rustls::pki_types::pem::PemObject;
        use tokio_rustls::rustls::{self, pki_types};
        let mut roots = rustls::RootCertStore::empty();
        let der = pki_types::CertificateDer::from_pem_slice(rig.addresses().certificate_pem.as_bytes()).expect("a certificate");
        roots.add(der).expect("a root");
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let address = rig.addresses().wss.strip_prefix("wss://").expect("wss").to_owned();
        let stream = TcpStream::connect(&address).await.expect("a connection");
        let name = pki_types::ServerName::try_from("localhost").expect("a name");
        let stream = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config)).connect(name, stream).await.expect("TLS");
        let mut request = rig.addresses().wss.as_str().into_client_request().expect("a URL");
        request.headers_mut().insert("Sec-WebSocket-Protocol", "sip".parse().expect("a header value"));
        let stream: Box<dyn Wire> = Box::new(stream);
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await.expect("a WebSocket");
        let contact = format!("sip:{}@{}.invalid;transport=wss", user, unique());
        Self { socket, backlog: VecDeque::new(), user: user.to_owned(), contact, cseq: 0 }
    }

    pub async fn registered(rig: &Rig, user: &str) -> Self {
        let mut phone = Self::connect(&rig.addresses().ws, user).await.expect("a connection");
        let password = format!("pw-{user}");
        assert_eq!(phone.register(Algorithm::SHA_256, &password, 600).await.status(), 200);
        phone
    }

    pub async fn send(&mut self, text: impl Into<String>) {
        self.socket.send(Frame::text(text.into())).await.expect("the socket takes a frame");
    }

    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        self.socket.send(Frame::binary(bytes)).await.expect("the socket takes a frame");
    }

    /// The next frame as it is, or none once the connection is closed.
    pub async fn frame(&mut self) -> Option<String> {
        loop {
            match tokio::time::timeout(LONG, self.socket.next()).await.expect("a frame in time") {
                Some(Ok(Frame::Text(text))) => return Some(text.to_string()),
                Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    async fn read(&mut self) -> Message {
        let frame = self.frame().await.expect("the connection is open");
        Message::parse(frame.as_str()).unwrap_or_else(|refused| panic!("the rig sent a bad message ({refused}):\n{frame}"))
    }

    async fn wanted<T>(&mut self, mut take: impl FnMut(&Message) -> Option<T>) -> T {
        if let Some(index) = self.backlog.iter().position(|message| take(message).is_some()) {
            let message = self.backlog.remove(index).expect("it is there");
            return take(&message).expect("it was taken a moment ago");
        }
        loop {
            let message = self.read().await;
            match take(&message) {
                Some(found) => return found,
                None => self.backlog.push_back(message),
            }
        }
    }

    /// The next response to this method that is no 100.
    pub async fn response(&mut self, method: Method) -> Response {
        self.wanted(|message| match message {
            Message::Response(response) if response.status() > 100 && response.cseq().is_ok_and(|cseq| cseq.method == method) => {
                Some(response.clone())
            }
            _ => None,
        })
        .await
    }

    pub async fn final_response(&mut self, method: Method) -> Response {
        loop {
            let response = self.response(method.clone()).await;
            if response.status() >= 200 {
                return response;
            }
        }
    }

    /// The next request of this method.
    pub async fn request(&mut self, method: Method) -> Request {
        self.wanted(|message| match message {
            Message::Request(request) if *request.method() == method => Some(request.clone()),
            _ => None,
        })
        .await
    }

    pub fn via(&self) -> String {
        format!("SIP/2.0/WS {}.invalid;branch=z9hG4bK{}", self.user, unique())
    }

    fn registration(&mut self, call_id: &str, expires: u32, contact: &str) -> Builder {
        self.cseq += 1;
        let uri: Uri = "sip:rig.test".parse().expect("a URI");
        let aor = format!("<sip:{}@rig.test>", self.user);
        Builder::request(&Method::Register, &uri)
            .header(HeaderName::Via, &self.via())
            .header(HeaderName::From, &format!("{aor};tag={}", unique()))
            .header(HeaderName::To, &aor)
            .header(HeaderName::CallId, call_id)
            .cseq(self.cseq, &Method::Register)
            .header(HeaderName::Contact, contact)
            .number(HeaderName::Expires, expires)
            .number(HeaderName::MaxForwards, 70)
            .header(HeaderName::UserAgent, "test phone")
    }

    /// REGISTER, answering a challenge of this algorithm; gives the last response.
    pub async fn register(&mut self, algorithm: Algorithm, password: &str, expires: u32) -> Response {
        let contact = format!("<{}>", self.contact);
        self.register_as(&contact, algorithm, password, expires).await
    }

    pub async fn register_as(&mut self, contact: &str, algorithm: Algorithm, password: &str, expires: u32) -> Response {
        let call_id = unique();
        let first = self.registration(&call_id, expires, contact).finish().expect("a message");
        self.send(first).await;
        let response = self.final_response(Method::Register).await;
        if response.status() != 401 {
            return response;
        }
        let user = self.user.clone();
        let Some(value) = digest_with(&response, algorithm, &user, password, "REGISTER", "sip:rig.test") else { return response };
        let second = self.registration(&call_id, expires, contact).header(HeaderName::Authorization, &value).finish().expect("a message");
        self.send(second).await;
        self.final_response(Method::Register).await
    }

    /// Sends an INVITE.
    pub async fn invite(&mut self, number: &str, sdp: &str) -> Dialog {
        self.invite_with(number, sdp, &[]).await
    }

    pub async fn invite_with(&mut self, number: &str, sdp: &str, headers: &[(&str, &str)]) -> Dialog {
        let dialog = Dialog {
            call_id: unique(),
            from: format!("<sip:{}@rig.test>;tag={}", self.user, unique()),
            to: format!("<sip:{number}@rig.test>"),
            target: Uri::sip(number, "rig.test").expect("a URI"),
            via: self.via(),
            cseq: 1,
            remote_cseq: 0,
        };
        self.send_in(&dialog, &Method::Invite, &dialog.via.clone(), headers, sdp).await;
        dialog
    }

    async fn send_in(&mut self, dialog: &Dialog, method: &Method, via: &str, headers: &[(&str, &str)], sdp: &str) {
        let mut builder = Builder::request(method, &dialog.target)
            .header(HeaderName::Via, via)
            .header(HeaderName::From, &dialog.from)
            .header(HeaderName::To, &dialog.to)
            .header(HeaderName::CallId, &dialog.call_id)
            .cseq(dialog.cseq, method)
            .number(HeaderName::MaxForwards, 70)
            .header(HeaderName::Contact, &format!("<{}>", self.contact));
        for (name, value) in headers {
            builder = builder.header(*name, value);
        }
        if !sdp.is_empty() {
            let kind = if *method == Method::Info { "application/dtmf-relay" } else { "application/sdp" };
            builder = builder.body(kind, sdp);
        }
        self.send(builder.finish().expect("a message")).await;
    }

    /// A request within the dialog.
    pub async fn within(&mut self, dialog: &mut Dialog, method: Method, body: &str) {
        dialog.cseq += 1;
        dialog.via = self.via();
        let via = dialog.via.clone();
        self.send_in(dialog, &method, &via, &[], body).await;
    }

    /// Takes what a 2xx says of the dialog, and acknowledges it.
    pub async fn ack(&mut self, dialog: &mut Dialog, response: &Response) {
        dialog.to = response.get(HeaderName::To).expect("To").to_owned();
        dialog.target = response.contact().expect("a contact").uri().to_uri();
        let via = self.via();
        self.send_in(dialog, &Method::Ack, &via, &[], "").await;
    }

    pub async fn cancel(&mut self, dialog: &Dialog) {
        let via = dialog.via.clone();
        self.send_in(dialog, &Method::Cancel, &via, &[], "").await;
    }

    /// INVITE, wait for 200, ACK. The response holds the answer.
    pub async fn call(&mut self, number: &str, sdp: &str) -> (Dialog, Response) {
        let mut dialog = self.invite(number, sdp).await;
        let response = self.final_response(Method::Invite).await;
        assert_eq!(response.status(), 200, "{number} answers");
        self.ack(&mut dialog, &response).await;
        (dialog, response)
    }

    pub async fn bye(&mut self, dialog: &mut Dialog) {
        self.within(dialog, Method::Bye, "").await;
        assert_eq!(self.final_response(Method::Bye).await.status(), 200);
    }

    /// Answers a request; 18x and 2xx to INVITE get a Contact and this tag.
    pub async fn respond(&mut self, request: &Request, status: u16, tag: &str, sdp: &str) {
        let mut builder = Builder::response(request, status, "", tag).header(HeaderName::Contact, &format!("<{}>", self.contact));
        if !sdp.is_empty() {
            builder = builder.body("application/sdp", sdp);
        }
        self.send(builder.finish().expect("a message")).await;
    }

    /// The dialog of a call that was answered with this tag, for requests of our own.
    pub fn answered(&self, request: &Request, tag: &str) -> Dialog {
        Dialog {
            call_id: request.call_id().to_owned(),
            from: format!("{};tag={tag}", request.get(HeaderName::To).expect("To")),
            to: request.get(HeaderName::From).expect("From").to_owned(),
            target: request.contact().expect("a contact").uri().to_uri(),
            via: String::new(),
            cseq: 0,
            remote_cseq: request.cseq().expect("CSeq").number,
        }
    }
}
