//! What the views are told: everything here can be sent to another tab as JSON.

use serde::{Deserialize, Serialize};

use crate::id::{MessageId, Seq, UserId};
use crate::model::{Account, Entry, Profile};
use crate::sync::{ConversationKey, ConversationRecord, MembersRecord, OutboxRecord};
use crate::wire::{ErrorCode, PersonPresence};

/// Something that views show has changed. What is told of storage is already stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// The link's state.
    Link(LinkState),
    /// A conversation is new or changed.
    Conversation(ConversationRecord),
    /// A conversation is no longer there.
    ConversationGone(ConversationKey),
    /// Members or receipts changed.
    Members(MembersRecord),
    /// Entries were stored (new ones, or a page of history). Without entries it answers a request for history that
    /// needs no page: what lies below is in storage, or there is nothing.
    Entries {
        /// Where.
        key: ConversationKey,
        /// Ascending.
        entries: Vec<Entry>,
    },
    /// An entry came before those in front of it: shown below a hole, not stored; the hole is being asked for.
    Hint {
        /// Where.
        key: ConversationKey,
        /// The entry.
        entry: Entry,
    },
    /// After a reset: entries above are gone from storage (own ones are in the outbox again).
    Truncated {
        /// Where.
        key: ConversationKey,
        /// Those above are gone.
        above: Seq,
    },
    /// A waiting message is new or its state changed.
    Outbox(OutboxItem),
    /// A waiting message is gone: stored as an entry, or taken back.
    OutboxGone {
        /// Where.
        key: ConversationKey,
        /// Which.
        message_id: MessageId,
    },
    /// A request for history came to nothing (no link, refused); may be asked again.
    HistoryFailed {
        /// Where.
        key: ConversationKey,
    },
    /// Somebody is writing until this time (milliseconds), or no longer (`None`).
    Typing {
        /// Where.
        key: ConversationKey,
        /// Who.
        user_id: UserId,
        /// Until when, milliseconds since 1970.
        until_ms: Option<u64>,
    },
    /// Who is here.
    Presence(Vec<PersonPresence>),
    /// A profile.
    Profile(Profile),
    /// One's own account.
    Account(Account),
    /// The session is over: sign in again with the outbox kept, or wipe.
    Lost(LostReason),
}

/// Why the session is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LostReason {
    /// Signed out, expired or the password changed: keep everything, ask to sign in.
    SignedOut,
    /// The device was revoked or the account deleted: wipe.
    Revoked,
}

/// The link, as the banner shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkState {
    /// No network, or the server does not answer; the next try at this time (milliseconds since 1970).
    Offline {
        /// When the next try comes; `None` while the device says that it has no network.
        next_try_ms: Option<u64>,
    },
    /// A socket is being opened.
    Connecting,
    /// Connected, and not yet up to date.
    CatchingUp,
    /// Up to date.
    Live,
    /// The session is over.
    Lost(LostReason),
}

/// A waiting message, as its bubble shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboxItem {
    /// What is stored.
    pub record: OutboxRecord,
    /// Where it is.
    pub state: SendState,
}

/// Where a waiting message is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SendState {
    /// Stored here; never handed to a transport: may be edited or taken back.
    Queued(WaitCause),
    /// Handed over; the answer is awaited.
    InFlight,
    /// Handed over, and the link broke before an answer: the outcome is unknown until the next try.
    Unknown(WaitCause),
    /// Durable on the server at this place (a tick); the row here lives until a page brings its entry.
    Sent {
        /// Its place.
        seq: Seq,
    },
    /// The server refused it; those behind it go on. The person fixes it or takes it back.
    Refused(ErrorCode),
}

/// What a waiting message waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WaitCause {
    /// Its turn; it goes out in a moment.
    Turn,
    /// The link.
    Link,
    /// The server asked to wait, or failed; the next try at this time (milliseconds since 1970).
    Until(u64),
    /// The person has to sign in.
    SignIn,
}
