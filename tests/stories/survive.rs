//! The call outlives the page: whatever the tab does, neither side hears a gap, and the widget is back at once.

use std::time::{Duration, Instant};

use patchcord_tests::{Desk, Inbound, Page, Peers, Site, Timing, timer, unfold, until};

use crate::Story;
use crate::common::{Agent, LONGEST_GAP, is_talking, leg, reset};

/// The widget is back on a new page, with the right timer, within this time from the page's load.
const WIDGET_BACK: Duration = Duration::from_secs(1);

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story::new("survive::reload", reload),
        Story::new("survive::tab_closed_and_another_opened", another_tab),
        Story::new("survive::navigation", navigation),
        Story::new("survive::worker_killed", worker_killed),
        Story::new("survive::two_tabs_show_one_phone", two_tabs),
    ]
}

/// Sound at both ends, from one moment to another.
struct Ears<'a> {
    desk: &'a Desk,
    peers: Peers,
    before: Inbound,
    began: Instant,
}

impl<'a> Ears<'a> {
    fn new(desk: &'a Desk, peers: Peers) -> Self {
        reset(desk);
        let before = peers.loudest().unwrap_or_else(|error| panic!("{error:#}"));
        Self { desk, peers, before, began: Instant::now() }
    }

    /// Nothing was missing since the beginning, in either direction.
    fn heard_everything(self) {
        // Long enough for a gap that is only just beginning to show.
        self.desk.hears_both_ways(&self.peers);
        let after = self.peers.loudest().unwrap_or_else(|error| panic!("{error:#}"));
        let seconds = self.began.elapsed().as_secs_f64();
        let media = leg(self.desk).media;
        let longest = LONGEST_GAP.as_secs_f64() * 1000.0;
        assert!(media.longest_gap_in_ms <= longest, "the far side heard nothing for {} ms", media.longest_gap_in_ms);
        assert!(media.longest_gap_out_ms <= longest, "the PBX sent nothing for {} ms", media.longest_gap_out_ms);
        let missing = after.concealed_ms - self.before.concealed_ms;
        assert!(missing <= longest, "the agent missed {missing} ms of sound");
        // 50 packets a second; a gap would show here as well.
        let packets = after.packets - self.before.packets;
        assert!(packets >= 50.0 * (seconds - LONGEST_GAP.as_secs_f64() - 0.1), "only {packets} packets came in {seconds:.2} s");
    }
}

/// The widget of a page that has just loaded shows the call within a second, with a timer that went on.
fn widget_is_back(agent: &Agent, page: &Page, answered: Instant) -> Page {
    let loaded = Instant::now();
    let widget = agent.desk.find_widget(page, WIDGET_BACK).unwrap_or_else(|| panic!("no widget within a second"));
    let shown = until("the call is shown", WIDGET_BACK.saturating_sub(loaded.elapsed()), || timer(&widget));
    let talked = answered.elapsed().as_secs();
    assert!(shown.abs_diff(talked) <= 1, "the timer says {shown} s after {talked} s of talk");
    eprintln!("    widget back after {} ms", loaded.elapsed().as_millis());
    widget
}

/// A call that has been going on for a moment.
fn talking(desk: &Desk) -> (Agent<'_>, Peers, Instant) {
    let agent = Agent::at(desk, Site::Home);
    agent.widget.fill("Number to call", "13800138000");
    agent.widget.click("button", "Call");
    agent.widget.shows("Connected", Timing::CALL);
    let answered = Instant::now();
    let peers = agent.talks();
    until("the timer runs", Timing::SCREEN, || timer(&agent.widget).filter(|seconds| *seconds >= 2));
    (agent, peers, answered)
}

fn reload(desk: &Desk) {
    let (agent, peers, answered) = talking(desk);
    let ears = Ears::new(desk, peers);
    agent.page.reload().unwrap_or_else(|error| panic!("{error:#}"));
    let widget = widget_is_back(&agent, &agent.page, answered);
    ears.heard_everything();
    // What is back is not a picture: it hangs up.
    widget.click("button", "Hang up");
    desk.pbx("over at the PBX", Timing::CALL, |state| state.calls.is_empty());
}

