//! The client's sync engine.
