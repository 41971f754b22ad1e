//! The browser's promise not to clear our storage, and how much is in it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{StorageEstimate, StorageManager};

use super::StorageUse;
use crate::stores::Stores;

/// Asks for the promise, once per page and only after the person wrote something: then it is worth keeping, and
/// browsers that ask the person are understood.
pub(super) fn ask_once(stores: Stores) {
    if stores.storage.persisted.get_untracked().is_some() {
        return;
    }
    stores.storage.persisted.set(Some(false));
    spawn_local(async move {
        let Some(asked) = manager().and_then(|manager| manager.persist().ok()) else { return };
        let promised = JsFuture::from(asked).await.ok().and_then(|promised| promised.as_bool());
        stores.storage.persisted.set(Some(promised.unwrap_or(false)));
    });
}

/// How much is in it; `None` where the browser does not say.
pub(super) async fn measure() -> Option<StorageUse> {
    let estimate = JsFuture::from(manager()?.estimate().ok()?).await.ok()?;
    let estimate: StorageEstimate = estimate.unchecked_into();
    Some(StorageUse {
        used_bytes: estimate.get_usage()? as u64,
        quota_bytes: estimate.get_quota().unwrap_or_default() as u64,
    })
}

/// Absent on plain http away from localhost.
fn manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    let manager = js_sys::Reflect::get(&navigator, &"storage".into()).ok()?;
    (!manager.is_undefined()).then(|| manager.unchecked_into())
}
