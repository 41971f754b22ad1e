//! Other people: looking them up, and refusing their messages.

pub mod look_up;

pub mod show;

pub mod block;

pub mod unblock;
