//! Conversations as one account sees them: what every read of a conversation goes through, so that nobody is told
//! what lies outside their intervals (docs/protocol.md, "The log").
//!
//! A [`View`] joins a conversation with the account's seat in it. [`deltas`] turns views into what crosses the wire.
//! A former member sees the conversation as it was when they went: the head at their last visible entry, the title of
//! then, nobody who came later, and no receipt that moved since.

mod deltas;
mod page;
mod people;
mod view;

pub(super) use deltas::{Wanted, tell_each};
pub(super) use page::{load_newest, load_page};
pub(super) use view::{View, load_intervals, load_view, view_columns, view_tables};
