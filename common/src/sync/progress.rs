//! How far one has received and read, told to the server; and how far the others have, told to the views.
//!
//! What is received is acknowledged only once it is stored. Both kinds of news wait a moment, so that a burst costs one
//! frame per conversation. A read mark is kept in the record until the server's own receipt covers it.

use std::collections::BTreeSet;

use crate::id::{ConversationId, Seq};
use crate::model::Receipt;
use crate::sync::{ConversationKey, Engine};
use crate::wire::{ClientWords, ErrorBody, Remedy};

/// How long news of progress is gathered before it is told, milliseconds.
const GATHER_MS: u64 = 250;

/// Of which conversations there may be progress to tell.
#[derive(Default, Debug)]
pub(super) struct Progress {
    keys: BTreeSet<ConversationKey>,
    due_ms: Option<u64>,
    failures: u32,
}

impl Progress {
    pub(super) fn due_at(&self) -> Option<u64> {
        self.due_ms
    }
}

impl Engine {
    pub(super) fn read_here(&mut self, key: &ConversationKey, seq: Seq) {
        let news = self.conversations.get_mut(key).is_some_and(|conversation| conversation.read_here(seq));
        if news {
            self.journal.touch(key);
            self.progress_may_be_due(key);
        }
    }

    pub(super) fn progress_may_be_due(&mut self, key: &ConversationKey) {
        self.progress_due_in(key, GATHER_MS);
    }

    fn progress_due_in(&mut self, key: &ConversationKey, wait_ms: u64) {
        let due = |found: &crate::sync::conversation::Conversation| {
            found.ack_due().is_some() || found.read_due().is_some()
        };
        if self.conversations.get(key).is_some_and(due) {
            self.progress.keys.insert(key.clone());
            self.progress.due_ms.get_or_insert(self.now_ms.saturating_add(wait_ms));
        }
    }

    /// This connection is believed: what could not be told before may be due.
    pub(super) fn all_progress_may_be_due(&mut self) {
        let keys: Vec<ConversationKey> =
            self.conversations.iter().map(|conversation| conversation.record.key.clone()).collect();
        for key in keys {
            self.progress_may_be_due(&key);
        }
    }

    pub(super) fn tell_progress(&mut self) {
        if self.progress.due_ms.is_none_or(|due_ms| due_ms > self.now_ms) {
            return;
        }
        self.progress.due_ms = None;
        let keys = std::mem::take(&mut self.progress.keys);
        if !self.link.is_up() || !self.catch_up.confirmed || self.comparison.is_of_all() {
            return;
        }
        for key in keys {
            let Some(conversation) = self.conversations.get_mut(&key) else { continue };
            let Some(conversation_id) = conversation.record.conversation_id else { continue };
            let (ack, read) = (conversation.ack_due(), conversation.read_due());
            if let Some(seq) = ack {
                conversation.visit.acked = seq;
                self.transmit_as(
                    Some(format!("a{conversation_id}")),
                    ClientWords::Ack { conversation_id, seq },
                );
            }
            let Some(conversation) = self.conversations.get_mut(&key) else { continue };
            if let Some(seq) = read {
                conversation.visit.read_told = seq;
                let words = ClientWords::MarkRead { conversation_id, seq };
                self.transmit_as(Some(format!("r{conversation_id}")), words);
            }
        }
    }

    /// An `ack` or `markRead` was refused; only a refusal is ever answered.
    pub(super) fn progress_refused(&mut self, reply_to: Option<&str>, error: &ErrorBody) {
        let Some((kind, id)) = reply_to.and_then(|id| id.split_at_checked(1)) else { return };
        let Some(key) =
            id.parse::<ConversationId>().ok().and_then(|id| self.conversations.key_of(id)).cloned()
        else {
            return;
        };
        self.progress.failures = self.progress.failures.saturating_add(1);
        let wait_ms = self.wait_after(error, self.progress.failures);
        let Some(conversation) = self.conversations.get_mut(&key) else { return };
        let never = error.code.remedy() == Remedy::Never;
        match kind {
            "a" => conversation.visit.acked = if never { Seq::MAX } else { 0 },
            "r" if never => {
                conversation.record.read_pending = None;
                conversation.visit.read_told = 0;
            }
            "r" => conversation.visit.read_told = 0,
            _ => return,
        }
        self.journal.touch(&key);
        self.progress_due_in(&key, wait_ms);
    }

    /// A member has come further.
    pub(super) fn take_receipt(
        &mut self,
        key: &ConversationKey,
        receipt: Receipt,
        read_count: Option<u64>,
        own_read: Option<u64>,
    ) {
        let is_me = self.is_me(&receipt.user_id);
        let Some(conversation) = self.conversations.get_mut(key) else { return };
        self.progress.failures = 0;
        conversation.others_receipt(&self.me, &receipt);
        if is_me {
            let own = &mut conversation.record.own;
            own.delivered_seq = own.delivered_seq.max(receipt.delivered_seq);
            conversation.own_read(receipt.read_seq, read_count, own_read);
        }
        self.journal.touch(key);
        self.journal.touch_members(key);
    }
}
