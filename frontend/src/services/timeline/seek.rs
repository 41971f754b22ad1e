//! Going to a message that the person wants to see: at once where it is held, else as soon as it comes.

use std::rc::Rc;

use common::id::Seq;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Inner;
use crate::stores::timeline::Log;

/// How long a message is waited for that is on its way, milliseconds: after that nothing moves by itself any more.
const WANTED_FOR_MS: u32 = 10_000;

impl Inner {
    /// The person wants to see this message of the open conversation.
    pub(super) fn want(self: &Rc<Self>, seq: Seq) {
        if let Some(open) = self.open.borrow_mut().as_mut().filter(|open| open.shown) {
            open.wanted = Some(seq);
        }
        self.pursue();
        let inner = Rc::clone(self);
        spawn_local(async move {
            TimeoutFuture::new(WANTED_FOR_MS).await;
            if let Some(open) = inner.open.borrow_mut().as_mut().filter(|open| open.wanted == Some(seq)) {
                open.wanted = None;
            }
        });
    }

    /// Goes to the message that is wanted, if it can be had by now.
    pub(super) fn pursue(self: &Rc<Self>) {
        let (landing, seq, record) = {
            let mut open = self.open.borrow_mut();
            let Some(open) = open.as_mut().filter(|open| open.shown) else { return };
            let (Some(seq), Some(record)) = (open.wanted, open.key.as_ref().and_then(|key| self.record(key)))
            else {
                return;
            };
            // when it was opened, nothing may have been known of what is unread
            if record.unread() > 0 {
                open.unread_after.get_or_insert(record.read_seq());
            }
            (open.reach(), seq, record)
        };
        if let Some(landing) = landing {
            self.show();
            return self.stores.timeline.landing.set(Some(landing));
        }
        let log = Log::from(&record);
        if log.shows(seq) && (log.holds(seq) || self.link_is_up()) {
            self.begin_anew(Some(seq));
        }
    }
}
