//! Calls to customers: from wherever a number stands, and by hand.

use patchcord_messages::{Call, CallState};
use patchcord_rig::LegState;
use patchcord_tests::{Desk, Launch, Page, Peers, Site, Timing, timer, until};

use crate::Story;
use crate::common::{Agent, is_held, is_talking, leg};

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story::new("call_out::from_the_page_to_hanging_up", whole_call),
        Story::new("call_out::from_the_dial_pad", from_dial_pad),
        Story::new("call_out::from_the_popup", from_popup),
        Story::new("call_out::number_in_an_iframe", |desk| by_click(desk, Site::Home, numbers::FRAME)),
        Story::new("call_out::number_in_a_shadow_root", |desk| by_click(desk, Site::Home, numbers::SHADOW)),
        Story::new("call_out::number_in_a_read_only_field", |desk| by_click(desk, Site::Home, numbers::FIELD)),
        Story::new("call_out::tel_link", tel_link),
        Story::new("call_out::row_added_a_moment_ago", fresh_row),
        Story::new("call_out::on_the_strict_page", |desk| by_click(desk, Site::Strict, numbers::TABLE)),
        Story::new("call_out::under_trusted_types", |desk| by_click(desk, Site::TrustedTypes, numbers::TABLE)),
        Story::new("call_out::from_the_list_of_numbers", from_list),
        Story::new("call_out::with_a_colleague", with_colleague),
        Story::new("call_out::muted", muted),
    ]
}

/// What stands where on the demo CRM.
mod numbers {
    use super::Standing;

    pub(super) const TABLE: Standing = Standing { text: "139 1234 5678", dialled: "13912345678" };
    pub(super) const FRAME: Standing = Standing { text: "13666667777", dialled: "13666667777" };
    pub(super) const SHADOW: Standing = Standing { text: "18688889999", dialled: "18688889999" };
    pub(super) const FIELD: Standing = Standing { text: "0571-87654321", dialled: "57187654321" };
}

/// A number on a page.
#[derive(Clone, Copy)]
struct Standing {
    /// As it stands there.
    text: &'static str,
    /// The digits that the PBX must be asked for, a country code before them or not.
    dialled: &'static str,
}

/// The PBX was asked for this number.
fn was_dialled(desk: &Desk, digits: &str) {
    let user = &desk.user().user;
    let to = desk.pbx("the call comes to the PBX", Timing::CALL, |state| state.call_of(user).map(|call| call.to.clone()));
    let to = to.unwrap_or_default();
    assert!(to.ends_with(digits), "dialled {to} instead of {digits}");
}

fn by_click(desk: &Desk, site: Site, number: Standing) {
    let agent = Agent::at(desk, site);
    desk.click_text(&agent.page, number.text);
    was_dialled(desk, number.dialled);
    agent.talks();
    agent.hangs_up();
}

/// The whole of it, each step seen at both ends.
fn whole_call(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let before = agent.page.eval("location.href + document.title").unwrap_or_default();
    desk.click_text(&agent.page, numbers::TABLE.text);
    agent.widget.shows("Ringing…", Timing::CALL);
    was_dialled(desk, numbers::TABLE.dialled);
    let peers = agent.talks();

    until("the timer runs", Timing::SCREEN, || timer(&agent.widget).filter(|seconds| *seconds >= 2));

    agent.widget.click("button", "Hold");
    agent.widget.shows("On hold", Timing::CALL);
    let held = leg(desk);
    assert!(held.holds, "the PBX was not told of the hold");
    silent_on_hold(desk, &peers);
    agent.probe.call("held", Timing::SCREEN, is_held);

    agent.widget.click("button", "Resume");
    agent.probe.call("talking again", Timing::CALL, is_talking);
    desk.pbx("the PBX knows", Timing::CALL, |state| state.leg(held.id).is_some_and(|leg| !leg.holds));
    desk.hears_both_ways(&peers);

    agent.widget.click("button", "Keypad");
    for digit in ["1", "2", "#"] {
        agent.widget.click("button", digit);
    }
    desk.pbx("the tones arrive", Timing::CALL, |state| state.leg(held.id).is_some_and(|leg| leg.dtmf == "12#"));
    assert_eq!(leg(desk).dtmf_by_info, 0, "tones go as RFC 4733 where the PBX takes it");

    agent.hangs_up();
    let ended = desk.pbx("the leg is over", Timing::CALL, |state| state.leg(held.id).filter(|leg| leg.state == LegState::Ended).cloned());
    assert!(ended.is_some());
    until("the browser has let go of the microphone", Timing::SCREEN, || peers.read().ok()?.is_empty().then_some(()));
    assert_eq!(
        agent.page.eval("location.href + document.title").unwrap_or_default(),
        before,
        "the click did something to the page as well"
    );
}

/// While we hold, the far side hears nothing of us.
fn silent_on_hold(desk: &Desk, peers: &Peers) {
    let held = leg(desk);
    // Packets already on their way are let pass.
    let _ = desk.rig.wait_for_blocking(std::time::Duration::from_millis(400), |_| false);
    let (before, sent) = (leg(desk).media, peers.loudest().map(|peer| peer.sent).unwrap_or_default());
    let _ = desk.rig.wait_for_blocking(std::time::Duration::from_millis(800), |_| false);
    let (after, sent_after) = (leg(desk).media, peers.loudest().map(|peer| peer.sent).unwrap_or_default());
    let heard = after.energy_in - before.energy_in;
    assert!(heard < 1e-6, "the far side hears the agent on hold: {heard} more energy, leg {:?}", held.id);
    assert!(sent_after - sent < 60.0, "{} packets left the browser while on hold", sent_after - sent);
}

