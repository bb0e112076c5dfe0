//! Behind the toolbar's button: log in, status, what is wrong, calls, missed calls, this site.

mod missed;
mod site;

use patchcord_messages::{Command, DialSource, LogIn};

use crate::{
    components::{Icon, Kind, Shape, button, live_region},
    dom::{El, el},
    host::{self, Page},
    phone::Phone,
    views::{
        calls::calls,
        dial::{DialState, dial},
        log_in::log_in,
        status::status,
        trouble::trouble,
    },
};

/// The popup.
pub(super) fn popup() -> Vec<El> {
    let phone = Phone::here();
    let stage = move || phone.read(|s| s.map(|s| matches!(s.log_in, LogIn::In { .. })));
    let logo = el("img").class("logo").attr("src", "icons/48.png").attr("alt", "").attr("width", "24").attr("height", "24");
    let settings = button(t!("buttonSettings")).icon(Icon::Settings).kind(Kind::Quiet).shape(Shape::Round);
    let head = el("header")
        .class("popup-head")
        .add(logo)
        .add(el("h1").text(t!("extName")))
        .add(settings.press(|| host::get().open(Page::Options)));
    let body = el("main").class("popup").add(trouble()).redo(stage, |stage| match stage {
        None => vec![el("p").class("opening").attr("role", "status").text(t!("linkOpening"))],
        Some(false) => vec![log_in()],
        Some(true) => logged_in(),
    });
    live_region().into_iter().chain([head, body]).collect()
}

fn logged_in() -> Vec<El> {
    let phone = Phone::here();
    let microphone = button(t!("buttonMicrophone")).icon(Icon::Microphone).kind(Kind::Quiet).press(|| host::get().open(Page::Microphone));
    let log_out = button(t!("buttonLogOut")).icon(Icon::LogOut).kind(Kind::Quiet).press(move || phone.send(Command::LogOut));
    vec![
        status(),
        calls(),
        dial(DialState::new(DialSource::Popup), false),
        missed::missed(),
        site::this_site(),
        el("footer").class("popup-foot").add(microphone).add(log_out),
    ]
}
