use leptos::prelude::*;
use patchcord_messages::{Command, DialSource, FoundNumber, Topic, ViewMessage};

use crate::{
    components::{Button, Disclosure, Icon, Kind, List, Number, Row, Shape},
    phone::Phone,
};

/// How many are listed at once; who looks for one more types.
const SHOWN: usize = 50;

/// The numbers on the page, for those who reach them by keyboard or ear. Asked for when the list is opened.
#[component]
pub(super) fn Numbers() -> impl IntoView {
    let phone = Phone::here();
    let open = RwSignal::new(false);
    let can_dial = phone.can_dial();
    Effect::new(move |_| {
        if open.get() {
            phone.stand(ViewMessage::Watch { topic: Topic::Numbers });
        } else {
            phone.stand(ViewMessage::Unwatch { topic: Topic::Numbers });
        }
    });
    on_cleanup(move || phone.stand(ViewMessage::Unwatch { topic: Topic::Numbers }));
    let count = Memo::new(move |_| (open.get()).then(|| phone.numbers.with(Vec::len)));
    let rows = move || {
        let mut seen = Vec::new();
        phone.numbers.with(|numbers| {
            for found in numbers {
                if seen.len() < SHOWN && !seen.contains(found) {
                    seen.push(found.clone());
                }
            }
        });
        seen.into_iter().map(|found| row(phone, can_dial, found)).collect_view()
    };
    view! {
        <Disclosure label=t!("numbersTitle") icon=Icon::Numbers open=open count=count>
            {move || if phone.numbers.with(Vec::is_empty) {
                view! { <p class="hint">{t!("numbersNone")}</p> }.into_any()
            } else {
                view! { <div class="numbers"><List label=t!("numbersTitle")>{rows}</List></div> }.into_any()
            }}
        </Disclosure>
    }
    .into_any()
}

fn row(phone: Phone, can_dial: Memo<bool>, FoundNumber { text, number }: FoundNumber) -> AnyView {
    let name = t!("buttonCallNumber", number);
    let (shown, differs) = (number.clone(), text.trim() != number);
    let what = move || {
        view! {
            <span class="who">
                <span class="who-name"><Number number=shown.clone() /></span>
                {differs.then(|| view! { <bdi class="who-more" title=text.clone()>{text.clone()}</bdi> })}
            </span>
        }
        .into_any()
    };
    view! {
        <Row what=what>
            <Button
                label=name
                icon=Icon::Call
                kind=Kind::Quiet
                shape=Shape::Round
                disabled=Signal::derive(move || !can_dial.get())
                on_press=move |_| phone.send(Command::Dial { number: number.clone(), source: DialSource::Page })
            />
        </Row>
    }
    .into_any()
}
