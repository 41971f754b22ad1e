//! The conversations at the left: newest first, only those on screen are in the page.

mod head;
mod item;
mod last_line;
mod list;
mod requests;
mod visible;

pub use head::ListHead;
pub use list::ConversationList;
pub use requests::RequestList;
