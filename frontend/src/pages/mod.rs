//! Whole screens.

mod conversation;
mod home;
mod settings;
mod shortcuts;
mod welcome;

pub use home::Home;
pub use welcome::Welcome;
