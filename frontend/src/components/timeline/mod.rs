//! The open conversation: rows from top to bottom, kept still while more of them come.
//!
//! `timeline` is the whole; `keeper` keeps the scroll position by the rules of `anchor`; `row` and those after it draw.

mod anchor;
mod announcer;
mod beginning;
mod bubble;
mod bubble_foot;
mod bubble_text;
mod emoji;
mod gap;
mod keeper;
mod links;
mod pill;
mod row;
mod system_line;
mod timeline_view;
mod walk;

pub use timeline_view::Timeline;
