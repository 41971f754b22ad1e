//! Where one writes.

mod composer_view;
mod edit_desk;
mod grow;
mod outcome;
mod writing;

pub use composer_view::Composer;
pub use edit_desk::{Edit, EditDesk};
