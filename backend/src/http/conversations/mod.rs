//! Conversations: listing them, making and changing groups, who is in them, and reading them.

pub mod create;
pub mod list;
pub mod show;

pub mod change;

pub mod add_members;
pub mod change_role;
pub mod remove_member;

pub mod accept;
pub mod decline;
pub mod mute;

pub mod history;
pub mod read;
