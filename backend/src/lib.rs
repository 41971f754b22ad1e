//! What happens to a message: `gateway` (socket ⇄ frame) → `chat` (decide) → `store` (remember) → `fanout` (tell).

pub mod app;
pub mod auth;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod fanout;
pub mod gateway;
pub mod http;
pub mod lifecycle;
pub mod push;
pub mod store;
pub mod telemetry;
