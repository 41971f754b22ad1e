//! What a person did in a notification while no page was open: the service worker writes it down and sends it; what it
//! could not send, the page takes over.

use common::sync::ConversationKey;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::QuerySource;
use indexed_db_futures::{BuildPrimitive, KeyRange};
use serde::Deserialize;
use wasm_bindgen::JsValue;

use super::database::{Failed, read, write};
use super::schema::stores;

/// Something done in a notification, as the service worker writes it (`public/notifications`).
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct PendingAction {
    /// When, by the device's clock, milliseconds.
    pub at: f64,
    /// Where.
    pub key: ConversationKey,
    /// A reply's text.
    #[serde(default)]
    pub content: Option<String>,
    /// Read up to here: marked so, or answered.
    #[serde(default)]
    pub seq: Option<u64>,
}

/// All of them, each with its id, the oldest first.
pub(super) async fn load(database: &Database) -> Result<Vec<(String, PendingAction)>, Failed> {
    let transaction = read(database, &[stores::PENDING_ACTION])?;
    let store = transaction.object_store(stores::PENDING_ACTION)?;
    let keys = store.get_all_keys::<JsValue>().primitive()?;
    let texts = store.get_all::<JsValue>().primitive()?;
    let (keys, texts) = (keys.await?, texts.await?);
    let text = |value: Result<JsValue, _>| value.ok().and_then(|value: JsValue| value.as_string());
    let action = |text: String| common::json::read(&text).ok();
    let mut actions: Vec<(String, PendingAction)> =
        keys.zip(texts).filter_map(|(id, words)| Some((text(id)?, action(text(words)?)?))).collect();
    actions.sort_by(|(_, one), (_, other)| one.at.total_cmp(&other.at));
    Ok(actions)
}

/// Forgets one that the page has taken over.
pub(super) async fn forget(database: &Database, id: &str) -> Result<(), Failed> {
    let transaction = write(database, &[stores::PENDING_ACTION], false)?;
    let store = transaction.object_store(stores::PENDING_ACTION)?;
    drop(store.delete::<JsValue, _>(KeyRange::Only(JsValue::from_str(id))).primitive()?);
    drop(store);
    transaction.commit().await?;
    Ok(())
}
