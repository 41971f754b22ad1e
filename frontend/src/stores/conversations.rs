//! The list of conversations, and the signals of each.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use common::id::{MessageId, UserId};
use common::model::Standing;
use common::sync::{ConversationKey, ConversationRecord, OutboxItem, SendState};
use leptos::prelude::*;

use crate::stores::{ArcStoreSignal, StoreSignal};

/// The signals of one conversation. Cheap to clone; lives as long as somebody holds it.
#[derive(Clone, Debug)]
pub struct ConversationSlot {
    /// What is known of it: title or peer, newest entry, unread count, own role.
    pub record: ArcStoreSignal<ConversationRecord>,
    /// Messages written here that are not yet in the log, in the order of writing.
    pub waiting: ArcStoreSignal<Vec<Arc<OutboxItem>>>,
    /// Who is writing just now.
    pub typing: ArcStoreSignal<Vec<UserId>>,
}

/// The list of conversations.
#[derive(Clone, Copy, Debug)]
pub struct ConversationsStore {
    /// Accepted conversations, newest first: the list at the left. For `<Rows>`, keyed by itself.
    pub order: StoreSignal<Vec<ConversationKey>>,
    /// First messages of strangers, newest first: shown apart, quietly.
    pub requests: StoreSignal<Vec<ConversationKey>>,
    /// Conversations in which a draft is kept, and how it begins.
    pub drafts: StoreSignal<HashMap<ConversationKey, String>>,
    /// Counts the texts that came to stand below a draft by themselves: who shows one looks again.
    pub drafts_added: StoreSignal<u64>,
    /// False until storage was read once; then an empty list means that there is nothing.
    pub loaded: StoreSignal<bool>,
    /// Unread messages in all accepted conversations that are not muted: the number on the tab, and on the app's icon.
    pub unread: StoreSignal<u64>,
    slots: StoredValue<HashMap<ConversationKey, ConversationSlot>>,
}

impl ConversationsStore {
    pub(super) fn new() -> Self {
        Self {
            order: StoreSignal::new(Vec::new()),
            requests: StoreSignal::new(Vec::new()),
            drafts: StoreSignal::new(HashMap::new()),
            drafts_added: StoreSignal::new(0),
            loaded: StoreSignal::new(false),
            unread: StoreSignal::new(0),
            slots: StoredValue::new(HashMap::new()),
        }
    }

    /// The signals of one conversation, if it is known. Not reactive: use [`Self::find`] where it may appear later.
    pub fn slot(&self, key: &ConversationKey) -> Option<ConversationSlot> {
        self.slots.with_value(|slots| slots.get(key).cloned())
    }

    /// The signals of one conversation; runs again when it appears.
    pub fn find(&self, key: &ConversationKey) -> Option<ConversationSlot> {
        self.slot(key).or_else(|| {
            self.order.track();
            self.requests.track();
            self.slot(key)
        })
    }

    /// Takes in new and changed records. [`Self::sort`] when all is in.
    pub(crate) fn put(&self, records: Vec<ConversationRecord>) {
        self.slots.update_value(|slots| {
            for record in records {
                match slots.get(&record.key) {
                    Some(slot) if slot.record.with_untracked(|known| *known == record) => {}
                    Some(slot) => slot.record.set(record),
                    None => {
                        let key = record.key.clone();
                        let slot = ConversationSlot {
                            record: ArcStoreSignal::new(record),
                            waiting: ArcStoreSignal::new(Vec::new()),
                            typing: ArcStoreSignal::new(Vec::new()),
                        };
                        slots.insert(key, slot);
                    }
                }
            }
        });
    }

    /// Forgets a conversation.
    pub(crate) fn remove(&self, key: &ConversationKey) {
        self.slots.update_value(|slots| {
            slots.remove(key);
        });
    }

    /// Takes in a waiting message, new or changed.
    pub(crate) fn put_waiting(&self, item: Arc<OutboxItem>) {
        let Some(slot) = self.slot(&item.record.target.key()) else { return };
        slot.waiting.update(|waiting| {
            let order = item.record.order;
            match waiting.iter_mut().find(|other| other.record.message_id == item.record.message_id) {
                Some(known) => *known = item,
                None => {
                    let at = waiting.partition_point(|other| other.record.order < order);
                    waiting.insert(at, item);
                }
            }
        });
    }

    /// Forgets a waiting message.
    pub(crate) fn remove_waiting(&self, key: &ConversationKey, message_id: MessageId) {
        if let Some(slot) = self.slot(key) {
            slot.waiting.update(|waiting| waiting.retain(|item| item.record.message_id != message_id));
        }
    }

    /// Takes in all waiting messages there are; others are forgotten.
    pub(crate) fn replace_waiting(&self, items: Vec<Arc<OutboxItem>>) {
        self.slots.with_value(|slots| {
            for slot in
                slots.values().filter(|slot| slot.waiting.with_untracked(|waiting| !waiting.is_empty()))
            {
                slot.waiting.set(Vec::new());
            }
        });
        for item in items {
            self.put_waiting(item);
        }
    }

    /// How many messages wait, and how many were refused.
    pub(crate) fn count_waiting(&self) -> (usize, usize) {
        self.slots.with_value(|slots| {
            let (mut waiting, mut refused) = (0, 0);
            for slot in slots.values() {
                slot.waiting.with_untracked(|items| {
                    let no = items.iter().filter(|item| matches!(item.state, SendState::Refused(_))).count();
                    refused += no;
                    waiting += items.len() - no;
                });
            }
            (waiting, refused)
        })
    }

    /// Orders the lists and counts anew, and tells only those whose order or count changed.
    pub(crate) fn sort(&self, now_s: i64) {
        let (mut accepted, mut requests, mut unread) = (Vec::new(), Vec::new(), 0);
        self.slots.with_value(|slots| {
            for (key, slot) in slots {
                let written = slot.waiting.with_untracked(|waiting| {
                    waiting.last().map_or(0, |item| (item.record.written_at_ms / 1000).cast_signed())
                });
                slot.record.with_untracked(|record| {
                    let place = (Reverse(record.active_at.max(written)), key.clone());
                    match record.own.standing {
                        Standing::Accepted => {
                            if !record.own.is_muted(now_s) {
                                unread += record.unread();
                            }
                            accepted.push(place);
                        }
                        Standing::Request => requests.push(place),
                        Standing::Declined => {}
                    }
                });
            }
        });
        set_if_changed(self.order, in_order(accepted));
        set_if_changed(self.requests, in_order(requests));
        set_if_changed(self.unread, unread);
    }
}

fn in_order(mut places: Vec<(Reverse<i64>, ConversationKey)>) -> Vec<ConversationKey> {
    places.sort_unstable();
    places.into_iter().map(|(_, key)| key).collect()
}

fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: StoreSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
