use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    type Animation;

    #[wasm_bindgen(method)]
    fn pause(this: &Animation);

    #[wasm_bindgen(method)]
    fn cancel(this: &Animation);

    type Animatable;

    #[wasm_bindgen(method, catch)]
    fn animate(this: &Animatable, keyframes: &JsValue, duration: f64) -> Result<Animation, JsValue>;
}

/// Shows the pointing hand over an element until it is dropped.
///
/// A highlight can't have a cursor, and a class, an attribute or a style rule would touch the page. An animation that stands still is in the cascade
/// without being in the DOM, needs no frames, and restyles this one element only.
pub struct PointerCursor(Animation);

impl PointerCursor {
    /// None where the element can't be animated.
    #[must_use]
    pub fn over(element: &Element) -> Option<Self> {
        let keyframe = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&keyframe, &"cursor".into(), &"pointer".into());
        let keyframes = js_sys::Array::of2(&keyframe, &keyframe);
        let animation = element.unchecked_ref::<Animatable>().animate(&keyframes, 1000.0).ok()?;
        animation.pause();
        Some(Self(animation))
    }
}

impl Drop for PointerCursor {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
