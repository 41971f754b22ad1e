//! The devices on which one is signed in.

pub mod list;

pub mod rename;

pub mod revoke;
