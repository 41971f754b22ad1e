//! Records as text.

use common::id::{MessageId, UserId};
use common::json;
use common::model::{Digest, Entry, EntryType};
use common::sync::StoredEntry;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

/// An entry as stored: a JSON array, because field names would be half of a short message.
#[derive(Serialize, Deserialize)]
struct EntryRow(u64, MessageId, UserId, u8, Option<String>, Option<Digest>, i64, u64, u64, Digest);

/// An entry as text: `[seq, id, from, kind (1 text, 2 system), content or null, hash of an erased content or null, Unix
/// seconds, count, count of this sender, digest after it]`.
pub fn encode_entry(stored: &StoredEntry) -> String {
    let entry = &stored.entry;
    encode(&EntryRow(
        entry.seq,
        entry.message_id,
        entry.from.clone(),
        entry.kind.code(),
        entry.content.clone(),
        entry.content_hash,
        entry.timestamp,
        entry.count,
        entry.actor_count,
        stored.digest,
    ))
}

/// The entry in such a text; `None` if it is none.
pub fn decode_entry(text: &str) -> Option<StoredEntry> {
    let EntryRow(seq, message_id, from, kind, content, content_hash, timestamp, count, actor_count, digest) =
        json::read(text).ok()?;
    let kind = EntryType::from_code(kind)?;
    let entry = Entry { seq, message_id, from, kind, content, content_hash, timestamp, count, actor_count };
    Some(StoredEntry { entry, digest })
}

/// Any other record as text.
pub(super) fn encode<T: Serialize>(record: &T) -> String {
    json::write(record)
}

/// The records among these values, and how many of the values were none of ours.
pub(super) fn decode_all<T: DeserializeOwned>(values: impl Iterator<Item = JsValue>) -> (Vec<T>, usize) {
    let mut bad = 0;
    let records = values
        .filter_map(|value| {
            let record = value.as_string().and_then(|text| json::read(&text).ok());
            bad += usize::from(record.is_none());
            record
        })
        .collect();
    (records, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(content: Option<&str>) -> StoredEntry {
        let entry = Entry {
            seq: 7,
            message_id: "018f2f6e-0000-7000-8000-000000000001".parse().unwrap(),
            from: "userA".into(),
            kind: EntryType::Text,
            content: content.map(str::to_owned),
            content_hash: content.is_none().then(|| Digest::of_content("gone")),
            timestamp: 1_694_956_800,
            count: 6,
            actor_count: 3,
        };
        let digest = Digest::default().after(&entry);
        StoredEntry { entry, digest }
    }

    #[test]
    fn an_entry_survives_being_text() {
        for entry in [stored(Some("鴻雁 \"傳\"\n書")), stored(None)] {
            assert_eq!(decode_entry(&encode_entry(&entry)), Some(entry));
        }
    }

    #[test]
    fn a_short_message_is_a_small_record() {
        let text = encode_entry(&stored(Some("ok")));
        assert!(text.len() < 180, "{} bytes", text.len());
    }

    #[test]
    fn nonsense_is_no_entry() {
        for bad in ["", "7", "[]", "{}", "[1,2,3]", &encode_entry(&stored(None)).replace(",1,", ",9,")] {
            assert_eq!(decode_entry(bad), None, "{bad}");
        }
    }
}
