//! What the tests stand on: the real server as a process, clients of two kinds, and a network that fails on command.
//!
//! - [`Server`]: the binary named by `HONGYAN_BIN` (else the debug build beside the test), on a port of its own and with
//!   a data folder of its own; it can be killed, stopped gracefully and started again.
//! - [`raw`]: a client that speaks only what `docs/protocol.md` pins, word by word, and knows nothing of `common`.
//! - [`Device`]: the client engine of `common::sync` with storage in memory: the code that the browser ships.
//! - [`browser`]: the real client in a real Chromium.
//! - [`Network`]: a proxy between the two that cuts, delays, swallows, and loses replies after the commit.
//! - [`eventually`]: waits for a state with a deadline; no test sleeps to synchronise.
//!
//! Everything here panics with a sentence when the world is not as a test needs it: a test is the reader.

pub mod browser;
pub mod clock;
mod crowd;
mod deadline;
mod device;
pub mod memory;
mod network;
pub mod push_service;
pub mod raw;
mod server;
pub mod tls;

pub use crowd::Crowd;
pub use deadline::{DEADLINE, eventually, soon, within};
pub use device::{Device, Disk, View};
pub use network::Network;
pub use server::{Options, Server};
