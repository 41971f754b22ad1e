//! The nouns of a messenger, as both sides know them.

mod account;
mod conversation;
mod entry;
mod notification;
mod receipt;

pub use account::{Account, Device, Profile};
pub use conversation::{
    ConversationKind, Head, HistoryPolicy, Interval, Member, OwnState, Role, Standing, may_manage,
};
pub use entry::{Digest, Entry, EntryType, SystemEvent};
pub use notification::{Language, Shows};
pub use receipt::Receipt;
