use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::CssStyleSheet;

#[wasm_bindgen]
extern "C" {
    /// A set of ranges that are drawn in a style of their own (CSS Custom Highlight API).
    #[derive(Clone, Debug)]
    pub type Highlight;

    #[wasm_bindgen(constructor)]
    fn new() -> Highlight;

    #[wasm_bindgen(method, js_name = delete)]
    fn js_delete(this: &Highlight, range: &JsValue) -> bool;

    #[wasm_bindgen(method, js_name = clear)]
    fn js_clear(this: &Highlight);

    #[wasm_bindgen(js_namespace = ["CSS", "highlights"], js_name = set)]
    fn register(name: &str, highlight: &Highlight);

    #[wasm_bindgen(js_namespace = ["CSS", "highlights"], js_name = get)]
    fn registered(name: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = ["CSS", "highlights"], js_name = delete)]
    fn unregister(name: &str) -> bool;

    /// A document or a shadow root.
    #[derive(Clone, Debug, PartialEq)]
    type StyleScope;

    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    fn adopted(this: &StyleScope) -> Array;

    #[wasm_bindgen(method, setter, js_name = adoptedStyleSheets)]
    fn set_adopted(this: &StyleScope, sheets: &Array);
}

impl Highlight {
    /// Takes a range out.
    pub fn delete(&self, range: &JsValue) {
        self.js_delete(range);
    }

    /// Takes all ranges out.
    pub fn clear(&self) {
        self.js_clear();
    }
}

/// A highlight under a name of its own, with its style in every scope that it was shown to. Gone when dropped.
pub struct Paint {
    name: String,
    highlight: Highlight,
    sheet: CssStyleSheet,
    scopes: Vec<StyleScope>,
}

impl Paint {
    /// `style` is what `::highlight()` may hold: colours and text decoration.
    #[must_use]
    pub fn new(name: &str, style: &str) -> Option<Self> {
        let sheet = CssStyleSheet::new().ok()?;
        sheet.insert_rule(&["::highlight(", name, "){", style, "}"].concat()).ok()?;
        let highlight = Highlight::new();
        register(name, &highlight);
        Some(Self { name: name.to_owned(), highlight, sheet, scopes: Vec::new() })
    }

    /// The ranges.
    #[must_use]
    pub fn highlight(&self) -> &Highlight {
        &self.highlight
    }

    /// Gives a document or shadow root the style; once is enough.
    pub fn show_in(&mut self, scope: &JsValue) {
        let scope: StyleScope = scope.clone().unchecked_into();
        adopt(&scope, &self.sheet);
        if !self.scopes.contains(&scope) {
            self.scopes.push(scope);
        }
    }

    /// Pages replace their lists of style sheets, and may clear the registry: puts back what is missing.
    pub fn keep_up(&self) {
        if registered(&self.name).is_undefined() {
            register(&self.name, &self.highlight);
        }
        for scope in &self.scopes {
            adopt(scope, &self.sheet);
        }
    }

    /// Forgets scopes for which `keep` is false: shadow roots whose hosts have left the page.
    pub fn retain_scopes(&mut self, keep: impl Fn(&JsValue) -> bool) {
        self.scopes.retain(|scope| keep(scope));
    }
}

impl Drop for Paint {
    fn drop(&mut self) {
        unregister(&self.name);
        for scope in &self.scopes {
            let (sheets, ours) = (scope.adopted(), JsValue::from(&self.sheet));
            scope.set_adopted(&sheets.iter().filter(|sheet| *sheet != ours).collect());
        }
    }
}

fn adopt(scope: &StyleScope, sheet: &CssStyleSheet) {
    let sheets = scope.adopted();
    if !sheets.includes(sheet, 0) {
        sheets.push(sheet);
    }
}
