//! All that runs while somebody is signed in: storage, the channel between tabs, the wish to lead, the driver in the tab
//! that does, and the timeline.
//!
//! The order at a start matters. The channel is joined before storage is read, and what comes over it waits until the
//! stores show what is stored: so nothing that is told in between is missed. A tab that leads reads storage after it got
//! the lead, because the one before it may have written until then.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use common::id::{MessageId, Seq, UserId};
use common::model::Entry;
use common::sync::{Change, ConversationKey, LostReason, Target};
use common::text::Content;
use futures::FutureExt;
use futures::channel::oneshot;
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::apply;
use super::attention::ATTEND_EVERY_MS;
use super::drafts::Drafts;
use super::driver::Driver;
use super::intent::{Answer, Attendance, Intent, TabId, TabMessage};
use super::leader::Candidacy;
use super::tabs::{ASK_AGAIN_EVERY_MS, Tabs};
use super::timeline::{Sources, Timeline};
use crate::clock::{new_message_id, random_number};
use crate::storage::{Storage, database_name};
use crate::stores::{Farewell, MemoryReason, Notice, StorageState, Stores, UpdateState};

/// All that runs while somebody is signed in. Cheap to clone.
#[derive(Clone)]
pub(super) struct SignedIn {
    inner: Rc<Inner>,
}

struct Inner {
    me: UserId,
    tab: TabId,
    stores: Stores,
    tabs: Tabs,
    storage: RefCell<Option<Storage>>,
    /// Where the leading tab's storage goes.
    leading_storage: Cell<StorageState>,
    candidacy: RefCell<Option<Candidacy>>,
    /// The lead was given to this tab.
    may_lead: Cell<bool>,
    driver: RefCell<Option<Driver>>,
    leading_tab: Cell<Option<TabId>>,
    /// What came before the stores showed what is stored; `None` from then on.
    early: RefCell<Option<Vec<Change>>>,
    timeline: RefCell<Option<Timeline>>,
    drafts: Drafts,
    /// Messages of this tab that nobody answered for.
    unanswered: RefCell<Vec<(MessageId, Target, Content)>>,
    attendance: RefCell<Attendance>,
    rhythms: RefCell<Vec<Interval>>,
    /// Called when nobody is signed in any more.
    on_left: Box<dyn Fn(Farewell)>,
    left: Cell<bool>,
}

impl SignedIn {
    /// Starts everything for `me`. `on_left` is called once when the account is signed out or wiped, here or in another
    /// tab.
    pub(super) fn start(stores: Stores, me: UserId, on_left: impl Fn(Farewell) + 'static) -> Self {
        let tab = TabId(random_number());
        let name = database_name(&me);
        let inner = Rc::new_cyclic(|weak: &std::rc::Weak<Inner>| {
            let to_inner = weak.clone();
            let tabs = Tabs::join(&name, tab, move |message| {
                if let Some(inner) = to_inner.upgrade() {
                    inner.hear(message);
                }
            });
            Inner {
                me,
                tab,
                stores,
                tabs,
                storage: RefCell::new(None),
                leading_storage: Cell::new(StorageState::Ok),
                candidacy: RefCell::new(None),
                may_lead: Cell::new(false),
                driver: RefCell::new(None),
                leading_tab: Cell::new(None),
                early: RefCell::new(Some(Vec::new())),
                timeline: RefCell::new(None),
                drafts: Drafts::new(stores),
                unanswered: RefCell::new(Vec::new()),
                attendance: RefCell::new(Attendance { visible: page_is_visible(), ..Attendance::default() }),
                rhythms: RefCell::new(Vec::new()),
                on_left: Box::new(on_left),
                left: Cell::new(false),
            }
        });
        *inner.timeline.borrow_mut() = Some(Timeline::new(stores, inner.sources()));
        inner.stand(&name);
        inner.keep_rhythm();
        spawn_local(Rc::clone(&inner).begin());
        Self { inner }
    }

    /// Does what the person wants, in this tab if it leads, else in the one that does. `None` when nobody did.
    pub(super) async fn ask(&self, intent: Intent) -> Option<Answer> {
        self.inner.ask(intent).await.ok()
    }

