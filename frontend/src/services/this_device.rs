//! Verbs of this browser: language, theme, storage, updates.

use leptos::prelude::*;

use crate::stores::{Language, Stores, Theme};

/// What this browser holds, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StorageUse {
    /// Used by this app.
    pub used_bytes: u64,
    /// What the browser would give at most.
    pub quota_bytes: u64,
}

/// Verbs of this browser.
#[derive(Clone, Copy)]
pub struct ThisDevice {
    stores: Stores,
}

impl ThisDevice {
    pub(super) fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// Speaks another language, in every tab, from now on.
    pub fn set_language(&self, language: Language) {
        self.stores.prefs.language.set(language);
    }

    /// Shows other colours, in every tab, from now on.
    pub fn set_theme(&self, theme: Theme) {
        self.stores.prefs.theme.set(theme);
    }

    /// Keeps the width of the list, in CSS pixels.
    pub fn set_list_width(&self, width_px: u32) {
        self.stores.prefs.list_width_px.set(Some(width_px));
    }

    /// What this browser holds; `None` where it does not say.
    pub async fn storage_use(&self) -> Option<StorageUse> {
        None
    }

    /// Applies the newer build that waits: all tabs load anew. Drafts and the outbox are kept.
    pub fn update(&self) {}

    /// Loads this tab anew.
    pub fn reload(&self) {}
}
