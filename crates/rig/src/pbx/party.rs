//! One leg: its dialog, its media, how far it is.

use std::net::SocketAddr;
use std::time::Duration;

use patchcord_sip::message::{Builder, HeaderName, Method, NameAddr, Request, Uri};

use super::Reply;
use crate::media::{Agreed, LocalMedia, RemoteMedia, Source};
use crate::state::{CallId, Leg, LegId, Mode};
use crate::token::{number, token};

/// A dialog (RFC 3261 section 12), early ones included.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) call_id: String,
    pub(crate) local: NameAddr,
    pub(crate) remote: NameAddr,
    pub(crate) target: Uri,
    pub(crate) cseq: u32,
    pub(crate) remote_cseq: u32,
}

impl Dialog {
    pub(crate) fn local_tag(&self) -> &str {
        self.local.tag().unwrap_or_default()
    }

    /// A new request within the dialog, with everything but its own headers and body.
    pub(crate) fn request(&mut self, method: &Method, via: &str) -> Builder {
        if *method != Method::Ack {
            self.cseq += 1;
        }
        self.builder(method, via, self.cseq)
    }

    /// The ACK of a 2xx: a transaction of its own, with the INVITE's number (RFC 3261 13.2.2.4).
    pub(crate) fn ack(&self, via: &str, cseq: u32) -> Builder {
        self.builder(&Method::Ack, via, cseq)
    }

    fn builder(&self, method: &Method, via: &str, cseq: u32) -> Builder {
        Builder::request(method, &self.target)
            .header(HeaderName::Via, via)
            .header(HeaderName::From, &self.local.to_string())
            .header(HeaderName::To, &self.remote.to_string())
            .header(HeaderName::CallId, &self.call_id)
            .cseq(cseq, method)
            .number(HeaderName::MaxForwards, 70)
    }
}

/// Who opened the dialog, and what is left of the INVITE's transaction.
#[derive(Debug)]
pub(crate) enum Role {
    /// The party called the PBX.
    Caller {
        invite: Box<Request>,
        /// A final response has left.
        answered: bool,
    },
    /// The PBX called the party.
    Called {
        /// What CANCEL and ACK repeat of the INVITE.
        invite: SentInvite,
        /// A final response has come.
        answered: bool,
        /// CANCEL is to go, once there is a provisional response, or has gone.
        cancel: Cancel,
    },
}

/// An INVITE of ours.
#[derive(Clone, Debug)]
pub(crate) struct SentInvite {
    pub(crate) uri: Uri,
    pub(crate) via: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) call_id: String,
    pub(crate) cseq: u32,
    pub(crate) provisional: bool,
}

impl SentInvite {
    /// CANCEL, or the ACK of a refusal, whose To is the response's: the INVITE's transaction (RFC 3261 9.1, 17.1.1.3).
    pub(crate) fn sibling(&self, method: &Method, to: &str) -> Builder {
        Builder::request(method, &self.uri)
            .header(HeaderName::Via, &self.via)
            .header(HeaderName::From, &self.from)
            .header(HeaderName::To, to)
            .header(HeaderName::CallId, &self.call_id)
            .cseq(self.cseq, method)
            .number(HeaderName::MaxForwards, 70)
    }
}

/// How a CANCEL stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Cancel {
    #[default]
    No,
    /// RFC 3261 9.1: not before a provisional response.
    Wanted {
        elsewhere: bool,
    },
    Sent,
}

/// A 2xx of ours that waits for its ACK.
#[derive(Debug)]
pub(crate) struct Unacknowledged {
    pub(crate) cseq: u32,
    pub(crate) frame: String,
    pub(crate) next: Duration,
    pub(crate) waited: Duration,
}

/// A re-INVITE of ours that is on its way.
#[derive(Debug)]
pub(crate) struct OurInvite {
    pub(crate) hold: bool,
    pub(crate) cseq: u32,
    pub(crate) sent: SentInvite,
    pub(crate) reply: Option<Reply<()>>,
}

/// What for a party was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is the caller, or the one called: the call begins with its answer.
    Principal,
    /// It joins a call that is up. All contacts that were called for it have the same number.
    Member { mode: Mode, number: u64 },
    /// It takes another leg's place.
    Replacement { of: LegId, number: u64 },
}

/// One leg.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) call: CallId,
    pub(crate) purpose: Purpose,
    pub(crate) view: Leg,
    pub(crate) dialog: Dialog,
    pub(crate) role: Role,
    pub(crate) local: LocalMedia,
    pub(crate) remote: Option<RemoteMedia>,
    pub(crate) agreed: Option<Agreed>,
    /// Our description last sent as an answer, to be repeated in 183 and 200.
    pub(crate) answer: Option<String>,
    /// We opened DTLS with it (RFC 5763 section 5): kept in later descriptions.
    pub(crate) active: bool,
    /// The session's interval, in seconds, where there is one, and how often it was refreshed (RFC 4028).
    pub(crate) expires: Option<u32>,
    pub(crate) refreshed: u64,
    /// The REFER of its transfer that is under way, by its CSeq.
    pub(crate) refer: Option<u32>,
    /// What the party hears while nobody holds it.
    pub(crate) hears: Vec<Source>,
    pub(crate) unacknowledged: Option<Unacknowledged>,
    pub(crate) our_invite: Option<OurInvite>,
    /// The last ACK that we sent, for a 2xx that comes again.
    pub(crate) last_ack: Option<(u32, String)>,
}

impl Party {
    pub(crate) fn id(&self) -> LegId {
        self.view.id
    }

    /// True once it was answered, by it or by us.
    pub(crate) fn is_up(&self) -> bool {
        self.view.answered_at.is_some() && self.view.ended_at.is_none()
    }

    pub(crate) fn is_over(&self) -> bool {
        self.view.ended_at.is_some()
    }
}

/// Our half of a new leg's media.
pub(crate) fn local_media(address: SocketAddr, fingerprint: &str) -> LocalMedia {
    LocalMedia {
        ufrag: token(4),
        password: token(12),
        fingerprint: fingerprint.to_owned(),
        ssrc: number(),
        address,
        session: u64::from(number()),
        version: 1,
    }
}
