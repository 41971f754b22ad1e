//! What pages are put together from. A component is a function of its props and the stores.

pub mod accounts;
pub mod kit;
