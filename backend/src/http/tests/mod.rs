//! Requests against the whole router, with a store in a folder of its own; what needs connections is elsewhere.

pub(crate) mod support;

mod bad_input;
mod described;
mod headers;
mod sending;
mod sessions;
