//! Requests of ours, before and after they are written.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::message::{HeaderName as H, Method, Response, Uri};

/// CSeq numbers of one dialog or registration, shared by all that send in it, so that an authenticated second try
/// and a request made meanwhile never get the same number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sequence(Arc<AtomicU32>);

impl Sequence {
    pub(crate) fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}

/// A request with all but what its transaction adds: Via and credentials.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    /// Values of Route, in order.
    pub(crate) routes: Vec<String>,
    /// Value of From.
    pub(crate) from: String,
    /// Value of To.
    pub(crate) to: String,
    pub(crate) call_id: String,
    /// CSeq number.
    pub(crate) number: u32,
    pub(crate) sequence: Sequence,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Option<Body>,
}

/// A body and its Content-Type.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) kind: Cow<'static, str>,
    pub(crate) text: String,
}

impl Body {
    pub(crate) fn sdp(text: String) -> Self {
        Self { kind: "application/sdp".into(), text }
    }
}

impl Draft {
    pub(crate) fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn with_body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    fn derived(&self, method: Method, to: &str) -> Self {
        Self {
            method,
            uri: self.uri.clone(),
            routes: self.routes.clone(),
            from: self.from.clone(),
            to: to.to_owned(),
            call_id: self.call_id.clone(),
            number: self.number,
            sequence: self.sequence.clone(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// The ACK for a final response of 300 or more (17.1.1.3): it goes hop by hop, in the INVITE's own transaction.
    pub(crate) fn ack_refusal(&self, response: &Response) -> Self {
        self.derived(Method::Ack, response.get(H::To).unwrap_or(&self.to))
    }

    /// CANCEL for this request (9.1): same branch, same routes.
    pub(crate) fn cancel(&self) -> Self {
        self.derived(Method::Cancel, &self.to)
    }
}
