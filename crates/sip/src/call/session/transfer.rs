//! Transfers (RFC 3515, RFC 5589): as the one who transfers, and as the one who is transferred.
//!
//! ```text
//!  we transfer:         REFER ──202──▶ Accepted ──NOTIFY 1xx──▶ Progress ──NOTIFY 2xx──▶ Done: we hang up
//!                         ╰── refused, NOTIFY 300–699 ──▶ Failed: the call goes on
//!  we are transferred:  REFER: 202, NOTIFY 100, a new call, NOTIFY with each of its provisional responses and the final one
//! ```

use super::Session;
use crate::api::{CallEvent, CallHandle, Ended, TransferState};
use crate::call::referral::Referral;
use crate::call::{Context, Next};
use crate::core::FollowUp;
use crate::message::{HeaderName as H, Method, NameAddr, Request, Uri, reason_phrase, unescape};
use crate::request::Body;
use crate::transaction::{Answer, Outcome, Reply};

/// How long the implicit subscription of a REFER to us lasts, in seconds.
const EXPIRES: u32 = 180;

/// A transfer that we asked for.
pub(super) struct Transfer {
    /// The REFER's transaction.
    id: u32,
    /// Its CSeq number, which names the subscription.
    number: u32,
    /// The other call, where both far sides are to be connected.
    other: Option<CallHandle>,
    accepted: bool,
}

impl Session {
    /// Asks the far side to call somebody else.
    pub(crate) fn transfer(&mut self, cx: &mut Context<'_>, refer_to: String, other: Option<CallHandle>) -> Next {
        if !self.announced || self.leaving || self.transfer.is_some() || !cx.core.ready {
            cx.emit(CallEvent::Transfer(TransferState::Failed(491, "not now".to_owned())));
            return Next::Stay;
        }
        let from = NameAddr::new("", cx.core.config.aor.without_params()).to_string();
        let draft =
            self.dialog.draft(Method::Refer).with("Contact", cx.core.contact()).with("Refer-To", refer_to).with("Referred-By", from);
        let number = draft.number;
        let owner = cx.owner();
        let id = cx.core.send(draft, owner);
        self.transfer = Some(Transfer { id, number, other, accepted: false });
        Next::Stay
    }

    pub(super) fn is_transfer(&self, id: u32) -> bool {
        self.transfer.as_ref().is_some_and(|transfer| transfer.id == id)
    }

    /// The answer to our REFER.
    pub(super) fn transfer_reply(&mut self, cx: &mut Context<'_>, reply: &Reply) -> Next {
        let Some(transfer) = &mut self.transfer else { return Next::Stay };
        // A second try with credentials has another number.
        transfer.number = reply.draft.number;
        match &reply.outcome {
            Outcome::Response(response) => match response.status() {
                ..200 => Next::Stay,
                200..300 => {
                    // NOTIFY may have come first.
                    if !transfer.accepted {
                        transfer.accepted = true;
                        cx.emit(CallEvent::Transfer(TransferState::Accepted));
                    }
                    // RFC 4488: nobody will tell us more.
                    if response.get("Refer-Sub").is_some_and(|value| value.trim().eq_ignore_ascii_case("false")) {
                        return self.transferred(cx);
                    }
                    Next::Stay
                }
                481 => Next::End(Ended::Remote),
                status => self.transfer_failed(cx, status, response.reason()),
            },
            Outcome::Failed(_) => self.transfer_failed(cx, 408, reason_phrase(408)),
        }
    }

    fn transfer_failed(&mut self, cx: &mut Context<'_>, status: u16, reason: &str) -> Next {
        self.transfer = None;
        cx.emit(CallEvent::Transfer(TransferState::Failed(status, reason.to_owned())));
        Next::Stay
    }

    /// The far sides talk to each other: our part is over.
    fn transferred(&mut self, cx: &mut Context<'_>) -> Next {
        let other = self.transfer.take().and_then(|transfer| transfer.other);
        cx.emit(CallEvent::Transfer(TransferState::Done));
        if let Some(call) = other {
            cx.core.follow_ups.push_back(FollowUp::Leave { call, reason: Ended::Transferred });
        }
        cx.media.close(cx.core, cx.handle);
        self.drop_out(cx, Ended::Transferred)
    }

    /// What the end of this call means while a transfer is under way: many a server hangs up instead of telling the result.
    pub(super) fn end_by_far_side(&mut self, cx: &mut Context<'_>) -> Ended {
        match self.transfer.take() {
            Some(transfer) if transfer.accepted => {
                cx.emit(CallEvent::Transfer(TransferState::Done));
                if let Some(call) = transfer.other {
                    cx.core.follow_ups.push_back(FollowUp::Leave { call, reason: Ended::Transferred });
                }
                Ended::Transferred
            }
            _ if self.leaving => Ended::Local,
            _ => Ended::Remote,
        }
    }

