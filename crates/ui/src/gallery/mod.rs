//! Every view in every state, without the extension: a fake host with made-up snapshots, to be looked at in any browser. Built only with the feature `gallery`.
//!
//! `?page=widget&state=connected&lang=zh_CN` shows one state.

mod host;
mod locales;
mod states;

use std::rc::Rc;

use crate::{Page, host as hosts, views};

/// Shows the page and state that the URL asks for.
pub fn start(query: &str) {
    let parameter = |name: &str| {
        query
            .trim_start_matches('?')
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    };
    let page = parameter("page").and_then(|page| Page::parse(&page)).unwrap_or(Page::Widget);
    let state = parameter("state").unwrap_or_default();
    let language = parameter("lang").unwrap_or_else(|| "en".to_owned());
    hosts::install(Rc::new(host::Fake::new(&state, &language)));
    views::mount(page);
}

/// The names of the states, for whoever takes pictures of them all.
#[must_use]
pub fn states() -> Vec<&'static str> {
    states::NAMES.to_vec()
}

pub use locales::{Locale, render};