    /// The same for what matters only now and needs no answer.
    pub(super) fn say(&self, intent: Intent) {
        self.inner.say(intent);
    }

    /// The open conversation.
    pub(super) fn timeline(&self) -> Timeline {
        self.inner.timeline.borrow().clone().expect("set at the start and never taken")
    }

    /// Drafts.
    pub(super) fn drafts(&self) -> &Drafts {
        &self.inner.drafts
    }

    /// Whose data these are.
    pub(super) fn me(&self) -> &UserId {
        &self.inner.me
    }

    /// The id for a message: the same as before where the same text to the same target found nobody to answer for it.
    pub(super) fn id_for(&self, target: &Target, content: &Content) -> MessageId {
        let mut unanswered = self.inner.unanswered.borrow_mut();
        match unanswered.iter().position(|(_, to, text)| to == target && text == content) {
            Some(index) => unanswered.swap_remove(index).0,
            None => new_message_id(),
        }
    }

    /// Nobody answered for a message; it may be stored or not.
    pub(super) fn was_unanswered(&self, message_id: MessageId, target: Target, content: Content) {
        self.inner.unanswered.borrow_mut().push((message_id, target, content));
    }

    /// Changes what this tab says that it shows.
    pub(super) fn attend(&self, change: impl FnOnce(&mut Attendance)) {
        let before = self.inner.attendance.borrow().clone();
        change(&mut self.inner.attendance.borrow_mut());
        if before != *self.inner.attendance.borrow() {
            self.inner.say_attendance();
        }
    }

    /// The page woke up, came into view, or the network changed.
    pub(super) fn woke(&self) {
        if let Some(driver) = &*self.inner.driver.borrow() {
            driver.woke();
        }
    }

    /// Stops everything and tells the other tabs. What is stored stays: see [`Storage::wipe`].
    pub(super) fn leave(&self, farewell: Farewell) {
        self.inner.tabs.post(&TabMessage::Left { farewell });
        self.inner.stop();
    }
}

impl Inner {
    /// Shows what is stored, then what came meanwhile; leads, if the lead is ours by now.
    async fn begin(self: Rc<Self>) {
        let weak = Rc::downgrade(&self);
        let storage = Storage::open(&self.me, move |state, bad| {
            if let Some(inner) = weak.upgrade() {
                inner.storage_changed(state, bad);
            }
        })
        .await;
        *self.storage.borrow_mut() = Some(storage.clone());
        let leads_already = self.may_lead.get();
        let snapshot = storage.snapshot().await;
        if self.left.get() {
            return;
        }
        apply::show_snapshot(&self.stores, &snapshot);
        self.drafts.load(storage.clone()).await;
        let early = self.early.borrow_mut().take().unwrap_or_default();
        self.take_changes(&early);
        self.with_timeline(Timeline::look_again);
        if leads_already {
            self.drive(snapshot, storage);
        } else if self.may_lead.get() {
            self.lead().await;
        } else {
            self.tabs.post(&TabMessage::Greet { from: self.tab, state: true });
            self.say_attendance();
        }
    }

    fn stand(self: &Rc<Self>, name: &str) {
        let (to_lead, to_greet) = (Rc::downgrade(self), Rc::downgrade(self));
        let candidacy = Candidacy::stand(
            name,
            self.tab,
            move || {
                if let Some(inner) = to_lead.upgrade() {
                    inner.may_lead.set(true);
                    // before the stores show what is stored, `begin` goes on from here
                    if inner.early.borrow().is_none() {
                        spawn_local(async move { inner.lead().await });
                    }
                }
            },
            move || {
                if let Some(inner) = to_greet.upgrade() {
                    inner.tabs.post(&TabMessage::Greet { from: inner.tab, state: false });
                }
            },
        );
        *self.candidacy.borrow_mut() = Some(candidacy);
    }

