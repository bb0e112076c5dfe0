use leptos::reactive::{owner::on_cleanup, signal::RwSignal, traits::Get};
use patchcord_messages::{Command, DialSource, FoundNumber, Topic, ViewMessage};

use crate::{
    components::{Icon, Kind, Shape, button, count, disclosure, list, number, row},
    dom::{El, el, follow, live},
    phone::Phone,
};

/// How many are listed at once; who looks for one more types.
const SHOWN: usize = 50;

/// The numbers on the page, for those who reach them by keyboard or ear. Asked for when the list is opened.
pub(super) fn numbers() -> El {
    let phone = Phone::here();
    let open = RwSignal::new(false);
    follow(move || {
        let topic = Topic::Numbers;
        phone.stand(if open.get() { ViewMessage::Watch { topic } } else { ViewMessage::Unwatch { topic } });
    });
    on_cleanup(move || phone.stand(ViewMessage::Unwatch { topic: Topic::Numbers }));
    let how_many = count(live(move || phone.numbers.get().len().to_string())).bind("hidden", move || (!open.get()).then(String::new));
    let found = move || {
        let mut seen = Vec::new();
        for found in phone.numbers.get() {
            if seen.len() < SHOWN && !seen.contains(&found) {
                seen.push(found);
            }
        }
        seen
    };
    let rows = move |found: &Vec<FoundNumber>| {
        if found.is_empty() {
            return vec![el("p").class("hint").text(t!("numbersNone"))];
        }
        let rows = found.iter().map(|found| one(phone, found.clone()));
        vec![el("div").class("numbers").add(list(&t!("numbersTitle")).all(rows))]
    };
    disclosure(t!("numbersTitle"), open, Some(Icon::Numbers), Some(how_many), move || vec![el("div").redo(found, rows)])
}

fn one(phone: Phone, FoundNumber { text, number: dialled }: FoundNumber) -> El {
    let as_found = (text.trim() != dialled).then(|| el("bdi").class("who-more").attr("title", &text).text(text.as_str()));
    let what = el("span").class("who").add(el("span").class("who-name").add(number(&dialled))).maybe(as_found);
    let call =
        button(t!("buttonCallNumber", dialled)).icon(Icon::Call).kind(Kind::Quiet).shape(Shape::Round).disabled(move || !phone.can_dial());
    row([what], [call.press(move || phone.send(Command::Dial { number: dialled.clone(), source: DialSource::Page }))])
}
