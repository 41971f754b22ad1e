//! A request in, an answer and announcements out, on a store in a folder of its own.

mod support;

mod groups;
mod messages;
mod receipts;
