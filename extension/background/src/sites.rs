//! The CRM sites: where the content script runs, and what it is told.

use patchcord_browser::chrome::{
    locked, offscreen, permissions, scripting, settings,
    storage::Area::{Local, Session},
    tabs,
};
use patchcord_messages::{Settings, Site, SiteMode, SiteNews, SiteState, WidgetPlace, match_pattern};
use wasm_bindgen_futures::spawn_local;

use crate::remember;

const SCRIPT: &str = "content.js";
/// The origin that the user wants switched on and has not granted yet: the popup may be gone by the time the browser's prompt is answered.
const WANTED: &str = "wantedSite";

/// Switches the phone on at an origin. False where the user has not granted it (yet).
pub(crate) async fn on(origin: String) -> bool {
    let Some(pattern) = match_pattern(&origin) else { return false };
    if !permissions::contains(&pattern).await.unwrap_or_default() {
        let _ = Session.set(WANTED, &origin).await;
        return false;
    }
    let _ = Session.remove(WANTED).await;
    if settings::update(move |settings| switch_on(settings, origin)).await.is_err() {
        return false;
    }
    apply(true).await;
    true
}

/// Switches it off there, and gives the permission back where no other site needs it.
pub(crate) async fn off(origin: String) -> bool {
    let pattern = match_pattern(&origin);
    let Ok(settings) = settings::update(move |settings| settings.sites.retain(|site| site.origin != origin)).await else { return false };
    apply(false).await;
    if let Some(pattern) = pattern.filter(|pattern| !settings.patterns().contains(pattern)) {
        let _ = permissions::remove(&pattern).await;
    }
    true
}

fn switch_on(settings: &mut Settings, origin: String) {
    match settings.sites.iter_mut().find(|site| site.origin == origin) {
        Some(site) if site.mode == SiteMode::Off => site.mode = SiteMode::On,
        Some(_) => {}
        None => settings.sites.push(Site { origin, mode: SiteMode::On, page_api: false }),
    }
}

/// Makes the browser's registration what the settings say, and tells the pages. With `inject`, starts the script in tabs that are open already; where it
/// runs, a second start does nothing.
pub(crate) async fn apply(inject: bool) {
    let patterns = granted(settings::read().await.patterns()).await;
    let registered = patterns.clone();
    // One at a time: two at once would both find nothing registered and both try to.
    let _ = locked("scripts", move || async move { scripting::register(SCRIPT, &registered).await }).await;
    if inject {
        for pattern in patterns {
            for tab in tabs::matching(&pattern).await.unwrap_or_default() {
                // A tab that is still loading or shows an error gets it by registration.
                spawn_local(async move { drop(scripting::inject(SCRIPT, tab.id).await) });
            }
        }
    }
    tell_pages().await;
}

async fn granted(patterns: Vec<String>) -> Vec<String> {
    let mut granted = Vec::new();
    for pattern in patterns {
        if permissions::contains(&pattern).await.unwrap_or_default() {
            granted.push(pattern);
        }
    }
    granted
}

/// Has every content script say Hello again.
pub(crate) async fn tell_pages() {
    for tab in tabs::all().await.unwrap_or_default() {
        let _ = tabs::tell(tab.id, &SiteNews::Changed);
    }
}

/// The user granted something, in our prompt or elsewhere.
pub(crate) async fn permissions_added() {
    match Session.get::<String>(WANTED).await {
        Ok(Some(origin)) => {
            on(origin).await;
        }
        _ => apply(true).await,
    }
}

/// The user took something back: sites without permission are off for good.
pub(crate) async fn permissions_removed() {
    let wanted = settings::read().await.patterns();
    let granted = granted(wanted.clone()).await;
    if granted.len() < wanted.len() {
        // What changes here makes `pass_on_settings` run, but that may be too late for a page that is being looked at.
        let _ = settings::update(move |settings| retain_granted(settings, &granted)).await;
        apply(false).await;
    }
}

