//! A call that the far side of another call asked us to make: being transferred (RFC 3515, RFC 5589).

use crate::api::{CallHandle, Ended};
use crate::core::{Core, FollowUp};

/// To whom the progress of this call is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Referral {
    /// The call in which REFER came.
    pub(crate) by: CallHandle,
    /// The CSeq number of REFER: it names the implicit subscription.
    pub(crate) number: u32,
}

impl Referral {
    pub(crate) fn report(&self, core: &mut Core, status: u16, last: bool) {
        core.follow_ups.push_back(FollowUp::Report { call: self.by, number: self.number, status, last });
    }
}

/// What the transferor is told when the call ends before it was answered.
pub(super) fn status_of(reason: &Ended) -> u16 {
    match reason {
        Ended::Refused(status, _) => *status,
        Ended::TimedOut => 408,
        Ended::Media(_) => 488,
        Ended::Misuse(_) => 400,
        _ => 487,
    }
}