fn another_tab(desk: &Desk) {
    let (agent, peers, answered) = talking(desk);
    let ears = Ears::new(desk, peers);
    let Agent { desk, probe, page, widget } = agent;
    drop(widget);
    page.close().unwrap_or_else(|error| panic!("{error:#}"));
    probe.call("the call goes on without a page", Timing::SCREEN, is_talking);
    let page = desk.browser.open(&desk.url(Site::Home)).unwrap_or_else(|error| panic!("{error:#}"));
    page.show().unwrap_or_else(|error| panic!("{error:#}"));
    let widget = desk.find_widget(&page, WIDGET_BACK).unwrap_or_else(|| panic!("no widget within a second"));
    let shown = until("the call is shown", WIDGET_BACK, || timer(&widget));
    assert!(shown.abs_diff(answered.elapsed().as_secs()) <= 1, "the timer says {shown} s");
    ears.heard_everything();
    widget.click("button", "Hang up");
    desk.pbx("over at the PBX", Timing::CALL, |state| state.calls.is_empty());
}

fn navigation(desk: &Desk) {
    let (agent, peers, answered) = talking(desk);
    let ears = Ears::new(desk, peers);
    agent.page.go(&desk.url(Site::Strict)).unwrap_or_else(|error| panic!("{error:#}"));
    widget_is_back(&agent, &agent.page, answered);
    ears.heard_everything();
}

fn worker_killed(desk: &Desk) {
    let (agent, peers, _) = talking(desk);
    let ears = Ears::new(desk, peers);
    desk.browser.kill_worker(agent.probe.page()).unwrap_or_else(|error| panic!("{error:#}"));
    let widget = &agent.widget;
    // The next click works, and nothing else has noticed.
    widget.click("button", "Hold");
    widget.shows("On hold", Timing::CALL);
    widget.click("button", "Resume");
    agent.probe.call("talking again", Timing::CALL, is_talking);
    // A hold is silence by intention, so what was heard is measured anew, with the worker killed once more.
    drop(ears);
    let ears = Ears::new(desk, desk.peers());
    let _ = desk.browser.kill_worker(agent.probe.page());
    ears.heard_everything();
    agent.hangs_up();
    // And the page's numbers work with a worker that has to wake up for it.
    let _ = desk.browser.kill_worker(agent.probe.page());
    agent.widget.fill("Number to call", "9196");
    agent.widget.click("button", "Call");
    agent.talks();
}

/// What happens in one tab shows in the other within 100 ms.
fn two_tabs(desk: &Desk) {
    const RECORD: &str = r"globalThis.changes = []; new MutationObserver(() => changes.push([Date.now(), document.body.innerText]))
      .observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true }); 0";
    let agent = Agent::at(desk, Site::Home);
    let second = desk.crm(Site::Spa);
    let other = desk.widget(&second);
    unfold(&other);
    for view in [&agent.widget, &other] {
        view.eval(RECORD).unwrap_or_else(|error| panic!("{error:#}"));
    }
    agent.widget.fill("Number to call", "13800138000");
    agent.widget.click("button", "Call");
    other.shows("Connected", Timing::CALL);
    agent.widget.shows("Connected", Timing::CALL);
    other.click("button", "Hold");
    agent.widget.shows("On hold", Timing::CALL);
    other.shows("On hold", Timing::CALL);
    for words in ["Calling…", "Ringing…", "Connected", "On hold"] {
        let first = |view: &Page| {
            let look = format!("changes.find(([, text]) => text.includes({}))?.[0] ?? null", serde_json::json!(words));
            view.eval(&look).ok().and_then(|time| time.as_f64())
        };
        let (Some(here), Some(there)) = (first(&agent.widget), first(&other)) else {
            // A state may be so short that no view paints it; both must agree on that.
            assert!(words == "Calling…", "“{words}” was not shown in both tabs");
            continue;
        };
        let apart = (here - there).abs();
        eprintln!("    “{words}” {apart} ms apart");
        assert!(apart <= 100.0, "“{words}” shows {apart} ms later in one tab than in the other");
    }
}