fn retain_granted(settings: &mut Settings, granted: &[String]) {
    settings
        .sites
        .retain(|site| site.mode == SiteMode::Off || match_pattern(&site.origin).is_some_and(|pattern| granted.contains(&pattern)));
}

/// What a content script at `origin` learns.
pub(crate) async fn state(origin: Option<String>) -> SiteState {
    let settings = settings::read().await;
    let site = origin.as_deref().and_then(|origin| settings.site(origin)).cloned();
    let Some(site) = site else {
        return SiteState { mode: SiteMode::Off, live: false, numbers: 0, place: None };
    };
    let exists = offscreen::exists().await.unwrap_or_default();
    if !exists && remember::is_in_session().await {
        // It crashed. The page is told when the new one has logged in.
        spawn_local(async {
            crate::offscreen::ensure().await;
        });
    }
    let numbers = fingerprint(&settings);
    SiteState {
        mode: site.mode,
        live: exists && remember::is_live().await,
        numbers,
        place: Local.get(&place_key(&site.origin)).await.ok().flatten(),
    }
}

/// Of what decides which numbers are found and how they are dialled.
fn fingerprint(settings: &Settings) -> u32 {
    // FNV-1a: nobody attacks it, and a clash costs a reload of the page.
    let text = format!("{:?}{:?}{:?}", settings.regions, settings.number_style, settings.dial);
    text.bytes().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Remembers where the user left the widget at `origin`.
pub(crate) async fn placed(origin: Option<String>, place: WidgetPlace) -> bool {
    let Some(origin) = origin else { return false };
    if settings::read().await.site(&origin).is_none() {
        return false;
    }
    let height = if place.height.is_finite() { place.height.clamp(0.0, 1.0) } else { 1.0 };
    Local.set(&place_key(&origin), &WidgetPlace { height, ..place }).await.is_ok()
}

fn place_key(origin: &str) -> String {
    format!("place {origin}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(settings: &Settings) -> Vec<(&str, SiteMode)> {
        settings.sites.iter().map(|site| (site.origin.as_str(), site.mode)).collect()
    }

    #[test]
    fn switching_on_twice_leaves_one_site() {
        let mut settings = Settings::default();
        switch_on(&mut settings, "https://a.test".to_owned());
        switch_on(&mut settings, "https://a.test".to_owned());
        assert_eq!(origins(&settings), [("https://a.test", SiteMode::On)]);
    }

    #[test]
    fn switching_on_keeps_a_chosen_mode() {
        let mut settings = Settings::default();
        switch_on(&mut settings, "https://a.test".to_owned());
        settings.sites[0].mode = SiteMode::WidgetOnly;
        switch_on(&mut settings, "https://a.test".to_owned());
        assert_eq!(settings.sites[0].mode, SiteMode::WidgetOnly);
        settings.sites[0].mode = SiteMode::Off;
        switch_on(&mut settings, "https://a.test".to_owned());
        assert_eq!(settings.sites[0].mode, SiteMode::On);
    }

    #[test]
    fn the_fingerprint_follows_what_numbers_depend_on() {
        let plain = Settings::default();
        let mut other = plain.clone();
        other.dial.outside_line = "9".to_owned();
        assert_ne!(fingerprint(&plain), fingerprint(&other));
        let mut louder = plain.clone();
        louder.audio.ring_volume = 1.0;
        assert_eq!(fingerprint(&plain), fingerprint(&louder), "a page is not read again for the ring tone");
    }

    #[test]
    fn a_site_goes_with_its_permission() {
        let mut settings = Settings::default();
        for origin in ["https://a.test", "http://b.test:1", "http://b.test:2"] {
            switch_on(&mut settings, origin.to_owned());
        }
        retain_granted(&mut settings, &["http://b.test/*".to_owned()]);
        assert_eq!(origins(&settings), [("http://b.test:1", SiteMode::On), ("http://b.test:2", SiteMode::On)]);
        retain_granted(&mut settings, &[]);
        assert!(settings.sites.is_empty());
    }
}
