//! Behind the toolbar's button: log in, status, what is wrong, calls, missed calls, this site.

mod missed;
mod site;

use leptos::prelude::*;
use patchcord_messages::{Command, DialSource, LogIn};

use crate::{
    components::{Button, Icon, Kind, LiveRegion, Shape},
    host::{self, Page},
    phone::Phone,
    views::{
        calls::Calls,
        dial::{Dial, DialState},
        log_in::LogInForm,
        status::Status,
        trouble::Trouble,
    },
};

/// What the popup is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    Out,
    In,
}

/// The popup.
#[component]
pub(super) fn Popup() -> impl IntoView {
    let phone = Phone::here();
    let stage = phone.part(Stage::Opening, |s| if matches!(s.log_in, LogIn::In { .. }) { Stage::In } else { Stage::Out });
    let dial = DialState::new();
    view! {
        <LiveRegion />
        <header class="popup-head">
            <img class="logo" src="icons/48.png" alt="" width="24" height="24" />
            <h1>{t!("extName")}</h1>
            <Button label=t!("buttonSettings") icon=Icon::Settings kind=Kind::Quiet shape=Shape::Round on_press=|_| host::get().open(Page::Options) />
        </header>
        <main class="popup">
            <Trouble />
            {move || match stage.get() {
                Stage::Opening => view! { <p class="opening" role="status">{t!("linkOpening")}</p> }.into_any(),
                Stage::Out => view! { <LogInForm /> }.into_any(),
                Stage::In => {
                    view! {
                        <Status />
                        <Calls />
                        <Dial state=dial source=DialSource::Popup />
                        <missed::Missed />
                        <site::ThisSite />
                        <footer class="popup-foot">
                            <Button label=t!("buttonMicrophone") icon=Icon::Microphone kind=Kind::Quiet on_press=|_| host::get().open(Page::Microphone) />
                            <Button label=t!("buttonLogOut") icon=Icon::LogOut kind=Kind::Quiet on_press=move |_| phone.send(Command::LogOut) />
                        </footer>
                    }
                        .into_any()
                }
            }}
        </main>
    }
    .into_any()
}