    /// Another tab led until now: what it wrote last is read anew.
    async fn lead(self: Rc<Self>) {
        let Some(storage) = self.storage.borrow().clone() else { return };
        let snapshot = storage.snapshot().await;
        if !self.left.get() && self.driver.borrow().is_none() {
            // a database that cannot be read knows less than what is shown
            if storage.state() == StorageState::Ok {
                apply::show_snapshot(&self.stores, &snapshot);
            }
            self.drive(snapshot, storage);
        }
    }

    fn drive(self: &Rc<Self>, snapshot: common::sync::Snapshot, storage: Storage) {
        let weak = Rc::downgrade(self);
        let to_check = weak.clone();
        let may_write = move || to_check.upgrade().is_some_and(|inner| inner.leading().is_some());
        let tell = move |changes| {
            if let Some(inner) = weak.upgrade() {
                inner.tell(changes);
            }
        };
        let driver = Driver::start(self.me.clone(), snapshot, storage.clone(), may_write, tell);
        *self.driver.borrow_mut() = Some(driver.clone());
        self.leading_tab.set(Some(self.tab));
        self.show_storage(storage.state());
        self.post_lead();
        self.say_attendance();
        for (intent, sender) in self.tabs.take_waiting() {
            forward(driver.perform(self.tab, intent), sender);
        }
        self.with_timeline(Timeline::look_again);
    }

    /// This tab leads no longer: a lease was lost, or a newer build took the database.
    fn step_back(&self) {
        if let Some(driver) = self.driver.borrow_mut().take() {
            driver.stop();
        }
        self.leading_tab.set(None);
    }

    fn leading(&self) -> Option<Driver> {
        let driver = self.driver.borrow().clone()?;
        if self.candidacy.borrow().as_ref().is_some_and(Candidacy::still_leads) {
            return Some(driver);
        }
        self.step_back();
        None
    }

    /// What the engine tells, to this tab's views and to the others.
    fn tell(self: &Rc<Self>, changes: Vec<Change>) {
        // at its start the driver tells before it is known here
        let known = self.driver.borrow().is_some();
        if known && self.leading().is_none() {
            return;
        }
        self.tabs.post(&TabMessage::Changed(changes.clone()));
        self.take_changes(&changes);
    }

    fn take_changes(&self, changes: &[Change]) {
        if let Some(early) = self.early.borrow_mut().as_mut() {
            early.extend_from_slice(changes);
            return;
        }
        let lost = apply::apply(&self.stores, changes);
        self.with_timeline(|timeline| timeline.apply(changes));
        match lost {
            Some(LostReason::SignedOut) => apply::ask_to_sign_in(&self.stores),
            Some(LostReason::Revoked) => self.go(Farewell::Revoked),
            None => {}
        }
    }

    fn hear(self: &Rc<Self>, message: TabMessage) {
        match message {
            TabMessage::Ask { from, number, intent } => {
                let Some(driver) = self.leading() else { return };
                if intent == Intent::Renew {
                    self.renew();
                }
                let answer = driver.perform(from, intent);
                let inner = Rc::clone(self);
                spawn_local(async move {
                    if let Ok(answer) = answer.await {
                        inner.tabs.post(&TabMessage::Answered { to: from, number, answer });
                    }
                });
            }
            TabMessage::Say { from, intent } => {
                if let Some(driver) = self.leading() {
                    drop(driver.perform(from, intent));
                }
            }
            TabMessage::Greet { from, state } => {
                let Some(driver) = self.leading() else { return };
                self.post_lead();
                if state {
                    let all = self.leading_storage.get() != StorageState::Ok;
                    self.tabs.post(&TabMessage::State { to: from, changes: driver.state(all) });
                }
            }
            TabMessage::Answered { to, number, answer } if to == self.tab => {
                self.tabs.answered(number, answer);
            }
            TabMessage::Changed(changes) => {
                self.heard_leader();
                self.take_changes(&changes);
            }
            TabMessage::State { to, changes } if to == self.tab => self.take_changes(&changes),
            TabMessage::Lead { tab, storage } => self.another_leads(tab, storage),
            TabMessage::Left { farewell } => self.go(farewell),
            TabMessage::Answered { .. } | TabMessage::State { .. } => {}
        }
    }

