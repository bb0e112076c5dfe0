//! The extension and a page with JsSIP call each other through Kamailio: nothing of ours but the extension.

use std::process::Command;

use patchcord_interop::{Algorithm, Kamailio};
use patchcord_tests::{Browser, Desk, Launch, Page, Peers, Site, Timing, until};
use serde_json::json;

use crate::Story;

pub(crate) fn stories() -> Vec<Story> {
    vec![Story::new("interop::with_jssip_through_kamailio", with_jssip)]
}

/// JsSIP from npm in one script, which `cargo xtask test` has installed.
fn jssip() -> String {
    let interop = concat!(env!("CARGO_MANIFEST_DIR"), "/interop");
    let esbuild = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/node_modules/.bin/esbuild");
    let made = Command::new(esbuild)
        .current_dir(interop)
        .args(["node_modules/jssip/lib/JsSIP.js", "--bundle", "--format=iife", "--global-name=JsSIP", "--log-level=warning"])
        .output()
        .unwrap_or_else(|error| panic!("no esbuild: {error}"));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap_or_default()
}

/// Registers bob; he answers whoever calls.
const REGISTER: &str = r"((server) => new Promise((done, failed) => {
  const ua = globalThis.ua = new globalThis.JsSIP.UA({ sockets: [new globalThis.JsSIP.WebSocketInterface(server)],
    uri: 'sip:bob@pbx.test', password: 'pw-bob', register: true, session_timers: false });
  ua.on('registered', () => done(true));
  ua.on('registrationFailed', (event) => failed(new Error(event.cause)));
  ua.on('newRTCSession', ({ session, originator }) => {
    globalThis.session = session;
    session.on('failed', (event) => { globalThis.cause = event.cause; });
    const hear = (connection) => connection.addEventListener('track', (event) => {
      const audio = globalThis.audio = new Audio();
      audio.srcObject = new MediaStream([event.track]);
      audio.play();
    });
    if (session.connection) hear(session.connection);
    session.on('peerconnection', ({ peerconnection }) => hear(peerconnection));
    if (originator === 'remote') session.answer({ mediaConstraints: { audio: true, video: false } });
  });
  ua.start();
}))";

/// A page with JsSIP in a browser of its own, where bob is registered.
fn bob(desk: &Desk, server: &str) -> (Browser, Page) {
    let start = || -> anyhow::Result<(Browser, Page)> {
        let browser = Browser::launch(&Launch { autoplay: true, ..Launch::default() })?;
        let page = browser.open(&desk.url(Site::Spa))?;
        let origin = page.eval("location.origin")?;
        browser.connection().call(None, "Browser.grantPermissions", json!({"origin": origin, "permissions": ["audioCapture"]}))?;
        page.eval(&format!("{}; globalThis.JsSIP = JsSIP; 0", jssip()))?;
        page.eval(&format!("{REGISTER}({})", json!(server)))?;
        Ok((browser, page))
    };
    start().unwrap_or_else(|error| panic!("{error:#}"))
}

/// Each hears the other, by their browsers' own count.
fn both_hear(agent: &Peers, bob: &Peers) {
    for (who, peers) in [("the agent", agent), ("bob", bob)] {
        let before = until(&format!("{who} gets packets"), Timing::CALL, || peers.loudest().ok().filter(|heard| heard.packets > 0.0));
        until(&format!("{who} hears the other"), Timing::CALL, || {
            let now = peers.loudest().ok()?;
            (now.packets > before.packets + 50.0 && now.energy > before.energy + 1e-6).then_some(())
        });
    }
}

fn with_jssip(desk: &Desk) {
    let runtime = tokio::runtime::Runtime::new().unwrap_or_else(|error| panic!("{error}"));
    let kamailio = runtime.block_on(Kamailio::start(Algorithm::Md5)).unwrap_or_else(|error| panic!("{error:#}"));
    let popup = desk.popup();
    desk.try_log_in(&popup, &kamailio.ws(), "alice@pbx.test", "pw-alice");
    popup.shows("Ready", Timing::CALL);
    let (_browser, page) = bob(desk, &kamailio.ws());

    popup.fill("Number to call", "sip:bob@pbx.test");
    popup.click("button", "Call");
    popup.shows("Connected", Timing::CALL);
    let (ours, theirs) = (desk.peers(), Peers::attach(&page).unwrap_or_else(|error| panic!("{error:#}")));
    both_hear(&ours, &theirs);
    popup.click("button", "Hold");
    popup.shows("On hold", Timing::CALL);
    until("bob knows that he is held", Timing::SCREEN, || (page.eval("session.isOnHold().remote").ok()? == true).then_some(()));
    popup.click("button", "Resume");
    until("bob knows that he is not", Timing::CALL, || (page.eval("session.isOnHold().remote").ok()? == false).then_some(()));
    both_hear(&ours, &theirs);
    popup.click("button", "Hang up");
    until("it is over for bob", Timing::CALL, || (page.eval("session.isEnded()").ok()? == true).then_some(()));
    popup.click("button", "Dismiss");

    page.eval("ua.call('sip:alice@pbx.test', { mediaConstraints: { audio: true, video: false } }); 0")
        .unwrap_or_else(|error| panic!("{error:#}"));
    popup.click("button", "Answer");
    popup.shows("Connected", Timing::CALL);
    both_hear(&ours, &theirs);
    page.eval("session.terminate(); 0").unwrap_or_else(|error| panic!("{error:#}"));
    popup.shows("The other side hung up", Timing::CALL);
}
