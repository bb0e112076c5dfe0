//! What is under the pointer that can be called.

use patchcord_browser::page::{Hit, PointerCursor, Rect};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use crate::{
    link,
    scanner::{Number, Scanner},
};

/// Things with a click of their own: what they do stays what they do.
const CONTROLS: &str = "a[href],area[href],button,summary,label,select,input,textarea,\
    [role=button],[role=link],[role=menuitem],[role=option],[role=tab],[role=checkbox],[role=switch],[role=radio]";

/// Something that can be called.
pub(crate) struct Target {
    /// As it will be dialled.
    pub(crate) number: String,
    /// As people read it.
    pub(crate) shown: String,
    /// Where it is.
    pub(crate) rect: Rect,
    /// A link to call.
    pub(crate) link: bool,
    /// A click on it calls. Otherwise only a click on the chip does.
    pub(crate) direct: bool,
    element: Element,
}

impl Target {
    /// What is at a point.
    pub(crate) fn find(scanner: &mut Scanner, hit: &Hit, x: f64, y: f64) -> Option<Self> {
        Self::link(&hit.element).or_else(|| Self::number(scanner, hit, x, y)).or_else(|| Self::field(scanner, &hit.element))
    }

    /// The link to call that an element is in.
    pub(crate) fn link(element: &Element) -> Option<Self> {
        let anchor = element.closest("a[href],area[href]").ok()??;
        let number = link::callee(&anchor.get_attribute("href")?)?;
        let rect = anchor.get_bounding_client_rect().into();
        Some(Self { shown: number.clone(), number, rect, link: true, direct: true, element: anchor })
    }

    fn number(scanner: &Scanner, hit: &Hit, x: f64, y: f64) -> Option<Self> {
        let (Number { number, shown }, rect) = scanner.hit(hit, x, y)?;
        let direct = hit.element.closest(CONTROLS).ok()?.is_none();
        Some(Self { number, shown, rect, link: false, direct, element: hit.element.clone() })
    }

    /// The value of an input that only shows it: there is nothing else that a click on it could mean. The phone is asked; it is there when the answer is.
    fn field(scanner: &mut Scanner, element: &Element) -> Option<Self> {
        let input = element.dyn_ref::<HtmlInputElement>().filter(|input| input.read_only())?;
        if !matches!(input.type_().as_str(), "text" | "tel" | "search") {
            return None;
        }
        let Number { number, shown } = scanner.look_up(&input.value())?;
        let rect = element.get_bounding_client_rect().into();
        Some(Self { number, shown, rect, link: false, direct: true, element: element.clone() })
    }

    /// Whether it is the same, and at the same place.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.number == other.number && self.rect == other.rect && self.direct == other.direct
    }

    /// The pointing hand, where a click calls.
    pub(crate) fn cursor(&self) -> Option<PointerCursor> {
        if self.direct && !self.link { PointerCursor::over(&self.element) } else { None }
    }

    /// False for what the user can't see: a page must not get a call out of a click on something else.
    pub(crate) fn is_visible(&self) -> bool {
        visible(&self.element)
    }
}

fn visible(element: &Element) -> bool {
    #[wasm_bindgen::prelude::wasm_bindgen]
    extern "C" {
        type Checked;

        #[wasm_bindgen(method, catch, js_name = checkVisibility)]
        fn check_visibility(this: &Checked, options: &wasm_bindgen::JsValue) -> Result<bool, wasm_bindgen::JsValue>;
    }
    let options = patchcord_browser::chrome::object([("opacityProperty", true.into()), ("visibilityProperty", true.into())]);
    element.unchecked_ref::<Checked>().check_visibility(&options).unwrap_or(true)
}
