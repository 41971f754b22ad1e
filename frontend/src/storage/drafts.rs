//! Drafts: one text per conversation.

use common::sync::ConversationKey;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::QuerySource;
use indexed_db_futures::{BuildPrimitive, KeyRange};
use wasm_bindgen::JsValue;

use super::database::{Failed, read, write};
use super::schema::stores;

/// All drafts.
pub(super) async fn load(database: &Database) -> Result<Vec<(ConversationKey, String)>, Failed> {
    let transaction = read(database, &[stores::DRAFT])?;
    let store = transaction.object_store(stores::DRAFT)?;
    let keys = store.get_all_keys::<JsValue>().primitive()?;
    let texts = store.get_all::<JsValue>().primitive()?;
    let (keys, texts) = (keys.await?, texts.await?);
    let text = |value: Result<JsValue, _>| value.ok().and_then(|value: JsValue| value.as_string());
    Ok(keys.zip(texts).filter_map(|(key, draft)| Some((text(key)?.parse().ok()?, text(draft)?))).collect())
}

/// Keeps a draft; an empty one is forgotten.
pub(super) async fn save(database: &Database, key: &ConversationKey, text: &str) -> Result<(), Failed> {
    let transaction = write(database, &[stores::DRAFT], false)?;
    let store = transaction.object_store(stores::DRAFT)?;
    let key = JsValue::from_str(&key.to_string());
    if text.is_empty() {
        drop(store.delete::<JsValue, _>(KeyRange::Only(key)).primitive()?);
    } else {
        drop(store.put(text.to_owned()).with_key(key).primitive()?);
    }
    drop(store);
    transaction.commit().await?;
    Ok(())
}
