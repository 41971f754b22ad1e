//! What is remembered: accounts, devices, conversations and their logs, on SQLite or PostgreSQL.
//!
//! A [`Store`] is one `Clone` handle. Reads run on connections of their own; everything that changes something goes through the
//! one writer, which commits what came together in one transaction (see [`writer`]).
//!
//! # What a caller must know
//! - An answer comes after its commit is on disk. A write that was refused ([`StoreError::is_refusal`]) has changed
//!   nothing; one that failed with [`StoreError::Unavailable`] may be tried again as it is.
//! - **Telling.** Every committed change is given as a [`Commit`] to [`StoreOptions::commits`], in commit order,
//!   which is the order of positions, before its answer is given. That stream is the only complete source for
//!   `fanout`: it has the changes whose asker has gone away meanwhile (a cut HTTP request, say), and whoever has
//!   passed on a commit to all local sockets may call its position published.
//! - **Time and chance** are given: `now` with each request (Unix seconds), ids by [`StoreOptions::new_id`].
//! - What an account may not see does not exist for it: [`StoreError::NotFound`].

mod error;
mod types;

mod codes;
mod dialect;
mod entries;
mod open;

mod accounts;
mod blocks;
mod devices;
mod invites;

mod groups;
mod messages;
mod mute;
mod receipts;
mod standing;
mod writer;

mod views;

mod compare;
mod conversations;
mod history;
mod message_info;
mod people;
mod resume;

mod push;

mod backup;
mod writable;

pub use accounts::{AccountDeleted, NewAccount, PersonRow, ProfileChanged, Proven, StoredAccount};
pub use backup::{restore, validate_backup};
pub use blocks::BlocksChanged;
pub use devices::{NewDevice, Session};
pub use error::StoreError;
pub use groups::{Changed, GroupChange, NewGroup};
pub use history::HistoryRange;
pub use messages::{Appended, NewMessage, Target};
pub use open::{Store, StoreOptions};
pub use push::{
    Browser, Claimed, Done, Fresh, LONGEST_PAUSE_S, NewSubscription, News, PushState, Read, Subscription,
    SubscriptionId, Trouble,
};
pub use receipts::{Mark, Moved};
pub use resume::ResumeLimits;
pub use types::{
    AccountId, Caller, Commit, Committed, GroupObserver, GroupReport, IdSource, Origin, TokenHash,
};
