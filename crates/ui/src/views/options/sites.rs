use leptos::prelude::*;
use patchcord_messages::{Site, SiteMode, ToWorker};

use crate::{
    components::{Button, Card, Choice, Icon, Kind, List, Row, Select},
    host,
    prefs::Prefs,
};

/// The sites on which the phone is on.
#[component]
pub(super) fn SitesCard() -> impl IntoView {
    let prefs = Prefs::here();
    let sites = prefs.part(|settings| settings.sites.clone());
    let rows = move || sites.get().into_iter().map(|site| row(prefs, site)).collect_view();
    view! {
        <Card id="sites" title=t!("optionsSites") about=t!("optionsSitesAbout")>
            <Show when=move || !sites.with(Vec::is_empty) fallback=|| view! { <p class="empty">{t!("optionsSitesNone")}</p> }>
                <List label=t!("optionsSites")>{rows}</List>
            </Show>
        </Card>
    }
    .into_any()
}

fn row(prefs: Prefs, Site { origin, mode, .. }: Site) -> AnyView {
    let (shown, changed, removed) = (origin.clone(), origin.clone(), origin.clone());
    let modes = vec![
        Choice { value: "on".into(), label: t!("siteModeOn") },
        Choice { value: "widgetOnly".into(), label: t!("siteModeWidgetOnly") },
        Choice { value: "off".into(), label: t!("siteModeOff") },
    ];
    let value = match mode {
        SiteMode::On => "on",
        SiteMode::WidgetOnly => "widgetOnly",
        SiteMode::Off => "off",
    };
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
    let remove = move |_| {
        let origin = removed.clone();
        leptos::task::spawn_local(async move {
            host::get().tell_worker(ToWorker::SiteOff { origin }).await;
        });
    };
    let what = move || view! { <bdi class="site-name" title=shown.clone()>{shown.clone()}</bdi> }.into_any();
    view! {
        <Row what=what>
            <Select label=t!("siteMode", origin) choices=modes value=value.to_owned() change=change />
            <Button label=t!("buttonRemove") name=t!("buttonRemoveSite", origin) icon=Icon::Close kind=Kind::Plain on_press=remove />
        </Row>
    }
    .into_any()
}
