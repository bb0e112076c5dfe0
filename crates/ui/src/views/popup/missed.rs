use leptos::prelude::*;
use patchcord_messages::{Command, DialSource, MissedCall};

use crate::{
    components::{Button, Icon, Kind, List, Row, Shape, Who},
    host,
    logic::time,
    phone::Phone,
    words,
};

/// The calls that nobody took, the latest first, each with a button that calls back.
#[component]
pub(super) fn Missed() -> impl IntoView {
    let phone = Phone::here();
    let missed = phone.part(Vec::new(), |s| s.missed.clone());
    let can_dial = phone.can_dial();
    let rows = move || {
        let now = phone.snapshot.with_untracked(|s| s.as_ref().map_or(0, |s| s.now));
        let wall = host::get().ms_of_day();
        missed.get().into_iter().rev().map(|call| row(phone, can_dial, &call, time::time_of_day(call.at, now, wall))).collect_view()
    };
    view! {
        <Show when=move || !missed.with(Vec::is_empty)>
            <section class="missed" aria-label=t!("missedTitle")>
                <div class="section-head">
                    <h2>{t!("missedTitle")} <span class="count">{move || missed.with(Vec::len)}</span></h2>
                    <Button label=t!("buttonMarkSeen") kind=Kind::Quiet on_press=move |_| phone.send(Command::ClearMissed) />
                </div>
                <List label=t!("missedTitle")>{rows}</List>
            </section>
        </Show>
    }
    .into_any()
}

fn row(phone: Phone, can_dial: Memo<bool>, call: &MissedCall, at: String) -> AnyView {
    let peer = call.peer.clone();
    let number = peer.number.clone();
    let name = t!("buttonCallNumber", words::who(&peer));
    let what = move || view! { <span class="missed-at">{at.clone()}</span><Who peer=peer.clone() /> }.into_any();
    let back = (!number.is_empty()).then(|| {
        view! {
            <Button
                label=name
                icon=Icon::Call
                kind=Kind::Quiet
                shape=Shape::Round
                disabled=Signal::derive(move || !can_dial.get())
                on_press=move |_| phone.send(Command::Dial { number: number.clone(), source: DialSource::Redial })
            />
        }
    });
    view! { <Row what=what>{back}</Row> }.into_any()
}
