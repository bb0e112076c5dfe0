use leptos::prelude::*;
use patchcord_messages::Peer;

use crate::{logic::number, words};

/// A number, with narrow gaps for the eye. Its text is the number itself: copied, read aloud or searched for, there are no gaps.
#[component]
pub fn Number(
    /// The number.
    #[prop(into)]
    number: String,
) -> impl IntoView {
    let pieces = number::groups(&number).into_iter().map(|piece| view! { <span>{piece.to_owned()}</span> }.into_any()).collect_view();
    view! { <bdi class="number" title=number.clone()>{pieces}</bdi> }.into_any()
}

/// The far side in two lines: who, and the number and place where they say more.
#[component]
pub fn Who(
    /// The far side.
    #[prop(into)]
    peer: Peer,
) -> impl IntoView {
    let place = words::place(&peer);
    let named = peer.name.as_deref().is_some_and(|name| !name.trim().is_empty() && name != peer.number);
    let first = if named || peer.number.is_empty() {
        let who = words::who(&peer);
        view! { <bdi class="who-name" title=who.clone()>{who.clone()}</bdi> }.into_any()
    } else {
        view! { <span class="who-name"><Number number=peer.number.clone() /></span> }.into_any()
    };
    let number = (named && !peer.number.is_empty()).then(|| view! { <Number number=peer.number.clone() /> });
    let second = (number.is_some() || place.is_some()).then(|| {
        let place = place.map(|place| view! { <span class="who-place" title=place.clone()>{place.clone()}</span> });
        view! { <span class="who-more">{number}{place}</span> }
    });
    view! { <span class="who">{first}{second}</span> }.into_any()
}
