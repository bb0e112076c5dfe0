use leptos::prelude::*;
use patchcord_messages::{CallId, DialSource};

use crate::{logic::controls, memory, phone::Phone, views::call_card::CallCard};

/// All calls, the most urgent first.
#[component]
pub(super) fn Calls() -> impl IntoView {
    let phone = Phone::here();
    let ids = phone.part(Vec::new(), |s| controls::in_order(&s.calls).iter().map(|call| call.id).collect::<Vec<CallId>>());
    view! {
        <Show when=move || !ids.with(Vec::is_empty)>
            <section class="calls" aria-label=t!("callsTitle")>
                <For each=move || ids.get() key=|id| *id let(id)>
                    <CallCard id=id />
                </For>
            </section>
        </Show>
    }
    .into_any()
}

/// The number dialled last, by whatever view, and remembered until the agent logs out.
pub(super) fn last_dialled(phone: Phone) -> Signal<Option<String>> {
    let last = RwSignal::new(memory::last_dialled());
    let newest = phone.part(None, |s| controls::last_dialled(&s.calls).map(str::to_owned));
    let out = phone.part(false, |s| matches!(s.log_in, patchcord_messages::LogIn::Out { problem: None }));
    Effect::new(move |_| {
        if let Some(number) = newest.get() {
            memory::set_last_dialled(Some(&number));
            last.set(Some(number));
        }
    });
    Effect::new(move |_| {
        if out.get() {
            memory::set_last_dialled(None);
            last.set(None);
        }
    });
    last.into()
}

/// Where a dial field's calls come from.
pub(super) fn source(redial: bool, from: DialSource) -> DialSource {
    if redial { DialSource::Redial } else { from }
}