fn tel_link(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    agent.page.click_selector("#tel");
    was_dialled(desk, "15011112222");
    agent.talks();
    agent.hangs_up();
}

fn from_dial_pad(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    for digit in "9196".chars() {
        agent.widget.click("button", &digit.to_string());
    }
    assert_eq!(agent.widget.control("textbox", "Number to call").value, "9196");
    agent.widget.click("button", "Call");
    was_dialled(desk, "9196");
    agent.talks();
    agent.hangs_up();
}

fn from_popup(desk: &Desk) {
    let probe = desk.log_in();
    let popup = desk.popup();
    popup.fill("Number to call", "+86 138 0013 8000");
    popup.press("Enter", 13).unwrap_or_else(|error| panic!("{error:#}"));
    was_dialled(desk, "13800138000");
    popup.shows("Connected", Timing::CALL);
    desk.hears_both_ways(&desk.peers());
    // The popup closes; the call does not.
    popup.close().unwrap_or_else(|error| panic!("{error:#}"));
    probe.call("the call goes on", Timing::SCREEN, is_talking);
    let popup = desk.popup();
    popup.click("button", "Hang up");
    desk.pbx("over at the PBX", Timing::CALL, |state| state.calls.is_empty());
}

fn fresh_row(desk: &Desk) {
    let agent = Agent::at(desk, Site::Spa);
    let known = agent.page.text();
    agent.page.click("button", "Add a row");
    let text = until("a new row", Timing::SCREEN, || {
        let now = agent.page.text();
        let new = now.lines().find(|line| !known.contains(*line) && line.chars().filter(char::is_ascii_digit).count() >= 11)?;
        let number: String = new.split('\t').find(|cell| cell.chars().filter(char::is_ascii_digit).count() >= 11)?.trim().to_owned();
        Some(number)
    });
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    until("the new number is marked", Timing::SCREEN, || marked(&agent.page, &digits));
    desk.click_text(&agent.page, &text);
    was_dialled(desk, &digits);
    agent.talks();
}

/// The page's highlights, as CSS has them, hold this number.
fn marked(page: &Page, digits: &str) -> Option<()> {
    let look = "[...CSS.highlights.values()].flatMap((highlight) => [...highlight]).map((range) => { const r = document.createRange(); \
                try { r.setStart(range.startContainer, range.startOffset); r.setEnd(range.endContainer, range.endOffset); } catch { return ''; } \
                return r.toString().replace(/[^0-9]/g, ''); })";
    page.eval(look).ok()?.as_array()?.iter().any(|text| text.as_str().is_some_and(|text| text.contains(digits))).then_some(())
}

fn from_list(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    agent.widget.click("button", "Numbers on this page");
    let first = agent.widget.control_where("button", "Call <a number>", |name| {
        name.starts_with("Call ") && name.chars().filter(char::is_ascii_digit).count() >= 11
    });
    let digits: String = first.name.chars().filter(char::is_ascii_digit).collect();
    agent.widget.click_control(&first);
    was_dialled(desk, &digits);
    agent.widget.shows("Ringing…", Timing::CALL);
}

/// Two agents, two browsers, Opus between them.
fn with_colleague(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let browser = patchcord_tests::Browser::launch(&Launch::default()).unwrap_or_else(|error| panic!("{error:#}"));
    let other = desk.addresses().users.get(1).cloned().unwrap_or_else(|| panic!("only one user"));
    let popup = browser.open_own("popup.html").unwrap_or_else(|error| panic!("{error:#}"));
    desk.try_log_in(&popup, &desk.addresses().ws, &other.user, &other.password);
    desk.pbx("the colleague is registered", Timing::CALL, |state| state.is_registered(&other.user));
    agent.widget.fill("Number to call", &other.user);
    agent.widget.click("button", "Call");
    popup.click("button", "Answer");
    popup.shows("Connected", Timing::CALL);
    agent.talks();
    let theirs = Peers::new(browser.offscreen().unwrap_or_else(|error| panic!("{error:#}")));
    desk.hears_both_ways(&theirs);
    assert_eq!(leg(desk).media.codec, "opus");
    popup.click("button", "Hang up");
    agent.widget.shows("The other side hung up", Timing::CALL);
}

fn muted(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    agent.widget.fill("Number to call", "13800130012");
    agent.widget.click("button", "Call");
    agent.widget.shows("Connected", Timing::CALL);
    let before = leg(desk);
    desk.pbx("the agent is heard", Timing::CALL, |state| state.leg(before.id).is_some_and(|leg| leg.media.energy_in > 1e-6));
    agent.widget.click("button", "Mute");
    agent.probe.call("muted", Timing::SCREEN, |call: &Call| call.muted && matches!(call.state, CallState::Connected { .. }));
    until("the button says so", Timing::SCREEN, || agent.widget.find("button", |name| name == "Mute").filter(|button| button.on));
    let _ = desk.rig.wait_for_blocking(std::time::Duration::from_millis(400), |_| false);
    let quiet = leg(desk).media;
    desk.pbx("packets go on", Timing::CALL, |state| state.leg(before.id).is_some_and(|leg| leg.media.packets_in > quiet.packets_in + 50));
    let after = leg(desk).media.energy_in;
    assert!(after - quiet.energy_in < 1e-7, "a muted agent is heard: {}", after - quiet.energy_in);
    let popup = desk.popup();
    popup.click("button", "Mute");
    desk.pbx("heard again", Timing::CALL, |state| state.leg(before.id).is_some_and(|leg| leg.media.energy_in > after + 1e-6));
}
