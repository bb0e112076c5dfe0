use std::{cell::RefCell, rc::Rc};

use leptos::reactive::{
    graph::untrack,
    signal::RwSignal,
    traits::{Get, GetUntracked, Set, Update},
};
use patchcord_messages::{Audio, Device, DeviceChoice, DeviceKind, Problem};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Banner, Choice, Icon, Tone, banner, button, card, meter, range, select, toggle},
    dom::{El, el, follow, live},
    host::{self, Running},
    phone::Phone,
    prefs::Prefs,
    words,
};

/// Which of the chosen devices a control is about.
type Pick = fn(&mut Audio) -> &mut DeviceChoice;
/// Which of the processing switches.
type Switch = fn(&mut Audio) -> &mut bool;

/// Sound devices, trying them out, processing and the ring's loudness.
pub(super) fn audio_card() -> El {
    let prefs = Prefs::here();
    let failed = RwSignal::new(None::<Problem>);
    let ring = move || {
        let audio = untrack(|| prefs.part(|settings| settings.audio.clone()));
        failed.set(None);
        spawn_local(async move { failed.set(host::get().play_ring(&audio.ringer.id, audio.ring_volume).await.err()) });
    };
    let volume = move || prefs.part(|settings| settings.audio.ring_volume);
    let volume = range(t!("ringVolume"), volume, move |volume| prefs.change(move |settings| settings.audio.ring_volume = volume));
    let wrong = |failed: &Option<Problem>| {
        failed.iter().map(|problem| banner(&Banner::new(Tone::Problem, words::say(&problem.text())), || {})).collect()
    };
    card("sound", t!("optionsSound"), Some(t!("optionsSoundAbout")))
        .redo(move || failed.get(), wrong)
        .add(device(DeviceKind::Microphone, t!("deviceMicrophone"), |audio| &mut audio.microphone))
        .add(microphone_test(failed))
        .add(device(DeviceKind::Speaker, t!("deviceSpeaker"), |audio| &mut audio.speaker))
        .add(device(DeviceKind::Speaker, t!("deviceRinger"), |audio| &mut audio.ringer))
        .add(el("div").class("with-button").add(volume).add(button(t!("buttonTestRing")).icon(Icon::Speaker).press(ring)))
        .add(switch(t!("echoCancellation"), t!("echoCancellationHint"), |audio| &mut audio.echo_cancellation))
        .add(switch(t!("noiseSuppression"), t!("noiseSuppressionHint"), |audio| &mut audio.noise_suppression))
        .add(switch(t!("gainControl"), t!("gainControlHint"), |audio| &mut audio.gain_control))
}

fn switch(label: String, hint: String, which: Switch) -> El {
    let prefs = Prefs::here();
    let on = move || prefs.part(|settings| *which(&mut settings.audio.clone()));
    toggle(label, on).hint(hint).change(move |on| prefs.change(move |settings| *which(&mut settings.audio) = on))
}

/// A device to choose. One that was chosen and is not plugged in stays in the list, by the label that it had.
fn device(kind: DeviceKind, label: String, pick: Pick) -> El {
    let (phone, prefs) = (Phone::here(), Prefs::here());
    let there = move || phone.part(|s| s.devices.list.iter().filter(|device| device.kind == kind).cloned().collect::<Vec<Device>>());
    let chosen = move || prefs.part(|settings| pick(&mut settings.audio.clone()).clone());
    let change = move |id: String| {
        let label = untrack(there).into_iter().find(|device| device.id == id).map(|device| device.label);
        let choice = DeviceChoice { id, label: label.unwrap_or_default() };
        prefs.change(move |settings| *pick(&mut settings.audio) = choice.clone());
    };
    select(label, move || choices(&there(), &chosen()), move || chosen().id, None, change)
}

fn choices(there: &[Device], chosen: &DeviceChoice) -> Vec<Choice> {
    let mut choices = vec![Choice { value: String::new(), label: t!("deviceDefault") }];
    // The browser lists its own defaults as devices of these ids; ours stands for them.
    let real = there.iter().filter(|device| !["", "default", "communications"].contains(&device.id.as_str()));
    choices.extend(real.enumerate().map(|(at, device)| {
        let label = if device.label.is_empty() { t!("deviceUnnamed", at + 1) } else { device.label.clone() };
        Choice { value: device.id.clone(), label }
    }));
    if !choices.iter().any(|choice| choice.value == chosen.id) {
        let label = if chosen.label.is_empty() { chosen.id.clone() } else { chosen.label.clone() };
        choices.push(Choice { value: chosen.id.clone(), label: t!("deviceGone", label) });
    }
    choices
}

/// Listens to the chosen microphone while the agent speaks into it.
fn microphone_test(failed: RwSignal<Option<Problem>>) -> El {
    let prefs = Prefs::here();
    let level = RwSignal::new(0.0);
    let on = RwSignal::new(false);
    let ear = Rc::new(RefCell::new(None::<Box<dyn Running>>));
    let before = RefCell::new((String::new(), false));
    // Another microphone while testing: listen to that.
    follow(move || {
        let now = (prefs.part(|settings| settings.audio.microphone.id.clone()), on.get());
        if before.replace(now.clone()) == now {
            return;
        }
        *ear.borrow_mut() = None;
        level.set(0.0);
        if !now.1 {
            return;
        }
        failed.set(None);
        let ear = ear.clone();
        spawn_local(async move {
            match host::get().listen(&now.0, Box::new(move |heard| level.set(heard))).await {
                Ok(running) if on.get_untracked() => *ear.borrow_mut() = Some(running),
                Ok(_) => {}
                Err(problem) => {
                    on.set(false);
                    failed.set(Some(problem));
                }
            }
        });
    });
    let test = button(live(move || if on.get() { t!("buttonStopTest") } else { t!("buttonTestMicrophone") })).icon(Icon::Microphone);
    let meter = meter(&t!("microphoneLevel"), move || level.get());
    el("div").class("with-button").add(meter).add(test.press(move || on.update(|on| *on = !*on)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, label: &str) -> Device {
        Device { id: id.into(), label: label.into(), kind: DeviceKind::Microphone }
    }

    #[test]
    fn a_device_that_is_gone_stays_chosen() {
        let there = [device("default", "Default - Headset"), device("a", "Headset"), device("b", "")];
        let values = |chosen: &DeviceChoice| choices(&there, chosen).into_iter().map(|choice| choice.value).collect::<Vec<_>>();
        assert_eq!(values(&DeviceChoice::default()), ["", "a", "b"], "the browser's own default is not listed twice");
        assert_eq!(values(&DeviceChoice { id: "gone".into(), label: "Old headset".into() }), ["", "a", "b", "gone"]);
    }
}
