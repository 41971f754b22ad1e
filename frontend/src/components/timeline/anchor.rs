//! Keeping what a person reads where it is, while rows come and go above and below it.
//!
//! Browsers anchor scrolling themselves, but not all, and none at the very top; so it is switched off in the styles and
//! done here: [`Anchor`] says what must not move, and is renewed whenever the person scrolls.

use crate::stores::timeline::RowKey;

/// So near to the end (CSS pixels), one is at the end.
const END_SLACK_PX: f64 = 32.0;
/// Within so many heights of the window, more rows are asked for.
const NEAR_HEIGHTS: f64 = 2.0;

/// What must stay where it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Anchor {
    /// The end: new rows push the old ones up.
    End,
    /// The top edge of this row, on which one has landed, so many CSS pixels below the top of the window.
    Landing(RowKey, f64),
    /// The bottom edge of this message, so many CSS pixels below the top of the window. Its bottom, because what comes
    /// above a message may take away its distance and its sender's name; a message, because a date moves up when older
    /// ones of the same day come.
    Message(RowKey, f64),
}

/// The scroller's measures, CSS pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measures {
    /// How far it is scrolled.
    pub scroll_top: f64,
    /// The height of its window.
    pub height: f64,
    /// The height of all that is in it.
    pub content: f64,
}

impl Measures {
    /// Whether the end of the rows is on screen.
    pub fn at_end(self) -> bool {
        self.below() <= END_SLACK_PX
    }

    /// Whether it is time to bring older rows.
    pub fn near_top(self) -> bool {
        self.scroll_top < NEAR_HEIGHTS * self.height
    }

    /// Whether it is time to bring newer rows.
    pub fn near_bottom(self) -> bool {
        self.below() < NEAR_HEIGHTS * self.height
    }

    fn below(self) -> f64 {
        self.content - self.height - self.scroll_top
    }
}

/// The first of `count` rows whose bottom edge lies below `y`, by bisection; rows lie one below the other.
pub fn first_row_below(count: usize, bottom: impl Fn(usize) -> f64, y: f64) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if bottom(middle) > y { high = middle } else { low = middle + 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topmost_visible_row_is_found() {
        let bottoms = [40.0, 100.0, 160.0, 400.0];
        let find = |y| first_row_below(bottoms.len(), |row| bottoms[row], y);
        assert_eq!(find(0.0), 0);
        assert_eq!(find(40.0), 1, "a row that just left does not count");
        assert_eq!(find(399.0), 3);
        assert_eq!(find(400.0), 4, "below all rows there is none");
        assert_eq!(first_row_below(0, |_| 0.0, 0.0), 0);
    }

    #[test]
    fn a_few_pixels_from_the_end_is_the_end() {
        let measures = Measures { scroll_top: 1_570.0, height: 400.0, content: 2_000.0 };
        assert!(measures.at_end());
        assert!(!Measures { scroll_top: 1_500.0, ..measures }.at_end());
        assert!(Measures { scroll_top: 0.0, height: 400.0, content: 300.0 }.at_end(), "too little to scroll");
    }

    #[test]
    fn more_is_asked_for_before_the_edge_is_reached() {
        let measures = Measures { scroll_top: 700.0, height: 400.0, content: 20_000.0 };
        assert!(measures.near_top());
        assert!(!measures.near_bottom());
    }
}
