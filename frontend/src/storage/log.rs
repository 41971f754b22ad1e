//! Reading the log.

use common::id::Seq;
use common::sync::{ConversationKey, StoredEntry};
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::QuerySource;
use indexed_db_futures::{BuildPrimitive, KeyRange};
use wasm_bindgen::JsValue;

use super::database::{Failed, entry_key, read};
use super::record::decode_entry;
use super::schema::stores;

/// The entries held from `from` to `to`, both included, ascending; also how many could not be read.
pub(super) async fn entries(
    database: &Database,
    key: &ConversationKey,
    from: Seq,
    to: Seq,
) -> Result<(Vec<StoredEntry>, usize), Failed> {
    if from > to {
        return Ok((Vec::new(), 0));
    }
    let key = key.to_string();
    let range = KeyRange::Bound(entry_key(&key, from as f64), false, entry_key(&key, seq_key(to)), false);
    let transaction = read(database, &[stores::ENTRY])?;
    let values = transaction
        .object_store(stores::ENTRY)?
        .get_all::<JsValue>()
        .with_query::<JsValue, _>(range)
        .primitive()?
        .await?;
    let mut bad = 0;
    let entries = values
        .filter_map(|value| {
            let entry = value.ok().and_then(|value| value.as_string()).and_then(|text| decode_entry(&text));
            bad += usize::from(entry.is_none());
            entry
        })
        .collect();
    Ok((entries, bad))
}

/// A seq as a key; what no number of IndexedDB can tell apart is "the end".
fn seq_key(seq: Seq) -> f64 {
    if seq > (1 << 53) { f64::INFINITY } else { seq as f64 }
}
