//! The words of the wire: frames over the socket, bodies over HTTP, errors and close codes for both.
//!
//! JSON, camelCase; over the socket every frame is `{"action", "data"}`, with an optional `id` that comes back as
//! `replyTo`. Unknown fields are ignored, so that either side may grow first.

mod client_frame;
mod close;
mod error;
pub mod http;
mod position;
mod server_frame;
mod sync_words;

pub use client_frame::{ClientFrame, ClientWords, FrameProblem, parse_client_frame};
pub use close::CloseCode;
pub use error::{ErrorBody, ErrorCode, Remedy};
pub use position::{Epoch, Position};
pub use server_frame::{PersonPresence, ServerFrame, ServerWords};
pub use sync_words::{
    CommonPrefix, Compare, ComparePoint, ComparePoints, Compared, ConversationDelta, Page, Resume,
    ResumeKind, Resumed,
};
