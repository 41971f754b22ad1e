//! Messages, one at a time.

pub mod send;

pub mod show;
