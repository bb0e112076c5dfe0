//! The page that asks for the microphone: only a page that the user sees may.

use std::{cell::RefCell, rc::Rc};

use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, GetUntracked, Set},
};
use patchcord_messages::{Command, Microphone, Problem};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Banner, Icon, Kind, Tone, banner, button, meter},
    dom::{El, el, follow, live},
    host::{self, Running},
    phone::Phone,
    words,
};

#[derive(Clone)]
struct Page {
    phone: Phone,
    outcome: RwSignal<Option<Result<(), Problem>>>,
    asking: RwSignal<bool>,
    level: RwSignal<f64>,
    ear: Rc<RefCell<Option<Box<dyn Running>>>>,
}

impl Page {
    fn listen(&self) {
        let page = self.clone();
        spawn_local(async move {
            let level = page.level;
            if let Ok(running) = host::get().listen("", Box::new(move |heard| level.set(heard))).await {
                *page.ear.borrow_mut() = Some(running);
            }
        });
    }

    fn ask(&self) {
        if self.asking.get_untracked() {
            return;
        }
        self.asking.set(true);
        let page = self.clone();
        spawn_local(async move {
            let answer = host::get().request_microphone().await;
            page.asking.set(false);
            let granted = answer.is_ok();
            page.outcome.set(Some(answer));
            page.phone.send(Command::CheckMicrophone);
            if granted {
                page.listen();
            }
        });
    }

    fn granted(&self) -> bool {
        matches!(self.outcome.get(), Some(Ok(())))
    }

    fn refused(&self) -> bool {
        match self.outcome.get() {
            Some(Err(Problem::MicrophoneRefused)) => true,
            None => self.phone.part(|s| s.devices.microphone) == Microphone::Refused,
            _ => false,
        }
    }

    fn told(&self) -> Option<Banner> {
        match self.outcome.get() {
            Some(Ok(())) => Some(Banner::new(Tone::Success, t!("microphoneGranted"))),
            Some(Err(problem)) => Some(Banner::new(Tone::Problem, words::say(&problem.text()))),
            None if self.asking.get() => Some(Banner::new(Tone::Info, t!("microphoneAsking"))),
            None if self.refused() => Some(Banner::new(Tone::Problem, t!("problemMicrophoneRefused"))),
            None => None,
        }
    }
}

/// The microphone page.
pub(super) fn microphone() -> El {
    let page = Page {
        phone: Phone::here(),
        outcome: RwSignal::new(None),
        asking: RwSignal::new(false),
        level: RwSignal::new(0.0),
        ear: Rc::default(),
    };
    let first = page.clone();
    // Asked by itself, once: whoever opened this page came for that. Who has refused must press the button.
    follow(move || match first.phone.read(|s| s.map(|s| s.devices.microphone)) {
        _ if first.outcome.get_untracked().is_some() || first.asking.get_untracked() => {}
        Some(Microphone::NotAsked | Microphone::Unknown) => first.ask(),
        Some(Microphone::Ready) => {
            first.outcome.set(Some(Ok(())));
            first.listen();
        }
        _ => {}
    });
    let (told, granted, refused, ungranted) = (page.clone(), page.clone(), page.clone(), page.clone());
    let level = page.level;
    let asked = page.clone();
    let ask = move || {
        let (label, disabled, press) = (asked.clone(), asked.clone(), asked.clone());
        button(live(
            move || if label.outcome.get().is_some() || label.refused() { t!("buttonAskAgain") } else { t!("buttonAllowMicrophone") },
        ))
        .icon(Icon::Microphone)
        .kind(Kind::Primary)
        .disabled(move || disabled.asking.get())
        .press(move || press.ask())
    };
    let attempt = move || {
        let bar = meter(&t!("microphoneLevel"), move || level.get());
        el("div")
            .class("microphone-try")
            .add(el("p").text(t!("microphoneTry")))
            .add(bar)
            .add(el("p").class("hint").text(t!("microphoneClose")))
    };
    let undo = || {
        let steps = [t!("microphoneUndo1"), t!("microphoneUndo2"), t!("microphoneUndo3")];
        let steps = steps.into_iter().map(|step| el("li").text(step));
        el("section")
            .class("microphone-undo")
            .attr("aria-label", &t!("microphoneUndoTitle"))
            .add(el("h2").text(t!("microphoneUndoTitle")))
            .add(el("ol").all(steps))
    };
    let telling = el("div").redo(move || told.told(), |told| told.iter().map(|told| banner(told, || {})).collect());
    el("main")
        .class("microphone")
        .add(el("div").class("microphone-icon").add(Icon::Microphone.draw()))
        .add(el("h1").text(t!("microphoneTitle")))
        .add(el("p").class("lead").text(t!("microphoneWhy")))
        .add(telling.attr("aria-live", "polite"))
        .when(move || granted.granted(), attempt)
        .when(move || !ungranted.granted(), ask)
        .when(move || refused.refused(), undo)
        .add(el("p").class("hint").text(t!("microphonePrivacy")))
}
