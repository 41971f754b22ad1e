//! Whole screens.

mod conversation;
mod focus;
mod home;
mod settings;
mod shortcuts;
mod title;
mod welcome;

pub use home::Home;
pub use welcome::Welcome;
