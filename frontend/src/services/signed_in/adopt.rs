//! Taking over what was done in notifications and could not be sent.

use std::rc::Rc;

use common::id::UserId;
use common::sync::{ConversationKey, Target};
use common::text::Content;
use wasm_bindgen_futures::spawn_local;

use super::Inner;
use crate::services::driver::Driver;
use crate::services::intent::Intent;
use crate::storage::PendingAction;
use crate::stores::StorageState;

impl Inner {
    /// See [`Self::adopt_pending`].
    pub(super) fn adopt_soon(self: &Rc<Self>, all_known: bool) {
        let inner = Rc::clone(self);
        spawn_local(async move {
            inner.adopt_pending(all_known).await;
        });
    }

    /// Takes it over, in the tab that leads; answers whether nothing is left. What is about a conversation that is not known
    /// here waits, unless `all_known`: there would be nothing to mark as read, and nowhere to see an answer wait.
    pub(super) async fn adopt_pending(&self, all_known: bool) -> bool {
        // two at once would put the same text below a draft twice
        let _turn = self.adopting.lock().await;
        let storage = self.storage.borrow().clone();
        let (Some(driver), Some(storage)) = (self.leading(), storage) else { return false };
        let Some(actions) = storage.pending_actions().await else { return false };
        let mut is_all = true;
        for (id, action) in actions {
            let is_known = all_known || self.stores.conversations.slot(&action.key).is_some();
            if is_known && self.adopt(&driver, &id, action).await && storage.state() == StorageState::Ok {
                storage.forget_action(&id).await;
            } else {
                // once the disk is full, what the worker has kept is all that lasts
                is_all = false;
            }
        }
        // that it waits is shown in the app from now on
        self.screen.look_soon();
        is_all && storage.state() == StorageState::Ok
    }

    /// Does what was done in a notification, under the same id, so that nothing is done twice; answers whether it is stored.
    async fn adopt(&self, driver: &Driver, id: &str, action: PendingAction) -> bool {
        let PendingAction { key, content, seq, .. } = action;
        let mut intents = Vec::new();
        if let Some(text) = content {
            match (Content::parse(text.clone()), id.parse()) {
                (Ok(content), Ok(message_id)) => {
                    let target = match key.clone() {
                        ConversationKey::Direct(name) => Target::Person(UserId(name)),
                        ConversationKey::Group(id) => Target::Group(id),
                    };
                    intents.push(Intent::Send { message_id, target, content, tried: true });
                }
                // no message, but what somebody wrote
                _ => {
                    self.drafts.add(&key, text).await;
                    self.drafts.write();
                }
            }
        }
        // who answers has read it, too
        intents.extend(seq.map(|seq| Intent::MarkRead { key, seq }));
        for intent in intents {
            if driver.perform(self.tab, intent).await.is_err() {
                return false;
            }
        }
        true
    }
}
