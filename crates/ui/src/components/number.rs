use patchcord_messages::Peer;

use crate::{
    dom::{El, el},
    logic::number::groups,
    words,
};

/// A number, with narrow gaps for the eye. Its text is the number itself: copied, read aloud or searched for, there are no gaps.
#[must_use]
pub fn number(number: &str) -> El {
    el("bdi").class("number").attr("title", number).all(groups(number).into_iter().map(|piece| el("span").text(piece)))
}

/// The far side in two lines: who, and the number and place where they say more.
#[must_use]
pub fn who(peer: &Peer) -> El {
    let place = words::place(peer);
    let named = peer.name.as_deref().is_some_and(|name| !name.trim().is_empty() && name != peer.number);
    let first = if named || peer.number.is_empty() {
        let who = words::who(peer);
        el("bdi").class("who-name").attr("title", &who).text(who)
    } else {
        el("span").class("who-name").add(number(&peer.number))
    };
    let second = (named && !peer.number.is_empty()).then(|| number(&peer.number));
    let place = place.map(|place| el("span").class("who-place").attr("title", &place).text(place));
    let more = (second.is_some() || place.is_some()).then(|| el("span").class("who-more").maybe(second).maybe(place));
    el("span").class("who").add(first).maybe(more)
}
