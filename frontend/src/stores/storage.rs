//! Whether what is written here is kept.

use crate::stores::StoreSignal;

/// Why nothing is kept beyond this page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MemoryReason {
    /// The browser gives no IndexedDB here (private mode, policy).
    Unavailable,
    /// It did not answer in time.
    Hangs,
    /// The disk or the quota is full.
    Full,
    /// The database was deleted or broke under us.
    Broken,
    /// A newer build of this app opened it; reload this tab.
    NewerBuild,
}

/// Where what is written goes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StorageState {
    /// Into IndexedDB.
    #[default]
    Ok,
    /// Into memory only: what is written now is lost when the page closes before it was sent. Say so.
    Memory {
        /// Why.
        reason: MemoryReason,
    },
}

/// Whether what is written here is kept.
#[derive(Clone, Copy, Debug)]
pub struct StorageStore {
    /// Where what is written goes.
    pub state: StoreSignal<StorageState>,
    /// Records that could not be read and were passed over.
    pub bad_records: StoreSignal<usize>,
    /// Whether the browser promised not to clear our storage; `None` until asked.
    pub persisted: StoreSignal<Option<bool>>,
}

impl StorageStore {
    pub(super) fn new() -> Self {
        Self {
            state: StoreSignal::new(StorageState::Ok),
            bad_records: StoreSignal::new(0),
            persisted: StoreSignal::new(None),
        }
    }
}