    fn another_leads(self: &Rc<Self>, tab: TabId, storage: StorageState) {
        self.heard_leader();
        if self.leading().is_some() {
            return;
        }
        self.show_storage(storage);
        if self.leading_tab.replace(Some(tab)) != Some(tab) {
            self.tabs.ask_again();
            self.tabs.post(&TabMessage::Greet { from: self.tab, state: true });
            self.say_attendance();
            self.with_timeline(Timeline::look_again);
        }
    }

    fn heard_leader(&self) {
        if let Some(candidacy) = &*self.candidacy.borrow() {
            candidacy.heard_leader();
        }
    }

    fn post_lead(&self) {
        self.tabs.post(&TabMessage::Lead { tab: self.tab, storage: self.leading_storage.get() });
    }

    fn show_storage(&self, state: StorageState) {
        self.leading_storage.set(state);
        if self.stores.storage.state.get_untracked() != state {
            self.stores.storage.state.set(state);
        }
    }

    /// This tab's own storage changed its state.
    fn storage_changed(self: &Rc<Self>, state: StorageState, bad_records: usize) {
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

    /// The person signed in again: the engine starts anew with the new session.
    fn renew(self: &Rc<Self>) {
        self.step_back();
        let inner = Rc::clone(self);
        spawn_local(async move { inner.lead().await });
    }

    fn ask(self: &Rc<Self>, intent: Intent) -> oneshot::Receiver<Answer> {
        match self.leading() {
            Some(_) if intent == Intent::Renew => {
                self.renew();
                self.tabs.ask(Intent::RetryNow)
            }
            Some(driver) => driver.perform(self.tab, intent),
            None => self.tabs.ask(intent),
        }
    }

    fn say(&self, intent: Intent) {
        match self.leading() {
            Some(driver) => drop(driver.perform(self.tab, intent)),
            None => self.tabs.post(&TabMessage::Say { from: self.tab, intent }),
        }
    }

    fn say_attendance(&self) {
        let attendance = self.attendance.borrow().clone();
        self.say(Intent::Attend(attendance));
    }

    fn keep_rhythm(self: &Rc<Self>) {
        let (asks, attends) = (Rc::downgrade(self), Rc::downgrade(self));
        let ask_again = Interval::new(ASK_AGAIN_EVERY_MS, move || {
            if let Some(inner) = asks.upgrade().filter(|inner| inner.tabs.still_waiting()) {
                inner.tabs.ask_again();
            }
        });
        let attend = Interval::new(ATTEND_EVERY_MS, move || {
            let Some(inner) = attends.upgrade() else { return };
            let visible = inner.attendance.borrow().visible;
            if visible {
                inner.say_attendance();
            }
        });
        self.rhythms.borrow_mut().extend([ask_again, attend]);
    }

    /// What the timeline needs of us.
    fn sources(self: &Rc<Self>) -> Sources {
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
    async fn entries(self: Rc<Self>, key: ConversationKey, from: Seq, to: Seq) -> Vec<Entry> {
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

    fn with_timeline(&self, act: impl FnOnce(&Timeline)) {
        let timeline = self.timeline.borrow().clone();
        if let Some(timeline) = timeline {
            act(&timeline);
        }
    }

    fn go(&self, farewell: Farewell) {
        if !self.left.get() {
            self.stop();
            (self.on_left)(farewell);
        }
    }

    fn stop(&self) {
        self.left.set(true);
        self.step_back();
        self.rhythms.borrow_mut().clear();
        self.candidacy.borrow_mut().take();
        self.tabs.leave();
        if let Some(storage) = &*self.storage.borrow() {
            storage.close();
        }
    }
}

fn forward(answer: oneshot::Receiver<Answer>, to: oneshot::Sender<Answer>) {
    spawn_local(async move {
        if let Ok(answer) = answer.await {
            // whoever asked may have given up
            let _ = to.send(answer);
        }
    });
}

/// Whether a person can see this page.
pub(super) fn page_is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}
