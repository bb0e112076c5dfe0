use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Node, ShadowRoot, Text};

use super::Rect;

#[wasm_bindgen]
extern "C" {
    type CaretPosition;

    #[wasm_bindgen(method, getter, js_name = offsetNode)]
    fn offset_node(this: &CaretPosition) -> Option<Node>;

    #[wasm_bindgen(method, getter)]
    fn offset(this: &CaretPosition) -> u32;

    #[wasm_bindgen(js_namespace = document, js_name = caretPositionFromPoint, catch)]
    fn caret_position(x: f64, y: f64, options: &JsValue) -> Result<Option<CaretPosition>, JsValue>;
}

/// What is under a point.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The innermost element, inside open shadow roots too.
    pub element: Element,
    /// The open shadow roots that the element is in, outermost first.
    pub roots: Vec<ShadowRoot>,
    x: f64,
    y: f64,
}

/// What is under a point of the window.
#[must_use]
pub fn under(document: &Document, x: f64, y: f64) -> Option<Hit> {
    #[expect(clippy::cast_possible_truncation, reason = "a window is far smaller")]
    let (left, top) = (x as f32, y as f32);
    let mut element = document.element_from_point(left, top)?;
    let mut roots = Vec::new();
    while let Some(root) = element.shadow_root() {
        match root.element_from_point(left, top) {
            Some(inner) if inner != element => element = inner,
            _ => break,
        }
        roots.push(root);
    }
    Some(Hit { element, roots, x, y })
}

impl Hit {
    /// The text nearest to the point, and the offset in it between the two characters nearest to it. The point may well be beside the text: look at
    /// [`range_rects`].
    #[must_use]
    pub fn caret(&self) -> Option<(Text, u32)> {
        let options = js_sys::Object::new();
        let roots: Array = self.roots.iter().collect();
        let _ = js_sys::Reflect::set(&options, &"shadowRoots".into(), &roots);
        let caret = caret_position(self.x, self.y, &options).ok()??;
        Some((caret.offset_node()?.dyn_into().ok()?, caret.offset()))
    }
}

/// Where a part of the text is drawn: a rectangle for each line and each element that it spans.
#[must_use]
pub fn range_rects(start: &Text, from: u32, end: &Text, to: u32) -> Vec<Rect> {
    let rects = || {
        let range = start.owner_document()?.create_range().ok()?;
        // It fails where the page has changed the text since it was read; the observer will tell.
        range.set_start(start, from).ok()?;
        range.set_end(end, to).ok()?;
        range.get_client_rects()
    };
    let Some(rects) = rects() else { return Vec::new() };
    (0..rects.length()).filter_map(|index| rects.item(index)).map(Rect::from).collect()
}
