use leptos::reactive::{
    graph::untrack,
    signal::RwSignal,
    traits::{Get, GetUntracked, Set},
};
use patchcord_messages::{SiteMode, ToWorker};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Icon, Kind, button},
    dom::{El, el, live},
    host,
    prefs::Prefs,
};

#[derive(Clone, Copy)]
struct Here {
    prefs: Prefs,
    origin: RwSignal<Option<String>>,
    failed: RwSignal<bool>,
}

impl Here {
    fn on(self) -> bool {
        let origin = self.origin.get();
        self.prefs.part(|settings| settings.sites.iter().any(|site| Some(&site.origin) == origin.as_ref() && site.mode != SiteMode::Off))
    }

    fn switch_on(self) {
        let Some(origin) = self.origin.get_untracked() else { return };
        self.failed.set(false);
        // Asked for here and now: after an await the click no longer counts.
        let granted = host::get().request_origin(&origin);
        spawn_local(async move {
            let done = granted.await && host::get().tell_worker(ToWorker::SiteOn { origin }).await;
            self.failed.set(!done);
        });
    }

    fn switch_off(self) {
        let Some(origin) = self.origin.get_untracked() else { return };
        spawn_local(async move {
            let done = host::get().tell_worker(ToWorker::SiteOff { origin }).await;
            self.failed.set(!done);
        });
    }

    fn name(self) -> String {
        match self.origin.get() {
            Some(origin) => origin.split_once("://").map_or(origin.clone(), |(_, host)| host.to_owned()),
            None => t!("siteNone"),
        }
    }

    fn state(self) -> String {
        match (self.origin.get(), self.failed.get(), self.on()) {
            (None, ..) => t!("siteNoneHint"),
            (_, true, _) => t!("siteFailed"),
            (_, _, true) => t!("siteOn"),
            _ => t!("siteOff"),
        }
    }
}

/// Whether the phone is on at the site that the agent looks at, and the button that switches it on there.
pub(super) fn this_site() -> El {
    let here = Here { prefs: Prefs::here(), origin: RwSignal::new(None), failed: RwSignal::new(false) };
    spawn_local(async move { here.origin.set(host::get().active_origin().await) });
    let name = live(move || here.name());
    let words = el("div")
        .class("site-words")
        .add(el("p").class("site-name").say("title", name.clone()).add(el("bdi").text(name)))
        .add(el("p").class("hint").attr("role", "status").text(live(move || here.state())));
    let switch = move |state: &(bool, bool)| match state {
        (false, _) => vec![],
        (true, true) => vec![button(t!("buttonSiteOff")).press(move || untrack(|| here.switch_off()))],
        (true, false) => vec![button(t!("buttonSiteOn")).kind(Kind::Primary).press(move || untrack(|| here.switch_on()))],
    };
    el("section")
        .class("site")
        .attr("aria-label", &t!("siteTitle"))
        .add(el("span").class("site-icon").add(Icon::Site.draw()))
        .add(words)
        .redo(move || (here.origin.get().is_some(), here.on()), switch)
}
