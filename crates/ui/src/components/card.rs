use leptos::reactive::{
    signal::RwSignal,
    traits::{Get, Update},
};

use super::Icon;
use crate::dom::{El, Words, el};

/// A part of a page with its heading, the accessible name of the region, and a line on what it is about. `id` is the target of links to it.
#[must_use]
pub fn card(id: &str, title: String, about: Option<String>) -> El {
    el("section")
        .class("card")
        .attr("id", id)
        .attr("aria-label", &title)
        .add(el("h2").class("card-title").text(title))
        .maybe(about.map(|about| el("p").class("card-about").text(about)))
}

/// A small number after a heading.
#[must_use]
pub fn count(words: impl Into<Words>) -> El {
    el("span").class("count").text(words)
}

/// A heading that shows and hides what is below it; that is made when it is opened.
#[must_use]
pub fn disclosure(
    label: String,
    open: RwSignal<bool>,
    icon: Option<Icon>,
    more: Option<El>,
    content: impl Fn() -> Vec<El> + 'static,
) -> El {
    let head = el("button")
        .attr("type", "button")
        .class("disclosure-head")
        .attr("aria-label", &label)
        .state("aria-expanded", move || open.get())
        .maybe(icon.map(Icon::draw))
        .add(el("span").class("disclosure-label").text(label))
        .maybe(more)
        .add(el("span").class("disclosure-mark").add(Icon::Chevron.draw()))
        .on("click", move |_| open.update(|open| *open = !*open));
    el("div")
        .bind("class", move || Some(if open.get() { "disclosure disclosure-open" } else { "disclosure" }.to_owned()))
        .add(head)
        .when(move || open.get(), move || el("div").class("disclosure-body").all(content()))
}
