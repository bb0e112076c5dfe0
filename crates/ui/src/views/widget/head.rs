use std::rc::Rc;

use leptos::reactive::graph::untrack;

use super::drag::Drag;
use crate::{
    components::{Icon, Item, Kind, Shape, button, menu, status_dot},
    dom::{El, el, live},
    host::{self, Page},
    phone::Phone,
    views::status,
};

/// The widget's head: the handle, how the phone stands, a menu, and folding. All of it can be dragged.
pub(super) fn head(fold: impl Fn() + 'static) -> El {
    let phone = Phone::here();
    let drag = Drag::new(phone);
    let items = move || {
        let ready = untrack(|| phone.part(status::ready));
        let set = move |wish| Rc::new(move || phone.send(status::set_ready(wish)));
        vec![
            Item { label: t!("statusReady"), icon: None, checked: Some(ready), act: set(true) },
            Item { label: t!("statusNotReady"), icon: None, checked: Some(!ready), act: set(false) },
            Item {
                label: t!("buttonSettings"),
                icon: Some(Icon::Settings),
                checked: None,
                act: Rc::new(|| host::get().open(Page::Options)),
            },
        ]
    };
    let grip = el("button").attr("type", "button").class("grip").attr("aria-label", &t!("buttonMove")).attr("title", &t!("buttonMoveHint"));
    let handle = el("div")
        .class("panel-drag")
        .add(drag.nudges(grip.add(Icon::Grip.draw())))
        .add(status_dot(move || phone.part(status::dot)))
        .add(el("span").class("panel-status").text(live(move || phone.read(status::word))));
    el("div")
        .class("panel-head")
        .add(drag.pulls(handle))
        .add(menu(t!("buttonMenu"), Icon::More, items))
        .add(button(t!("buttonFoldPhone")).icon(Icon::Fold).kind(Kind::Quiet).shape(Shape::Round).press(fold))
}
