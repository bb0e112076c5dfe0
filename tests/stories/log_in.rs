//! Logging in, and all the ways in which it does not succeed: each says what to do, and nothing is tried for ever that cannot succeed.

use std::time::Duration;

use patchcord_messages::LogIn;
use patchcord_rig::{DigestOffer, RigConfig};
use patchcord_tests::{Desk, Launch, Probe, Timing, until};

use crate::Story;

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story::new("log_in::registers", registers),
        Story { rig: || RigConfig { digest: DigestOffer::Md5, ..RigConfig::default() }, ..Story::new("log_in::with_md5", registers) },
        Story::new("log_in::over_tls", over_tls),
        Story::new("log_in::wrong_password", wrong_password),
        Story::new("log_in::unknown_host", unknown_host),
        Story::new("log_in::silent_server", silent_server),
        Story::new("log_in::out_again", out_again),
        Story::new("log_in::in_chinese", in_chinese).launched(|| Launch { language: "zh-CN", ..Launch::default() }),
    ]
}

fn registers(desk: &Desk) {
    let popup = desk.popup();
    let user = desk.user().clone();
    desk.try_log_in(&popup, &desk.addresses().ws, &user.user, &user.password);
    desk.pbx("the agent is registered", Timing::CALL, |state| state.is_registered(&user.user));
    popup.shows("Ready", Timing::CALL);
    popup.control("switch", "Ready for calls");

    let title = until("the toolbar says so", Timing::SCREEN, || {
        let title = desk.browser.worker().ok()?.eval("chrome.action.getTitle({})").ok()?;
        title.as_str().filter(|title| title.contains("ready")).map(str::to_owned)
    });
    assert_eq!(title, "Patchcord: ready for calls");
    let state = desk.rig.state();
    assert_eq!(state.registrations.len(), 1, "one contact: {:?}", state.registrations);
    assert!(state.registrations.iter().all(|registration| registration.instance.is_some()), "no +sip.instance");
}

fn over_tls(desk: &Desk) {
    // A second browser, since only at its start it learns which certificate to trust.
    let trusting = Launch { trusted_key: Some(desk.addresses().certificate_spki.clone()), ..Launch::default() };
    let browser = patchcord_tests::Browser::launch(&trusting).unwrap_or_else(|error| panic!("{error:#}"));
    let popup = browser.open_own("popup.html").unwrap_or_else(|error| panic!("{error:#}"));
    let user = desk.user().clone();
    desk.try_log_in(&popup, &desk.addresses().wss, &user.user, &user.password);
    desk.pbx("registered over TLS", Timing::CALL, |state| {
        state.registrations.iter().any(|registration| registration.user == user.user && registration.tls)
    });
    popup.shows("Ready", Timing::CALL);
}

fn wrong_password(desk: &Desk) {
    let popup = desk.popup();
    desk.try_log_in(&popup, &desk.addresses().ws, &desk.user().user, "not the password");
    popup.shows("Wrong user or password. Check both and try again.", Timing::CALL);
    let registers = desk.rig.state().requests.get("REGISTER").copied();
    assert_eq!(registers, Some(2), "one challenge, one answer, and no more");
    stays_out(desk, Duration::from_secs(3));
    assert_eq!(desk.rig.state().requests.get("REGISTER").copied(), registers, "it is not tried again");
    // What was typed is still there, and the right password goes through.
    let server = popup.control("textbox", "Server");
    assert_eq!(server.value, desk.addresses().ws);
    popup.fill("Password", &desk.user().password);
    popup.click("button", "Log in");
    desk.pbx("registered with the right one", Timing::CALL, |state| state.is_registered(&desk.user().user));
}

fn unknown_host(desk: &Desk) {
    let popup = desk.popup();
    desk.try_log_in(&popup, "ws://no-such-host.invalid:5066", "1001", "secret");
    popup.shows("no-such-host.invalid can’t be reached.", Timing::CALL);
    popup.control("button", "Log in");
}

fn silent_server(desk: &Desk) {
    let popup = desk.popup();
    desk.try_log_in(&popup, &desk.addresses().silent, "1001", "secret");
    popup.shows("Logging in", Timing::SCREEN);
    // RFC 3261's Timer F is 32 s; nobody waits that long for a log-in without a word.
    popup.shows("accepts the connection but does not answer", Duration::from_secs(35));
    popup.control("button", "Log in");
}

fn out_again(desk: &Desk) {
    let probe = desk.log_in();
    let popup = desk.popup();
    popup.click("button", "Log out");
    desk.pbx("the registration is removed", Timing::CALL, |state| state.registrations.is_empty());
    popup.control("button", "Log in");
    let snapshot = probe.until("logged out", Timing::SCREEN, |snapshot| matches!(snapshot.log_in, LogIn::Out { .. }));
    assert_eq!(snapshot.log_in, LogIn::Out { problem: None });
}

fn in_chinese(desk: &Desk) {
    let popup = desk.popup();
    popup.shows("登录", Timing::SCREEN);
    let words = popup.text();
    assert!(!words.contains("Log in"), "there is English left: {words}");
}

/// For that long, nobody is registered.
fn stays_out(desk: &Desk, time: Duration) {
    let came = desk.rig.wait_for_blocking(time, |state| !state.registrations.is_empty());
    assert!(came.is_err(), "somebody registered all the same");
    let probe = Probe::open(&desk.browser).unwrap_or_else(|error| panic!("{error:#}"));
    probe.until("logged out, with a reason", Timing::SCREEN, |snapshot| matches!(snapshot.log_in, LogIn::Out { problem: Some(_) }));
}
