//! Verbs of this browser: language, theme, installing, storage, updates.

use common::model::Language;
use leptos::prelude::*;

use super::page::{PageHandle, reload};
use super::{install, persistence, prefs, updates};
use crate::stores::Theme;

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
    page: PageHandle,
}

impl ThisDevice {
    pub(super) fn new(page: PageHandle) -> Self {
        Self { page }
    }

    /// Speaks another language, in every tab, from now on.
    pub fn set_language(&self, language: Language) {
        prefs::set_language(self.page.get_value().stores(), language);
    }

    /// Shows other colours, in every tab, from now on.
    pub fn set_theme(&self, theme: Theme) {
        prefs::set_theme(self.page.get_value().stores(), theme);
    }

    /// Keeps the width of the list, in CSS pixels.
    pub fn set_list_width(&self, width_px: u32) {
        prefs::set_list_width(self.page.get_value().stores(), width_px);
    }

    /// Lets the browser ask whether to install the app. Call from a click: browsers want that.
    pub fn install(&self) {
        install::ask(self.page.get_value().stores());
    }

    /// Offers that no more among the conversations.
    pub fn decline_install(&self) {
        install::decline(self.page.get_value().stores());
    }

    /// What this browser holds; `None` where it does not say.
    pub async fn storage_use(&self) -> Option<StorageUse> {
        persistence::measure().await
    }

    /// Applies the newer build that waits: all tabs load anew. Drafts and the outbox are kept.
    pub fn update(&self) {
        if let Some(signed_in) = self.page.get_value().signed_in() {
            signed_in.drafts().write();
        }
        updates::apply();
    }

    /// Loads this tab anew.
    pub fn reload(&self) {
        reload();
    }
}
