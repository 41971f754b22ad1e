//! The open conversation: reads what comes into view, asks for what is missing, follows what happens.
//!
//! `begin` shows the first rows, `seek` goes to a message that is wanted, `advance` moves the window, `follow` takes in
//! what happens, `show` lays out.

mod advance;
mod begin;
mod follow;
mod open;
mod seek;
mod show;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use common::id::Seq;
use common::model::{Entry, Standing};
use common::sync::{Change, ConversationKey, ConversationRecord, LinkState};
use futures::future::LocalBoxFuture;
use leptos::prelude::*;

use crate::stores::Stores;
use crate::stores::timeline::{GapRow, Landing};
use open::{Going, Open, Side};

/// What the timeline needs of its surroundings.
pub(in crate::services) struct Sources {
    /// Reads entries from storage, wherever it is.
    pub read: Box<dyn Fn(ConversationKey, Seq, Seq) -> LocalBoxFuture<'static, Vec<Entry>>>,
    /// Asks the engine for the page below a seq.
    pub ask: Box<dyn Fn(ConversationKey, Seq)>,
    /// Tells the engine how far the person has read.
    pub mark_read: Box<dyn Fn(ConversationKey, Seq)>,
    /// Whether the page is visible.
    pub visible: Box<dyn Fn() -> bool>,
}

/// The open conversation. Cheap to clone.
#[derive(Clone)]
pub(in crate::services) struct Timeline {
    inner: Rc<Inner>,
}

struct Inner {
    stores: Stores,
    sources: Sources,
    open: RefCell<Option<Open>>,
    /// Counts openings and landings: what was asked for an earlier one is passed over.
    opening: Cell<u64>,
}

impl Timeline {
    pub(in crate::services) fn new(stores: Stores, sources: Sources) -> Self {
        let opening = Cell::new(0);
        Self { inner: Rc::new(Inner { stores, sources, open: RefCell::new(None), opening }) }
    }

    /// Opens a conversation at the message that is wanted, else at the first unread one, or at the end.
    pub(in crate::services) fn open(&self, key: ConversationKey, wanted: Option<Seq>) {
        let inner = &self.inner;
        if inner.open.borrow().as_ref().is_some_and(|open| open.key.as_ref() == Some(&key)) {
            if let Some(seq) = wanted {
                inner.want(seq);
            }
            return;
        }
        let record = inner.record(&key);
        let unread_after =
            record.as_ref().filter(|record| record.unread() > 0).map(ConversationRecord::read_seq);
        inner.next_opening();
        let seen = record.as_ref().map_or(0, ConversationRecord::read_seq);
        let open = Open { key: Some(key.clone()), unread_after, wanted, seen, ..Open::default() };
        *inner.open.borrow_mut() = Some(open);
        let timeline = inner.stores.timeline;
        timeline.ready.set(false);
        timeline.rows.set(Vec::new());
        timeline.below.set(0);
        timeline.open.set(Some(key));
        inner.begin(unread_after);
        if let Some(seq) = wanted {
            inner.want(seq);
        }
    }

    /// Closes it.
    pub(in crate::services) fn close(&self) {
        self.inner.next_opening();
        self.inner.open.borrow_mut().take();
        let timeline = self.inner.stores.timeline;
        timeline.open.set(None);
        timeline.rows.set(Vec::new());
        timeline.ready.set(false);
    }

    /// Which one is open.
    pub(in crate::services) fn key(&self) -> Option<ConversationKey> {
        self.inner.open.borrow().as_ref().and_then(|open| open.key.clone())
    }

    /// The person comes near the first row.
    pub(in crate::services) fn older(&self) {
        self.inner.advance(Side::Older, false);
    }

    /// The person comes near the last row.
    pub(in crate::services) fn newer(&self) {
        self.inner.advance(Side::Newer, false);
    }

