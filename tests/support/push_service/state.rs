//! What a push service knows and keeps.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::futures::OwnedNotified;
use tokio::sync::{Notify, mpsc};
use tokio_tungstenite::tungstenite::Message;

use super::read::{Sender, read};
use super::{Manner, Pace, Received, Subscriber};

/// A push as it came, and for whom.
pub(super) struct Unread {
    pub(super) name: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) manner: Option<Manner>,
    /// For the next request only.
    pub(super) next: Option<Manner>,
    /// Somebody behaves otherwise.
    pub(super) changed: Arc<Notify>,
    /// For some endpoints another manner.
    pub(super) manners: HashMap<String, Manner>,
    pub(super) subscribers: HashMap<String, Subscriber>,
    /// As they came; who looks reads them, so that taking them costs little.
    pub(super) unread: Vec<Unread>,
    pub(super) received: HashMap<String, Vec<Received>>,
    pub(super) taken: Pace,
    pub(super) at_once: usize,
    pub(super) asked: HashMap<String, usize>,
    /// What was wrong with a push: the test is to fail by it.
    pub(super) faults: Vec<String>,
    pub(super) public_key: Option<String>,
    /// Firefoxes that listen, by the channel that each push comes over.
    pub(super) channels: HashMap<String, mpsc::UnboundedSender<Message>>,
    pub(super) delivered: usize,
}

impl State {
    /// How it answers a push to this browser, and when that may have changed.
    pub(super) fn manner_to(&mut self, name: &str) -> (Manner, OwnedNotified) {
        let changed = Arc::clone(&self.changed).notified_owned();
        let manner = self.next.take();
        let manner = manner.or_else(|| self.manners.get(name).or(self.manner.as_ref()).cloned());
        (manner.unwrap_or(Manner::Takes), changed)
    }

    /// What a new connection is answered with, where that need not be HTTP.
    pub(super) fn words(&mut self) -> Option<Vec<u8>> {
        let Some(Manner::Says(words)) = self.next.as_ref().or(self.manner.as_ref()) else { return None };
        let words = words.clone();
        self.next = None;
        Some(words)
    }

    /// False when nobody subscribed there.
    pub(super) fn take(&mut self, push: Unread) -> bool {
        if !self.subscribers.contains_key(&push.name) {
            return false;
        }
        let now = Instant::now();
        self.taken.count += 1;
        self.taken.span = Some((self.taken.span.map_or(now, |(first, _)| first), now));
        self.unread.push(push);
        true
    }

    pub(super) fn read(&mut self, push: Unread, origin: &str) -> Result<(), String> {
        let Unread { name, headers, body } = push;
        let (payload, Sender { key, contact }) = read(&self.subscribers[&name], origin, &headers, &body)?;
        if *self.public_key.get_or_insert_with(|| key.clone()) != key {
            return Err("another key than before".into());
        }
        self.received.entry(name).or_default().push(Received { payload, headers, body, contact });
        Ok(())
    }
}
