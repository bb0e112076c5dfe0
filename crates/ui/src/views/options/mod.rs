//! The settings: account, sites, numbers, sound, network, about. Every change is kept at once.

mod about;
mod account;
mod audio;
mod network;
mod regions;
mod sites;

use leptos::prelude::*;

use crate::{components::LiveRegion, prefs::Prefs, views::trouble::Trouble};

/// The settings page.
#[component]
pub(super) fn Options() -> impl IntoView {
    let prefs = Prefs::here();
    let kept = move || match prefs.kept.get() {
        // The count changes the text's identity, so that each change is spoken anew.
        Some((count, true)) => format!("{}{}", t!("settingsSaved"), if count % 2 == 0 { "" } else { "\u{200b}" }),
        Some((_, false)) => t!("settingsNotSaved"),
        None => String::new(),
    };
    let links = [
        ("account", t!("optionsAccount")),
        ("sites", t!("optionsSites")),
        ("numbers", t!("optionsNumbers")),
        ("sound", t!("optionsSound")),
        ("network", t!("optionsNetwork")),
        ("about", t!("optionsAbout")),
    ];
    view! {
        <LiveRegion />
        <div class="options">
            <nav class="options-nav" aria-label=t!("optionsTitle")>
                <div class="options-brand">
                    <img class="logo" src="icons/48.png" alt="" width="28" height="28" />
                    <span>{t!("extName")}</span>
                </div>
                {links.into_iter().map(|(id, label)| view! { <a href=format!("#{id}")>{label}</a> }.into_any()).collect_view()}
                <p class="options-kept" role="status">{kept}</p>
            </nav>
            <main class="options-main">
                <h1>{t!("optionsTitle")}</h1>
                <Trouble />
                <account::AccountCard />
                <sites::SitesCard />
                <regions::NumbersCard />
                <audio::AudioCard />
                <network::NetworkCard />
                <about::AboutCard />
            </main>
        </div>
    }
    .into_any()
}
