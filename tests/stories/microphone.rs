//! Without a microphone nobody would hear the agent: then no call is made, and it is said why.

use patchcord_messages::Microphone as Has;
use patchcord_tests::{Desk, Launch, Microphone, Site, Timing, until};

use crate::Story;
use crate::common::{Agent, nothing_was_sent};

pub(crate) fn stories() -> Vec<Story> {
    let missing = || Launch { microphone: Microphone::Missing, ..Launch::default() };
    let refused = || Launch { microphone: Microphone::Refused, ..Launch::default() };
    let not_asked = || Launch { microphone: Microphone::NotAsked, ..Launch::default() };
    vec![
        Story::new("microphone::missing", |desk| says(desk, "No microphone found.", Has::Missing)).launched(missing),
        Story::new("microphone::refused", |desk| says(desk, "does not let the phone use the microphone", Has::Refused)).launched(refused),
        Story::new("microphone::never_asked", never_asked).launched(not_asked),
        Story::new("microphone::incoming_without", incoming).launched(missing),
    ]
}

fn says(desk: &Desk, words: &str, has: Has) {
    let agent = Agent::at(desk, Site::Home);
    agent.probe.until("the phone knows", Timing::SCREEN, |snapshot| snapshot.devices.microphone == has);
    agent.widget.fill("Number to call", "9196");
    agent.widget.click("button", "Call");
    agent.widget.shows(words, Timing::SCREEN);
    nothing_was_sent(desk, Some(&agent.probe));
    assert_eq!(agent.widget.control("textbox", "Number to call").value, "9196", "what was typed is lost");
    assert!(agent.probe.is_in(), "still logged in");
}

fn never_asked(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    agent.widget.fill("Number to call", "9196");
    agent.widget.click("button", "Call");
    until("the microphone page opens", Timing::SCREEN, || {
        let targets = desk.browser.connection().targets().ok()?;
        targets.iter().any(|target| target.kind == "page" && target.url.ends_with("/microphone.html")).then_some(())
    });
    let page = desk
        .browser
        .attach("microphone page", |target| target.url.ends_with("/microphone.html"))
        .unwrap_or_else(|error| panic!("{error:#}"));
    page.shows("Patchcord needs your microphone so that people hear you on calls.", Timing::SCREEN);
    page.control("button", "Allow microphone");
    nothing_was_sent(desk, Some(&agent.probe));
}

fn incoming(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    let call = desk.ring("13912345678", "");
    agent.widget.click("button", "Answer");
    agent.widget.shows("No microphone found.", Timing::CALL);
    // The caller is not left with silence: the call is not up.
    let state = desk.rig.state();
    assert!(state.call(call).is_some_and(|call| call.answered_at.is_none()), "answered without a microphone");
}
