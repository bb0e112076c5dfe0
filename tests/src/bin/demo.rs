//! `cargo xtask demo`: the test bench, and Chromium with the extension, logged in, on the demo CRM. Without a display it plays a call by itself.
#![allow(clippy::print_stdout, reason = "it tells what it does")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use patchcord_rig::{CallEnd, Leg, LegState, RigConfig, State};
use patchcord_tests::{Desk, Launch, Microphone, Page, Peers, Site, Timing, timer, unfold, until};

/// How long the two talk in the played story, before and after the reload.
const TALK: Duration = Duration::from_secs(4);
/// Whom the played story calls: a customer who rings for a second and answers.
const CUSTOMER: &str = "139 1234 5678";

fn main() -> ExitCode {
    let display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let headless = !display || std::env::args().any(|arg| arg == "--headless");
    let microphone = if headless { Microphone::Granted } else { Microphone::Real };
    let desk = Arc::new(Desk::with(Launch { headless, microphone, ..Launch::default() }, RigConfig::default()));

    // Whatever comes first: the end of the story, Ctrl-C, or a closed window.
    let (done, wait) = channel();
    let (finished, interrupted) = (done.clone(), done);
    let on_interrupt = move || {
        // Nobody listens any more when we are ending already.
        let _ = interrupted.send(ExitCode::from(130));
    };
    if let Err(error) = ctrlc::set_handler(on_interrupt) {
        eprintln!("demo: Ctrl-C will not tidy up: {error}");
    }
    let player = Arc::clone(&desk);
    std::thread::spawn(move || {
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| if headless { play(&player) } else { hand_over(&player) }));
        let _ = finished.send(if played.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    });
    let code = wait.recv().unwrap_or(ExitCode::FAILURE);
    desk.browser.end();
    code
}

/// Logs in, opens the CRM, and leaves the rest to whoever sits there.
fn hand_over(desk: &Desk) {
    let (page, _) = ready(desk);
    let _ = page.show();
    println!("The phone is on: click a number. Ctrl-C, or closing the browser, ends everything.");
    println!("To be called: curl -d '{{\"to\":\"{}\",\"from\":\"13800138000\"}}' {}/calls", desk.user().user, desk.addresses().control);
    until("the browser is closed", Duration::from_secs(24 * 3600), || desk.browser.has_ended().then_some(()));
}

/// Logs in and opens the CRM with the widget.
fn ready(desk: &Desk) -> (Page, Page) {
    let started = Instant::now();
    let popup = desk.popup();
    let user = desk.user().clone();
    desk.try_log_in(&popup, &desk.addresses().ws, &user.user, &user.password);
    desk.pbx("registered", Timing::CALL, |state| state.is_registered(&user.user));
    popup.shows("Ready", Timing::CALL);
    picture(&popup, "1-popup");
    step("log in", &format!("{} at {}: registered after {} ms", user.user, desk.addresses().ws, started.elapsed().as_millis()));
    let _ = popup.close();
    let page = desk.crm(Site::Home);
    let widget = desk.widget(&page);
    until("numbers are marked", Timing::SCREEN, || page.eval("CSS.highlights.size").ok().filter(|size| *size != 0));
    let marked = page.eval("[...CSS.highlights.values()].reduce((sum, highlight) => sum + highlight.size, 0)").unwrap_or_default();
    step("open the CRM", &format!("{}: {marked} numbers are marked, the page is as it was", desk.url(Site::Home)));
    picture(&page, "2-crm");
    (page, widget)
}

