//! People: looking them up, writing to someone new, groups and who is in them.

mod add_members;
mod candidate;
mod details;
mod find_dialog;
mod finder;

mod group_details;
mod group_dialog;
mod group_settings;
mod lookup;
mod members;
mod muting;
mod new_dialog;
mod person_details;
mod picker;
mod share_dialog;

pub use details::Details;
pub use find_dialog::FindDialog;
pub use group_dialog::GroupDialog;
pub use new_dialog::NewDialog;
pub use share_dialog::ShareDialog;
