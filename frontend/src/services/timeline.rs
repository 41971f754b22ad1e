//! The open conversation: reads what comes into view, asks for what is missing, follows what happens.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use common::id::Seq;
use common::model::{Entry, Standing};
use common::sync::{Change, ConversationKey, ConversationRecord, LinkState};
use futures::future::LocalBoxFuture;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::clock::local_day;
use crate::stores::Stores;
use crate::stores::timeline::{
    Content, Edge, GapRow, Landing, Log, RowKey, Step, Window, lay_out, reconcile,
};

/// How long the first unread message is waited for, if it is not held, before the end is shown instead; milliseconds.
const UNREAD_WITHIN_MS: u32 = 1_500;
/// How long an answer from the leading tab is waited for, milliseconds.
const HISTORY_WITHIN_MS: u32 = 12_000;

/// What the timeline needs of its surroundings.
pub(super) struct Sources {
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
pub(super) struct Timeline {
    inner: Rc<Inner>,
}

struct Inner {
    stores: Stores,
    sources: Sources,
    open: RefCell<Option<Open>>,
    /// Counts openings and landings: what was asked for an earlier one is passed over.
    opening: std::cell::Cell<u64>,
}

/// One side of the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Older,
    Newer,
}

/// What is under way on one side.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Going {
    #[default]
    Nothing,
    Reading,
    /// The engine was asked for what lies below this seq.
    Asked(Seq),
    /// That came to nothing; holes are passed over until the link is back.
    Failed,
}

#[derive(Default)]
struct Open {
    key: Option<ConversationKey>,
    window: Window,
    /// Entries that came before those in front of them.
    hints: BTreeMap<Seq, Arc<Entry>>,
    unread_after: Option<Seq>,
    /// The window reaches the end, and follows it.
    follows: bool,
    /// The person sees the end of the rows.
    at_end: bool,
    /// The newest seq that was on screen.
    seen: Seq,
    older: Going,
    newer: Going,
    /// Before the first rows: the first unread message is being fetched.
    awaits_unread: bool,
    shown: bool,
}

impl Open {
    fn going(&mut self, side: Side) -> &mut Going {
        match side {
            Side::Older => &mut self.older,
            Side::Newer => &mut self.newer,
        }
    }
}

impl Timeline {
    pub(super) fn new(stores: Stores, sources: Sources) -> Self {
        let opening = std::cell::Cell::new(0);
        Self { inner: Rc::new(Inner { stores, sources, open: RefCell::new(None), opening }) }
    }

    /// Opens a conversation at the first unread message, or at the end.
    pub(super) fn open(&self, key: ConversationKey) {
        let inner = &self.inner;
        if inner.open.borrow().as_ref().is_some_and(|open| open.key.as_ref() == Some(&key)) {
            return;
        }
        let record = inner.record(&key);
        let unread_after =
            record.as_ref().filter(|record| record.unread() > 0).map(ConversationRecord::read_seq);
        inner.next_opening();
        let seen = record.as_ref().map_or(0, ConversationRecord::read_seq);
        let open = Open { key: Some(key.clone()), unread_after, seen, ..Open::default() };
        *inner.open.borrow_mut() = Some(open);
        let timeline = inner.stores.timeline;
        timeline.ready.set(false);
        timeline.rows.set(Vec::new());
        timeline.below.set(0);
        timeline.open.set(Some(key));
        inner.begin(unread_after);
    }

    /// Closes it.
    pub(super) fn close(&self) {
        self.inner.next_opening();
        self.inner.open.borrow_mut().take();
        let timeline = self.inner.stores.timeline;
        timeline.open.set(None);
        timeline.rows.set(Vec::new());
        timeline.ready.set(false);
    }

    /// Which one is open.
    pub(super) fn key(&self) -> Option<ConversationKey> {
        self.inner.open.borrow().as_ref().and_then(|open| open.key.clone())
    }

    /// The person comes near the first row.
    pub(super) fn older(&self) {
        self.inner.advance(Side::Older, false);
    }

    /// The person comes near the last row.
    pub(super) fn newer(&self) {
        self.inner.advance(Side::Newer, false);
    }

    /// Shows the end, wherever the window is.
    pub(super) fn to_end(&self) {
        let inner = &self.inner;
        let follows = inner.open.borrow().as_ref().is_some_and(|open| open.follows && open.shown);
        if follows {
            inner.stores.timeline.landing.set(Some(Landing::End));
            return;
        }
        inner.next_opening();
        if let Some(open) = inner.open.borrow_mut().as_mut() {
            *open = Open {
                key: open.key.take(),
                unread_after: open.unread_after,
                hints: std::mem::take(&mut open.hints),
                seen: open.seen,
                ..Open::default()
            };
        }
        inner.begin(None);
    }

