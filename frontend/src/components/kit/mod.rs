//! The plain parts that everything is put together from. They know nothing of chat.

mod act_row;
mod avatar;
mod button;
mod choice;
mod confirm;
mod dialog;
mod effect;
mod field;
mod flight;
mod hue;
mod icon;
mod menu;
mod password_field;
mod rows;
mod sign;
mod spinner;
mod when;

pub use act_row::ActRow;
pub use avatar::{Avatar, AvatarKind};
pub use button::{Button, ButtonKind, IconButton};
pub use choice::Choice;
pub use confirm::Confirm;
pub use dialog::{Dialog, DialogHandle};
pub use effect::effect;
pub use field::Field;
pub use flight::Flight;
pub use hue::hue_class;
pub use icon::{Glyph, Icon};
pub use menu::{Menu, MenuItem};
pub use password_field::PasswordField;
pub use rows::Rows;
pub use sign::Sign;
pub use spinner::Spinner;
pub use when::When;
