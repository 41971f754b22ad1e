//! IndexedDB as the engine sees it: batches are performed whole, in order; what was not committed is lost in a crash.

use std::collections::BTreeMap;

use crate::id::{MessageId, Seq, UserId};
use crate::model::{Account, Digest, Entry, EntryType, Profile};
use crate::sync::{
    Batch, ConversationKey, ConversationRecord, MembersRecord, OutboxRecord, Snapshot, StoredEntry, Write,
};
use crate::wire::Position;

/// What a device has stored.
#[derive(Clone, Default, Debug)]
pub(super) struct Storage {
    pub(super) position: Option<Position>,
    pub(super) resetting: bool,
    pub(super) account: Option<Account>,
    pub(super) profiles: BTreeMap<UserId, Profile>,
    pub(super) conversations: BTreeMap<ConversationKey, ConversationRecord>,
    pub(super) members: BTreeMap<ConversationKey, MembersRecord>,
    pub(super) entries: BTreeMap<ConversationKey, BTreeMap<Seq, StoredEntry>>,
    pub(super) outbox: BTreeMap<MessageId, OutboxRecord>,
}

impl Storage {
    pub(super) fn perform(&mut self, batch: &Batch) {
        for write in batch.writes.clone() {
            self.write(write);
        }
    }

    fn write(&mut self, write: Write) {
        match write {
            Write::PutEntry { key, entry } => {
                self.entries.entry(key).or_default().insert(entry.entry.seq, entry);
            }
            Write::DropEntriesAbove { key, above } => {
                self.entries.entry(key).or_default().retain(|seq, _| *seq <= above);
            }
            Write::PutConversation(record) => {
                self.conversations.insert(record.key.clone(), record);
            }
            Write::DropConversation(key) => {
                self.conversations.remove(&key);
                self.members.remove(&key);
                self.entries.remove(&key);
            }
            Write::PutMembers(members) => {
                self.members.insert(members.key.clone(), members);
            }
            Write::PutOutbox(record) => {
                self.outbox.insert(record.message_id, record);
            }
            Write::DropOutbox(message_id) => {
                self.outbox.remove(&message_id);
            }
            Write::PutProfile(profile) => {
                self.profiles.insert(profile.user_id.clone(), profile);
            }
            Write::PutAccount(account) => self.account = Some(account),
            Write::PutPosition(position) => self.position = position,
            Write::PutResetting(resetting) => self.resetting = resetting,
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let mut outbox: Vec<OutboxRecord> = self.outbox.values().cloned().collect();
        outbox.sort_by_key(|record| record.order);
        Snapshot {
            position: self.position.map(|position| position.to_string()),
            resetting: self.resetting,
            account: self.account.clone(),
            profiles: self.profiles.values().cloned().collect(),
            conversations: self.conversations.values().cloned().collect(),
            members: self.members.values().cloned().collect(),
            outbox,
        }
    }

    pub(super) fn digests(&self, key: &ConversationKey, seqs: &[Seq]) -> Vec<(Seq, Digest)> {
        let Some(entries) = self.entries.get(key) else { return Vec::new() };
        seqs.iter().filter_map(|seq| Some((*seq, entries.get(seq)?.digest))).collect()
    }

    pub(super) fn own_entries(&self, me: &UserId, key: &ConversationKey, above: Seq) -> Vec<Entry> {
        let entries = self.entries.get(key).into_iter().flat_map(|entries| entries.range(above + 1..));
        let own = |entry: &Entry| entry.from == *me && entry.kind == EntryType::Text;
        entries.map(|(_, stored)| stored.entry.clone()).filter(own).collect()
    }

    /// What must be true after every batch, with a server in its senses: no message both waits and is in the log.
    pub(super) fn check_rows(&self) -> Result<(), String> {
        let entries =
            self.entries.iter().flat_map(|(key, entries)| entries.values().map(move |stored| (key, stored)));
        let waits = |message_id| self.outbox.contains_key(message_id);
        match entries.into_iter().find(|(_, stored)| waits(&stored.entry.message_id)) {
            Some((key, stored)) => {
                Err(format!("{key}: {} is stored, and waits to be sent", stored.entry.seq))
            }
            None => Ok(()),
        }
    }

    /// What must be true after every batch, whatever the server says: ranges say exactly what is there, and chains are
    /// whole.
    pub(super) fn check_ranges(&self) -> Result<(), String> {
        for (key, record) in &self.conversations {
            let held: Vec<Seq> = record.held.iter().flat_map(|range| range.from..=range.to).collect();
            let there: Vec<Seq> =
                self.entries.get(key).into_iter().flat_map(|entries| entries.keys().copied()).collect();
            if held != there {
                return Err(format!("{key}: the ranges say {:?}, stored is {there:?}", record.held));
            }
            for pair in record.held.windows(2) {
                if pair[0].to + 1 >= pair[1].from {
                    return Err(format!("{key}: ranges touch: {:?}", record.held));
                }
            }
            for range in &record.held {
                let mut digest = range.digest_before;
                for seq in range.from..=range.to {
                    let stored = &self.entries[key][&seq];
                    digest = digest.after(&stored.entry);
                    if stored.digest != digest {
                        return Err(format!("{key}: the chain breaks at {seq}"));
                    }
                }
                if digest != range.digest_after {
                    return Err(format!("{key}: the range {range:?} has another digest at its end"));
                }
            }
        }
        Ok(())
    }
}
