//! What survives a crash: the records of IndexedDB, in memory.

use std::collections::BTreeMap;

use common::id::{MessageId, Seq};
use common::model::{Account, Digest, Entry, EntryType, Profile};
use common::sync::{
    Batch, ConversationKey, ConversationRecord, MembersRecord, OutboxRecord, Snapshot, StoredEntry, Write,
};

/// A device's storage.
#[derive(Clone, Default, Debug)]
pub struct Disk {
    position: Option<String>,
    resetting: bool,
    account: Option<Account>,
    profiles: BTreeMap<String, Profile>,
    conversations: BTreeMap<ConversationKey, ConversationRecord>,
    members: BTreeMap<ConversationKey, MembersRecord>,
    entries: BTreeMap<(ConversationKey, Seq), StoredEntry>,
    outbox: BTreeMap<u64, OutboxRecord>,
}

impl Disk {
    /// Performs all writes of a batch at once.
    pub fn perform(&mut self, batch: Batch) {
        for write in batch.writes {
            self.write(write);
        }
    }

    fn write(&mut self, write: Write) {
        match write {
            Write::PutEntry { key, entry } => {
                self.entries.insert((key, entry.entry.seq), entry);
            }
            Write::DropEntriesAbove { key, above } => {
                self.entries.retain(|(of, seq), _| *of != key || *seq <= above);
            }
            Write::PutConversation(record) => {
                self.conversations.insert(record.key.clone(), record);
            }
            Write::DropConversation(key) => {
                self.conversations.remove(&key);
                self.members.remove(&key);
                self.entries.retain(|(of, _), _| *of != key);
            }
            Write::PutMembers(record) => {
                self.members.insert(record.key.clone(), record);
            }
            Write::PutOutbox(record) => {
                self.outbox.retain(|_, other| other.message_id != record.message_id);
                self.outbox.insert(record.order, record);
            }
            Write::DropOutbox(message_id) => self.outbox.retain(|_, record| record.message_id != message_id),
            Write::PutProfile(profile) => {
                self.profiles.insert(profile.user_id.folded(), profile);
            }
            Write::PutAccount(account) => self.account = Some(account),
            Write::PutPosition(position) => self.position = position.map(|position| position.to_string()),
            Write::PutResetting(resetting) => self.resetting = resetting,
        }
    }

    /// All that an engine needs at its start.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            position: self.position.clone(),
            resetting: self.resetting,
            account: self.account.clone(),
            profiles: self.profiles.values().cloned().collect(),
            conversations: self.conversations.values().cloned().collect(),
            members: self.members.values().cloned().collect(),
            outbox: self.outbox.values().cloned().collect(),
        }
    }

    /// The position, as text.
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// What waits to be sent, in the order of writing.
    pub fn outbox(&self) -> Vec<&OutboxRecord> {
        self.outbox.values().collect()
    }

    /// Whether this message is stored, waiting or as an entry.
    pub fn knows(&self, message_id: MessageId) -> bool {
        self.outbox.values().any(|record| record.message_id == message_id)
            || self.entries.values().any(|stored| stored.entry.message_id == message_id)
    }

    /// A conversation.
    pub fn conversation(&self, key: &ConversationKey) -> Option<&ConversationRecord> {
        self.conversations.get(key)
    }

    /// All conversations.
    pub fn conversations(&self) -> impl Iterator<Item = &ConversationRecord> {
        self.conversations.values()
    }

    /// Members and receipts of a conversation.
    pub fn members(&self, key: &ConversationKey) -> Option<&MembersRecord> {
        self.members.get(key)
    }

    /// The entries stored of a conversation, ascending.
    pub fn timeline(&self, key: &ConversationKey) -> Vec<Entry> {
        self.stored(key).map(|stored| stored.entry.clone()).collect()
    }

    /// The texts stored of a conversation, ascending.
    pub fn texts(&self, key: &ConversationKey) -> Vec<String> {
        self.stored(key)
            .filter(|stored| stored.entry.kind == EntryType::Text)
            .map(|stored| stored.entry.content.clone().unwrap_or_default())
            .collect()
    }

    /// The digest after the newest entry stored of a conversation.
    pub fn digest(&self, key: &ConversationKey) -> Digest {
        self.stored(key).last().map(|stored| stored.digest).unwrap_or_default()
    }

    /// The digests stored at these places.
    pub(super) fn digests(&self, key: &ConversationKey, seqs: &[Seq]) -> Vec<(Seq, Digest)> {
        let at = |seq: &Seq| Some((*seq, self.entries.get(&(key.clone(), *seq))?.digest));
        seqs.iter().filter_map(at).collect()
    }

    /// One's own messages stored above a place.
    pub(super) fn own_entries(&self, key: &ConversationKey, above: Seq, me: &str) -> Vec<Entry> {
        self.stored(key)
            .map(|stored| &stored.entry)
            .filter(|entry| entry.seq > above && entry.kind == EntryType::Text)
            .filter(|entry| entry.from.0 == me)
            .cloned()
            .collect()
    }

    /// What is stored of a conversation's log, ascending.
    pub fn stored(&self, key: &ConversationKey) -> impl Iterator<Item = &StoredEntry> {
        self.entries.iter().filter(move |((of, _), _)| of == key).map(|(_, stored)| stored)
    }
}
