//! Input that cannot be meant: a clear message, nothing sent, nothing lost.

use patchcord_messages::LogIn;
use patchcord_tests::{Desk, Site, Timing};
use serde_json::json;

use crate::Story;
use crate::common::{Agent, nothing_was_sent};

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story::new("bad_input::numbers", numbers),
        Story::new("bad_input::line_break_in_a_number", line_break),
        Story::new("bad_input::servers", servers),
        Story::new("bad_input::hostile_messages", hostile_messages),
    ]
}

fn numbers(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let long = "1234567890".repeat(20);
    let cases = [
        ("abc", "“abc” is no phone number."),
        (long.as_str(), "This is too long for a phone number."),
        ("*#06#", "*#06# is a code for a handset itself"),
    ];
    for (number, words) in cases {
        agent.widget.fill("Number to call", number);
        agent.widget.click("button", "Call");
        agent.widget.shows(words, Timing::SCREEN);
        let field = agent.widget.control("textbox", "Number to call");
        assert_eq!(field.value, number, "what was typed is lost");
    }
    nothing_was_sent(desk, Some(&agent.probe));
    // The same from the popup.
    let popup = desk.popup();
    popup.fill("Number to call", "abc");
    popup.click("button", "Call");
    popup.shows("“abc” is no phone number.", Timing::SCREEN);
    nothing_was_sent(desk, Some(&agent.probe));
    // And the phone works as before.
    agent.widget.fill("Number to call", "9196");
    agent.widget.click("button", "Call");
    agent.talks();
}

/// A field takes no line break, so whoever wants to smuggle one in talks to the phone directly, as a broken view could.
fn line_break(desk: &Desk) {
    let probe = desk.log_in();
    let command = json!({"command": {"id": "00000000-0000-4000-8000-000000000001",
        "command": {"dial": {"number": "9196\r\nX-Evil: 1", "source": "popup"}}}});
    let ask = format!(
        "new Promise((resolve) => {{ const port = chrome.runtime.connect({{ name: 'view' }});
          port.onMessage.addListener((message) => {{ if (message.reply) resolve(message.reply); }}); port.postMessage({command}); }})"
    );
    let reply = probe.page().eval(&ask).unwrap_or_else(|error| panic!("{error:#}"));
    assert!(reply["problem"]["numberInvalid"].is_object(), "{reply}");
    nothing_was_sent(desk, Some(&probe));
    assert!(desk.rig.trace().iter().all(|entry| !entry.text.contains("X-Evil")), "a header was smuggled in");
}

fn servers(desk: &Desk) {
    let popup = desk.popup();
    for (server, words) in [
        ("", "Enter the server’s address"),
        ("http://pbx.example.com", "“http://pbx.example.com” is no WebSocket address."),
        ("not a url", "is no WebSocket address."),
    ] {
        desk.try_log_in(&popup, server, "1001", "secret");
        popup.shows(words, Timing::SCREEN);
        assert_eq!(popup.control("textbox", "User").value, "1001", "what was typed is lost");
    }
    desk.try_log_in(&popup, &desk.addresses().ws, "", "secret");
    popup.shows("Enter your user name or extension.", Timing::SCREEN);
    assert_eq!(desk.rig.state().connections, 0, "a connection was made");
    assert_eq!(desk.rig.state().requests.get("REGISTER"), None);
}

/// What no view of ours ever says must do nothing, and harm nobody.
fn hostile_messages(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let hostile = r"(async () => {
      const port = chrome.runtime.connect({ name: 'view' });
      for (const message of [null, 1, 'x', [], {}, { command: {} }, { command: { id: 'a', command: { explode: {} } } },
        { command: { id: 7, command: { hangUp: { call: -1 } } } }, { watch: { topic: 'everything' } }, { frame: { size: { width: 1e300, height: null } } }]) {
        port.postMessage(message);
      }
      chrome.runtime.connect({ name: 'no such port' });
      for (const message of [null, { to: 'worker' }, { to: 'worker', toWorker: 'explode' }, { to: 'offscreen', toOffscreen: 1 }]) {
        chrome.runtime.sendMessage(message).catch(() => {});
      }
    })()";
    agent.probe.page().eval(hostile).unwrap_or_else(|error| panic!("{error:#}"));
    let snapshot = agent.probe.snapshot().unwrap_or_else(|| panic!("the phone is gone"));
    assert!(matches!(snapshot.log_in, LogIn::In { .. }));
    agent.widget.fill("Number to call", "9196");
    agent.widget.click("button", "Call");
    agent.talks();
    let after = agent.probe.snapshot().unwrap_or_else(|| panic!("the phone is gone"));
    assert_eq!(after.epoch, snapshot.epoch, "the phone began anew");
}
