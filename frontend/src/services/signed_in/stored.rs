//! Where things are kept, and that the person knows.

use std::rc::Rc;

use leptos::prelude::*;

use super::Inner;
use crate::services::intent::TabMessage;
use crate::stores::{MemoryReason, Notice, StorageState, UpdateState};

impl Inner {
    pub(super) fn show_storage(&self, state: StorageState) {
        self.leading_storage.set(state);
        if self.stores.storage.state.get_untracked() != state {
            self.stores.storage.state.set(state);
        }
    }

    /// This tab's own storage changed its state.
    pub(super) fn storage_changed(self: &Rc<Self>, state: StorageState, bad_records: usize) {
        if bad_records > self.stores.storage.bad_records.get_untracked() {
            self.stores.storage.bad_records.set(bad_records);
            self.stores.toasts.show(Notice::BadRecords(bad_records));
        }
        if state == (StorageState::Memory { reason: MemoryReason::NewerBuild }) {
            self.stores.updates.state.set(UpdateState::ReloadNeeded);
            // the newer build leads, and takes our intents
            self.step_back();
            self.may_lead.set(false);
            self.candidacy.borrow_mut().take();
            self.tabs.post(&TabMessage::Greet { from: self.tab, state: true });
        } else if self.driver.borrow().is_some() {
            self.show_storage(state);
            self.post_lead();
        }
    }
}
