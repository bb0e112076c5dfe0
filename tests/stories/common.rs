//! What several stories do.

use std::time::Duration;

use patchcord_messages::{Call, CallState};
use patchcord_rig::{Leg, LegState};
use patchcord_tests::{Desk, Page, Peers, Probe, Site, Timing, unfold};

/// An agent who is logged in, on a page of the CRM with the widget open.
pub(crate) struct Agent<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) probe: Probe,
    pub(crate) page: Page,
    pub(crate) widget: Page,
}

impl<'a> Agent<'a> {
    /// Logs in and opens the CRM.
    pub(crate) fn at(desk: &'a Desk, site: Site) -> Self {
        let probe = desk.log_in();
        let page = desk.crm(site);
        let widget = desk.widget(&page);
        unfold(&widget);
        Self { desk, probe, page, widget }
    }

    /// Waits until a call that was begun is answered and both hear each other.
    pub(crate) fn talks(&self) -> Peers {
        self.widget.shows("Connected", Timing::CALL);
        let peers = self.desk.peers();
        self.desk.hears_both_ways(&peers);
        peers
    }

    /// Hangs up in the widget and waits until it is over everywhere.
    pub(crate) fn hangs_up(&self) {
        self.widget.click("button", "Hang up");
        self.widget.shows("Call ended", Timing::CALL);
        let user = &self.desk.user().user;
        self.desk.pbx("the call is over at the PBX", Timing::CALL, |state| state.call_of(user).is_none());
    }
}

/// The agent's leg, which is up.
pub(crate) fn leg(desk: &Desk) -> Leg {
    let user = &desk.user().user;
    let found = desk.pbx("the agent's call is up at the PBX", Timing::CALL, |state| {
        state.leg_of(user).filter(|leg| leg.state == LegState::Up).cloned()
    });
    found.unwrap_or_else(|| panic!("no call"))
}

/// No call has come to the PBX, and there is none in the phone.
pub(crate) fn nothing_was_sent(desk: &Desk, probe: Option<&Probe>) {
    let state = desk.rig.state();
    assert_eq!(state.requests.get("INVITE"), None, "an INVITE was sent: {:?}", state.requests);
    if let Some(snapshot) = probe.and_then(Probe::snapshot) {
        assert!(snapshot.calls.iter().all(|call| !call.state.is_live()), "there is a call: {:#?}", snapshot.calls);
    }
}

/// True while it is answered and nobody holds.
pub(crate) fn is_talking(call: &Call) -> bool {
    matches!(call.state, CallState::Connected { hold, pending_hold: None, .. } if !hold.local && !hold.remote)
}

/// True while we hold it.
pub(crate) fn is_held(call: &Call) -> bool {
    matches!(call.state, CallState::Connected { hold, pending_hold: None, .. } if hold.local)
}

/// Starts the rig's measurements of this moment's call anew.
pub(crate) fn reset(desk: &Desk) {
    let user = &desk.user().user;
    let call = desk.rig.state().call_of(user).map(|call| call.id).unwrap_or_else(|| panic!("no call at the PBX"));
    pollster::block_on(desk.rig.reset_measures(call)).unwrap_or_else(|error| panic!("{error:?}"));
}

/// How long sound may be missing where nothing may be lost.
pub(crate) const LONGEST_GAP: Duration = Duration::from_millis(200);
