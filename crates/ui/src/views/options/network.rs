use leptos::prelude::*;

use crate::{
    components::{Card, TextArea},
    logic::servers,
    prefs::Prefs,
};

/// STUN and TURN servers.
#[component]
pub(super) fn NetworkCard() -> impl IntoView {
    let prefs = Prefs::here();
    let kept = prefs.part(|settings| settings.ice_servers.join("\n"));
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    Effect::new(move |_| text.set(kept.get()));
    let done = move |typed: String| match servers::parse(&typed) {
        Ok(servers) => {
            problem.set(None);
            prefs.change(move |settings| settings.ice_servers.clone_from(&servers));
        }
        Err(line) => problem.set(Some(t!("iceServersInvalid", line))),
    };
    view! {
        <Card id="network" title=t!("optionsNetwork") about=t!("optionsNetworkAbout")>
            <TextArea label=t!("iceServers") hint=t!("iceServersHint") example="stun:stun.example.com:3478" value=text done=done problem=problem />
        </Card>
    }
    .into_any()
}
