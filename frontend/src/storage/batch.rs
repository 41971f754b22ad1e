//! Writing a batch: all of it in one transaction, which has completed when this returns.

use common::sync::{Batch, Write};
use indexed_db_futures::database::Database;
use indexed_db_futures::error::Error;
use indexed_db_futures::transaction::Transaction;
use indexed_db_futures::{BuildPrimitive, KeyRange};
use wasm_bindgen::JsValue;

use super::database::{Failed, entry_key, write};
use super::record::{encode, encode_entry};
use super::schema::stores;
use super::snapshot::meta;

/// Performs all writes of a batch, or none.
pub(super) async fn perform(database: &Database, batch: &Batch) -> Result<(), Failed> {
    let mut names: Vec<&str> = Vec::new();
    for name in batch.writes.iter().flat_map(touched) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let transaction = write(database, &names, batch.strict)?;
    for one in &batch.writes {
        perform_one(&transaction, one)?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The object stores that a write touches: a transaction that takes few does not wait for readers of the others.
fn touched(write: &Write) -> &'static [&'static str] {
    match write {
        Write::PutEntry { .. } | Write::DropEntriesAbove { .. } => &[stores::ENTRY],
        Write::PutConversation(_) => &[stores::CONVERSATION],
        Write::DropConversation(_) => &[stores::ENTRY, stores::CONVERSATION, stores::MEMBERS],
        Write::PutMembers(_) => &[stores::MEMBERS],
        Write::PutOutbox(_) | Write::DropOutbox(_) => &[stores::OUTBOX],
        Write::PutProfile(_) => &[stores::PROFILE],
        Write::PutAccount(_) | Write::PutPosition(_) | Write::PutResetting(_) => &[stores::META],
    }
}

fn perform_one(transaction: &Transaction<'_>, write: &Write) -> Result<(), Error> {
    let put = |store: &str, key: JsValue, value: String| -> Result<(), Error> {
        // not awaited one by one: a request that fails fails the transaction
        drop(transaction.object_store(store)?.put(value).with_key(key).primitive()?);
        Ok(())
    };
    let delete = |store: &str, range: KeyRange<JsValue>| -> Result<(), Error> {
        drop(transaction.object_store(store)?.delete::<JsValue, _>(range).primitive()?);
        Ok(())
    };
    let text = |text: &str| JsValue::from_str(text);
    match write {
        Write::PutEntry { key, entry } => {
            put(stores::ENTRY, entry_key(&key.to_string(), entry.entry.seq as f64), encode_entry(entry))
        }
        Write::DropEntriesAbove { key, above } => {
            let key = key.to_string();
            let from = entry_key(&key, *above as f64);
            delete(stores::ENTRY, KeyRange::Bound(from, true, entry_key(&key, f64::INFINITY), false))
        }
        Write::PutConversation(record) => {
            put(stores::CONVERSATION, text(&record.key.to_string()), encode(record))
        }
        Write::DropConversation(key) => {
            let key = key.to_string();
            let entries = KeyRange::Bound(entry_key(&key, 0.0), false, entry_key(&key, f64::INFINITY), false);
            delete(stores::ENTRY, entries)?;
            delete(stores::CONVERSATION, KeyRange::Only(text(&key)))?;
            delete(stores::MEMBERS, KeyRange::Only(text(&key)))
        }
        Write::PutMembers(record) => put(stores::MEMBERS, text(&record.key.to_string()), encode(record)),
        Write::PutOutbox(record) => put(stores::OUTBOX, text(&record.message_id.to_string()), encode(record)),
        Write::DropOutbox(id) => delete(stores::OUTBOX, KeyRange::Only(text(&id.to_string()))),
        Write::PutProfile(profile) => put(stores::PROFILE, text(&profile.user_id.folded()), encode(profile)),
        Write::PutAccount(account) => put(stores::META, text(meta::ACCOUNT), encode(account)),
        Write::PutPosition(Some(position)) => put(stores::META, text(meta::POSITION), encode(position)),
        Write::PutPosition(None) => delete(stores::META, KeyRange::Only(text(meta::POSITION))),
        Write::PutResetting(resetting) => put(stores::META, text(meta::RESETTING), encode(resetting)),
    }
}
