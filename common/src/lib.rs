//! What is said: the words of the wire that both sides share, and the client's sync engine.
//!
//! Nothing here does I/O, reads a clock or draws a random number; it is the same code natively and in wasm32.

pub mod id;
pub mod json;
pub mod limits;
pub mod order;
pub mod text;

pub mod model;
pub mod wire;

pub mod sync;