/// The story: click a number, talk, reload the page, hang up.
fn play(desk: &Desk) {
    let (page, widget) = ready(desk);

    desk.click_text(&page, CUSTOMER);
    let clicked = now_ms();
    let ringing = leg(desk, "an INVITE", |leg| leg.state != LegState::Trying);
    step("click a number", &format!("{CUSTOMER}: INVITE at the PBX after {:.0} ms", ringing.invited_at - clicked));
    unfold(&widget);
    picture(&page, "3-ringing");

    let up = leg(desk, "sound", |leg| leg.state == LegState::Up && leg.media.first_sound_in_at.is_some());
    let answered = Instant::now();
    let heard = up.media.first_sound_in_at.unwrap_or_default() - up.answered_at.unwrap_or_default();
    step("answered", &format!("sound reaches the PBX {heard:.0} ms after the answer ({}, DTLS-SRTP)", up.media.codec));
    let peers = desk.peers();
    listen(desk, &peers, TALK);
    picture(&page, "4-talking");

    let call = desk.rig.state().call_of(&desk.user().user).map(|call| call.id);
    if let Some(call) = call {
        pollster::block_on(desk.rig.reset_measures(call)).unwrap_or_else(|error| panic!("{error:?}"));
    }
    let concealed = peers.loudest().map(|heard| heard.concealed_ms).unwrap_or_default();
    page.reload().unwrap_or_else(|error| panic!("{error:#}"));
    let loaded = Instant::now();
    let widget = desk.widget(&page);
    let seconds = until("the call is shown again", Timing::SCREEN, || timer(&widget));
    let back = loaded.elapsed().as_millis();
    let now = leg(desk, "the call", |leg| leg.state == LegState::Up);
    let missed = peers.loudest().map(|heard| heard.concealed_ms).unwrap_or_default() - concealed;
    step(
        "reload the page",
        &format!(
            "the widget is back {back} ms after the load and says {seconds} s of {} s; longest gap {:.0} ms to the PBX, {:.0} ms from it; {missed:.0} ms of sound missed",
            answered.elapsed().as_secs(),
            now.media.longest_gap_in_ms,
            now.media.longest_gap_out_ms
        ),
    );
    listen(desk, &peers, TALK);
    picture(&page, "5-after-reload");

    widget.click("button", "Hang up");
    let over = desk.pbx("the call is over", Timing::CALL, |state| state.call(call?).filter(|call| call.ended_at.is_some()).cloned());
    let over = over.unwrap_or_else(|| panic!("no call"));
    let talked = over.ended_at.unwrap_or_default() - over.answered_at.unwrap_or_default();
    widget.shows("Call ended", Timing::SCREEN);
    picture(&page, "6-over");
    let pbx = match over.end {
        Some(CallEnd::HungUp { .. }) => "the PBX got the BYE".to_owned(),
        other => panic!("the PBX says {other:?}"),
    };
    step("hang up", &format!("after {:.1} s; {pbx}", talked / 1000.0));
    let folder = folder();
    println!("pictures: {}", folder.canonicalize().unwrap_or(folder).display());
}

/// Lets them talk and says what came over at both ends.
fn listen(desk: &Desk, peers: &Peers, time: Duration) {
    let before = (leg(desk, "the call", |_| true).media, peers.loudest().unwrap_or_default());
    // The story's own pace, not a wait for something.
    std::thread::sleep(time);
    let (pbx, agent) = (leg(desk, "the call", |_| true).media, peers.loudest().unwrap_or_default());
    let seconds = time.as_secs_f64();
    let level = |energy: f64| 10.0 * (energy / seconds).max(1e-12).log10();
    step(
        "talk",
        &format!(
            "{seconds:.0} s: PBX heard {} packets at {:.0} dB, {} lost; agent heard {:.0} packets at {:.0} dB, {:.0} lost",
            pbx.packets_in - before.0.packets_in,
            level(pbx.energy_in - before.0.energy_in),
            pbx.lost_in - before.0.lost_in,
            agent.packets - before.1.packets,
            level(agent.energy - before.1.energy),
            agent.lost - before.1.lost
        ),
    );
}

/// Waits for the agent's leg to look as `wanted`.
fn leg(desk: &Desk, what: &str, wanted: impl Fn(&Leg) -> bool) -> Leg {
    let user = &desk.user().user;
    let found = |state: &State| state.leg_of(user).filter(|leg| wanted(leg)).cloned();
    desk.pbx(what, Timing::CALL, found).unwrap_or_else(|| panic!("{what}"))
}

fn step(name: &str, words: &str) {
    println!("{name:>16}  {words}");
}

fn picture(page: &Page, name: &str) {
    if let Err(error) = page.screenshot(&folder().join(format!("{name}.png"))) {
        println!("no picture: {error:#}");
    }
}

fn folder() -> PathBuf {
    patchcord_tests::output_folder("demo")
}

/// The time as the rig has it.
fn now_ms() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
