//! Sockets as clients see them: a server on a free port, a store in a folder of its own, plain WebSocket clients.

mod support;

mod bounds;
mod presence;
mod sync;
mod talk;
