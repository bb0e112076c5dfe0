//! What the far side does, in the right words.

use patchcord_messages::{CallState, EndReason};
use patchcord_rig::RigConfig;
use patchcord_tests::{Browser, Desk, Launch, Site, Timing};

use crate::Story;
use crate::common::Agent;

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story::new("far_side::hangs_up", hangs_up),
        Story::new("far_side::is_busy", |desk| ends(desk, "13800130001", "Busy", &EndReason::Busy)),
        Story::new("far_side::is_unreachable", |desk| ends(desk, "13800130002", "Not reachable right now", &EndReason::Unavailable)),
        Story::new("far_side::does_not_exist", |desk| ends(desk, "13800130003", "This number does not exist", &EndReason::NotFound)),
        Story::new("far_side::declines", |desk| ends(desk, "13800130008", "The other side declined", &EndReason::Declined)),
        Story {
            rig: || RigConfig { ring_timeout_ms: 2000, ..RigConfig::default() },
            ..Story::new("far_side::does_not_answer", does_not_answer)
        },
        Story::new("far_side::given_up", given_up),
        Story::new("far_side::early_media", early_media),
        Story::new("far_side::holds", holds),
    ]
}

/// Dials from the widget.
fn dial(agent: &Agent, number: &str) {
    agent.widget.fill("Number to call", number);
    agent.widget.click("button", "Call");
}

fn ends(desk: &Desk, number: &str, words: &str, reason: &EndReason) {
    let agent = Agent::at(desk, Site::Home);
    dial(&agent, number);
    agent.widget.shows(words, Timing::CALL);
    agent.probe.call(
        "it ended for this reason",
        Timing::SCREEN,
        |call| matches!(&call.state, CallState::Ended { reason: is, .. } if is == reason),
    );
}

fn hangs_up(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    dial(&agent, "13800130006");
    agent.talks();
    agent.widget.shows("The other side hung up", Timing::CALL);
    let call = agent.probe.call("it was talked", Timing::SCREEN, |call| matches!(call.state, CallState::Ended { talked: Some(_), .. }));
    let CallState::Ended { talked: Some(talked), .. } = call.state else { panic!("{call:#?}") };
    assert!((2_500..4_000).contains(&talked), "the far side talks for 3 s, but {talked} ms are counted");
}

/// A colleague's phone rings until the PBX gives up, which here is after two seconds.
fn does_not_answer(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let colleague = Browser::launch(&Launch::default()).unwrap_or_else(|error| panic!("{error:#}"));
    let other = desk.addresses().users.get(1).cloned().unwrap_or_else(|| panic!("only one user"));
    let popup = colleague.open_own("popup.html").unwrap_or_else(|error| panic!("{error:#}"));
    desk.try_log_in(&popup, &desk.addresses().ws, &other.user, &other.password);
    desk.pbx("the colleague is registered", Timing::CALL, |state| state.is_registered(&other.user));
    dial(&agent, &other.user);
    agent.widget.shows("Ringing…", Timing::CALL);
    agent.widget.shows("No answer", Timing::CALL);
    agent.probe.call("for this reason", Timing::SCREEN, |call| matches!(call.state, CallState::Ended { reason: EndReason::NoAnswer, .. }));
    popup.shows("Missed call", Timing::CALL);
}

/// It rings for ever; the agent gives up.
fn given_up(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    dial(&agent, "9199");
    agent.widget.shows("Ringing…", Timing::CALL);
    agent.widget.click("button", "Hang up");
    agent.widget.shows("Call cancelled", Timing::CALL);
    desk.pbx("cancelled at the PBX", Timing::CALL, |state| state.calls.is_empty());
}

fn early_media(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    dial(&agent, "9198");
    let call = agent
        .probe
        .call("the far side sends sound", Timing::CALL, |call| matches!(call.state, CallState::Ringing { early_media: true, .. }));
    let peers = desk.peers();
    let before = peers.loudest().map(|heard| heard.energy).unwrap_or_default();
    patchcord_tests::until("it is heard before the answer", Timing::SCREEN, || {
        (peers.loudest().ok()?.energy > before + 1e-6).then_some(())
    });
    agent
        .probe
        .call("then busy", Timing::CALL, |now| now.id == call.id && matches!(now.state, CallState::Ended { reason: EndReason::Busy, .. }));
    agent.widget.shows("Busy", Timing::SCREEN);
}

fn holds(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    dial(&agent, "13800130011");
    agent.widget.shows("Connected", Timing::CALL);
    agent.widget.shows("The other side put you on hold", Timing::CALL);
    agent.widget.hides("The other side put you on hold", Timing::CALL);
    desk.hears_both_ways(&desk.peers());
}
