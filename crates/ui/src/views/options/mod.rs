//! The settings: account, sites, numbers, dialling, sound, network, about. Every change is kept at once.

mod about;
mod account;
mod audio;
mod dialling;
mod network;
mod regions;
mod sites;

use crate::{
    components::live_region,
    dom::{El, el, live},
    prefs::Prefs,
    views::trouble::trouble,
};

/// The settings page.
pub(super) fn options() -> Vec<El> {
    let prefs = Prefs::here();
    let kept = live(move || match prefs.kept() {
        (0, _) => String::new(),
        // The mark that nobody sees makes it another text, so that each change is spoken anew.
        (count, true) => format!("{}{}", t!("settingsSaved"), if count % 2 == 0 { "" } else { "\u{200b}" }),
        (_, false) => t!("settingsNotSaved"),
    });
    let links = [
        ("#account", t!("optionsAccount")),
        ("#sites", t!("optionsSites")),
        ("#numbers", t!("optionsNumbers")),
        ("#dialling", t!("optionsDialling")),
        ("#sound", t!("optionsSound")),
        ("#network", t!("optionsNetwork")),
        ("#about", t!("optionsAbout")),
    ];
    let logo = el("img").class("logo").attr("src", "icons/48.png").attr("alt", "").attr("width", "28").attr("height", "28");
    let nav = el("nav")
        .class("options-nav")
        .attr("aria-label", &t!("optionsTitle"))
        .add(el("div").class("options-brand").add(logo).add(el("span").text(t!("extName"))))
        .all(links.into_iter().map(|(to, label)| el("a").attr("href", to).text(label)))
        .add(el("p").class("options-kept").attr("role", "status").text(kept));
    let main = el("main").class("options-main").add(el("h1").text(t!("optionsTitle"))).add(trouble()).all([
        account::account_card(),
        sites::sites_card(),
        regions::numbers_card(),
        dialling::dialling_card(),
        audio::audio_card(),
        network::network_card(),
        about::about_card(),
    ]);
    live_region().into_iter().chain([el("div").class("options").add(nav).add(main)]).collect()
}
