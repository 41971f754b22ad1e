//! Entries kept in memory, on top of what IndexedDB still shows.
//!
//! The engine itself knows everything else (conversations, members, outbox), so entries are all that must be found again.

use std::collections::{BTreeMap, HashMap};

use common::id::Seq;
use common::sync::{Batch, ConversationKey, StoredEntry, Write};

/// What was written since IndexedDB stopped taking writes.
#[derive(Default, Debug)]
pub struct MemoryStorage {
    logs: HashMap<ConversationKey, MemoryLog>,
}

#[derive(Default, Debug)]
struct MemoryLog {
    entries: BTreeMap<Seq, StoredEntry>,
    /// What IndexedDB shows above this is gone.
    hidden_above: Option<Seq>,
}

impl MemoryStorage {
    /// Performs the writes of a batch that concern entries.
    pub fn perform(&mut self, batch: &Batch) {
        for write in &batch.writes {
            match write {
                Write::PutEntry { key, entry } => {
                    let log = self.logs.entry(key.clone()).or_default();
                    log.entries.insert(entry.entry.seq, entry.clone());
                }
                Write::DropEntriesAbove { key, above } => self.hide_above(key, *above),
                Write::DropConversation(key) => self.hide_above(key, 0),
                Write::PutConversation(_)
                | Write::PutMembers(_)
                | Write::PutOutbox(_)
                | Write::DropOutbox(_)
                | Write::PutProfile(_)
                | Write::PutAccount(_)
                | Write::PutPosition(_)
                | Write::PutResetting(_) => {}
            }
        }
    }

    /// Lays what is in memory over what IndexedDB answered for the same stretch.
    pub fn overlay(
        &self,
        key: &ConversationKey,
        from: Seq,
        to: Seq,
        beneath: Vec<StoredEntry>,
    ) -> Vec<StoredEntry> {
        let Some(log) = self.logs.get(key) else { return beneath };
        let shown = |entry: &StoredEntry| log.hidden_above.is_none_or(|above| entry.entry.seq <= above);
        let mut entries: BTreeMap<Seq, StoredEntry> = BTreeMap::new();
        entries.extend(beneath.into_iter().filter(shown).map(|entry| (entry.entry.seq, entry)));
        if from <= to {
            entries.extend(log.entries.range(from..=to).map(|(seq, entry)| (*seq, entry.clone())));
        }
        entries.into_values().collect()
    }

    fn hide_above(&mut self, key: &ConversationKey, above: Seq) {
        let log = self.logs.entry(key.clone()).or_default();
        log.entries.split_off(&(above + 1));
        log.hidden_above = Some(log.hidden_above.map_or(above, |before| before.min(above)));
    }
}

#[cfg(test)]
mod tests {
    use common::model::{Digest, Entry, EntryType};

    use super::*;

    fn key() -> ConversationKey {
        "@userb".parse().unwrap()
    }

    fn entry(seq: Seq, content: &str) -> StoredEntry {
        let entry = Entry {
            seq,
            message_id: "018f2f6e-0000-7000-8000-000000000001".parse().unwrap(),
            from: "userB".into(),
            kind: EntryType::Text,
            content: Some(content.into()),
            content_hash: None,
            timestamp: 0,
            count: seq,
            actor_count: seq,
        };
        StoredEntry { entry, digest: Digest::default() }
    }

    fn put(seq: Seq, content: &str) -> Write {
        Write::PutEntry { key: key(), entry: entry(seq, content) }
    }

    fn contents(memory: &MemoryStorage, from: Seq, to: Seq, beneath: Vec<StoredEntry>) -> Vec<String> {
        let entries = memory.overlay(&key(), from, to, beneath);
        entries.into_iter().filter_map(|stored| stored.entry.content).collect()
    }

    fn perform(memory: &mut MemoryStorage, writes: Vec<Write>) {
        memory.perform(&Batch { number: 1, strict: true, writes });
    }

    #[test]
    fn memory_lies_on_top_of_what_is_stored() {
        let mut memory = MemoryStorage::default();
        assert_eq!(contents(&memory, 1, 9, vec![entry(1, "a")]), ["a"]);
        perform(&mut memory, vec![put(2, "new"), put(12, "later")]);
        assert_eq!(contents(&memory, 1, 9, vec![entry(1, "a"), entry(2, "old")]), ["a", "new"]);
        assert_eq!(contents(&memory, 5, 4, vec![]), Vec::<String>::new());
    }

    #[test]
    fn what_was_dropped_does_not_shine_through() {
        let mut memory = MemoryStorage::default();
        let beneath = || (1..=4).map(|seq| entry(seq, &seq.to_string())).collect::<Vec<_>>();
        perform(
            &mut memory,
            vec![put(5, "5"), Write::DropEntriesAbove { key: key(), above: 2 }, put(3, "3b")],
        );
        assert_eq!(contents(&memory, 1, 9, beneath()), ["1", "2", "3b"]);
        perform(&mut memory, vec![Write::DropEntriesAbove { key: key(), above: 3 }]);
        assert_eq!(contents(&memory, 1, 9, beneath()), ["1", "2", "3b"], "hidden stays hidden");
        perform(&mut memory, vec![Write::DropConversation(key()), put(1, "again")]);
        assert_eq!(contents(&memory, 1, 9, beneath()), ["again"]);
    }
}
