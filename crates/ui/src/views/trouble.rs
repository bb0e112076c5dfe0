use leptos::reactive::traits::Get;
use patchcord_messages::{Connection, LogIn, Microphone};

use crate::{
    components::{Banner, Tone, banner},
    dom::{El, el, live},
    host::{self, Page},
    logic::time,
    phone::{Link, Phone},
    words,
};

/// All that is wrong with the phone now, in words that say what to do; nothing where all is well.
pub(super) fn trouble() -> El {
    let phone = Phone::here();
    let again = live(move || {
        let next = phone.part(|s| match s.log_in {
            LogIn::In { connection: Connection::Reconnecting { next_try, .. }, .. } => next_try,
            _ => None,
        });
        match next.map(|at| time::seconds_until(at, phone.now.get())) {
            None | Some(0) => t!("reconnectNow"),
            Some(seconds) => t!("reconnectIn", seconds),
        }
    });
    el("div").class("trouble").redo(
        move || told(phone),
        move |told| {
            let again = again.clone();
            let shown = told.iter().flat_map(|(banner_told, counts)| {
                let made = banner(banner_told, || host::get().open(Page::Microphone));
                let again = counts.then(|| el("p").class("trouble-again").text(again.clone()));
                [Some(made), again].into_iter().flatten()
            });
            shown.collect()
        },
    )
}

/// The banners, each with whether a countdown goes with it.
fn told(phone: Phone) -> Vec<(Banner, bool)> {
    if phone.link.get() == Link::Lost {
        return vec![(Banner::new(Tone::Problem, t!("linkLost")), false)];
    }
    phone.part(|s| {
        let mut told = Vec::new();
        let LogIn::In { connection, .. } = &s.log_in else { return told };
        if let Connection::Reconnecting { problem, .. } = connection {
            told.push((Banner::new(Tone::Warning, words::say(&problem.text())), true));
        }
        if let Some(refused) = &s.agent.refused {
            told.push((Banner::new(Tone::Warning, words::say(refused)), false));
        }
        let microphone = match s.devices.microphone {
            Microphone::NotAsked => Some((Tone::Warning, t!("microphoneNotAskedHint"), t!("buttonAllowMicrophone"))),
            Microphone::Refused => Some((Tone::Problem, t!("problemMicrophoneRefused"), t!("buttonFixMicrophone"))),
            Microphone::Missing => Some((Tone::Problem, t!("problemMicrophoneMissing"), t!("buttonCheckMicrophone"))),
            Microphone::Unknown | Microphone::Ready => None,
        };
        if let Some((tone, text, action)) = microphone {
            told.push((Banner { tone, text, action: Some(action) }, false));
        }
        told
    })
}
