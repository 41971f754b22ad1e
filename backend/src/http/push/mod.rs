//! Notifications: the key that browsers subscribe with, where they are reached, and whether it works.

pub mod key;
pub mod list;
pub mod subscribe;
pub mod test;
pub mod unsubscribe;
