use leptos::reactive::{signal::RwSignal, traits::Set};
use patchcord_messages::{CallId, LogIn};

use crate::{
    dom::{El, el, follow},
    logic::controls,
    memory,
    phone::Phone,
    views::call_card::call_card,
};

/// All calls, the most urgent first.
pub(super) fn calls() -> El {
    let phone = Phone::here();
    let ids = move || phone.part(|s| controls::in_order(&s.calls).iter().map(|call| call.id.0).collect::<Vec<u32>>());
    el("section")
        .class("calls")
        .attr("aria-label", &t!("callsTitle"))
        .bind("hidden", move || ids().is_empty().then(String::new))
        .each(ids, |id| call_card(CallId(id)))
}

/// The number dialled last, by whatever view, and remembered until the agent logs out.
pub(super) fn last_dialled(phone: Phone) -> RwSignal<Option<String>> {
    let last = RwSignal::new(memory::last_dialled());
    follow(move || {
        if let Some(number) = phone.part(|s| controls::last_dialled(&s.calls).map(str::to_owned)) {
            memory::set_last_dialled(Some(&number));
            last.set(Some(number));
        }
    });
    follow(move || {
        if phone.part(|s| matches!(s.log_in, LogIn::Out { problem: None })) {
            memory::set_last_dialled(None);
            last.set(None);
        }
    });
    last
}
