//! Frames in, and what they are for.

use patchcord_sip::message::{Builder, HeaderName, MAGIC_COOKIE, Message, Method, Request};

use super::{Pbx, TIMEOUT};
use crate::pbx::timers::Timer;
use crate::state::LegId;
use crate::token::token;

/// What the PBX understands, for `Allow`.
pub(crate) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, UPDATE, MESSAGE, REFER, NOTIFY";

/// A request of ours that waits for its final answer.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) leg: LegId,
    pub(crate) connection: u64,
    pub(crate) kind: Kind,
    pub(crate) provisional: bool,
}

/// Which request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Invite,
    ReInvite,
    Bye,
    /// NOTIFY, or an UPDATE that only tells.
    Notify,
}

impl Pbx {
    /// A frame from a socket.
    pub(crate) fn frame(&mut self, connection: u64, frame: &[u8]) {
        if self.faults.is_silent() {
            return;
        }
        if frame.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            // A keep-alive (RFC 5626 4.4.1): two line ends ask, one answers.
            if frame.len() >= 4 {
                self.send(connection, "\r\n".to_owned());
            }
            return;
        }
        self.trace.add(connection, true, &String::from_utf8_lossy(frame));
        self.dirty = true;
        match Message::parse_bytes(frame) {
            Ok(Message::Request(request)) => self.request(connection, request),
            Ok(Message::Response(response)) => self.response(connection, &response),
            Err(refused) => {
                if let Some(answer) = refused.response(&token(4)).and_then(|builder| builder.finish().ok()) {
                    self.send(connection, answer);
                }
            }
        }
    }

    fn request(&mut self, connection: u64, request: Request) {
        let method = request.method().clone();
        *self.counters.requests.entry(method.as_str().to_owned()).or_default() += 1;
        if method == Method::Ack {
            self.ack(&request);
            return;
        }
        if let Some((status, headers)) = self.faults.answer(method.as_str()) {
            self.respond(connection, &request, status, |builder| {
                headers.iter().fold(builder, |builder, (name, value)| builder.header(name.as_str(), value))
            });
            return;
        }
        if !request.uri().is_sip() {
            self.respond(connection, &request, 416, |builder| builder);
            return;
        }
        let to_tag = request.to().ok().and_then(|to| to.tag().map(str::to_owned));
        match (&method, to_tag) {
            (Method::Cancel, _) => self.cancelled(connection, &request),
            (Method::Register, _) => self.register(connection, &request),
            (Method::Invite, None) => self.invite(connection, request),
            (Method::Options, None) => self.options(connection, &request),
            (_, None) => self.out_of_dialog(connection, &request),
            (_, Some(tag)) => self.in_dialog(connection, &request, &tag),
        }
    }

    fn in_dialog(&mut self, connection: u64, request: &Request, tag: &str) {
        let number = request.cseq().map_or(0, |cseq| cseq.number);
        let Some(party) =
            self.parties.values_mut().find(|party| party.dialog.call_id == request.call_id() && party.dialog.local_tag() == tag)
        else {
            self.respond(connection, request, 481, |builder| builder);
            return;
        };
        if party.is_over() {
            self.respond(connection, request, 481, |builder| builder);
            return;
        }
        if number <= party.dialog.remote_cseq {
            self.respond(connection, request, 500, |builder| builder);
            return;
        }
        party.dialog.remote_cseq = number;
        // Whoever comes back over a new connection is to be found there from now on.
        party.view.connection = connection;
        let leg = party.id();
        match request.method() {
            Method::Invite => self.reinvite(connection, leg, request),
            Method::Update => self.update(connection, leg, request),
            Method::Bye => {
                self.respond(connection, request, 200, |builder| builder);
                self.party_hung_up(leg, request);
            }
            Method::Refer => self.refer(connection, leg, request),
            Method::Info => self.info(connection, leg, request),
            Method::Options => self.options(connection, request),
            Method::Message | Method::Notify => self.respond(connection, request, 200, |builder| builder),
            _ => self.not_allowed(connection, request),
        }
    }

    pub(crate) fn not_allowed(&mut self, connection: u64, request: &Request) {
        let known = ["REFER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "PRACK", "INFO", "BYE", "UPDATE"];
        let status = if known.contains(&request.method().as_str()) { 405 } else { 501 };
        self.respond(connection, request, status, |builder| builder.header(HeaderName::Allow, ALLOW));
    }

    /// Answers a request outside of what a leg keeps.
    pub(crate) fn respond(&mut self, connection: u64, request: &Request, status: u16, add: impl FnOnce(Builder) -> Builder) {
        let builder = Builder::response(request, status, "", &token(4)).header(HeaderName::Server, crate::NAME);
        // A header of a canned answer may not be fit to stand in a message; some answer is due all the same.
        let frame = add(builder).finish().or_else(|_| Builder::response(request, 500, "", &token(4)).finish());
        if let Ok(frame) = frame {
            self.send(connection, frame);
        }
    }

    /// Via for a request of ours, with a new branch, which is given as well.
    pub(crate) fn via(&self, connection: u64) -> (String, String) {
        let tls = self.connections.get(&connection).is_some_and(|connection| connection.tls);
        let branch = format!("{MAGIC_COOKIE}{}", token(8));
        (format!("SIP/2.0/{} 127.0.0.1:{};branch={branch}", if tls { "WSS" } else { "WS" }, self.sip_port), branch)
    }

    /// Where the party is to send its requests.
    pub(crate) fn contact(&self) -> String {
        format!("<sip:rig@127.0.0.1:{};transport=ws>", self.sip_port)
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn transact(&mut self, connection: u64, frame: String, branch: String, leg: LegId, kind: Kind) {
        self.timers.after(TIMEOUT, Timer::Unanswered { branch: branch.clone() });
        self.clients.insert(branch, Client { leg, connection, kind, provisional: false });
        self.send(connection, frame);
    }
}
