//! What is in sight comes first: a page of 80,000 cells shows forty.

use patchcord_browser::page::Walk;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Node};

/// Looked at along three columns of the window, in so many places each.
const PLACES: u32 = 9;

/// Walks over what is in sight: some more, and hardly less.
pub(crate) fn walks(document: &Document) -> Vec<Walk> {
    let Some(window) = document.default_view() else { return Vec::new() };
    let side = |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let (width, height) = (side(window.inner_width()), side(window.inner_height()));
    let mut walks = Vec::new();
    let mut done: Vec<(Element, Element)> = Vec::new();
    for column in [0.2, 0.5, 0.8] {
        let mut range: Option<(Element, Element)> = None;
        for place in 0..PLACES {
            let y = height * (f64::from(place) + 0.5) / f64::from(PLACES);
            #[expect(clippy::cast_possible_truncation, reason = "a window is far smaller")]
            let Some(element) = document.element_from_point((width * column) as f32, y as f32) else { continue };
            let block = block_of(element, height);
            range = match range {
                // Rows of one table: from the first in sight to the last.
                Some((first, last)) if last.parent_node() == block.parent_node() && precedes(&last, &block) => Some((first, block)),
                Some(range) => {
                    done.push(range);
                    Some((block.clone(), block))
                }
                None => Some((block.clone(), block)),
            };
        }
        done.extend(range);
    }
    for (index, (first, last)) in done.iter().enumerate() {
        let earlier = done.iter().take(index);
        if !earlier.clone().any(|range| range == &(first.clone(), last.clone())) {
            walks.push(Walk::over(first, last));
        }
    }
    walks
}

/// The largest block around an element that is not much higher than the window.
fn block_of(mut element: Element, height: f64) -> Element {
    while let Some(parent) = element.parent_element() {
        if parent.get_bounding_client_rect().height() > height * 1.2 || parent.parent_element().is_none() {
            break;
        }
        element = parent;
    }
    element
}

fn precedes(a: &Element, b: &Element) -> bool {
    a == b || a.compare_document_position(b) & Node::DOCUMENT_POSITION_FOLLOWING != 0
}
