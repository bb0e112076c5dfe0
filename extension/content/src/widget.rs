//! The frame that holds the widget: a document of the extension, out of the page's reach.

use patchcord_browser::{
    chrome::runtime,
    page::{Layer, On, Rect, on, put},
};
use patchcord_messages::{FrameSize, WidgetPlace};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, HtmlIFrameElement};

use crate::place;

pub(crate) struct Widget {
    frame: HtmlIFrameElement,
    size: FrameSize,
    place: WidgetPlace,
    /// Where it is while it is being dragged.
    drag: Option<Rect>,
    _loaded: On,
}

impl Widget {
    pub(crate) fn new(document: &Document, layer: &Layer, place: Option<WidgetPlace>, window: FrameSize) -> Result<Self, JsValue> {
        let frame: HtmlIFrameElement = document.create_element("iframe")?.unchecked_into();
        // The URL is a dynamic one, which no page can guess.
        frame.set_src(&runtime::url("widget.html").map_err(|_| JsValue::NULL)?);
        frame.set_title("Patchcord");
        frame.set_attribute("allow", "")?;
        // Not before there is something to see: an empty white box flashes otherwise.
        frame.style().set_property("visibility", "hidden")?;
        let loaded = on(&frame, "load", false, true, {
            let frame = frame.clone();
            move |_| {
                let _ = frame.style().remove_property("visibility");
            }
        });
        layer.root().append_child(&frame)?;
        let widget = Self { frame, size: place::FOLDED, place: place.unwrap_or(place::CORNER), drag: None, _loaded: loaded };
        widget.put(window);
        Ok(widget)
    }

    /// The widget wants to be so large.
    pub(crate) fn resize(&mut self, size: FrameSize, window: FrameSize) {
        self.size = size;
        self.put(window);
    }

    /// Another tab has put it elsewhere, or the window has changed.
    pub(crate) fn put_at(&mut self, place: Option<WidgetPlace>, window: FrameSize) {
        self.place = place.unwrap_or(self.place);
        self.put(window);
    }

    /// The user drags it. Returns where it is to stay, when the drag is over.
    pub(crate) fn drag(&mut self, dx: f64, dy: f64, done: bool, window: FrameSize) -> Option<WidgetPlace> {
        let from = self.drag.unwrap_or_else(|| place::rect(self.place, self.size, window));
        let rect = place::dragged(from, dx, dy, window);
        if done {
            self.drag = None;
            self.place = place::dropped(rect, window);
            self.put(window);
            return Some(self.place);
        }
        self.drag = Some(rect);
        self.put(window);
        None
    }

    fn put(&self, window: FrameSize) {
        let rect = self.drag.unwrap_or_else(|| place::rect(self.place, self.size, window));
        self.frame.set_class_name(if self.drag.is_some() { "still" } else { "" });
        put(&self.frame, rect.x, rect.y, rect.width, rect.height);
    }
}

impl Drop for Widget {
    fn drop(&mut self) {
        self.frame.remove();
    }
}
