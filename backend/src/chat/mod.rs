//! What people do, decided here: may this one do that, and what does everyone hear of it.
//!
//! Each verb takes the [`App`](crate::app::App), the [`Caller`](crate::store::Caller) and words of the wire, parses
//! them once, and answers words of the wire or an [`Error`](crate::error::Error). Whether the socket or HTTP asked
//! makes no difference. There is no SQL and no socket here.
//!
//! What others hear is not the verb's to say. A verb that changes something asks the store; the store gives every
//! commit, in commit order, to the one [`publisher`](crate::fanout), which asks [`announce`] what is to be told to
//! whom and tells it. So nobody's going away between a commit and its telling (a cut HTTP request, a closed socket)
//! loses a live frame, and everybody hears of things in one order. What is never stored (typing, presence) is an
//! announcement of the verb itself and takes the same way, so that it cannot overtake a removal.

mod announce;

pub mod message;
pub mod send;

pub mod read;
pub mod resume;

pub mod converse;
pub mod people;

pub mod presence;
pub mod typing;

pub use announce::{Announcement, Audience, Words, announce, removes};

#[cfg(test)]
mod tests;
