//! The CRM's page stays as it was.

use std::time::Duration;

use patchcord_tests::{Desk, Page, Site, Timing, until};

use crate::Story;
use crate::common::Agent;

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story::new("page::dom_is_untouched", dom_is_untouched),
        Story::new("page::nothing_where_it_is_off", nothing_where_it_is_off),
        Story::new("page::switched_off_again", switched_off_again),
        Story::new("page::policies_are_not_violated", policies),
    ]
}

/// The page as its own scripts see it, without the one element that holds the widget.
const SERIALISE: &str = r"(() => {
  const copy = new XMLSerializer().serializeToString(document.head) + new XMLSerializer().serializeToString(document.body);
  const own = [...document.documentElement.children].filter((child) => child !== document.head && child !== document.body);
  return JSON.stringify({ copy, extra: own.map((child) => child.tagName + ' ' + child.attributes.length + ' ' + child.childNodes.length), frames: window.length,
    attributes: [...document.documentElement.attributes].map((a) => a.name + '=' + a.value), globals: Object.keys(window).sort().join() });
})()";

fn state(page: &Page) -> serde_json::Value {
    let text = page.eval(SERIALISE).unwrap_or_else(|error| panic!("{error:#}"));
    serde_json::from_str(text.as_str().unwrap_or_default()).unwrap_or_default()
}

fn dom_is_untouched(desk: &Desk) {
    let before = desk.browser.open(&desk.url(Site::Home)).unwrap_or_else(|error| panic!("{error:#}"));
    let plain = state(&before);
    let agent = Agent::at(desk, Site::Home);
    agent.widget.click("button", "Numbers on this page");
    until("the numbers are found", Timing::SCREEN, || agent.widget.find("button", |name| name.starts_with("Call ") && name.len() > 8));
    let now = state(&agent.page);
    assert_eq!(now["copy"], plain["copy"], "head or body were changed");
    assert_eq!(now["frames"], plain["frames"], "the page sees another frame");
    assert_eq!(now["globals"], plain["globals"], "the page sees other globals");
    assert_eq!(now["attributes"], plain["attributes"]);
    let extra = now["extra"].as_array().map_or(0, Vec::len);
    assert!(extra <= 1, "one element for the widget and no more: {}", now["extra"]);
}

fn nothing_where_it_is_off(desk: &Desk) {
    desk.log_in();
    let page = desk.browser.open(&desk.url(Site::Home)).unwrap_or_else(|error| panic!("{error:#}"));
    page.show().unwrap_or_else(|error| panic!("{error:#}"));
    assert!(desk.find_widget(&page, Duration::from_millis(700)).is_none(), "a widget on a site where the phone is off");
    let marked = page.eval("CSS.highlights.size").unwrap_or_default();
    assert_eq!(marked, 0, "numbers are marked");
    assert_eq!(state(&page)["extra"].as_array().map_or(0, Vec::len), 0);
}

fn switched_off_again(desk: &Desk) {
    let agent = Agent::at(desk, Site::Home);
    agent.page.show().unwrap_or_else(|error| panic!("{error:#}"));
    let popup = desk.toolbar_popup(&agent.page);
    popup.click("button", "Stop using on this site");
    until("the widget is gone", Timing::SCREEN, || desk.find_widget(&agent.page, Duration::ZERO).is_none().then_some(()));
    until("the marks are gone", Timing::SCREEN, || (agent.page.eval("CSS.highlights.size").ok()? == 0).then_some(()));
}

/// Under the strict policy and under Trusted Types, nothing of ours is reported to the page as a violation.
fn policies(desk: &Desk) {
    let agent = Agent::at(desk, Site::Strict);
    for site in [Site::Strict, Site::TrustedTypes] {
        let page = desk.browser.open("about:blank#").unwrap_or_else(|error| panic!("{error:#}"));
        let watch = "globalThis.violations = []; document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))";
        page.call("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({"source": watch}))
            .unwrap_or_else(|error| panic!("{error:#}"));
        page.go(&desk.url(site)).unwrap_or_else(|error| panic!("{error:#}"));
        page.show().unwrap_or_else(|error| panic!("{error:#}"));
        let widget = desk.widget(&page);
        until("it shows something", Timing::SCREEN, || {
            widget.has("button", "Open phone").then_some(()).or_else(|| widget.has("button", "Fold phone").then_some(()))
        });
        assert_eq!(page.eval("violations").unwrap_or_default(), serde_json::json!([]), "{site:?}");
    }
    drop(agent);
}
