use leptos::prelude::*;
use patchcord_messages::{SiteMode, ToWorker};

use crate::{
    components::{Button, Icon, Kind},
    host,
    prefs::Prefs,
};

/// Whether the phone is on at the site that the agent looks at, and the button that switches it on there.
#[component]
pub(super) fn ThisSite() -> impl IntoView {
    let prefs = Prefs::here();
    let origin = RwSignal::new(None::<String>);
    let failed = RwSignal::new(false);
    leptos::task::spawn_local(async move {
        let active = host::get().active_origin().await;
        origin.set(active);
    });
    let sites = prefs.part(|settings| settings.sites.clone());
    let on = Memo::new(move |_| {
        origin
            .with(|origin| sites.with(|sites| sites.iter().any(|site| Some(&site.origin) == origin.as_ref() && site.mode != SiteMode::Off)))
    });
    let switch_on = move |_| {
        let Some(site) = origin.get_untracked() else { return };
        failed.set(false);
        // Asked for here and now: after an await the click no longer counts.
        let granted = host::get().request_origin(&site);
        leptos::task::spawn_local(async move {
            let done = granted.await && host::get().tell_worker(ToWorker::SiteOn { origin: site }).await;
            failed.set(!done);
        });
    };
    let switch_off = move |_| {
        let Some(origin) = origin.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let done = host::get().tell_worker(ToWorker::SiteOff { origin }).await;
            failed.set(!done);
        });
    };
    let name = move || origin.get().map(|origin| origin.split_once("://").map_or(origin.clone(), |(_, host)| host.to_owned()));
    view! {
        <section class="site" aria-label=t!("siteTitle")>
            <span class="site-icon">{Icon::Site.draw()}</span>
            <div class="site-words">
                <p class="site-name" title=name><bdi>{move || name().unwrap_or_else(|| t!("siteNone"))}</bdi></p>
                <p class="hint" role="status">
                    {move || match (origin.get(), failed.get(), on.get()) {
                        (None, ..) => t!("siteNoneHint"),
                        (_, true, _) => t!("siteFailed"),
                        (_, _, true) => t!("siteOn"),
                        _ => t!("siteOff"),
                    }}
                </p>
            </div>
            <Show when=move || origin.get().is_some()>
                {move || if on.get() {
                    view! { <Button label=t!("buttonSiteOff") on_press=switch_off /> }.into_any()
                } else {
                    view! { <Button label=t!("buttonSiteOn") kind=Kind::Primary on_press=switch_on /> }.into_any()
                }}
            </Show>
        </section>
    }
    .into_any()
}
