//! The page, as a content script sees it: read its text, mark ranges of it, hear its events, show something of our own above it.
//!
//! Nothing here changes the page's DOM, but for [`Layer`], which appends one element to the root element.

mod cursor;
mod highlight;
mod hit;
mod layer;
mod listen;
mod observer;
mod task;
mod walk;

pub use cursor::PointerCursor;
pub use highlight::{Highlight, Paint};
pub use hit::{Hit, range_rects, under};
pub use layer::Layer;
pub use listen::{On, on};
pub use observer::{Observer, changed_nodes};
pub use task::{Task, now};
pub use walk::{Batch, NodeEntry, Slice, Walk, batch_of, extent, forget, id_of, mark, put, remember};

/// A rectangle in CSS pixels, from the top left of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Whether a point is inside, or within `margin` of it.
    #[must_use]
    pub fn holds(&self, x: f64, y: f64, margin: f64) -> bool {
        x >= self.x - margin && x <= self.x + self.width + margin && y >= self.y - margin && y <= self.y + self.height + margin
    }
}

impl From<web_sys::DomRect> for Rect {
    fn from(rect: web_sys::DomRect) -> Self {
        Self { x: rect.x(), y: rect.y(), width: rect.width(), height: rect.height() }
    }
}
