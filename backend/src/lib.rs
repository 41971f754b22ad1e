//! What happens to a message: `gateway` (socket ⇄ frame) → `chat` (decide) → `store` (remember) → `fanout` (tell).

pub mod auth;
pub mod clock;
pub mod config;
pub mod telemetry;
pub mod store;