    /// NOTIFY about our REFER: a status line as its body (RFC 3515 2.4.5).
    pub(super) fn notified(&mut self, cx: &mut Context<'_>, id: u32, request: &Request) -> Next {
        let event = request.valued(H::Event).ok().flatten();
        let named = event.and_then(|event| event.params.get("id")).map(str::to_owned);
        let ours = event.is_some_and(|event| event.value.eq_ignore_ascii_case("refer"));
        let Some(transfer) =
            self.transfer.as_mut().filter(|transfer| ours && named.is_none_or(|named| named == transfer.number.to_string()))
        else {
            cx.core.respond(id, Answer::new(481));
            return Next::Stay;
        };
        cx.core.respond(id, Answer::new(200));
        let accepted = std::mem::replace(&mut transfer.accepted, true);
        if !accepted {
            cx.emit(CallEvent::Transfer(TransferState::Accepted));
        }
        let line = request.text().lines().next().unwrap_or_default();
        let mut words = line.splitn(3, ' ').skip(1);
        let status = words.next().and_then(|status| status.parse::<u16>().ok()).unwrap_or_default();
        let over = request.valued(H::SubscriptionState).ok().flatten().is_some_and(|state| state.value.eq_ignore_ascii_case("terminated"));
        match status {
            200..300 => self.transferred(cx),
            300..700 => self.transfer_failed(cx, status, words.next().unwrap_or_default()),
            // The far side will tell no more, and has told nothing final.
            _ if over => self.transfer_failed(cx, 408, "no result"),
            101..200 => {
                cx.emit(CallEvent::Transfer(TransferState::Progress(status)));
                Next::Stay
            }
            _ => Next::Stay,
        }
    }

    /// REFER: the far side transfers us.
    pub(super) fn referred(&mut self, cx: &mut Context<'_>, id: u32, request: &Request) -> Next {
        let target = request.address(H::ReferTo).ok().flatten().map(|address| address.uri().to_uri());
        let several = request.get_all(H::ReferTo).count() > 1;
        let Some(target) = target.filter(|_| !several) else {
            cx.core.respond(id, Answer::new(400));
            return Next::Stay;
        };
        let invite = target.param("method").is_none_or(|method| method.eq_ignore_ascii_case("INVITE"));
        if !target.is_sip() || !invite {
            // Only calls can be asked for.
            cx.core.respond(id, Answer::new(603));
            return Next::Stay;
        }
        // Of the headers in the URI only Replaces means something that we want to do.
        let replaces =
            target.headers().find(|(name, _)| name.eq_ignore_ascii_case("Replaces")).map(|(_, value)| unescape(value).into_owned());
        if replaces.as_ref().is_some_and(|value| value.chars().any(char::is_control)) {
            cx.core.respond(id, Answer::new(400));
            return Next::Stay;
        }
        let number = request.cseq().map_or(0, |cseq| cseq.number);
        let quiet = request.get("Refer-Sub").is_some_and(|value| value.trim().eq_ignore_ascii_case("false"));
        let answer = Answer::new(202).with("Contact", cx.core.contact());
        cx.core.respond(id, if quiet { answer.with("Refer-Sub", "false") } else { answer });
        let referred_by = request.get(H::ReferredBy).map(str::to_owned);
        let referral = Referral { by: cx.handle, number };
        if !quiet {
            referral.report(cx.core, 100, false);
        }
        cx.core.follow_ups.push_back(FollowUp::Call { referral, quiet, target, replaces, referred_by });
        Next::Stay
    }

    /// Tells the far side how the call goes that it asked for.
    pub(crate) fn report(&mut self, cx: &mut Context<'_>, number: u32, status: u16, last: bool) -> Next {
        let state = if last { "terminated;reason=noresource".to_owned() } else { format!("active;expires={EXPIRES}") };
        let body = Body { kind: "message/sipfrag;version=2.0".into(), text: format!("SIP/2.0 {status} {}\r\n", reason_phrase(status)) };
        let draft = self
            .dialog
            .draft(Method::Notify)
            .with("Contact", cx.core.contact())
            .with("Event", format!("refer;id={number}"))
            .with("Subscription-State", state)
            .with_body(body);
        let owner = cx.owner();
        cx.core.send(draft, owner);
        Next::Stay
    }

    /// How another call's far side is told to take this call over: Refer-To with Replaces (RFC 3891).
    pub(crate) fn referral_to_here(&self) -> Option<String> {
        let address = self.dialog.remote_address()?;
        // A GRUU reaches this very phone; else the address of record, where Replaces picks the right one.
        let uri = if self.dialog.target.param("gr").is_some() { self.dialog.target.clone() } else { address.without_params() };
        let replaces: String = self.dialog.replaces().chars().map(escape).collect();
        Some(format!("<{}?Replaces={replaces}>", uri.without_headers().as_str())).filter(|_| self.announced && !self.leaving)
    }

    /// Whether Replaces names this dialog.
    pub(crate) fn is_replaced_by(&self, call_id: &str, to_tag: &str, from_tag: &str) -> bool {
        self.dialog.call_id == call_id && self.dialog.local_tag == to_tag && self.dialog.remote_tag == from_tag
    }

    /// This call is over because another has taken its place.
    pub(crate) fn leave(&mut self, cx: &mut Context<'_>, reason: Ended) -> Next {
        cx.media.close(cx.core, cx.handle);
        self.drop_out(cx, reason)
    }
}

/// A character of a URI's header value (RFC 3261 25.1 `hvalue`).
fn escape(c: char) -> String {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '!' | '~' | '*' | '\'' | '(' | ')') {
        return c.to_string();
    }
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Refer-To for a target that a person chose.
pub(crate) fn refer_to(target: &Uri) -> String {
    format!("<{}>", target.as_str())
}
