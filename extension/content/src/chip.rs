//! The chip: what a click would call, and what became of it.

use patchcord_browser::page::{Layer, Rect, put};
use patchcord_messages::FrameSize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, HtmlElement};

use crate::place;

/// The style of chip and widget, inside the layer.
pub(crate) const STYLE: &str = "\
.chip{position:fixed;left:0;top:0;box-sizing:border-box;max-width:min(420px,90vw);padding:4px 10px;border-radius:8px;margin:0;\
font:500 12px/18px system-ui,sans-serif;letter-spacing:normal;text-align:start;color:#fff;background:#202124;\
box-shadow:0 1px 2px rgb(0 0 0/.3),0 2px 8px rgb(0 0 0/.2);white-space:nowrap;overflow:hidden;text-overflow:ellipsis;\
pointer-events:none;user-select:none;-webkit-user-select:none}\
.chip[hidden]{display:none}\
.chip.press{pointer-events:auto;cursor:pointer;background:#0b6b3a}\
.chip.press:hover{background:#095a31}\
.chip.wrong{background:#b3261e;white-space:normal}\
@media (forced-colors:active){.chip{border:1px solid CanvasText}}\
iframe{position:fixed;border:0;background:transparent;color-scheme:light dark;border-radius:20px;\
box-shadow:0 10px 30px rgb(0 0 0/.22),0 1px 4px rgb(0 0 0/.18);pointer-events:auto;transition:left .15s ease-out,top .15s ease-out}\
iframe.still{transition:none}\
@media (prefers-reduced-motion:reduce){iframe{transition:none}}\
@media print{:host{display:none!important}}";

/// What the chip says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A click on the number calls it.
    Hint,
    /// The number is in something that has a click of its own: a click on the chip calls it.
    Button,
    /// The call is on its way.
    Busy,
    /// What went wrong.
    Wrong,
}

pub(crate) struct Chip {
    element: HtmlElement,
    kind: Option<Kind>,
}

impl Chip {
    pub(crate) fn new(document: &Document, layer: &Layer) -> Result<Self, JsValue> {
        let element: HtmlElement = document.create_element("div")?.unchecked_into();
        element.set_hidden(true);
        layer.root().append_child(&element)?;
        Ok(Self { element, kind: None })
    }

    pub(crate) fn element(&self) -> &HtmlElement {
        &self.element
    }

    /// What it shows; none while it is hidden.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.kind
    }

    pub(crate) fn show(&mut self, kind: Kind, text: &str, named: Rect, window: FrameSize) {
        let (class, role, gap) = match kind {
            Kind::Hint => ("chip", "tooltip", 6.0),
            // The pointer must get there without leaving both.
            Kind::Button => ("chip press", "button", 0.0),
            Kind::Busy => ("chip", "status", 6.0),
            Kind::Wrong => ("chip wrong", "alert", 6.0),
        };
        self.element.set_class_name(class);
        // Setting a role of our own element can't fail.
        let _ = self.element.set_attribute("role", role);
        self.element.set_text_content(Some(text));
        self.element.set_hidden(false);
        // Near the right edge it would be squeezed, and measured so.
        put(&self.element, 0.0, 0.0, -1.0, 0.0);
        let size = FrameSize { width: f64::from(self.element.offset_width()), height: f64::from(self.element.offset_height()) };
        let at = place::chip(named, size, gap, window);
        put(&self.element, at.x, at.y, -1.0, 0.0);
        self.kind = Some(kind);
    }

    pub(crate) fn hide(&mut self) {
        if self.kind.take().is_some() {
            self.element.set_hidden(true);
        }
    }
}
