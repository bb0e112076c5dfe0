use patchcord_messages::{Site, SiteMode, ToWorker};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Choice, Icon, button, card, list, row, select},
    dom::{El, el},
    host,
    prefs::Prefs,
};

/// The sites on which the phone is on.
pub(super) fn sites_card() -> El {
    let prefs = Prefs::here();
    let rows = move |sites: &Vec<Site>| {
        if sites.is_empty() {
            return vec![el("p").class("empty").text(t!("optionsSitesNone"))];
        }
        vec![list(&t!("optionsSites")).all(sites.iter().map(|site| one(prefs, site)))]
    };
    card("sites", t!("optionsSites"), Some(t!("optionsSitesAbout"))).redo(move || prefs.part(|settings| settings.sites.clone()), rows)
}

fn one(prefs: Prefs, Site { origin, mode, .. }: &Site) -> El {
    let modes = [("on", t!("siteModeOn")), ("widgetOnly", t!("siteModeWidgetOnly")), ("off", t!("siteModeOff"))];
    let modes = modes.map(|(value, label)| Choice { value: value.to_owned(), label }).to_vec();
    let value = match mode {
        SiteMode::On => "on",
        SiteMode::WidgetOnly => "widgetOnly",
        SiteMode::Off => "off",
    };
    let (changed, removed) = (origin.clone(), origin.clone());
    let change = move |value: String| {
        let mode = match value.as_str() {
            "widgetOnly" => SiteMode::WidgetOnly,
            "off" => SiteMode::Off,
            _ => SiteMode::On,
        };
        let origin = changed.clone();
        prefs.change(move |settings| {
            for site in settings.sites.iter_mut().filter(|site| site.origin == origin) {
                site.mode = mode;
            }
        });
    };
    let remove = move || {
        let origin = removed.clone();
        spawn_local(async move {
            host::get().tell_worker(ToWorker::SiteOff { origin }).await;
        });
    };
    let choose = select(t!("siteMode", origin), move || modes.clone(), move || value.to_owned(), None, change);
    let remove = button(t!("buttonRemove")).name(t!("buttonRemoveSite", origin)).icon(Icon::Close).press(remove);
    row([el("bdi").class("site-name").attr("title", origin).text(origin.as_str())], [choose, remove])
}
