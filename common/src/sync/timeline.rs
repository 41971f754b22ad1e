//! Entries on their way into storage: one that comes live, one's own that is acknowledged, or a page.
//!
//! A live entry is stored only when it follows the newest range exactly; any other is shown as a hint, and what lies
//! between is asked for ([`crate::sync::fetch`]). So no range ever has a hole in it, whatever order frames come in.

use crate::model::{ConversationKind, Entry};
use crate::sync::conversation::Conversation;
use crate::sync::journal::After;
use crate::sync::ranges::{self, Chain};
use crate::sync::{Change, ConversationKey, Engine, Write};
use crate::wire::{ConversationDelta, Page};

/// What came of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PageOutcome {
    /// Something new is held now.
    New,
    /// All of it was held, or it was no page.
    NothingNew,
}

impl Engine {
    /// Takes an entry that came by itself.
    pub(super) fn take_entry(&mut self, key: &ConversationKey, entry: Entry) {
        let journal_is_full = self.journal.is_full();
        let Some(conversation) = self.conversations.get_mut(key).filter(|_| ranges::is_place(entry.seq))
        else {
            return;
        };
        if ranges::holds(&conversation.record.held, entry.seq) {
            return self.entry_is_stored(&entry);
        }
        conversation.note(&self.me, &entry);
        conversation.recent.learn(&self.me, [&entry].into_iter());
        self.journal.touch(key);
        let may_grow = !conversation.comparing && !journal_is_full;
        match may_grow.then(|| ranges::extend(&mut conversation.record.held, &entry)).flatten() {
            Some(stored) => {
                self.journal.write(Write::PutEntry { key: key.clone(), entry: stored });
                self.entry_is_stored(&entry);
                if !self.is_me(&entry.from) {
                    self.journal.then(After::EntriesStored(key.clone(), entry.seq));
                }
                self.tell_when_stored(Change::Entries { key: key.clone(), entries: vec![entry] });
            }
            None => {
                self.fetching.look_at(key);
                match self.is_me(&entry.from) && self.outbox.contains(entry.message_id) {
                    true => self.row_is_sent(entry.message_id, entry.seq),
                    false => self.tell(Change::Hint { key: key.clone(), entry }),
                }
            }
        }
    }

    /// The row of the message waits no longer. Only one's own entry settles one's row, whatever its id.
    fn entry_is_stored(&mut self, entry: &Entry) {
        if self.is_me(&entry.from) {
            self.drop_row(entry.message_id);
        }
    }

    /// Takes a page of a conversation's log. Where it contradicts what is held, the copies are to be compared.
    pub(super) fn take_page(&mut self, key: &ConversationKey, page: Page) -> PageOutcome {
        let Some(chain) = Chain::of(page) else { return PageOutcome::NothingNew };
        let Some(conversation) =
            self.conversations.get_mut(key).filter(|conversation| !conversation.comparing)
        else {
            return PageOutcome::NothingNew;
        };
        let Ok(new) = ranges::merge(&mut conversation.record.held, &chain) else {
            self.copy_is_contradicted(key);
            return PageOutcome::NothingNew;
        };
        let entries = || chain.entries().iter().map(|stored| &stored.entry);
        for entry in entries() {
            conversation.note(&self.me, entry);
        }
        conversation.recent.learn(&self.me, entries());
        self.journal.touch(key);
        for entry in entries() {
            self.entry_is_stored(entry);
        }
        if let Some(newest) = new.iter().rev().find(|stored| !self.is_me(&stored.entry.from)) {
            self.journal.then(After::EntriesStored(key.clone(), newest.entry.seq));
        }
        if new.is_empty() {
            return PageOutcome::NothingNew;
        }
        let told = new.iter().map(|stored| stored.entry.clone()).collect();
        self.tell_when_stored(Change::Entries { key: key.clone(), entries: told });
        for entry in new {
            self.journal.write(Write::PutEntry { key: key.clone(), entry });
        }
        PageOutcome::New
    }

    /// Takes what the server says of a conversation.
    pub(super) fn take_delta(&mut self, mut delta: ConversationDelta) {
        let key = match (delta.kind, &delta.peer) {
            (ConversationKind::Group, _) => ConversationKey::Group(delta.conversation_id),
            (ConversationKind::Direct, Some(peer)) => ConversationKey::direct(peer),
            (ConversationKind::Direct, None) => return,
        };
        if delta.head.seq > 0 && !ranges::is_place(delta.head.seq) {
            return;
        }
        let known_id = self.conversations.get(&key).map(|conversation| conversation.record.conversation_id);
        match known_id {
            Some(Some(id)) if id != delta.conversation_id => return self.copy_is_contradicted(&key),
            Some(_) => {}
            None => {
                let conversation = Conversation::new(key.clone(), delta.peer.clone(), self.now_ms);
                self.conversations.insert(conversation);
            }
        }
        if known_id != Some(Some(delta.conversation_id)) {
            self.conversations.name(&key, delta.conversation_id);
            self.conversation_is_named(&key);
        }
        let page = delta.page.take();
        if let Some(conversation) = self.conversations.get_mut(&key) {
            conversation.merge(&self.me, &delta);
        }
        self.journal.touch(&key);
        self.journal.touch_members(&key);
        if let Some(page) = page {
            self.take_page(&key, page);
        }
        self.check_head(&key, &delta);
        self.fetching.look_at(&key);
        self.progress_may_be_due(&key);
    }

    /// One value tells whether two copies of a log are the same.
    fn check_head(&mut self, key: &ConversationKey, delta: &ConversationDelta) {
        let newest = self.conversations.get(key).and_then(|conversation| conversation.record.held.last());
        let differs = |held: &&crate::sync::HeldRange| {
            held.to == delta.head.seq && held.digest_after != delta.head.digest
        };
        if newest.is_some_and(|held| differs(&held)) {
            self.copy_is_contradicted(key);
        }
    }

    pub(super) fn entries_stored(&mut self, key: &ConversationKey, seq: u64) {
        if let Some(conversation) = self.conversations.get_mut(key) {
            conversation.stored_to = conversation.stored_to.max(seq);
            self.progress_may_be_due(key);
        }
    }
}
