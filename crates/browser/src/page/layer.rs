use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, Document, Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

#[wasm_bindgen]
extern "C" {
    /// What web-sys does not know yet: HTML's popover attribute, and constructed style sheets.
    type Host;

    #[wasm_bindgen(method, setter)]
    fn set_popover(this: &Host, value: &str);

    #[wasm_bindgen(method, js_name = showPopover, catch)]
    fn show_popover(this: &Host) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = hidePopover, catch)]
    fn hide_popover(this: &Host) -> Result<(), JsValue>;

    type Sheet;

    #[wasm_bindgen(method, js_name = replaceSync, catch)]
    fn replace_sync(this: &Sheet, text: &str) -> Result<(), JsValue>;

    type Scope;

    #[wasm_bindgen(method, setter, js_name = adoptedStyleSheets)]
    fn set_adopted(this: &Scope, sheets: &js_sys::Array);
}

/// In the context of the host itself important rules win over the page's, so that no rule of the page for `div` moves or hides it. It takes no room and
/// no pointer; what is inside takes what it needs.
const HOST_STYLE: &str = ":host{all:initial!important;display:block!important;position:fixed!important;inset:0 auto auto 0!important;\
    width:0!important;height:0!important;overflow:visible!important;z-index:2147483647!important;pointer-events:none!important}";

/// One element of ours, behind the body, in the top layer, above whatever the page stacks up. What it shows is in a closed shadow root: the page finds
/// an empty `div` without id or class. Removed when dropped.
pub struct Layer {
    host: HtmlElement,
    root: ShadowRoot,
}

impl Layer {
    /// Puts it there; `style` is for what will be inside.
    ///
    /// # Errors
    /// In the browser's words.
    pub fn new(document: &Document, style: &str) -> Result<Self, JsValue> {
        let host: HtmlElement = document.create_element("div")?.unchecked_into();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Closed))?;
        // A constructed sheet: a `<style>` would need the page's content security policy to agree.
        let sheet = CssStyleSheet::new()?;
        sheet.unchecked_ref::<Sheet>().replace_sync(&[HOST_STYLE, style].concat())?;
        root.unchecked_ref::<Scope>().set_adopted(&js_sys::Array::of1(&sheet));
        let layer = Self { host, root };
        layer.attach(document)?;
        Ok(layer)
    }

    fn attach(&self, document: &Document) -> Result<(), JsValue> {
        let host = self.host.unchecked_ref::<Host>();
        document.document_element().ok_or(JsValue::NULL)?.append_child(&self.host)?;
        host.set_popover("manual");
        // Without a top layer (an old engine, a document that is being torn down) its z-index has to do.
        let _ = host.show_popover();
        Ok(())
    }

    /// What is shown.
    #[must_use]
    pub fn root(&self) -> &ShadowRoot {
        &self.root
    }

    /// Whether `element` is the host.
    #[must_use]
    pub fn is_host(&self, element: &Element) -> bool {
        let host: &Element = &self.host;
        element == host
    }

    /// Whether it is still where it was put.
    #[must_use]
    pub fn is_attached(&self) -> bool {
        self.host.is_connected()
    }

    /// Puts it back where the page threw it out (a framework that renders the whole document), frames and all.
    ///
    /// # Errors
    /// In the browser's words.
    pub fn attach_again(&self, document: &Document) -> Result<(), JsValue> {
        self.attach(document)
    }

    /// Puts it above dialogs and popovers that were opened since.
    pub fn raise(&self) {
        let host = self.host.unchecked_ref::<Host>();
        let _ = host.hide_popover();
        let _ = host.show_popover();
    }
}

impl Drop for Layer {
    fn drop(&mut self) {
        self.host.remove();
    }
}
