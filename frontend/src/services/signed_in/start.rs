//! Beginning, leading, stepping back, stopping.

use std::rc::Rc;

use common::sync::Snapshot;
use futures::channel::oneshot;
use gloo_timers::callback::Interval;
use wasm_bindgen_futures::spawn_local;

use super::Inner;
use crate::clock::now_s;
use crate::services::apply;
use crate::services::attention::ATTEND_EVERY_MS;
use crate::services::driver::Driver;
use crate::services::intent::{Answer, TabMessage};
use crate::services::leader::Candidacy;
use crate::services::tabs::ASK_AGAIN_EVERY_MS;
use crate::services::timeline::Timeline;
use crate::storage::Storage;
use crate::stores::{Farewell, StorageState};

/// What is unread is counted at least this often, milliseconds.
const COUNT_EVERY_MS: u32 = 60_000;

impl Inner {
    /// Shows what is stored, then what came meanwhile; leads, if the lead is ours by now.
    pub(super) async fn begin(self: Rc<Self>) {
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
        apply::show_snapshot(&self.stores, &snapshot, now_s());
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

    pub(super) fn stand(self: &Rc<Self>, name: &str) {
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
    pub(super) async fn lead(self: Rc<Self>) {
        let Some(storage) = self.storage.borrow().clone() else { return };
        let snapshot = storage.snapshot().await;
        if !self.left.get() && self.driver.borrow().is_none() {
            // a database that cannot be read knows less than what is shown
            if storage.state() == StorageState::Ok {
                apply::show_snapshot(&self.stores, &snapshot, now_s());
            }
            self.drive(snapshot, storage);
        }
    }

    pub(super) fn drive(self: &Rc<Self>, snapshot: Snapshot, storage: Storage) {
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
        self.screen.lead(storage.clone());
        self.adopt_soon(false);
        for (intent, sender) in self.tabs.take_waiting() {
            forward(driver.perform(self.tab, intent), sender);
        }
        self.with_timeline(Timeline::look_again);
    }

    /// The person signed in again: the engine starts anew with the new session.
    pub(super) fn renew(self: &Rc<Self>) {
        self.step_back();
        let inner = Rc::clone(self);
        spawn_local(async move { inner.lead().await });
    }

    /// This tab leads no longer: a lease was lost, or a newer build took the database.
    pub(super) fn step_back(&self) {
        if let Some(driver) = self.driver.borrow_mut().take() {
            driver.stop();
        }
        self.leading_tab.set(None);
    }

    pub(super) fn leading(&self) -> Option<Driver> {
        let driver = self.driver.borrow().clone()?;
        if self.candidacy.borrow().as_ref().is_some_and(Candidacy::still_leads) {
            return Some(driver);
        }
        self.step_back();
        None
    }

    pub(super) fn keep_rhythm(self: &Rc<Self>) {
        let (asks, attends, counts) = (Rc::downgrade(self), Rc::downgrade(self), Rc::downgrade(self));
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
        // a mute ends by itself
        let count = Interval::new(COUNT_EVERY_MS, move || {
            if let Some(inner) = counts.upgrade() {
                inner.stores.conversations.sort(now_s());
                if inner.leading().is_some() {
                    inner.screen.look_soon();
                }
            }
        });
        self.rhythms.borrow_mut().extend([ask_again, attend, count]);
    }

    pub(super) fn stop(&self) {
        self.left.set(true);
        self.step_back();
        self.rhythms.borrow_mut().clear();
        self.candidacy.borrow_mut().take();
        self.screen.stop();
        self.tabs.leave();
        if let Some(storage) = &*self.storage.borrow() {
            storage.close();
        }
    }

    pub(super) fn go(&self, farewell: Farewell) {
        if !self.left.get() {
            self.stop();
            (self.on_left)(self.expected_farewell.get().unwrap_or(farewell));
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
