//! Where the widget's frame stands in the window. Pure geometry, in CSS pixels.

// `clamp` would bring the code that prints fractions, for its panic: 11 KB on every page.
#![expect(clippy::manual_clamp)]

use patchcord_browser::page::Rect;
use patchcord_messages::{FrameSize, WidgetPlace};

/// Between the frame and the window's edges.
const MARGIN: f64 = 12.0;

/// What the frame is before the widget has said how large it wants to be: a folded pill.
pub const FOLDED: FrameSize = FrameSize { width: 160.0, height: 40.0 };

/// Where it stands as long as nobody has dragged it: bottom right.
pub const CORNER: WidgetPlace = WidgetPlace { left: false, height: 1.0 };

/// The frame's rectangle. It never reaches over the window's edges, however small the window.
#[must_use]
pub fn rect(place: WidgetPlace, wanted: FrameSize, window: FrameSize) -> Rect {
    let size = fitting(wanted, window);
    let x = if place.left { MARGIN } else { (window.width - MARGIN - size.width).max(0.0) };
    let free = (window.height - 2.0 * MARGIN - size.height).max(0.0);
    let share = if place.height.is_finite() { place.height.max(0.0).min(1.0) } else { CORNER.height };
    within(Rect { x, y: MARGIN + free * share, width: size.width, height: size.height }, window)
}

fn fitting(wanted: FrameSize, window: FrameSize) -> FrameSize {
    let fit = |wanted: f64, room: f64| if wanted.is_finite() { wanted.min(room - 2.0 * MARGIN).max(0.0) } else { 0.0 };
    FrameSize { width: fit(wanted.width, window.width), height: fit(wanted.height, window.height) }
}

fn within(rect: Rect, window: FrameSize) -> Rect {
    let keep = |at: f64, length: f64, room: f64| at.min(room - length).max(0.0);
    Rect { x: keep(rect.x, rect.width, window.width), y: keep(rect.y, rect.height, window.height), ..rect }
}

/// Dragged by so much, kept inside the window.
#[must_use]
pub fn dragged(rect: Rect, dx: f64, dy: f64, window: FrameSize) -> Rect {
    let step = |by: f64| if by.is_finite() { by } else { 0.0 };
    within(Rect { x: rect.x + step(dx), y: rect.y + step(dy), ..rect }, window)
}

/// Let go there: the nearer side, and a height that means the same in windows of other sizes.
#[must_use]
pub fn dropped(rect: Rect, window: FrameSize) -> WidgetPlace {
    let free = window.height - 2.0 * MARGIN - rect.height;
    let height = if free > 0.0 { ((rect.y - MARGIN) / free).max(0.0).min(1.0) } else { CORNER.height };
    WidgetPlace { left: rect.x + rect.width / 2.0 < window.width / 2.0, height }
}

/// Where the chip goes: above what it names if there is room, else below, and inside the window. `gap` lies between.
#[must_use]
pub fn chip(named: Rect, size: FrameSize, gap: f64, window: FrameSize) -> Rect {
    let above = named.y - gap - size.height;
    let y = if above >= 0.0 { above } else { named.y + named.height + gap };
    within(Rect { x: named.x, y, width: size.width, height: size.height }, window)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: FrameSize = FrameSize { width: 1000.0, height: 800.0 };
    const OPEN: FrameSize = FrameSize { width: 320.0, height: 500.0 };

    #[test]
    fn it_begins_in_the_corner_and_grows_from_there() {
        let pill = rect(CORNER, FOLDED, WINDOW);
        let open = rect(CORNER, OPEN, WINDOW);
        assert_eq!(pill, Rect { x: 828.0, y: 748.0, width: 160.0, height: 40.0 });
        assert_eq!((open.x + open.width, open.y + open.height), (pill.x + pill.width, pill.y + pill.height), "the corner stays");
    }

    #[test]
    fn it_is_never_larger_than_the_window() {
        for (width, height) in [(300.0, 200.0), (20.0, 20.0), (0.0, 0.0)] {
            let window = FrameSize { width, height };
            let open = rect(CORNER, OPEN, window);
            assert!(open.x >= 0.0 && open.y >= 0.0, "{open:?}");
            assert!(open.x + open.width <= width.max(open.x) && open.y + open.height <= height.max(open.y), "{open:?}");
        }
    }

    #[test]
    fn a_drag_stops_at_the_edges() {
        let pill = rect(CORNER, FOLDED, WINDOW);
        assert_eq!(dragged(pill, -100.0, -50.0, WINDOW), Rect { x: 728.0, y: 698.0, ..pill });
        assert_eq!(dragged(pill, 1e9, 1e9, WINDOW), Rect { x: 840.0, y: 760.0, ..pill });
        assert_eq!(dragged(pill, -1e9, f64::NAN, WINDOW), Rect { x: 0.0, ..pill });
    }

    #[test]
    fn let_go_it_snaps_to_the_nearer_side_and_comes_back_there() {
        let pill = rect(CORNER, FOLDED, WINDOW);
        let left = dropped(dragged(pill, -600.0, -300.0, WINDOW), WINDOW);
        assert!(left.left);
        let back = rect(left, FOLDED, WINDOW);
        assert_eq!((back.x, back.y), (MARGIN, 448.0));
        assert!(!dropped(dragged(pill, -100.0, 0.0, WINDOW), WINDOW).left);
        let smaller = FrameSize { width: 500.0, height: 400.0 };
        let there = rect(left, FOLDED, smaller);
        assert!(there.y > 0.0 && there.y + there.height <= smaller.height);
    }

    #[test]
    fn nonsense_from_outside_is_no_harm() {
        let nonsense = FrameSize { width: f64::INFINITY, height: f64::NAN };
        let made = rect(WidgetPlace { left: true, height: f64::NAN }, nonsense, WINDOW);
        assert!([made.x, made.y, made.width, made.height].iter().all(|value| value.is_finite()));
    }

    #[test]
    fn the_chip_stays_in_the_window() {
        let size = FrameSize { width: 120.0, height: 24.0 };
        let number = Rect { x: 100.0, y: 300.0, width: 90.0, height: 16.0 };
        assert_eq!(chip(number, size, 4.0, WINDOW).y, 272.0);
        assert_eq!(chip(Rect { y: 2.0, ..number }, size, 4.0, WINDOW).y, 22.0, "no room above");
        assert_eq!(chip(Rect { x: 950.0, ..number }, size, 4.0, WINDOW).x, 880.0);
    }
}
