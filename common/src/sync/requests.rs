//! What was asked of the server on this connection and is not answered yet.

use std::collections::BTreeMap;

use crate::id::Seq;
use crate::sync::ConversationKey;

/// A connection on which a request (or a message) stays unanswered for this long is given up, milliseconds.
pub(super) const ANSWER_MS: u64 = 30_000;

/// Something asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Request {
    /// All that changed since the position, given as text.
    Resume { position: Option<String> },
    /// Up to where copies are the same.
    Compare,
    /// A page.
    History { key: ConversationKey, why: Why },
}

/// Why a page is fetched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// Something newer than what is held is known to exist.
    Tail,
    /// A hole below is filled, slowly; or the entry of a message sent is in it.
    Hole,
    /// The person wants to see what lies below this seq.
    Asked { before: Seq },
}

/// The requests of one connection. Their ids are unique in the life of an engine.
#[derive(Default, Debug)]
pub(super) struct Requests {
    last: u64,
    open: BTreeMap<u64, (Request, u64)>,
}

impl Requests {
    /// Notes a request and gives the id for its frame.
    pub(super) fn ask(&mut self, request: Request, now_ms: u64) -> String {
        self.last += 1;
        self.open.insert(self.last, (request, now_ms));
        format!("q{}", self.last)
    }

    /// The request that an answer is for, which is thereby answered.
    pub(super) fn answered(&mut self, reply_to: Option<&str>) -> Option<Request> {
        let number = reply_to?.strip_prefix('q')?.parse().ok()?;
        self.open.remove(&number).map(|(request, _)| request)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Request> {
        self.open.values().map(|(request, _)| request)
    }

    /// Since when the oldest has been open.
    pub(super) fn unanswered_since(&self) -> Option<u64> {
        self.open.values().next().map(|(_, since_ms)| *since_ms)
    }

    /// Forgets all of them: the connection is gone.
    pub(super) fn give_up(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.open).into_values().map(|(request, _)| request).collect()
    }
}
