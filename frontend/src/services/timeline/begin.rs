//! The first rows of a conversation that was just opened.

use std::rc::Rc;

use common::id::Seq;
use common::sync::LinkState;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Inner, Side};
use crate::stores::timeline::{Landing, Log, RowKey, Step, Window};

/// How long the first unread message is waited for, if it is not held, before the end is shown instead; milliseconds.
const UNREAD_WITHIN_MS: u32 = 1_500;
impl Inner {
    /// Shows the first rows of what was just opened.
    pub(super) fn begin(self: &Rc<Self>, unread_after: Option<Seq>) {
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

    pub(super) fn give_up_unread_later(self: &Rc<Self>) {
        let (inner, opening) = (Rc::clone(self), self.opening.get());
        spawn_local(async move {
            TimeoutFuture::new(UNREAD_WITHIN_MS).await;
            if inner.opening.get() == opening {
                inner.stop_awaiting_unread(true);
            }
        });
    }

    /// The first unread message came, or will not come in time: then show the end.
    pub(super) fn stop_awaiting_unread(self: &Rc<Self>, give_up: bool) {
        let Some(unread_after) = self.open.borrow_mut().as_mut().and_then(|open| {
            let awaited = std::mem::take(&mut open.awaits_unread);
            awaited.then_some(open.unread_after)
        }) else {
            return;
        };
        self.begin(if give_up { None } else { unread_after });
    }

    pub(super) fn land(&self, landing: Landing) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            let record = open.key.as_ref().and_then(|key| self.record(key));
            // nobody has written yet: what comes first is followed
            open.follows = record.is_none_or(|record| open.window.reaches_end(Log::from(&record)));
            open.shown = true;
            open.at_end = landing == Landing::End;
        }
        self.show();
        let timeline = self.stores.timeline;
        timeline.landing.set(Some(landing));
        timeline.ready.set(true);
    }
}
