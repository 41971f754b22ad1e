//! Getting done what is wanted: here if this tab leads, else in the one that does.

use std::rc::Rc;

use common::id::Seq;
use common::model::Entry;
use common::sync::ConversationKey;
use futures::FutureExt;
use futures::channel::oneshot;

use super::Inner;
use crate::services::intent::{Answer, Intent, TabMessage};
use crate::services::timeline::{Sources, Timeline};
use crate::stores::StorageState;

impl Inner {
    pub(super) fn ask(self: &Rc<Self>, intent: Intent) -> oneshot::Receiver<Answer> {
        match self.leading() {
            Some(_) if intent == Intent::Renew => {
                self.renew();
                self.tabs.ask(Intent::RetryNow)
            }
            Some(driver) => driver.perform(self.tab, intent),
            None => self.tabs.ask(intent),
        }
    }

    pub(super) fn say(&self, intent: Intent) {
        match self.leading() {
            Some(driver) => drop(driver.perform(self.tab, intent)),
            None => self.tabs.post(&TabMessage::Say { from: self.tab, intent }),
        }
    }

    pub(super) fn say_attendance(&self) {
        let attendance = self.attendance.borrow().clone();
        self.say(Intent::Attend(attendance));
    }

    /// What the timeline needs of us.
    pub(super) fn sources(self: &Rc<Self>) -> Sources {
        let (reads, asks, marks, sees) =
            (Rc::downgrade(self), Rc::downgrade(self), Rc::downgrade(self), Rc::downgrade(self));
        Sources {
            read: Box::new(move |key, from, to| {
                let inner = reads.upgrade();
                async move {
                    match inner {
                        Some(inner) => inner.entries(key, from, to).await,
                        None => Vec::new(),
                    }
                }
                .boxed_local()
            }),
            ask: Box::new(move |key, before| {
                if let Some(inner) = asks.upgrade() {
                    inner.say(Intent::LoadHistory { key, before });
                }
            }),
            mark_read: Box::new(move |key, seq| {
                if let Some(inner) = marks.upgrade() {
                    inner.say(Intent::MarkRead { key, seq });
                }
            }),
            visible: Box::new(move || sees.upgrade().is_some_and(|inner| inner.attendance.borrow().visible)),
        }
    }

    /// Entries from this tab's own storage; from the leading tab's where either of them is in memory.
    pub(super) async fn entries(self: Rc<Self>, key: ConversationKey, from: Seq, to: Seq) -> Vec<Entry> {
        let storage = self.storage.borrow().clone();
        let both_work = self.leading_storage.get() == StorageState::Ok
            && storage.as_ref().is_some_and(|storage| storage.state() == StorageState::Ok);
        if let Some(storage) = storage.filter(|_| both_work || self.driver.borrow().is_some()) {
            return storage.entries(&key, from, to).await;
        }
        match self.ask(Intent::ReadEntries { key, from, to }).await {
            Ok(Answer::Entries(entries)) => entries,
            _ => Vec::new(),
        }
    }

    pub(super) fn with_timeline(&self, act: impl FnOnce(&Timeline)) {
        let timeline = self.timeline.borrow().clone();
        if let Some(timeline) = timeline {
            act(&timeline);
        }
    }
}
