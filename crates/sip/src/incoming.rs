//! Requests from outside, and where they go (RFC 3261 8.2).

use std::sync::Arc;

use crate::agent::UserAgent;
use crate::api::Event;
use crate::call::remote;
use crate::core::{ALLOW, Core};
use crate::message::{HeaderName as H, Method, Request};
use crate::notice;
use crate::text;
use crate::transaction::Answer;

/// Deals with the request of a new transaction.
pub(crate) fn dispatch(agent: &mut UserAgent, id: u32) {
    let Some(request) = agent.core.server(id).map(|server| Arc::clone(&server.request)) else { return };
    if let Some(answer) = refuse(&agent.core, &request) {
        agent.core.respond(id, answer);
        return;
    }
    if request.to().is_ok_and(|to| to.tag().is_some()) {
        match agent.call_for(&request) {
            Some((call, core)) => call.receive(core, id, &request),
            None => match agent.subscriptions.iter_mut().find(|subscription| subscription.takes(&request)) {
                Some(subscription) if *request.method() == Method::Notify => subscription.notified(&mut agent.core, id, &request),
                _ => agent.core.respond(id, Answer::new(481)),
            },
        }
        return;
    }
    let answer = match request.method() {
        Method::Invite => return agent.ring(id, &request),
        // 11.2: as an INVITE would be answered now.
        Method::Options => Answer::new(if agent.core.config.do_not_disturb { 480 } else { 200 }).with("Accept", "application/sdp"),
        Method::Message => message(&mut agent.core, &request),
        Method::Notify => return unasked(&mut agent.core, id, &request),
        _ => Answer::new(481),
    };
    agent.core.respond(id, answer);
}

/// A short message (RFC 3428 7).
pub(crate) fn message(core: &mut Core, request: &Request) -> Answer {
    let content_type = request.get(H::ContentType).unwrap_or("text/plain").to_owned();
    if request.get(H::ContentEncoding).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Answer::new(415).with("Accept-Encoding", "identity");
    }
    let from = Box::new(remote::caller(request));
    core.emit(Event::Message { from, content_type, body: request.text().to_owned() });
    Answer::new(200)
}

/// A notice that nobody subscribed to: many PBXs tell of voicemail so (RFC 3842 has none of it, but all phones take it).
fn unasked(core: &mut Core, id: u32, request: &Request) {
    let event = request.valued(H::Event).ok().flatten().map(|event| event.value.to_ascii_lowercase());
    if event.as_deref() == Some("message-summary") {
        core.respond(id, Answer::new(200));
        notice::tell(core, None, "message-summary", request, &mut Vec::new());
    } else {
        core.respond(id, Answer::new(481));
    }
}

/// 8.2.1, 8.2.2: method, Request-URI, Require.
fn refuse(core: &Core, request: &Request) -> Option<Answer> {
    let method = request.method();
    if let Method::Other(_) = method {
        return Some(Answer::new(501).with("Allow", ALLOW));
    }
    if !text::items(ALLOW).any(|known| known == method.as_str()) {
        return Some(Answer::new(405).with("Allow", ALLOW));
    }
    let scheme = request.uri().scheme();
    if !["sip", "sips", "tel"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Some(Answer::new(416));
    }
    let unknown: Vec<&str> = request.values(H::Require).filter(|tag| !core.has_extension(tag)).collect();
    if !unknown.is_empty() {
        return Some(Answer::new(420).with("Unsupported", unknown.join(", ")));
    }
    None
}

/// What an INVITE wants to replace (RFC 3891 3): Call-ID, to-tag, from-tag; or the status that refuses it.
pub(crate) fn replaced(request: &Request) -> Result<Option<(&str, &str, &str)>, u16> {
    if request.get_all(H::Replaces).count() > 1 {
        return Err(400);
    }
    let Some(value) = request.valued(H::Replaces).map_err(|_| 400_u16)? else { return Ok(None) };
    let (Some(to), Some(from)) = (value.params.get("to-tag"), value.params.get("from-tag")) else { return Err(400) };
    // What rings here cannot be replaced, and what talks may not if it says so.
    if value.params.has("early-only") { Err(486) } else { Ok(Some((value.value, to, from))) }
}
