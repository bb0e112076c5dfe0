//! The size of the widget's frame.

use patchcord_messages::FrameSize;

/// The tallest that the widget asks for, in CSS pixels; beyond, its lists scroll. The content script clamps to the window besides.
pub const MAX_HEIGHT: f64 = 600.0;

/// What the frame should measure for content of this size: whole pixels, so that no edge is blurred, and within reason.
#[must_use]
pub fn size(width: f64, height: f64) -> Option<FrameSize> {
    if !(width.is_finite() && height.is_finite()) || width < 1.0 || height < 1.0 {
        return None;
    }
    Some(FrameSize { width: width.ceil().min(480.0), height: height.ceil().min(MAX_HEIGHT) })
}

/// How far an arrow key moves the widget, in CSS pixels.
#[must_use]
pub fn nudge(key: &str) -> Option<(f64, f64)> {
    const STEP: f64 = 24.0;
    match key {
        "ArrowLeft" => Some((-STEP, 0.0)),
        "ArrowRight" => Some((STEP, 0.0)),
        "ArrowUp" => Some((0.0, -STEP)),
        "ArrowDown" => Some((0.0, STEP)),
        _ => None,
    }
}

/// Screen pixels per CSS pixel, from one movement measured in both: the nearest of Chromium's zoom levels, since mouse positions come in whole pixels.
#[must_use]
pub fn zoom(on_screen: f64, in_frame: f64) -> f64 {
    const LEVELS: [f64; 17] = [0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0];
    let ratio = on_screen / in_frame;
    if !ratio.is_finite() || ratio <= 0.0 {
        return 1.0;
    }
    // 10 % and less of doubt is taken for "not zoomed", by far the commonest.
    if (0.88..=1.14).contains(&ratio) {
        return 1.0;
    }
    LEVELS.into_iter().min_by(|a, b| (a.ln() - ratio.ln()).abs().total_cmp(&(b.ln() - ratio.ln()).abs())).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zoom_is_guessed_from_a_short_movement() {
        for (screen, frame, expected) in
            [(5.0, 5.0, 1.0), (8.0, 5.0, 1.5), (7.5, 5.0, 1.5), (10.0, 5.0, 2.0), (5.0, 7.5, 0.67), (0.0, 5.0, 1.0), (5.0, 0.0, 1.0)]
        {
            assert_eq!(zoom(screen, frame), expected, "{screen} {frame}");
        }
    }

    #[test]
    fn sizes_are_whole_and_bounded() {
        assert_eq!(size(319.2, 40.0), Some(FrameSize { width: 320.0, height: 40.0 }));
        assert_eq!(size(320.0, 9_000.0), Some(FrameSize { width: 320.0, height: MAX_HEIGHT }));
        assert_eq!(size(0.0, 10.0), None, "not laid out yet");
        assert_eq!(size(f64::NAN, 10.0), None);
    }

    #[test]
    fn arrows_move_it() {
        assert_eq!(nudge("ArrowLeft"), Some((-24.0, 0.0)));
        assert_eq!(nudge("Enter"), None);
    }
}
