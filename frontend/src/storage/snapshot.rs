//! Reading all that the engine needs at a start: a handful of `getAll`s in one transaction, entries left alone.

use common::json;
use common::order::by_number;
use common::sync::{OutboxRecord, Snapshot};
use indexed_db_futures::BuildPrimitive;
use indexed_db_futures::database::Database;
use indexed_db_futures::future::GetAllPrimitiveRequest;
use indexed_db_futures::prelude::QuerySource;
use indexed_db_futures::transaction::Transaction;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::database::{Failed, read};
use super::record::decode_all;
use super::schema::stores;

/// The keys of [`stores::META`].
pub(super) mod meta {
    /// The position, as text.
    pub const POSITION: &str = "position";
    /// One's own account.
    pub const ACCOUNT: &str = "account";
    /// Whether a reset's comparison is under way.
    pub const RESETTING: &str = "resetting";
}

/// Reads the snapshot; also how many records were passed over because they could not be read.
///
/// Where a conversation could not be read, the position is forgotten, so that the next resume brings everything anew.
pub(super) async fn load(database: &Database) -> Result<(Snapshot, usize), Failed> {
    let names = [stores::CONVERSATION, stores::MEMBERS, stores::OUTBOX, stores::PROFILE, stores::META];
    let transaction = read(database, &names)?;
    let conversations = all(&transaction, stores::CONVERSATION)?;
    let members = all(&transaction, stores::MEMBERS)?;
    let outbox = all(&transaction, stores::OUTBOX)?;
    let profiles = all(&transaction, stores::PROFILE)?;
    let store = transaction.object_store(stores::META)?;
    let position = store.get::<JsValue, _, _>(meta::POSITION).primitive()?;
    let account = store.get::<JsValue, _, _>(meta::ACCOUNT).primitive()?;
    let resetting = store.get::<JsValue, _, _>(meta::RESETTING).primitive()?;

    let (conversations, bad_conversations) = decode_all(conversations.await?.filter_map(Result::ok));
    let (members, bad_members) = decode_all(members.await?.filter_map(Result::ok));
    let (outbox, bad_outbox) = decode_all::<OutboxRecord>(outbox.await?.filter_map(Result::ok));
    let (profiles, bad_profiles) = decode_all(profiles.await?.filter_map(Result::ok));
    let outbox = by_number(outbox, |record| record.order);
    let position = position.await?.and_then(|value| decode(&value)).filter(|_| bad_conversations == 0);
    let account = account.await?.and_then(|value| decode(&value));
    let resetting = resetting.await?.and_then(|value| decode(&value)).unwrap_or(false);
    let snapshot = Snapshot { position, resetting, account, profiles, conversations, members, outbox };
    Ok((snapshot, bad_conversations + bad_members + bad_outbox + bad_profiles))
}

fn all(transaction: &Transaction<'_>, store: &str) -> Result<GetAllPrimitiveRequest<JsValue>, Failed> {
    Ok(transaction.object_store(store)?.get_all::<JsValue>().primitive()?)
}

fn decode<T: DeserializeOwned>(value: &JsValue) -> Option<T> {
    json::read(&value.as_string()?).ok()
}
