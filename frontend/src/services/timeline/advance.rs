//! Moving the window: reading what is held, asking for what is not, passing over what cannot be had now.

use std::rc::Rc;

use common::id::Seq;
use common::model::Entry;
use common::sync::ConversationKey;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;

use super::begin::Goal;
use super::{Going, Inner, Side};
use crate::stores::timeline::{Log, Step};

/// How long an answer from the leading tab is waited for, milliseconds.
const HISTORY_WITHIN_MS: u32 = 12_000;

impl Inner {
    /// Goes one step further on a side, unless something is under way there. `pass` passes holes over.
    pub(super) fn advance(self: &Rc<Self>, side: Side, pass: bool) {
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

    pub(super) fn read(
        self: &Rc<Self>,
        side: Side,
        key: ConversationKey,
        from: Seq,
        to: Seq,
        goal: Option<Goal>,
    ) {
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
            match goal {
                Some(goal) => inner.land(goal),
                None => inner.show(),
            }
            inner.catch_up();
        });
    }

    pub(super) fn put(&self, side: Side, from: Seq, to: Seq, entries: Vec<Entry>) {
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

    /// Asks the engine, not from within its own telling. An answer that never comes counts as a failure.
    pub(super) fn ask_soon(self: &Rc<Self>, key: ConversationKey, before: Seq) {
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

    /// What was asked for may have come: looks again, and goes on where it did.
    pub(super) fn go_on(self: &Rc<Self>) {
        self.stop_awaiting_first(false);
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
    pub(super) fn fail_if_still_asking(self: &Rc<Self>, side: Side, before: Seq) {
        let same = {
            let mut open = self.open.borrow_mut();
            open.as_mut().is_some_and(|open| *open.going(side) == Going::Asked(before))
        };
        if same {
            self.fail(side);
        }
    }

    pub(super) fn history_failed(self: &Rc<Self>) {
        self.stop_awaiting_first(true);
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
    pub(super) fn fail(self: &Rc<Self>, side: Side) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            *open.going(side) = Going::Failed;
        }
        self.advance(side, true);
        self.show();
    }

    /// The link is back: what could not be fetched may be asked for again.
    pub(super) fn hope_again(&self) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            for side in [Side::Older, Side::Newer] {
                if *open.going(side) == Going::Failed {
                    *open.going(side) = Going::Nothing;
                }
            }
        }
    }
}
