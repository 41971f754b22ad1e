//! Who is here and who is writing: true for the moment, never stored.

use std::collections::BTreeMap;

use crate::id::{ConversationId, UserId};
use crate::limits;
use crate::sync::{Change, ConversationKey, Engine};
use crate::wire::{ClientWords, PersonPresence};

/// While one goes on writing, the others are told this often, milliseconds.
const TYPING_EVERY_MS: u64 = limits::TYPING_MS / 2;
/// How many people writing are kept track of at once.
const WRITERS: usize = 1_000;

/// What is known for the moment.
#[derive(Default, Debug)]
pub(super) struct Company {
    watched: Vec<UserId>,
    present: BTreeMap<UserId, PersonPresence>,
    /// A person at this device, and the open conversation.
    attention: (bool, Option<ConversationKey>),
    /// Who writes where, and until when it stays true.
    writing: BTreeMap<(ConversationKey, UserId), u64>,
    /// Where one writes oneself, and when that was told.
    own_writing: Option<(ConversationKey, u64)>,
}

impl Company {
    /// When the first hint about writing is over.
    pub(super) fn due_at(&self) -> Option<u64> {
        self.writing.values().min().copied()
    }

    pub(super) fn state(&self) -> Vec<Change> {
        let mut changes = vec![Change::Presence(self.present.values().cloned().collect())];
        changes.extend(self.writing.iter().map(|((key, user_id), until_ms)| Change::Typing {
            key: key.clone(),
            user_id: user_id.clone(),
            until_ms: Some(*until_ms),
        }));
        changes
    }
}

impl Engine {
    /// Says again on a new connection what the server keeps per socket.
    pub(super) fn tell_company(&mut self) {
        if !self.company.watched.is_empty() {
            self.transmit(ClientWords::Watch { user_ids: self.company.watched.clone() });
        }
        if self.company.attention.0 {
            self.tell_attention();
        }
    }

    /// The connection is gone: nobody is known to be here.
    pub(super) fn end_company(&mut self) {
        self.company.own_writing = None;
        for (key, user_id) in std::mem::take(&mut self.company.writing).into_keys() {
            self.tell(Change::Typing { key, user_id, until_ms: None });
        }
        let gone = |(user_id, presence): (UserId, PersonPresence)| PersonPresence {
            user_id,
            online: false,
            last_seen_at: presence.last_seen_at,
        };
        let people: Vec<PersonPresence> =
            std::mem::take(&mut self.company.present).into_iter().map(gone).collect();
        if !people.is_empty() {
            self.tell(Change::Presence(people));
        }
    }

    pub(super) fn watch_people(&mut self, mut people: Vec<UserId>) {
        people.sort();
        people.dedup();
        people.truncate(limits::WATCHED_PEOPLE);
        if people == self.company.watched {
            return;
        }
        self.company.present.retain(|user_id, _| people.iter().any(|kept| kept.folded() == user_id.folded()));
        self.company.watched = people.clone();
        if self.link.is_up() {
            self.transmit(ClientWords::Watch { user_ids: people });
        }
    }

    pub(super) fn presence_came(&mut self, people: Vec<PersonPresence>) {
        let watched = |person: &PersonPresence| {
            self.company.watched.iter().any(|watched| watched.0.eq_ignore_ascii_case(&person.user_id.0))
        };
        let people: Vec<PersonPresence> = people.into_iter().filter(watched).collect();
        for person in &people {
            self.company.present.insert(person.user_id.clone(), person.clone());
        }
        if !people.is_empty() {
            self.tell(Change::Presence(people));
        }
    }

    pub(super) fn set_attention(&mut self, active: bool, open: Option<ConversationKey>) {
        if self.company.attention != (active, open.clone()) {
            self.company.attention = (active, open);
            if self.link.is_up() {
                self.tell_attention();
            }
        }
    }

    /// The server has made the conversation that may be the open one.
    pub(super) fn conversation_is_named(&mut self, key: &ConversationKey) {
        if self.company.attention.1.as_ref() == Some(key) && self.link.is_up() {
            self.tell_attention();
        }
    }

    fn tell_attention(&mut self) {
        let (active, open) = &self.company.attention;
        let conversation_id = open
            .as_ref()
            .and_then(|key| self.conversations.get(key))
            .and_then(|found| found.record.conversation_id);
        self.transmit(ClientWords::Attention { active: *active, conversation_id });
    }

    /// The person is writing, or no longer. A stranger's request is not told.
    pub(super) fn typing_here(&mut self, key: &ConversationKey, active: bool) {
        let told = match &self.company.own_writing {
            Some((told_key, told_ms)) if told_key == key => Some(*told_ms),
            _ => None,
        };
        let needless = match (active, told) {
            (true, Some(told_ms)) => self.now_ms < told_ms.saturating_add(TYPING_EVERY_MS),
            (false, None) => true,
            _ => false,
        };
        if needless || !self.link.is_up() {
            return;
        }
        let Some(conversation) = self.conversations.get(key).filter(|found| found.is_open()) else {
            return;
        };
        let Some(conversation_id) = conversation.record.conversation_id else { return };
        self.company.own_writing = active.then(|| (key.clone(), self.now_ms));
        self.transmit(ClientWords::Typing { conversation_id, active });
    }

    /// What was written is sent: the others take it for the end of writing, too.
    pub(super) fn written_here(&mut self, key: &ConversationKey) {
        if self.company.own_writing.as_ref().is_some_and(|(told_key, _)| told_key == key) {
            self.company.own_writing = None;
        }
    }

    pub(super) fn others_typing(&mut self, id: ConversationId, user_id: UserId, active: bool) {
        let Some(key) = self.conversations.key_of(id).cloned() else { return };
        if !active {
            return self.typing_ended(&key, &user_id);
        }
        let writer = (key.clone(), user_id.clone());
        if self.company.writing.len() >= WRITERS && !self.company.writing.contains_key(&writer) {
            return;
        }
        let until_ms = self.now_ms.saturating_add(limits::TYPING_MS);
        self.company.writing.insert(writer, until_ms);
        self.tell(Change::Typing { key, user_id, until_ms: Some(until_ms) });
    }

    pub(super) fn typing_ended(&mut self, key: &ConversationKey, user_id: &UserId) {
        let writer = (key.clone(), user_id.clone());
        if self.company.writing.remove(&writer).is_some() {
            let (key, user_id) = writer;
            self.tell(Change::Typing { key, user_id, until_ms: None });
        }
    }

    pub(super) fn expire_typing(&mut self) {
        let over: Vec<(ConversationKey, UserId)> = self
            .company
            .writing
            .iter()
            .filter(|(_, until_ms)| **until_ms <= self.now_ms)
            .map(|(writer, _)| writer.clone())
            .collect();
        for (key, user_id) in over {
            self.typing_ended(&key, &user_id);
        }
    }
}
