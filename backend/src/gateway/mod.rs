//! The socket: bytes outside, words inside.
//!
//! [`upgrade`] finds out who it is and lets them in; from then on one task per socket runs one loop ([`connection`]):
//! read a frame, let the [`session`] dispatch it to `chat`, write answers and whatever `fanout` has queued. An idle
//! socket is that task, its small buffers and its empty queue; it has no timer of its own (see
//! [`crate::fanout`], the sweeper).
//!
//! Frames are dispatched in the order in which they came, and what they ask for runs side by side: a window of
//! messages waits for one commit together. The store keeps the order in which it was asked, so a sender's messages
//! stay in order, and `after` works. Answers come as they are ready; a message's own answer takes the way of all live
//! frames, in the order of the log.

pub mod upgrade;

mod session;

mod question;

mod connection;

mod writer;

#[cfg(test)]
mod tests;
