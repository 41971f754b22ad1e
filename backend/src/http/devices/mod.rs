//! The devices on which one is signed in.

pub mod list;

pub mod revoke;
