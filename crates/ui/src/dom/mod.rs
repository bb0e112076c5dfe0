//! Elements over Leptos's reactive graph, without Leptos's typed views.
//!
//! A typed view compiles code of its own for every element, attribute and closure: this interface came to 1.4 MB of wasm that way. Here each is a boxed closure
//! behind one function. Signals, effects and owners are Leptos's; who reads a signal in a closure given here makes that one text, attribute or region follow it.

mod region;

use std::{
    cell::RefCell,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use reactive_graph::{
    effect::RenderEffect,
    owner::{StoredValue, on_cleanup},
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, HtmlElement, Node};

/// Words that stand, or that follow signals.
#[derive(Clone)]
pub enum Words {
    /// These.
    Fixed(String),
    /// Whatever this says.
    Live(Rc<dyn Fn() -> String>),
}

impl Words {
    /// The words now; a live one is followed by whoever asks in an effect.
    #[must_use]
    pub fn now(&self) -> String {
        match self {
            Self::Fixed(words) => words.clone(),
            Self::Live(words) => words(),
        }
    }
}

impl From<String> for Words {
    fn from(words: String) -> Self {
        Self::Fixed(words)
    }
}

impl From<&str> for Words {
    fn from(words: &str) -> Self {
        Self::Fixed(words.to_owned())
    }
}

/// Words that follow signals.
pub fn live(words: impl Fn() -> String + 'static) -> Words {
    Words::Live(Rc::new(words))
}

/// A condition that follows signals.
pub type When = Rc<dyn Fn() -> bool>;

/// Runs `work` now, and again whenever a signal that it read has changed, until the owner that is current here is cleaned up.
pub fn follow(work: impl Fn() + 'static) {
    keep(Box::new(work));
}

fn keep(work: Box<dyn Fn()>) {
    // An effect that was already due when its owner went still runs once; by then the signals that it would read are gone.
    let gone = Arc::new(AtomicBool::new(false));
    let told = gone.clone();
    on_cleanup(move || told.store(true, Ordering::Relaxed));
    let effect = RenderEffect::new(move |_: Option<()>| {
        if !gone.load(Ordering::Relaxed) {
            work();
        }
    });
    // The arena lets go of it with the owner.
    StoredValue::new_local(effect);
}

fn document() -> Option<Document> {
    web_sys::window().and_then(|window| window.document())
}

/// An element under construction, or done: a handle, cheap to clone.
#[derive(Clone)]
pub struct El(Element);

/// A new element. Names come from our own sources and are always valid.
///
/// # Panics
/// Where there is no document: nothing could be shown there.
#[must_use]
pub fn el(tag: &str) -> El {
    let made = document().and_then(|document| document.create_element(tag).ok());
    match made {
        Some(element) => El(element),
        None => wasm_bindgen::throw_str("no document"),
    }
}

/// A new element of SVG.
///
/// # Panics
/// Where there is no document.
#[must_use]
pub fn svg(tag: &str) -> El {
    let made = document().and_then(|document| document.create_element_ns(Some("http://www.w3.org/2000/svg"), tag).ok());
    match made {
        Some(element) => El(element),
        None => wasm_bindgen::throw_str("no document"),
    }
}

impl El {
    /// The element itself.
    #[must_use]
    pub fn html(&self) -> HtmlElement {
        self.0.clone().unchecked_into()
    }

    /// The element as a node.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// Sets `class`.
    #[must_use]
    pub fn class(self, names: &str) -> Self {
        self.attr("class", names)
    }

    /// Sets an attribute.
    #[must_use]
    pub fn attr(self, name: &str, value: &str) -> Self {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// Sets an attribute to words, and keeps it.
    #[must_use]
    pub fn say(self, name: &'static str, words: impl Into<Words>) -> Self {
        match words.into() {
            Words::Fixed(words) => self.attr(name, &words),
            Words::Live(words) => self.bind(name, move || Some(words())),
        }
    }

    /// Keeps an attribute as `value` says; none takes it away.
    #[must_use]
    pub fn bind(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        bind_attribute(self.0.clone(), name, Box::new(value));
        self
    }

    /// Keeps an attribute at `true` or `false`, as ARIA has its states.
    #[must_use]
    pub fn state(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        self.bind(name, move || Some(if on() { "true" } else { "false" }.to_owned()))
    }

    /// Keeps an attribute at `true` while `on`, and away else.
    #[must_use]
    pub fn flag(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        self.bind(name, move || on().then(|| "true".to_owned()))
    }

    /// Appends text.
    #[must_use]
    pub fn text(self, words: impl Into<Words>) -> Self {
        self.append_text(words.into());
        self
    }

    fn append_text(&self, words: Words) {
        let Some(document) = document() else { return };
        match words {
            Words::Fixed(words) => drop(self.0.append_child(&document.create_text_node(&words))),
            Words::Live(words) => {
                let node = document.create_text_node("");
                let _ = self.0.append_child(&node);
                follow(move || {
                    let words = words();
                    if node.data() != words {
                        node.set_data(&words);
                    }
                });
            }
        }
    }

    /// Appends an element.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "a builder's word, not a sum")]
    pub fn add(self, child: El) -> Self {
        let _ = self.0.append_child(&child.0);
        self
    }

    /// Appends an element, if there is one.
    #[must_use]
    pub fn maybe(self, child: Option<El>) -> Self {
        match child {
            Some(child) => self.add(child),
            None => self,
        }
    }

    /// Appends elements.
    #[must_use]
    pub fn all(self, children: impl IntoIterator<Item = El>) -> Self {
        children.into_iter().fold(self, Self::add)
    }

    /// Shows `make`'s element while `when`; made anew each time.
    #[must_use]
    pub fn when(self, when: impl Fn() -> bool + 'static, make: impl Fn() -> El + 'static) -> Self {
        self.redo(when, move |on| if *on { vec![make()] } else { vec![] })
    }

    /// Shows what `make` makes of `value`, and makes it anew whenever that has become another.
    #[must_use]
    pub fn redo<T: PartialEq + 'static>(self, value: impl Fn() -> T + 'static, make: impl Fn(&T) -> Vec<El> + 'static) -> Self {
        let held = Rc::new(RefCell::new((0_u32, None::<T>)));
        let seen = held.clone();
        let count = move || {
            let new = value();
            let mut held = held.borrow_mut();
            if held.1.as_ref() != Some(&new) {
                *held = (held.0 + 1, Some(new));
            }
            held.0
        };
        let build = move |_| seen.borrow().1.as_ref().map(&make).unwrap_or_default();
        region::switch(&self.0, Box::new(count), Box::new(build));
        self
    }

    /// One element for each key, in the order of the keys; an element lives as long as its key is there.
    #[must_use]
    pub fn each(self, keys: impl Fn() -> Vec<u32> + 'static, make: impl Fn(u32) -> El + 'static) -> Self {
        region::each(&self.0, Box::new(keys), Box::new(make));
        self
    }

    /// Calls `handler` with each event of a kind. The listener lives and dies with the element.
    #[must_use]
    pub fn on(self, event: &str, handler: impl Fn(Event) + 'static) -> Self {
        listen(&self.0, event, Box::new(handler));
        self
    }

    /// As [`Self::on`], for events of a known class.
    #[must_use]
    pub fn on_as<E: JsCast>(self, event: &str, handler: impl Fn(E) + 'static) -> Self {
        self.on(event, move |event| handler(event.unchecked_into()))
    }

    /// Puts the keyboard there.
    pub fn focus(&self) {
        let _ = self.html().focus();
    }

    /// Puts the keyboard there once it is in the document: after the work that is being done now.
    pub fn focus_soon(&self) {
        let element = self.html();
        wasm_bindgen_futures::spawn_local(async move {
            let _ = element.focus();
        });
    }

    /// Puts it at the end of the document's body.
    pub fn mount(self) {
        if let Some(body) = document().and_then(|document| document.body()) {
            let _ = body.append_child(&self.0);
        }
    }
}

fn bind_attribute(element: Element, name: &'static str, value: Box<dyn Fn() -> Option<String>>) {
    let last = RefCell::new(None);
    follow(move || {
        let value = value();
        if *last.borrow() != value {
            let _ = match &value {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
            *last.borrow_mut() = value;
        }
    });
}

/// Listens for as long as the target lives: the closure is JavaScript's to collect.
pub fn listen(target: &web_sys::EventTarget, event: &str, handler: Box<dyn Fn(Event)>) {
    let closure = Closure::<dyn Fn(Event)>::wrap(handler).into_js_value();
    let _ = target.add_event_listener_with_callback(event, closure.unchecked_ref());
}
