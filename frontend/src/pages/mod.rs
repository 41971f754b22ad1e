//! Whole screens.

mod welcome;

pub use welcome::Welcome;