    /// The person asks for what is in a hole.
    pub(super) fn fill(&self, gap: GapRow) {
        if let Some(key) = self.key() {
            self.inner.ask_soon(key, gap.to + 1);
        }
    }

    /// What is on screen.
    pub(super) fn seen(&self, newest: Option<Seq>, at_end: bool) {
        if let Some(open) = self.inner.open.borrow_mut().as_mut() {
            open.at_end = at_end;
            open.seen = open.seen.max(newest.unwrap_or(0));
        }
        self.inner.count_below();
        self.mark_read();
    }

    /// Marks as read what was seen, if a person can have seen it. Requests are read without telling.
    pub(super) fn mark_read(&self) {
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
    pub(super) fn wrote(&self, key: &ConversationKey) {
        let mut open = self.inner.open.borrow_mut();
        if let Some(open) = open.as_mut().filter(|open| open.key.as_ref() == Some(key)) {
            open.unread_after = None;
        }
    }

    /// Storage is there (again), or another tab leads now: looks again at whatever is under way.
    pub(super) fn look_again(&self) {
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
    pub(super) fn apply(&self, changes: &[Change]) {
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

    /// Shows the first rows of what was just opened.
    fn begin(self: &Rc<Self>, unread_after: Option<Seq>) {
        let Some(key) = self.open.borrow().as_ref().and_then(|open| open.key.clone()) else { return };
        let Some(record) = self.record(&key) else { return self.land(Landing::End) };
        let log = Log::from(&record);
        let first_unread = unread_after.and_then(|seq| log.visible_above(seq));
        let link_is_up = self
            .stores
            .link
            .state
            .with_untracked(|state| matches!(state, LinkState::Live | LinkState::CatchingUp));
        match Window::opening(log, first_unread) {
            Step::Read { from, to } => {
                let landing = match first_unread {
                    Some(_) => Landing::Row(RowKey::Unread),
                    None => Landing::End,
                };
                self.read(Side::Newer, key, from, to, Some(landing));
            }
            Step::Ask { before } if first_unread.is_some() && link_is_up => {
                if let Some(open) = self.open.borrow_mut().as_mut() {
                    open.awaits_unread = true;
                }
                self.ask_soon(key, before);
                self.give_up_unread_later();
            }
            _ => match Window::at_end(log) {
                Step::Read { from, to } => self.read(Side::Newer, key, from, to, Some(Landing::End)),
                Step::Ask { .. } => {
                    self.land(Landing::End);
                    self.advance(Side::Older, false);
                }
                Step::End => self.land(Landing::End),
            },
        }
    }

    fn give_up_unread_later(self: &Rc<Self>) {
        let (inner, opening) = (Rc::clone(self), self.opening.get());
        spawn_local(async move {
            TimeoutFuture::new(UNREAD_WITHIN_MS).await;
            if inner.opening.get() == opening {
                inner.stop_awaiting_unread(true);
            }
        });
    }

    /// The first unread message came, or will not come in time: then show the end.
    fn stop_awaiting_unread(self: &Rc<Self>, give_up: bool) {
        let Some(unread_after) = self.open.borrow_mut().as_mut().and_then(|open| {
            let awaited = std::mem::take(&mut open.awaits_unread);
            awaited.then_some(open.unread_after)
        }) else {
            return;
        };
        self.begin(if give_up { None } else { unread_after });
    }

    fn land(&self, landing: Landing) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.shown = true;
            open.at_end = landing == Landing::End;
        }
        self.show();
        let timeline = self.stores.timeline;
        timeline.landing.set(Some(landing));
        timeline.ready.set(true);
    }

    /// Goes one step further on a side, unless something is under way there. `pass` passes holes over.
    fn advance(self: &Rc<Self>, side: Side, pass: bool) {
        let step = {
            let mut open = self.open.borrow_mut();
            let Some(open) = open.as_mut().filter(|open| open.shown) else { return };
            let Some(key) = open.key.clone() else { return };
            let going = *open.going(side);
            if matches!(going, Going::Reading | Going::Asked(_)) {
                return;
            }
            let Some(record) = self.record(&key) else { return };
            let log = Log::from(&record);
            let pass = pass || going == Going::Failed;
            let step = match side {
                Side::Older => open.window.older(log, pass),
                Side::Newer => open.window.newer(log, pass),
            };
            match step {
                Step::Read { .. } => *open.going(side) = Going::Reading,
                // passing over did not help: nothing is held beyond
                Step::Ask { .. } if going == Going::Failed => return,
                Step::Ask { before } => *open.going(side) = Going::Asked(before),
                Step::End => return,
            }
            (key, step)
        };
        match step {
            (key, Step::Read { from, to }) => self.read(side, key, from, to, None),
            (key, Step::Ask { before }) => {
                self.ask_soon(key, before);
                self.show();
            }
            (_, Step::End) => {}
        }
    }

    fn read(self: &Rc<Self>, side: Side, key: ConversationKey, from: Seq, to: Seq, landing: Option<Landing>) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            *open.going(side) = Going::Reading;
        }
        let (inner, opening) = (Rc::clone(self), self.opening.get());
        let read = (self.sources.read)(key, from, to);
        spawn_local(async move {
            let entries = read.await;
            if inner.opening.get() != opening {
                return;
            }
            inner.put(side, from, to, entries);
            match landing {
                Some(landing) => inner.land(landing),
                None => inner.show(),
            }
            inner.catch_up();
        });
    }

    fn put(&self, side: Side, from: Seq, to: Seq, entries: Vec<Entry>) {
        let mut open = self.open.borrow_mut();
        let Some(open) = open.as_mut() else { return };
        *open.going(side) = Going::Nothing;
        open.window.put(from, to, entries);
        match side {
            Side::Older => {
                if open.window.is_full() {
                    open.window.trim_newest();
                }
            }
            Side::Newer => open.window.trim_oldest(),
        }
        let record = open.key.as_ref().and_then(|key| self.record(key));
        open.follows = record.is_some_and(|record| open.window.reaches_end(Log::from(&record)));
    }

    /// Entries were stored just now.
    fn merge(&self, entries: &[Entry]) {
        let mut open = self.open.borrow_mut();
        let Some(open) = open.as_mut() else { return };
        let Some(record) = open.key.as_ref().and_then(|key| self.record(key)) else { return };
        for entry in entries {
            open.hints.remove(&entry.seq);
        }
        let has_room = open.at_end || !open.window.is_full();
        let follow = open.shown && open.follows && has_room;
        open.window.merge(Log::from(&record), entries, follow);
        if follow {
            open.window.trim_oldest();
        } else {
            open.follows = open.window.reaches_end(Log::from(&record));
        }
    }

    fn hint(&self, entry: &Entry) {
        if let Some(open) = self.open.borrow_mut().as_mut()
            && open.window.bounds().is_none_or(|(_, high)| entry.seq > high)
        {
            open.hints.insert(entry.seq, Arc::new(entry.clone()));
        }
    }

    fn truncate(&self, above: Seq) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.window.truncate(above);
            open.hints.clear();
            open.follows = true;
        }
    }

    /// What was asked for may have come: looks again, and goes on where it did.
    fn go_on(self: &Rc<Self>) {
        self.stop_awaiting_unread(false);
        for side in [Side::Older, Side::Newer] {
            let asked = {
                let mut open = self.open.borrow_mut();
                let Some(open) = open.as_mut() else { return };
                let going = open.going(side);
                match *going {
                    Going::Asked(before) => {
                        *going = Going::Nothing;
                        Some(before)
                    }
                    _ => None,
                }
            };
            if let Some(before) = asked {
                self.advance(side, false);
                self.fail_if_still_asking(side, before);
            }
        }
    }

    /// The answer brought nothing nearer: do not ask for the same for ever.
    fn fail_if_still_asking(self: &Rc<Self>, side: Side, before: Seq) {
        let same = {
            let mut open = self.open.borrow_mut();
            open.as_mut().is_some_and(|open| *open.going(side) == Going::Asked(before))
        };
        if same {
            self.fail(side);
        }
    }

    fn history_failed(self: &Rc<Self>) {
        self.stop_awaiting_unread(true);
        for side in [Side::Older, Side::Newer] {
            let asked = {
                let mut open = self.open.borrow_mut();
                open.as_mut().is_some_and(|open| matches!(open.going(side), Going::Asked(_)))
            };
            if asked {
                self.fail(side);
            }
        }
    }

    /// A hole cannot be filled now: go on beyond it, where something is held.
    fn fail(self: &Rc<Self>, side: Side) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            *open.going(side) = Going::Failed;
        }
        self.advance(side, true);
        self.show();
    }

    /// The link is back: what could not be fetched may be asked for again.
    fn hope_again(&self) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            for side in [Side::Older, Side::Newer] {
                if *open.going(side) == Going::Failed {
                    *open.going(side) = Going::Nothing;
                }
            }
        }
    }

    /// Where the window follows the end and storage holds more by now, reads it.
    fn catch_up(self: &Rc<Self>) {
        let behind = {
            let open = self.open.borrow();
            let Some(open) = open.as_ref().filter(|open| open.shown && open.follows) else { return };
            if open.newer != Going::Nothing {
                return;
            }
            let Some(record) = open.key.as_ref().and_then(|key| self.record(key)) else { return };
            matches!(open.window.newer(Log::from(&record), false), Step::Read { .. })
        };
        if behind {
            self.advance(Side::Newer, false);
        }
    }

    /// Asks the engine, not from within its own telling. An answer that never comes counts as a failure.
    fn ask_soon(self: &Rc<Self>, key: ConversationKey, before: Seq) {
        let (inner, opening) = (Rc::clone(self), self.opening.get());
        spawn_local(async move {
            (inner.sources.ask)(key, before);
            TimeoutFuture::new(HISTORY_WITHIN_MS).await;
            if inner.opening.get() != opening {
                return;
            }
            for side in [Side::Older, Side::Newer] {
                inner.fail_if_still_asking(side, before);
            }
        });
    }

    /// Brings the rows on screen to what they are now.
    fn show(&self) {
        let timeline = self.stores.timeline;
        let Some((rows, older, newer)) = self.rows() else { return };
        let slots = timeline.rows.with_untracked(|slots| reconcile(slots, rows));
        if let Some(slots) = slots {
            timeline.rows.set(slots);
        }
        for (signal, edge) in [(timeline.older, older), (timeline.newer, newer)] {
            if signal.get_untracked() != edge {
                signal.set(edge);
            }
        }
        self.count_below();
    }

    fn rows(&self) -> Option<(Vec<crate::stores::timeline::Row>, Edge, Edge)> {
        let open = self.open.borrow();
        let open = open.as_ref().filter(|open| open.shown)?;
        let me = self.stores.session.state.with_untracked(|state| state.user_id().cloned())?;
        let slot = self.stores.conversations.slot(open.key.as_ref()?);
        let record = slot.as_ref().map(|slot| slot.record.get_untracked());
        let waiting = slot.map(|slot| slot.waiting.get_untracked()).unwrap_or_default();
        let log = record.as_ref().map_or(Log { held: &[], visible: &[], head: 0 }, Log::from);
        let asked = |going: Going| match going {
            Going::Asked(before) => Some(before),
            _ => None,
        };
        let loading: HashSet<Seq> = asked(open.older).into_iter().chain(asked(open.newer)).collect();
        let content = Content {
            entries: open.window.entries().collect(),
            hints: if open.follows { open.hints.values().collect() } else { Vec::new() },
            waiting: if open.follows || record.is_none() { &waiting } else { &[] },
            me: &me,
            log,
            others_delivered: record.as_ref().map_or(0, |record| record.others_delivered),
            others_read: record.as_ref().map_or(0, |record| record.others_read),
            unread_after: open.unread_after,
            loading: &loading,
        };
        let rows = lay_out(&content, local_day);
        let edge = |going: Going, step: Step| match (going, step) {
            (_, Step::End) => Edge::End,
            (Going::Reading | Going::Asked(_), _) => Edge::Loading,
            (Going::Failed, _) => Edge::Failed,
            (Going::Nothing, _) => Edge::More,
        };
        let older = edge(open.older, open.window.older(log, false));
        let newer = edge(open.newer, open.window.newer(log, false));
        Some((rows, older, newer))
    }

    /// How many messages of others lie below what was seen.
    fn count_below(&self) {
        let below = self.below().unwrap_or(0);
        if self.stores.timeline.below.get_untracked() != below {
            self.stores.timeline.below.set(below);
        }
    }

    fn below(&self) -> Option<u64> {
        let open = self.open.borrow();
        let open = open.as_ref().filter(|open| open.shown && !(open.at_end && open.follows))?;
        let me = self.stores.session.state.with_untracked(|state| state.user_id().cloned())?;
        let record = self.record(open.key.as_ref()?)?;
        let news = |entry: &&Arc<Entry>| entry.seq > open.seen && entry.kind.counts() && entry.from != me;
        let in_memory = open.window.entries().filter(news).count() as u64;
        let last_count = open.window.entries().next_back().map_or(0, |entry| entry.count);
        Some(in_memory + record.head_count.saturating_sub(last_count))
    }
}
