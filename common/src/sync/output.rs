//! What the engine wants done.

use serde::{Deserialize, Serialize};

use crate::id::{MessageId, Seq};
use crate::model::{Account, Profile};
use crate::sync::{Change, ConversationKey, ConversationRecord, MembersRecord, OutboxRecord, StoredEntry};
use crate::wire::{ClientFrame, Position};

/// Something for the driver to do, in the order given.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// Open a socket; tell the outcome by `handle_link_up` or `handle_link_down`.
    Connect,
    /// Close the socket, if there is one (or the one being opened). Nothing of it is reported any more.
    Disconnect,
    /// Hand a frame to the socket. It is "handed over" from here on, whether it arrives or not.
    Transmit(ClientFrame),
    /// Perform all writes in one transaction, then call `handle_committed(number)`. There is never more than one batch
    /// under way: what happens meanwhile gathers in the next one.
    Commit(Batch),
    /// Tell the views of every tab.
    Tell(Change),
    /// Read the digests at these seqs (held ones), then call `handle_digests` once, with those that are there. Asked for
    /// after a reset only, while no batch that touches entries is under way. Answers for one key come in the order
    /// asked.
    LoadDigests {
        /// Where.
        key: ConversationKey,
        /// Which.
        seqs: Vec<Seq>,
    },
    /// Read one's own text entries above this seq, then call `handle_own_entries` once. Asked for after a reset only,
    /// while no batch that touches entries is under way. Answers for one key come in the order asked.
    LoadOwnEntries {
        /// Where.
        key: ConversationKey,
        /// Those with a greater seq.
        above: Seq,
    },
}

/// Writes that belong together.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// Counts up from 1 in the life of an engine.
    pub number: u64,
    /// Whether it must survive a power cut (IndexedDB `durability: "strict"`): what the person wrote.
    pub strict: bool,
    /// The writes, in order.
    pub writes: Vec<Write>,
}

/// One write.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Write {
    /// Put an entry under (key, seq).
    PutEntry {
        /// Where.
        key: ConversationKey,
        /// What.
        entry: StoredEntry,
    },
    /// Delete the entries with a greater seq.
    DropEntriesAbove {
        /// Where.
        key: ConversationKey,
        /// Those above this go.
        above: Seq,
    },
    /// Put a conversation under its key.
    PutConversation(ConversationRecord),
    /// Delete a conversation with its entries and members (never its outbox).
    DropConversation(ConversationKey),
    /// Put members and receipts under the conversation's key.
    PutMembers(MembersRecord),
    /// Put a waiting message under its id.
    PutOutbox(OutboxRecord),
    /// Delete a waiting message.
    DropOutbox(MessageId),
    /// Put a profile under the person's name.
    PutProfile(Profile),
    /// Put one's own account.
    PutAccount(Account),
    /// Put the position; `None` forgets it.
    PutPosition(Option<Position>),
    /// Remember that a reset's comparison is under way (or finished), so that a restart in the middle goes on with it.
    PutResetting(bool),
}
