//! Hearing of a message when one is away: Web Push.

pub mod encrypt;
pub mod endpoint;
mod reach;
pub mod sender;
pub mod vapid;
