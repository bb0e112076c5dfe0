use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, Set},
};

use crate::{
    components::{card, text_area},
    dom::{El, follow},
    logic::servers,
    prefs::Prefs,
};

/// STUN and TURN servers.
pub(super) fn network_card() -> El {
    let prefs = Prefs::here();
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    follow(move || text.set(prefs.part(|settings| settings.ice_servers.join("\n"))));
    let done = move |typed: String| match servers::parse(&typed) {
        Ok(servers) => {
            problem.set(None);
            prefs.change(move |settings| settings.ice_servers.clone_from(&servers));
        }
        Err(line) => problem.set(Some(t!("iceServersInvalid", line))),
    };
    let area = text_area(t!("iceServers"), text, "stun:stun.example.com:3478", t!("iceServersHint"), move || problem.get(), done);
    card("network", t!("optionsNetwork"), Some(t!("optionsNetworkAbout"))).add(area)
}
