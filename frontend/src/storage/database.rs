//! An open database: opening, closing, deleting, and what can go wrong with each.

use std::rc::Rc;

use indexed_db_futures::Build;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError};
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::schema;
use super::watchdog::{Hangs, with_patience};
use crate::stores::MemoryReason;

/// What went wrong with IndexedDB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Failed(pub MemoryReason);

impl From<Hangs> for Failed {
    fn from(_: Hangs) -> Self {
        Self(MemoryReason::Hangs)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        match error {
            Error::DomException(exception) if name_of(&exception) == "QuotaExceededError" => {
                Self(MemoryReason::Full)
            }
            _ => Self(MemoryReason::Broken),
        }
    }
}

impl From<OpenDbError> for Failed {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::Base(Error::DomException(exception)) => match name_of(&exception).as_str() {
                "VersionError" => Self(MemoryReason::NewerBuild),
                "QuotaExceededError" => Self(MemoryReason::Full),
                _ => Self(MemoryReason::Unavailable),
            },
            _ => Self(MemoryReason::Unavailable),
        }
    }
}

fn name_of(exception: &DomException) -> String {
    web_sys::DomException::from(exception.clone()).name()
}

/// Opens the database, making or migrating it. `on_lost` is called when another build wants a newer version, or when
/// the database is deleted or breaks: by then it is closed.
pub(super) async fn open(name: &str, on_lost: Rc<dyn Fn(MemoryReason)>) -> Result<Database, Failed> {
    let request = Database::open(name)
        .with_version(schema::VERSION)
        .with_on_upgrade_needed(|event, database| {
            schema::migrate(&database, event.old_version() as u32)?;
            Ok(())
        })
        .build()?;
    let database = with_patience(request).await??;
    watch(&database, on_lost)?;
    Ok(database)
}

/// Closes the database when somebody else wants it upgraded or deleted, so that it does not block them.
fn watch(database: &Database, on_lost: Rc<dyn Fn(MemoryReason)>) -> Result<(), Failed> {
    let mut changes = database.version_changes()?;
    let database = database.clone();
    spawn_local(async move {
        let reason = match changes.recv().await {
            Some(event) if event.new_version().is_some() => MemoryReason::NewerBuild,
            Some(_) | None => MemoryReason::Broken,
        };
        drop(changes);
        database.close();
        on_lost(reason);
    });
    Ok(())
}

/// Deletes a database with all that is in it; it need not exist.
pub(super) async fn delete(name: &str) -> Result<(), Failed> {
    let request = Database::delete_by_name(name)?;
    with_patience(request).await??;
    Ok(())
}

/// Begins to read.
pub(super) fn read<'a>(database: &'a Database, stores: &[&str]) -> Result<Transaction<'a>, Failed> {
    Ok(database.transaction(stores).with_mode(TransactionMode::Readonly).build()?)
}

/// Begins to write. `strict` asks that what was written survives a power cut once the transaction completes.
pub(super) fn write<'a>(
    database: &'a Database,
    stores: &[&str],
    strict: bool,
) -> Result<Transaction<'a>, Failed> {
    let durability = if strict { TransactionDurability::Strict } else { TransactionDurability::Relaxed };
    let transaction = database
        .transaction(stores)
        .with_mode(TransactionMode::Readwrite)
        .with_options(TransactionOptions::new().with_durability(durability))
        .build()?;
    Ok(transaction)
}

/// The key of an entry: `[conversation's key, seq]`. Seqs stay far below 2^53.
pub(super) fn entry_key(key: &str, seq: f64) -> JsValue {
    js_sys::Array::of2(&JsValue::from_str(key), &JsValue::from_f64(seq)).into()
}
