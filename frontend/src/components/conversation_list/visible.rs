//! Which rows of a long list of equally high rows are on screen.

use std::ops::Range;

/// Rows drawn beyond each edge, so that scrolling finds them ready.
const BEYOND: usize = 6;

/// The rows to draw: those on screen and a few more, of `count` rows that are `row_px` high.
pub fn visible_rows(scroll_top: f64, height: f64, row_px: f64, count: usize) -> Range<usize> {
    if row_px <= 0.0 {
        return 0..count.min(2 * BEYOND);
    }
    let first = (scroll_top.max(0.0) / row_px).floor() as usize;
    let last = ((scroll_top.max(0.0) + height) / row_px).ceil() as usize;
    let start = first.saturating_sub(BEYOND).min(count);
    start..(last + BEYOND).clamp(start, count)
}

/// How far to scroll so that a row is wholly on screen; as it is if it is already.
pub fn scroll_to_show(row: usize, scroll_top: f64, height: f64, row_px: f64) -> f64 {
    let top = row as f64 * row_px;
    if top < scroll_top {
        top
    } else if top + row_px > scroll_top + height {
        top + row_px - height
    } else {
        scroll_top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_near_the_screen_are_drawn() {
        assert_eq!(visible_rows(0.0, 600.0, 60.0, 2_000), 0..16);
        assert_eq!(visible_rows(6_000.0, 600.0, 60.0, 2_000), 94..116);
        assert_eq!(visible_rows(0.0, 600.0, 60.0, 3), 0..3);
        assert_eq!(visible_rows(90_000.0, 600.0, 60.0, 3), 3..3, "scrolled beyond a list that became short");
        assert_eq!(visible_rows(-40.0, 600.0, 60.0, 20), 0..16, "rubber-banding");
    }

    #[test]
    fn a_row_is_brought_on_screen_by_the_shortest_way() {
        assert_eq!(scroll_to_show(3, 0.0, 600.0, 60.0), 0.0);
        assert_eq!(scroll_to_show(10, 0.0, 600.0, 60.0), 60.0);
        assert_eq!(scroll_to_show(1, 300.0, 600.0, 60.0), 60.0);
    }
}
