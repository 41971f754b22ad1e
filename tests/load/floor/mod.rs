//! What the machine allows at best: the same work with nothing of ours in it.

mod post;
pub mod server;
pub mod sqlite;
