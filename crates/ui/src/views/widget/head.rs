use leptos::prelude::*;

use super::drag::Drag;
use crate::{
    components::{Button, Dot, Icon, Item, Kind, Menu, Shape, StatusDot},
    host::{self, Page},
    phone::Phone,
    views::status,
    words,
};

/// The widget's head: the handle, how the phone stands, a menu, and folding. All of it can be dragged.
#[component]
pub(super) fn Head(
    /// Folds the widget.
    fold: Callback<()>,
) -> impl IntoView {
    let phone = Phone::here();
    let drag = Drag::new(phone);
    let dot = phone.part(Dot::Off, status::dot);
    let word = phone.part(key!("linkOpening"), status::word);
    let ready = phone.part(true, status::ready);
    let items = move || {
        let is_ready = ready.get();
        vec![
            Item {
                label: t!("statusReady"),
                icon: None,
                checked: Some(is_ready),
                act: Callback::new(move |()| phone.send(status::set_ready(true))),
            },
            Item {
                label: t!("statusNotReady"),
                icon: None,
                checked: Some(!is_ready),
                act: Callback::new(move |()| phone.send(status::set_ready(false))),
            },
            Item {
                label: t!("buttonSettings"),
                icon: Some(Icon::Settings),
                checked: None,
                act: Callback::new(|()| host::get().open(Page::Options)),
            },
        ]
    };
    view! {
        <div class="panel-head">
            <div
                class="panel-drag"
                on:pointerdown=move |event| drag.down(&event)
                on:pointermove=move |event| drag.moved(&event)
                on:pointerup=move |_| drag.up()
                on:pointercancel=move |_| drag.up()
            >
                <button type="button" class="grip" aria-label=t!("buttonMove") title=t!("buttonMoveHint") on:keydown=move |event| drag.key(&event)>
                    {Icon::Grip.draw()}
                </button>
                <StatusDot dot=dot />
                <span class="panel-status">{move || words::look_up(word.get(), &[])}</span>
            </div>
            <Menu label=t!("buttonMenu") items=items />
            <Button label=t!("buttonFoldPhone") icon=Icon::Fold kind=Kind::Quiet shape=Shape::Round on_press=move |_| fold.run(()) />
        </div>
    }
    .into_any()
}
