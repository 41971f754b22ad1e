//! The first rows of a conversation that was just opened.

use std::rc::Rc;

use common::id::Seq;
use common::sync::LinkState;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Inner, Open, Side};
use crate::stores::timeline::{Landing, Log, RowKey, Step, Window};

/// How long the message at which to begin is waited for, if it is not held, before the end is shown instead; milliseconds.
const FIRST_WITHIN_MS: u32 = 1_500;

/// Where one begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Goal {
    End,
    Unread,
    Message(Seq),
}

impl Inner {
    /// Shows the first rows of what was just opened.
    pub(super) fn begin(self: &Rc<Self>, unread_after: Option<Seq>) {
        let Some((key, wanted)) =
            self.open.borrow().as_ref().and_then(|open| Some((open.key.clone()?, open.wanted)))
        else {
            return;
        };
        let Some(record) = self.record(&key) else { return self.land(Goal::End) };
        let log = Log::from(&record);
        let wanted = wanted.filter(|seq| log.shows(*seq));
        let first_unread = unread_after.and_then(|seq| log.visible_above(seq));
        let first = wanted.or(first_unread);
        match Window::opening(log, first) {
            Step::Read { from, to } => {
                let goal = match (wanted, first_unread) {
                    (Some(seq), _) => Goal::Message(seq),
                    (None, Some(_)) => Goal::Unread,
                    (None, None) => Goal::End,
                };
                self.read(Side::Newer, key, from, to, Some(goal));
            }
            Step::Ask { before } if first.is_some() && self.link_is_up() => {
                if let Some(open) = self.open.borrow_mut().as_mut() {
                    open.awaits_first = true;
                }
                self.ask_soon(key, before);
                self.give_up_first_later();
            }
            _ => match Window::at_end(log) {
                Step::Read { from, to } => self.read(Side::Newer, key, from, to, Some(Goal::End)),
                Step::Ask { .. } => {
                    self.land(Goal::End);
                    self.advance(Side::Older, false);
                }
                Step::End => self.land(Goal::End),
            },
        }
    }

    /// Begins where the person wants to be now: at a message, or at the end.
    pub(super) fn begin_anew(self: &Rc<Self>, wanted: Option<Seq>) {
        self.next_opening();
        if let Some(open) = self.open.borrow_mut().as_mut() {
            *open = Open {
                key: open.key.take(),
                unread_after: open.unread_after,
                wanted,
                hints: std::mem::take(&mut open.hints),
                seen: open.seen,
                ..Open::default()
            };
        }
        self.begin(None);
    }

    pub(super) fn link_is_up(&self) -> bool {
        let is_up = |state: &LinkState| matches!(state, LinkState::Live | LinkState::CatchingUp);
        self.stores.link.state.with_untracked(is_up)
    }

    fn give_up_first_later(self: &Rc<Self>) {
        let (inner, opening) = (Rc::clone(self), self.opening.get());
        spawn_local(async move {
            TimeoutFuture::new(FIRST_WITHIN_MS).await;
            if inner.opening.get() == opening {
                inner.stop_awaiting_first(true);
            }
        });
    }

    /// The message at which to begin came, or will not come in time: then show the end.
    pub(super) fn stop_awaiting_first(self: &Rc<Self>, give_up: bool) {
        let unread_after = {
            let mut open = self.open.borrow_mut();
            let Some(open) = open.as_mut().filter(|open| open.awaits_first) else { return };
            open.awaits_first = false;
            if give_up {
                open.wanted = None;
            }
            open.unread_after.filter(|_| !give_up)
        };
        self.begin(unread_after);
    }

    pub(super) fn land(&self, goal: Goal) {
        let landing = {
            let mut open = self.open.borrow_mut();
            let Some(open) = open.as_mut() else { return };
            let record = open.key.as_ref().and_then(|key| self.record(key));
            // nobody has written yet: what comes first is followed
            open.follows = record.is_none_or(|record| open.window.reaches_end(Log::from(&record)));
            open.shown = true;
            let landing = match goal {
                Goal::End => Landing::End,
                Goal::Unread => Landing::Row(RowKey::Unread),
                Goal::Message(_) => open.reach().unwrap_or(Landing::End),
            };
            open.at_end = landing == Landing::End;
            landing
        };
        self.show();
        let timeline = self.stores.timeline;
        timeline.landing.set(Some(landing));
        timeline.ready.set(true);
    }
}
