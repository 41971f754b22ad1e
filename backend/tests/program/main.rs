//! The program as its operator meets it: flags, commands, connections, certificates.

#![expect(clippy::unwrap_used, reason = "a test panics where the world is not as it needs it")]

mod support;

mod commands;
mod connections;
mod https;
