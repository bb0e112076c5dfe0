//! Calls from outside.

use std::time::Duration;

use patchcord_messages::{CallState, Direction};
use patchcord_rig::{CallEnd, LegState};
use patchcord_tests::{Desk, Site, Timing, unfold, until};
use serde_json::json;

use crate::Story;
use crate::common::{Agent, is_held, is_talking};

const FROM: &str = "13912345678";

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story::new("incoming::answered_in_widget", answered_in_widget),
        Story::new("incoming::answered_in_notification", answered_in_notification),
        Story::new("incoming::declined_in_notification", declined_in_notification),
        Story::new("incoming::answered_in_second_tab", answered_in_second_tab),
        Story::new("incoming::declined", declined),
        Story::new("incoming::caller_gives_up", caller_gives_up),
        Story::new("incoming::second_call", second_call),
        Story::new("incoming::not_ready", not_ready),
        Story::new("incoming::hostile_name", hostile_name),
    ]
}

fn answered_in_widget(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    desk.ring(FROM, "张三");
    agent.widget.shows("Incoming call", Timing::CALL);
    agent.widget.shows("张三", Timing::SCREEN);
    agent.widget.click("button", "Answer");
    agent.talks();
    let call = agent.probe.call("the call is up", Timing::SCREEN, is_talking);
    assert_eq!((call.direction, call.peer.number.as_str()), (Direction::Inbound, FROM));
    agent.hangs_up();
}

/// Waits for the notification of an incoming call and gives its id.
fn notification(desk: &Desk) -> String {
    until("a notification", Timing::CALL, || {
        let all = desk.browser.worker().ok()?.eval("chrome.notifications.getAll()").ok()?;
        all.as_object()?.keys().next().cloned()
    })
}

fn no_notification(desk: &Desk) {
    until("the notification is gone", Timing::CALL, || {
        let all = desk.browser.worker().ok()?.eval("chrome.notifications.getAll()").ok()?;
        all.as_object()?.is_empty().then_some(())
    });
}

fn answered_in_notification(desk: &Desk) {
    let probe = desk.log_in();
    desk.ring(FROM, "");
    let id = notification(desk);
    desk.dispatch("chrome.notifications.onButtonClicked", &json!([id, 0]));
    probe.call("answered", Timing::CALL, is_talking);
    desk.hears_both_ways(&desk.peers());
    no_notification(desk);
}

fn declined_in_notification(desk: &Desk) {
    desk.log_in();
    let call = desk.ring(FROM, "");
    let id = notification(desk);
    desk.dispatch("chrome.notifications.onButtonClicked", &json!([id, 1]));
    desk.pbx("declined", Timing::CALL, |state| matches!(state.call(call).and_then(|call| call.end.clone()), Some(CallEnd::Refused { .. })));
    no_notification(desk);
}

fn answered_in_second_tab(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let second = desk.crm(Site::Spa);
    let other = desk.widget(&second);
    unfold(&other);
    desk.ring(FROM, "");
    agent.widget.shows("Incoming call", Timing::CALL);
    other.click("button", "Answer");
    other.shows("Connected", Timing::CALL);
    agent.widget.shows("Connected", Timing::SCREEN);
    assert!(!agent.widget.has("button", "Answer"), "the first tab still offers to answer");
    desk.hears_both_ways(&desk.peers());
}

fn declined(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let call = desk.ring(FROM, "");
    agent.widget.click("button", "Decline");
    agent.widget.shows("Declined", Timing::CALL);
    let end = desk.pbx("declined at the PBX", Timing::CALL, |state| state.call(call).and_then(|call| call.end.clone()));
    assert!(matches!(end, Some(CallEnd::Refused { status: 486 | 603 })), "{end:?}");
}

fn caller_gives_up(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let call = desk.ring(FROM, "");
    agent.widget.control("button", "Answer");
    pollster::block_on(desk.rig.hang_up(call)).unwrap_or_else(|error| panic!("{error:?}"));
    agent.widget.shows("Missed call", Timing::CALL);
    until("nothing left to answer", Timing::SCREEN, || (!agent.widget.has("button", "Answer")).then_some(()));
    let snapshot = agent.probe.until("it counts as missed", Timing::SCREEN, |snapshot| !snapshot.missed.is_empty());
    assert_eq!(snapshot.missed.len(), 1);
    let badge = until("the toolbar counts it", Timing::SCREEN, || {
        let text = desk.browser.worker().ok()?.eval("chrome.action.getBadgeText({})").ok()?;
        text.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    });
    assert_eq!(badge, "1");
}

fn second_call(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    desk.ring(FROM, "first");
    agent.widget.click("button", "Answer");
    agent.talks();
    desk.ring("13700001111", "second");
    agent.widget.shows("second", Timing::CALL);
    agent.widget.click("button", "Answer");
    let snapshot = agent.probe.until("the second talks, the first is held", Timing::CALL, |snapshot| {
        snapshot.calls.iter().filter(|call| is_talking(call)).count() == 1
            && snapshot.calls.iter().filter(|call| is_held(call)).count() == 1
    });
    let talking = snapshot.calls.iter().find(|call| is_talking(call)).and_then(|call| call.peer.name.clone());
    assert_eq!(talking.as_deref(), Some("second"));
    let user = desk.user().user.clone();
    desk.pbx("one leg holds, the other does not", Timing::CALL, |state| {
        let legs: Vec<_> = state.calls.iter().flat_map(|call| &call.legs).filter(|leg| leg.user.as_deref() == Some(&user)).collect();
        legs.len() == 2 && legs.iter().all(|leg| leg.state == LegState::Up) && legs.iter().filter(|leg| leg.holds).count() == 1
    });
}

fn not_ready(desk: &Desk) {
    let probe = desk.log_in();
    let popup = desk.popup();
    popup.click("switch", "Ready for calls");
    popup.shows("Not ready", Timing::SCREEN);
    let call = desk.ring(FROM, "");
    let end = desk.pbx("turned away", Timing::CALL, |state| state.call(call).and_then(|call| call.end.clone()));
    assert_eq!(end, Some(CallEnd::Refused { status: 480 }));
    assert!(probe.snapshot().is_some_and(|snapshot| snapshot.calls.iter().all(|call| !matches!(call.state, CallState::Incoming { .. }))));
}

fn hostile_name(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    desk.ring(FROM, "<img src=x onerror=alert(1)>\u{202e}gnp.exe");
    agent.widget.shows("<img src=x onerror=alert(1)>", Timing::CALL);
    assert!(!agent.widget.text().contains('\u{202e}'), "bidi controls are shown");
    let images = agent.widget.eval("document.querySelectorAll('img').length").unwrap_or_default();
    assert_eq!(images, 0, "a caller's name became HTML");
    let waited = desk.rig.wait_for_blocking(Duration::from_millis(300), |state| state.calls.is_empty());
    assert!(waited.is_err(), "the call is gone");
}
