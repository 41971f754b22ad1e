//! Whole screens.

mod conversation;
mod desk;
mod focus;
mod home;
mod settings;
mod shortcuts;
mod title;
mod welcome;

pub use desk::{Desk, fetch_soon};
pub use welcome::Welcome;
