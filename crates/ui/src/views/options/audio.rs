use leptos::prelude::*;
use patchcord_messages::{Audio, Device, DeviceChoice, DeviceKind, Problem};

use crate::{
    components::{Banner, Button, Card, Choice, Icon, Meter, Range, Select, Toggle, Tone},
    host::{self, Running},
    phone::Phone,
    prefs::Prefs,
    words,
};

/// Which of the chosen devices a control is about.
type Pick = fn(&mut Audio) -> &mut DeviceChoice;

/// Sound devices, trying them out, processing and the ring's loudness.
#[component]
pub(super) fn AudioCard() -> impl IntoView {
    let prefs = Prefs::here();
    let audio = prefs.part(|settings| settings.audio.clone());
    let failed = RwSignal::new(None::<Problem>);
    let ring = move |_| {
        let audio = audio.get_untracked();
        failed.set(None);
        leptos::task::spawn_local(async move {
            failed.set(host::get().play_ring(&audio.ringer.id, audio.ring_volume).await.err());
        });
    };
    view! {
        <Card id="sound" title=t!("optionsSound") about=t!("optionsSoundAbout")>
            {move || failed.get().map(|problem| view! { <Banner tone=Tone::Problem text=words::say(&problem.text()) /> })}
            <Device kind=DeviceKind::Microphone label=t!("deviceMicrophone") pick=|audio| &mut audio.microphone />
            <MicrophoneTest failed=failed />
            <Device kind=DeviceKind::Speaker label=t!("deviceSpeaker") pick=|audio| &mut audio.speaker />
            <Device kind=DeviceKind::Speaker label=t!("deviceRinger") pick=|audio| &mut audio.ringer />
            <div class="with-button">
                <Range
                    label=t!("ringVolume")
                    value=Signal::derive(move || audio.with(|audio| audio.ring_volume))
                    change=move |volume| prefs.change(move |settings| settings.audio.ring_volume = volume)
                />
                <Button label=t!("buttonTestRing") icon=Icon::Speaker on_press=ring />
            </div>
            <Toggle
                label=t!("echoCancellation")
                hint=t!("echoCancellationHint")
                on=Signal::derive(move || audio.with(|audio| audio.echo_cancellation))
                change=move |on| prefs.change(move |settings| settings.audio.echo_cancellation = on)
            />
            <Toggle
                label=t!("noiseSuppression")
                hint=t!("noiseSuppressionHint")
                on=Signal::derive(move || audio.with(|audio| audio.noise_suppression))
                change=move |on| prefs.change(move |settings| settings.audio.noise_suppression = on)
            />
            <Toggle
                label=t!("gainControl")
                hint=t!("gainControlHint")
                on=Signal::derive(move || audio.with(|audio| audio.gain_control))
                change=move |on| prefs.change(move |settings| settings.audio.gain_control = on)
            />
        </Card>
    }
    .into_any()
}

/// A device to choose. One that was chosen and is not plugged in stays in the list, by the label that it had.
#[component]
fn Device(kind: DeviceKind, #[prop(into)] label: String, pick: Pick) -> impl IntoView {
    let phone = Phone::here();
    let prefs = Prefs::here();
    let there =
        phone.part(Vec::new(), move |s| s.devices.list.iter().filter(|device| device.kind == kind).cloned().collect::<Vec<Device>>());
    let chosen = prefs.part(move |settings| pick(&mut settings.audio.clone()).clone());
    let choices = Signal::derive(move || choices(&there.get(), &chosen.get()));
    let change = move |id: String| {
        let label = there.with_untracked(|there| there.iter().find(|device| device.id == id).map(|device| device.label.clone()));
        let choice = DeviceChoice { id, label: label.unwrap_or_default() };
        prefs.change(move |settings| *pick(&mut settings.audio) = choice.clone());
    };
    view! { <Select label=label choices=choices value=Signal::derive(move || chosen.with(|chosen| chosen.id.clone())) change=change /> }
        .into_any()
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
#[component]
fn MicrophoneTest(failed: RwSignal<Option<Problem>>) -> impl IntoView {
    let prefs = Prefs::here();
    let device = prefs.part(|settings| settings.audio.microphone.id.clone());
    let level = RwSignal::new(0.0);
    let on = RwSignal::new(false);
    let ear = StoredValue::new_local(None::<Box<dyn Running>>);
    let listen = move |device: String| {
        leptos::task::spawn_local(async move {
            let heard = host::get().listen(&device, Box::new(move |heard| level.set(heard))).await;
            match heard {
                Ok(running) if on.get_untracked() => ear.set_value(Some(running)),
                Ok(_) => {}
                Err(problem) => {
                    on.set(false);
                    failed.set(Some(problem));
                }
            }
        });
    };
    // Another microphone while testing: listen to that.
    Effect::new(move |before: Option<(String, bool)>| {
        let now = (device.get(), on.get());
        if before.is_some_and(|before| before != now) {
            ear.set_value(None);
            level.set(0.0);
            if now.1 {
                failed.set(None);
                listen(now.0.clone());
            }
        }
        now
    });
    view! {
        <div class="with-button">
            <Meter label=t!("microphoneLevel") level=level />
            <Button
                label=Signal::derive(move || if on.get() { t!("buttonStopTest") } else { t!("buttonTestMicrophone") })
                icon=Icon::Microphone
                on_press=move |_| on.update(|on| *on = !*on)
            />
        </div>
    }
    .into_any()
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
