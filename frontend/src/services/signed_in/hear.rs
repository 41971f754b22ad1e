//! What the tabs tell each other.

use std::rc::Rc;

use common::sync::{Change, LinkState, LostReason};
use wasm_bindgen_futures::spawn_local;

use super::Inner;
use crate::clock::now_s;
use crate::services::apply;
use crate::services::intent::{Intent, TabId, TabMessage};
use crate::services::timeline::Timeline;
use crate::stores::{Farewell, StorageState};

impl Inner {
    /// What the engine tells, to this tab's views and to the others.
    pub(super) fn tell(self: &Rc<Self>, changes: Vec<Change>) {
        // at its start the driver tells before it is known here
        let known = self.driver.borrow().is_some();
        if known && self.leading().is_none() {
            return;
        }
        self.tabs.post(&TabMessage::Changed(changes.clone()));
        self.take_changes(&changes);
        self.screen.take_changes(&changes);
        if changes.contains(&Change::Link(LinkState::Live)) {
            // every conversation there is is known now
            self.adopt_soon(true);
        }
    }

    pub(super) fn take_changes(&self, changes: &[Change]) {
        if let Some(early) = self.early.borrow_mut().as_mut() {
            early.extend_from_slice(changes);
            return;
        }
        let lost = apply::apply(&self.stores, changes, now_s());
        self.with_timeline(|timeline| timeline.apply(changes));
        match lost {
            Some(LostReason::SignedOut) => apply::ask_to_sign_in(&self.stores),
            Some(LostReason::Revoked) => self.go(Farewell::Revoked),
            None => {}
        }
    }

    pub(super) fn hear(self: &Rc<Self>, message: TabMessage) {
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

    pub(super) fn another_leads(self: &Rc<Self>, tab: TabId, storage: StorageState) {
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

    pub(super) fn heard_leader(&self) {
        if let Some(candidacy) = &*self.candidacy.borrow() {
            candidacy.heard_leader();
        }
    }

    pub(super) fn post_lead(&self) {
        self.tabs.post(&TabMessage::Lead { tab: self.tab, storage: self.leading_storage.get() });
    }
}
