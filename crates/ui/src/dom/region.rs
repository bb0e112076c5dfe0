//! Parts of an element whose children come and go. A comment marks the place; what belongs to the part stands before it.

use std::{cell::RefCell, collections::HashMap};

use reactive_graph::{graph::untrack, owner::Owner};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Node};

use super::{El, document, follow};

#[wasm_bindgen]
extern "C" {
    type Mover;

    /// WHATWG DOM `moveBefore`: unlike `insertBefore` it leaves focus, animations and the like as they are. Not in web-sys yet.
    #[wasm_bindgen(method, js_name = moveBefore, catch)]
    fn move_before(this: &Mover, node: &Node, child: &Node) -> Result<(), JsValue>;
}

/// The elements made under one owner: gone with it.
struct Made {
    owner: Owner,
    elements: Vec<El>,
}

impl Made {
    fn new(parent: &Owner, make: impl FnOnce() -> Vec<El>) -> Self {
        let owner = parent.child();
        let elements = untrack(|| owner.with(make));
        Self { owner, elements }
    }

    fn put_before(&self, parent: &Element, place: &Node) {
        for El(element) in &self.elements {
            let there = element.parent_node().is_some_and(|at| at == **parent);
            if !(there && parent.unchecked_ref::<Mover>().move_before(element, place).is_ok()) {
                let _ = parent.insert_before(element, Some(place));
            }
        }
    }

    fn remove(&self) {
        self.owner.cleanup();
        for El(element) in &self.elements {
            element.remove();
        }
    }
}

fn mark(parent: &Element) -> Option<(Owner, Node)> {
    let place: Node = document()?.create_comment("").into();
    parent.append_child(&place).ok()?;
    Some((Owner::current()?, place))
}

/// Shows what `make` makes of the key, and makes it anew when the key has become another.
pub(super) fn switch(parent: &Element, key: Box<dyn Fn() -> u32>, make: Box<dyn Fn(u32) -> Vec<El>>) {
    let Some((owner, place)) = mark(parent) else { return };
    let shown = RefCell::new(None::<(u32, Made)>);
    let parent = parent.clone();
    follow(move || {
        let key = key();
        if shown.borrow().as_ref().is_some_and(|(old, _)| *old == key) {
            return;
        }
        // Taken out first: what is cleaned up or made may come back here.
        let old = shown.borrow_mut().take();
        if let Some((_, made)) = old {
            made.remove();
        }
        let made = Made::new(&owner, || make(key));
        made.put_before(&parent, &place);
        *shown.borrow_mut() = Some((key, made));
    });
}

/// One element for each key, in the order of the keys.
pub(super) fn each(parent: &Element, keys: Box<dyn Fn() -> Vec<u32>>, make: Box<dyn Fn(u32) -> El>) {
    let Some((owner, place)) = mark(parent) else { return };
    let shown = RefCell::new((Vec::new(), HashMap::<u32, Made>::new()));
    let parent = parent.clone();
    follow(move || {
        let keys = keys();
        let (order, mut made) = shown.take();
        if order != keys {
            made.retain(|key, made| {
                let stays = keys.contains(key);
                if !stays {
                    made.remove();
                }
                stays
            });
            // From the last to the first: who stands where it should is not touched, and keeps its focus.
            let mut next = place.clone();
            for key in keys.iter().rev() {
                let one = made.entry(*key).or_insert_with(|| Made::new(&owner, || vec![make(*key)]));
                if let Some(El(element)) = one.elements.first() {
                    if element.next_sibling().as_ref() != Some(&next) {
                        one.put_before(&parent, &next);
                    }
                    next = element.clone().into();
                }
            }
        }
        *shown.borrow_mut() = (keys, made);
    });
}
