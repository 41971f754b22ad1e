//! Drafts: what is written and not sent yet, per conversation. They survive a reload.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use common::sync::ConversationKey;
use futures::channel::oneshot;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::storage::Storage;
use crate::stores::Stores;

/// A draft is written after this pause in typing, milliseconds.
const PAUSE_MS: u32 = 400;
/// Of a draft the list shows this much, in characters.
const SHOWN_CHARS: usize = 120;

/// Drafts. Cheap to clone.
#[derive(Clone)]
pub(super) struct Drafts {
    inner: Rc<Inner>,
}

struct Inner {
    stores: Stores,
    storage: RefCell<Option<Storage>>,
    texts: RefCell<HashMap<ConversationKey, String>>,
    unwritten: RefCell<HashSet<ConversationKey>>,
    pause: RefCell<Option<Timeout>>,
    loaded: Cell<bool>,
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Drafts {
    pub(super) fn new(stores: Stores) -> Self {
        Self {
            inner: Rc::new(Inner {
                stores,
                storage: RefCell::new(None),
                texts: RefCell::default(),
                unwritten: RefCell::default(),
                pause: RefCell::new(None),
                loaded: Cell::new(false),
                waiting: RefCell::default(),
            }),
        }
    }

    /// Reads all drafts. What was written meanwhile is newer.
    pub(super) async fn load(&self, storage: Storage) {
        let inner = &self.inner;
        let drafts = storage.drafts().await;
        *inner.storage.borrow_mut() = Some(storage);
        for (key, text) in drafts {
            inner.texts.borrow_mut().entry(key).or_insert(text);
        }
        inner.loaded.set(true);
        for waiting in inner.waiting.take() {
            // whoever waited may be gone
            let _ = waiting.send(());
        }
        let beginnings =
            inner.texts.borrow().iter().map(|(key, text)| (key.clone(), beginning(text))).collect();
        inner.stores.conversations.drafts.set(beginnings);
        self.write();
    }

    /// The draft of a conversation; empty if none.
    pub(super) async fn get(&self, key: &ConversationKey) -> String {
        if !self.inner.loaded.get() {
            let (sender, receiver) = oneshot::channel();
            self.inner.waiting.borrow_mut().push(sender);
            // cancelled only when this account's page is over
            let _ = receiver.await;
        }
        self.inner.texts.borrow().get(key).cloned().unwrap_or_default()
    }

    /// Keeps a draft; written after a pause.
    pub(super) fn keep(&self, key: &ConversationKey, text: String) {
        let inner = &self.inner;
        if inner.texts.borrow().get(key).map_or("", String::as_str) == text {
            return;
        }
        inner.stores.conversations.drafts.update(|drafts| {
            if text.trim().is_empty() {
                drafts.remove(key);
            } else {
                drafts.insert(key.clone(), beginning(&text));
            }
        });
        inner.texts.borrow_mut().insert(key.clone(), text);
        inner.unwritten.borrow_mut().insert(key.clone());
        let drafts = self.clone();
        *inner.pause.borrow_mut() = Some(Timeout::new(PAUSE_MS, move || drafts.write()));
    }

    /// Puts a text below the draft that is kept, also where that is just being written.
    pub(super) async fn add(&self, key: &ConversationKey, text: String) {
        let draft = self.get(key).await;
        self.keep(key, if draft.trim().is_empty() { text } else { format!("{draft}\n{text}") });
        self.inner.stores.conversations.drafts_added.update(|count| *count += 1);
    }

    /// Writes what is not written yet: after the pause, and when the page is left.
    pub(super) fn write(&self) {
        let Some(storage) = self.inner.storage.borrow().clone() else { return };
        for key in self.inner.unwritten.take() {
            let text = self.inner.texts.borrow().get(&key).cloned().unwrap_or_default();
            let storage = storage.clone();
            spawn_local(async move { storage.save_draft(&key, &text).await });
        }
    }
}

fn beginning(text: &str) -> String {
    text.trim().chars().take(SHOWN_CHARS).collect()
}