    /// Shows the end, wherever the window is.
    pub(in crate::services) fn to_end(&self) {
        let inner = &self.inner;
        let follows = inner.open.borrow().as_ref().is_some_and(|open| open.follows && open.shown);
        if follows {
            inner.stores.timeline.landing.set(Some(Landing::End));
            return;
        }
        inner.begin_anew(None);
    }

    /// The person asks for what is in a hole.
    pub(in crate::services) fn fill(&self, gap: GapRow) {
        if let Some(key) = self.key() {
            self.inner.ask_soon(key, gap.to + 1);
        }
    }

    /// What is on screen.
    pub(in crate::services) fn seen(&self, newest: Option<Seq>, at_end: bool) {
        if let Some(open) = self.inner.open.borrow_mut().as_mut() {
            open.at_end = at_end;
            open.seen = open.seen.max(newest.unwrap_or(0));
        }
        self.inner.count_below();
        self.mark_read();
    }

    /// Marks as read what was seen, if a person can have seen it. Requests are read without telling.
    pub(in crate::services) fn mark_read(&self) {
        let inner = &self.inner;
        let Some((key, seen)) =
            inner.open.borrow().as_ref().and_then(|open| Some((open.key.clone()?, open.seen)))
        else {
            return;
        };
        let Some(record) = inner.record(&key) else { return };
        let wanted = seen > record.read_seq() && record.own.standing == Standing::Accepted;
        if wanted && (inner.sources.visible)() {
            (inner.sources.mark_read)(key, seen);
        }
    }

    /// One's own message goes in: what was unread is so no longer.
    pub(in crate::services) fn wrote(&self, key: &ConversationKey) {
        let mut open = self.inner.open.borrow_mut();
        if let Some(open) = open.as_mut().filter(|open| open.key.as_ref() == Some(key)) {
            open.unread_after = None;
        }
    }

    /// Storage is there (again), or another tab leads now: looks again at whatever is under way.
    pub(in crate::services) fn look_again(&self) {
        let inner = &self.inner;
        let shown = {
            let mut open = inner.open.borrow_mut();
            let Some(open) = open.as_mut() else { return };
            open.older = Going::Nothing;
            open.newer = Going::Nothing;
            open.shown
        };
        if shown {
            inner.catch_up();
            inner.show();
            self.mark_read();
        } else {
            let unread_after = inner.open.borrow().as_ref().and_then(|open| open.unread_after);
            inner.next_opening();
            inner.begin(unread_after);
        }
    }

    /// Takes in what the engine told. The other stores know it already.
    pub(in crate::services) fn apply(&self, changes: &[Change]) {
        let inner = &self.inner;
        let Some(key) = self.key() else { return };
        let mut touched = false;
        let mut arrived = false;
        for change in changes {
            match change {
                Change::Entries { key: at, entries } if *at == key => {
                    inner.merge(entries);
                    arrived = true;
                }
                Change::Hint { key: at, entry } if *at == key => inner.hint(entry),
                Change::Truncated { key: at, above } if *at == key => inner.truncate(*above),
                Change::HistoryFailed { key: at } if *at == key => inner.history_failed(),
                Change::ConversationGone(at) if *at == key => inner.truncate(0),
                Change::Conversation(record) if record.key == key => {}
                Change::Outbox(item) if item.record.target.key() == key => {}
                Change::OutboxGone { key: at, .. } if *at == key => {}
                Change::Link(LinkState::Live) => inner.hope_again(),
                _ => continue,
            }
            touched = true;
        }
        if arrived {
            inner.go_on();
        }
        if touched {
            inner.catch_up();
            inner.show();
            inner.pursue();
            self.mark_read();
        }
    }
}

impl Inner {
    fn record(&self, key: &ConversationKey) -> Option<ConversationRecord> {
        self.stores.conversations.slot(key).map(|slot| slot.record.get_untracked())
    }

    fn next_opening(&self) -> u64 {
        self.opening.set(self.opening.get() + 1);
        self.opening.get()
    }
}
