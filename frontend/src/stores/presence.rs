//! Who is online.

use std::collections::HashMap;

use common::id::UserId;
use common::wire::PersonPresence;
use leptos::prelude::*;

use crate::stores::StoreSignal;

/// Who is online, of the people that `Chat::watch` named.
#[derive(Clone, Copy, Debug)]
pub struct PresenceStore {
    people: StoreSignal<HashMap<String, PersonPresence>>,
}

impl PresenceStore {
    pub(super) fn new() -> Self {
        Self { people: StoreSignal::new(HashMap::new()) }
    }

    /// What is known of a person; `None` when nothing may be known, or there is no link. Reactive.
    pub fn of(&self, user: &UserId) -> Option<PersonPresence> {
        self.people.with(|people| people.get(&user.folded()).cloned())
    }

    /// Takes in what the server said.
    pub(crate) fn put(&self, news: Vec<PersonPresence>) {
        self.people.update(|people| {
            people.extend(news.into_iter().map(|person| (person.user_id.folded(), person)));
        });
    }

    /// Without a link nothing is known.
    pub(crate) fn forget(&self) {
        if self.people.with_untracked(|people| !people.is_empty()) {
            self.people.set(HashMap::new());
        }
    }
}
