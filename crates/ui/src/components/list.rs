use crate::dom::{El, el};

/// A list, to be filled with [`row`]s.
#[must_use]
pub fn list(label: &str) -> El {
    el("ul").class("list").attr("aria-label", label)
}

/// A row: something, and what can be done with it at its end.
#[must_use]
pub fn row(what: impl IntoIterator<Item = El>, actions: impl IntoIterator<Item = El>) -> El {
    el("li").class("row").add(el("span").class("row-what").all(what)).add(el("span").class("row-actions").all(actions))
}
