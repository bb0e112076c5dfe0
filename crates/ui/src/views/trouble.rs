use leptos::prelude::*;
use patchcord_messages::{Connection, LogIn, Microphone};

use crate::{
    components::{Banner, Tone},
    host::{self, Page},
    logic::time,
    phone::{Link, Phone},
    words,
};

/// All that is wrong with the phone now, in words that say what to do; nothing where all is well.
#[component]
pub(super) fn Trouble(
    /// Also say what is wrong with the microphone (not on the page that is about nothing else).
    #[prop(default = true)]
    microphone: bool,
) -> impl IntoView {
    let phone = Phone::here();
    let lost = Memo::new(move |_| phone.link.get() == Link::Lost);
    let connection = phone.part(None, |s| match &s.log_in {
        LogIn::In { connection: Connection::Reconnecting { problem, next_try, .. }, .. } => Some((problem.clone(), *next_try)),
        _ => None,
    });
    let again = Memo::new(move |_| match connection.get() {
        Some((_, Some(at))) => t!("reconnectIn", time::seconds_until(at, phone.now.get())),
        Some((_, None)) => t!("reconnectNow"),
        None => String::new(),
    });
    let refused = phone.part(None, |s| s.agent.refused.clone());
    let mic =
        phone.part(Microphone::Unknown, |s| if matches!(s.log_in, LogIn::In { .. }) { s.devices.microphone } else { Microphone::Unknown });
    let connection_text = Memo::new(move |_| connection.get().map(|(problem, _)| words::say(&problem.text())));
    let open_page = Callback::new(|()| host::get().open(Page::Microphone));
    let mic_banner = move || {
        if !microphone || lost.get() {
            return None;
        }
        let (tone, text, action) = match mic.get() {
            Microphone::NotAsked => (Tone::Warning, t!("microphoneNotAskedHint"), t!("buttonAllowMicrophone")),
            Microphone::Refused => (Tone::Problem, t!("problemMicrophoneRefused"), t!("buttonFixMicrophone")),
            Microphone::Missing => (Tone::Problem, t!("problemMicrophoneMissing"), t!("buttonCheckMicrophone")),
            Microphone::Unknown | Microphone::Ready => return None,
        };
        Some(view! { <Banner tone=tone text=text action=action on_action=open_page /> })
    };
    view! {
        <div class="trouble">
            <Show when=move || lost.get()>
                <Banner tone=Tone::Problem text=t!("linkLost") />
            </Show>
            {move || {
                connection_text.get().filter(|_| !lost.get()).map(|text| {
                    view! {
                        <Banner tone=Tone::Warning text=text />
                        <p class="trouble-again">{move || again.get()}</p>
                    }
                })
            }}
            {move || refused.get().map(|text| view! { <Banner tone=Tone::Warning text=words::say(&text) /> })}
            {mic_banner}
        </div>
    }
    .into_any()
}
