//! The client's figures: the release client in a real Chromium.
//!
//! WebDriver presses keys and goes to pages; it measures nothing. Times are taken in the page itself ([`probe`]), work by
//! the browser's own trace ([`trace`]). Browser and server share the machine's cores as they do at home: nothing is
//! bound to one.

pub mod cold_start;
pub mod first_visit;
pub mod key_press;
pub mod layout_shift;
mod probe;
pub mod scrolling;
mod stock;
pub mod switching;
mod trace;

use crate::machine;
use crate::report::Figure;
use stock::Stock;

/// What a browser that was never used is sent.
pub async fn first_visit() -> Vec<Figure> {
    machine::unpin(std::process::id());
    vec![first_visit::measure().await]
}

/// What moves without being moved.
pub async fn layout_shift() -> Vec<Figure> {
    machine::unpin(std::process::id());
    vec![layout_shift::measure().await]
}

/// All that is measured in one browser with [`stock::MESSAGES`] messages in it.
pub async fn with_much_stored() -> Vec<Figure> {
    machine::unpin(std::process::id());
    let stock = Stock::lay_in().await;
    vec![
        cold_start::measure(&stock).await,
        key_press::measure(&stock).await,
        scrolling::measure(&stock).await,
        switching::measure(&stock).await,
    ]
}
