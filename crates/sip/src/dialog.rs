//! Dialogs (RFC 3261 section 12).

use crate::message::{HeaderName as H, Headers, Method, NameAddr, Request, Response, Uri};
use crate::request::{Draft, Sequence};

/// One end of a dialog.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) call_id: String,
    pub(crate) local_tag: String,
    /// Empty where the far side is RFC 2543's (12.1.1: a missing tag counts as a null one).
    pub(crate) remote_tag: String,
    /// Our From in requests, tag included.
    local: String,
    /// Our To in requests, tag included.
    remote: String,
    /// Where the far side takes requests: its Contact.
    pub(crate) target: Uri,
    /// The route set, in our order.
    routes: Vec<NameAddr>,
    sequence: Sequence,
    remote_sequence: Option<u32>,
}

impl Dialog {
    /// The UAC's end, made by a provisional or final response (12.1.2). None without Contact in the response: the far side cannot be reached.
    pub(crate) fn uac(draft: &Draft, response: &Response) -> Option<Self> {
        let target = response.contact().map(|contact| contact.uri().to_uri());
        let mut routes: Vec<NameAddr> = response.addresses(H::RecordRoute).map(|route| route.to_name_addr()).collect();
        routes.reverse();
        Some(Self {
            call_id: draft.call_id.clone(),
            local_tag: NameAddr::parse(&draft.from).ok()?.tag()?.to_owned(),
            remote_tag: response.to().ok()?.tag().unwrap_or_default().to_owned(),
            local: draft.from.clone(),
            remote: response.get(H::To)?.to_owned(),
            // 12.1.2 makes Contact a must in responses that make dialogs. Where it lacks, requests go where the INVITE went.
            target: target.unwrap_or_else(|| draft.uri.clone()),
            routes,
            sequence: draft.sequence.clone(),
            remote_sequence: None,
        })
    }

    /// The UAS's end, made by answering a request (12.1.1). None without Contact.
    pub(crate) fn uas(request: &Request, local_tag: &str) -> Option<Self> {
        Some(Self {
            call_id: request.call_id().to_owned(),
            local_tag: local_tag.to_owned(),
            remote_tag: request.from().ok()?.tag().unwrap_or_default().to_owned(),
            local: request.to().ok()?.to_name_addr().with_tag(local_tag).to_string(),
            remote: request.get(H::From)?.to_owned(),
            target: request.contact()?.uri().to_uri(),
            routes: request.addresses(H::RecordRoute).map(|route| route.to_name_addr()).collect(),
            sequence: Sequence::default(),
            remote_sequence: request.cseq().ok().map(|cseq| cseq.number),
        })
    }

    /// Whether a request within a dialog is for this one: its To tag is ours, its From tag is theirs.
    pub(crate) fn takes(&self, request: &Headers) -> bool {
        let tag = |address: Result<crate::message::NameAddrRef<'_>, _>, expected: &str| {
            address.is_ok_and(|a| a.tag().unwrap_or_default() == expected)
        };
        request.call_id() == self.call_id && tag(request.to(), &self.local_tag) && tag(request.from(), &self.remote_tag)
    }

    /// 12.2.2: numbers of requests from the far side must grow. ACK and CANCEL are not counted.
    pub(crate) fn in_sequence(&mut self, number: u32) -> bool {
        let grows = self.remote_sequence.is_none_or(|last| number > last);
        if grows {
            self.remote_sequence = Some(number);
        }
        grows
    }

    /// 12.2.1.2, 12.2.2: an INVITE or UPDATE, or its 2xx, moves the far side's target.
    pub(crate) fn refresh_target(&mut self, headers: &Headers) {
        if let Some(contact) = headers.contact() {
            self.target = contact.uri().to_uri();
        }
    }

    /// A request within the dialog (12.2.1.1).
    pub(crate) fn draft(&self, method: Method) -> Draft {
        let number = self.sequence.next();
        self.numbered(method, number)
    }

    /// The ACK for a 2xx to the INVITE with this number (13.2.2.4).
    pub(crate) fn ack(&self, number: u32) -> Draft {
        self.numbered(Method::Ack, number)
    }

    fn numbered(&self, method: Method, number: u32) -> Draft {
        let mut uri = self.target.without_headers();
        let mut routes: Vec<String> = self.routes.iter().map(ToString::to_string).collect();
        if let Some(first) = self.routes.first().filter(|first| first.uri.param("lr").is_none()) {
            // A strict router of RFC 2543: it takes the next hop from the Request-URI.
            routes.remove(0);
            routes.push(format!("<{}>", uri.as_str()));
            uri = first.uri.without_headers();
        }
        Draft {
            method,
            uri,
            routes,
            from: self.local.clone(),
            to: self.remote.clone(),
            call_id: self.call_id.clone(),
            number,
            sequence: self.sequence.clone(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// The same with the numbers that requests before it have begun.
    pub(crate) fn continued(mut self, sequence: &Sequence) -> Self {
        self.sequence = sequence.clone();
        self
    }

    /// The far side's address of record.
    pub(crate) fn remote_address(&self) -> Option<Uri> {
        NameAddr::parse(&self.remote).ok().map(|address| address.uri)
    }

    /// Value of Replaces (RFC 3891) that names this dialog to its far side.
    pub(crate) fn replaces(&self) -> String {
        format!("{};to-tag={};from-tag={}", self.call_id, self.remote_tag, self.local_tag)
    }
}
