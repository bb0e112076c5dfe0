//! The page that asks for the microphone: only a page that the user sees may.

use leptos::prelude::*;
use patchcord_messages::{Command, Microphone, Problem};

use crate::{
    components::{Banner, Button, Icon, Kind, Meter, Tone},
    host::{self, Running},
    phone::Phone,
    words,
};

/// The microphone page.
#[component]
pub(super) fn Microphone() -> impl IntoView {
    let phone = Phone::here();
    let outcome = RwSignal::new(None::<Result<(), Problem>>);
    let asking = RwSignal::new(false);
    let level = RwSignal::new(0.0);
    let ear = StoredValue::new_local(None::<Box<dyn Running>>);
    let listen = move || {
        leptos::task::spawn_local(async move {
            if let Ok(running) = host::get().listen("", Box::new(move |heard| level.set(heard))).await {
                ear.set_value(Some(running));
            }
        });
    };
    let ask = move || {
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        leptos::task::spawn_local(async move {
            let answer = host::get().request_microphone().await;
            asking.set(false);
            let granted = answer.is_ok();
            outcome.set(Some(answer));
            phone.send(Command::CheckMicrophone);
            if granted {
                listen();
            }
        });
    };
    let known = phone.part(Microphone::Unknown, |s| s.devices.microphone);
    // Asked by itself, once: whoever opened this page came for that. Who has refused must press the button.
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        let now = known.get();
        if !asked.get_value() && matches!(now, Microphone::NotAsked | Microphone::Unknown) && phone.snapshot.with(Option::is_some) {
            asked.set_value(true);
            ask();
        } else if now == Microphone::Ready && outcome.with_untracked(Option::is_none) && !asking.get_untracked() {
            outcome.set(Some(Ok(())));
            listen();
        }
    });
    let refused = Memo::new(move |_| match outcome.get() {
        Some(Err(Problem::MicrophoneRefused)) => true,
        None => known.get() == Microphone::Refused,
        _ => false,
    });
    let told = move || match outcome.get() {
        Some(Ok(())) => view! {
            <Banner tone=Tone::Success text=t!("microphoneGranted") />
            <div class="microphone-try">
                <p>{t!("microphoneTry")}</p>
                <Meter label=t!("microphoneLevel") level=level />
            </div>
        }
        .into_any(),
        Some(Err(problem)) => view! { <Banner tone=Tone::Problem text=words::say(&problem.text()) /> }.into_any(),
        None if asking.get() => view! { <Banner tone=Tone::Info text=t!("microphoneAsking") /> }.into_any(),
        None if refused.get() => view! { <Banner tone=Tone::Problem text=t!("problemMicrophoneRefused") /> }.into_any(),
        None => ().into_any(),
    };
    let granted = move || matches!(outcome.get(), Some(Ok(())));
    view! {
        <main class="microphone">
            <div class="microphone-icon">{Icon::Microphone.draw()}</div>
            <h1>{t!("microphoneTitle")}</h1>
            <p class="lead">{t!("microphoneWhy")}</p>
            <div aria-live="polite">{told}</div>
            <Show when=move || !granted()>
                <Button
                    label=Signal::derive(move || if outcome.get().is_some() || refused.get() { t!("buttonAskAgain") } else { t!("buttonAllowMicrophone") })
                    icon=Icon::Microphone
                    kind=Kind::Primary
                    disabled=asking
                    on_press=move |_| ask()
                />
            </Show>
            <Show when=move || refused.get()>
                <section class="microphone-undo" aria-label=t!("microphoneUndoTitle")>
                    <h2>{t!("microphoneUndoTitle")}</h2>
                    <ol>
                        <li>{t!("microphoneUndo1")}</li>
                        <li>{t!("microphoneUndo2")}</li>
                        <li>{t!("microphoneUndo3")}</li>
                    </ol>
                </section>
            </Show>
            <Show when=granted>
                <p class="hint">{t!("microphoneClose")}</p>
            </Show>
            <p class="hint">{t!("microphonePrivacy")}</p>
        </main>
    }
    .into_any()
}
