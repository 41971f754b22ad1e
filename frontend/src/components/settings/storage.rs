//! What is kept on this device.

use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::Spinner;
use crate::i18n::{size_text, use_texts};
use crate::services::ThisDevice;
use crate::stores::{StorageState, StorageStore};

/// How much is kept, and whether the browser promised not to clear it.
#[component]
pub fn Storage() -> impl IntoView {
    let texts = use_texts();
    let device = expect_context::<ThisDevice>();
    let storage = expect_context::<StorageStore>();
    let measure = Errand::new(move |(): &()| async move { device.storage_use().await });
    measure.begin(());
    let amount = move || match measure.outcome().get() {
        None => view! { <Spinner/> }.into_any(),
        Some(None) => texts.storage_unknown().into_any(),
        Some(Some(amount)) => {
            let (used, quota) = (size_text(texts, amount.used_bytes), size_text(texts, amount.quota_bytes));
            view! {
                <strong>{texts.storage_used_of(&used, &quota)}</strong>
                <meter aria-label=texts.settings_storage() min="0" max=amount.quota_bytes.to_string() value=amount.used_bytes.to_string()>{used}</meter>
            }
            .into_any()
        }
    };
    let promise = move || match (storage.state.get(), storage.persisted.get()) {
        (StorageState::Memory { .. }, _) => Some(texts.notice_storage_memory()),
        (StorageState::Ok, Some(true)) => Some(texts.storage_persistent()),
        (StorageState::Ok, Some(false)) => Some(texts.storage_not_persistent()),
        (StorageState::Ok, None) => None,
    };
    view! {
        <p class="lead">{texts.storage_lead()}</p>
        <div class="card card-stack">{amount}</div>
        <p class="lead">{promise}</p>
    }
}
