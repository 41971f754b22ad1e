//! The model server's data: what a commit would leave on disk.

use std::collections::BTreeMap;

use crate::id::{ConversationId, MessageId, Seq, UserId};
use crate::model::{
    ConversationKind, Digest, Entry, EntryType, Head, HistoryPolicy, Interval, Member, OwnState, Profile,
    Receipt, Role, Standing,
};
use crate::sync::{ConversationKey, StoredEntry};

/// An entry and the position of its commit.
#[derive(Clone, Debug)]
pub(super) struct LogEntry {
    pub(super) stored: StoredEntry,
    pub(super) position: u64,
}

/// A member (or former member) and their receipt, with the positions of their newest changes.
#[derive(Clone, Debug)]
pub(super) struct MemberRow {
    pub(super) role: Option<Role>,
    pub(super) intervals: Vec<Interval>,
    pub(super) standing: Standing,
    pub(super) position: u64,
    pub(super) delivered: Seq,
    pub(super) read: Seq,
    pub(super) receipt_position: u64,
}

/// A conversation.
#[derive(Clone, Debug)]
pub(super) struct Log {
    pub(super) id: ConversationId,
    pub(super) kind: ConversationKind,
    pub(super) title: Option<String>,
    pub(super) history: HistoryPolicy,
    pub(super) entries: Vec<LogEntry>,
    pub(super) members: BTreeMap<UserId, MemberRow>,
    /// The newest change of anything in it.
    pub(super) position: u64,
}

impl Log {
    pub(super) fn entry(&self, seq: Seq) -> Option<&LogEntry> {
        self.entries.get(usize::try_from(seq).ok()?.checked_sub(1)?)
    }

    pub(super) fn last_seq(&self) -> Seq {
        self.entries.len() as Seq
    }

    /// Counts of texts up to `seq`: of all, and of `user`.
    pub(super) fn counts(&self, user: &UserId, seq: Seq) -> (u64, u64) {
        let texts = || {
            let upto = self.entries.iter().take(usize::try_from(seq).unwrap_or(usize::MAX));
            upto.map(|entry| &entry.stored.entry).filter(|entry| entry.kind.counts())
        };
        (texts().count() as u64, texts().filter(|entry| entry.from == *user).count() as u64)
    }

    pub(super) fn append(
        &mut self,
        position: u64,
        from: &UserId,
        id: MessageId,
        text: Result<String, String>,
        now: i64,
    ) {
        let seq = self.last_seq() + 1;
        let (count, actor_count) = self.counts(from, seq);
        let (kind, content) = match text {
            Ok(text) => (EntryType::Text, text),
            Err(event) => (EntryType::System, event),
        };
        let counts = u64::from(kind.counts());
        let entry = Entry {
            seq,
            message_id: id,
            from: from.clone(),
            kind,
            content: Some(content),
            content_hash: None,
            timestamp: now,
            count: count + counts,
            actor_count: actor_count + counts,
        };
        let before = self.entries.last().map_or(Digest::default(), |last| last.stored.digest);
        let digest = before.after(&entry);
        self.entries.push(LogEntry { stored: StoredEntry { entry, digest }, position });
        self.position = position;
    }

    /// The newest seq that `user` may see.
    pub(super) fn visible_head(&self, user: &UserId) -> Seq {
        let row = self.members.get(user);
        let newest = row.and_then(|row| row.intervals.last());
        newest.map_or(0, |interval| interval.to.unwrap_or(self.last_seq()).min(self.last_seq()))
    }

    pub(super) fn head(&self, user: &UserId) -> Head {
        let seq = self.visible_head(user);
        let digest = self.entry(seq).map_or(Digest::default(), |entry| entry.stored.digest);
        Head { seq, count: self.counts(user, seq).0, digest }
    }

    pub(super) fn own(&self, user: &UserId) -> OwnState {
        let row = &self.members[user];
        let (read_count, own_read) = self.counts(user, row.read);
        OwnState {
            role: row.role,
            intervals: row.intervals.clone(),
            standing: row.standing,
            delivered_seq: row.delivered,
            read_seq: row.read,
            read_count,
            own_read,
            own_count: self.counts(user, self.visible_head(user)).1,
            muted_until: 0,
        }
    }

    pub(super) fn peer(&self, user: &UserId) -> Option<UserId> {
        match self.kind {
            ConversationKind::Direct => {
                Some(self.members.keys().find(|member| *member != user).unwrap_or(user).clone())
            }
            ConversationKind::Group => None,
        }
    }

    pub(super) fn key(&self, user: &UserId) -> ConversationKey {
        self.peer(user).map_or(ConversationKey::Group(self.id), |peer| ConversationKey::direct(&peer))
    }

    pub(super) fn receipt(&self, user: &UserId) -> Receipt {
        let row = &self.members[user];
        Receipt { user_id: user.clone(), delivered_seq: row.delivered, read_seq: row.read }
    }
}

/// What an id was given for.
#[derive(Clone, Debug)]
pub(super) struct TakenId {
    pub(super) sender: UserId,
    pub(super) target: String,
    pub(super) content: String,
    pub(super) conversation: ConversationId,
    pub(super) seq: Seq,
}

/// All that is on the server's disk; a backup is a clone of it.
#[derive(Clone, Debug)]
pub(super) struct Data {
    pub(super) epoch: u64,
    pub(super) position: u64,
    pub(super) logs: BTreeMap<ConversationId, Log>,
    pub(super) ids: BTreeMap<MessageId, TakenId>,
    pub(super) profiles: BTreeMap<UserId, (Profile, u64)>,
    /// Never reused, not even after a restore: ids are random there.
    pub(super) made: u128,
}

impl Data {
    pub(super) fn new(people: &[UserId]) -> Self {
        let profile =
            |user: &UserId| Profile { user_id: user.clone(), display_name: user.0.clone(), deleted: false };
        Self {
            epoch: 1,
            position: 1,
            logs: BTreeMap::new(),
            ids: BTreeMap::new(),
            profiles: people.iter().map(|user| (user.clone(), (profile(user), 1))).collect(),
            made: 0,
        }
    }

    pub(super) fn next_position(&mut self) -> u64 {
        self.position += 1;
        self.position
    }

    /// An id of the server's own making.
    pub(super) fn make_id(&mut self) -> uuid::Uuid {
        self.made += 1;
        uuid::Uuid::from_u128((0xffff << 112) | (u128::from(self.epoch) << 64) | self.made)
    }

    pub(super) fn direct(&self, a: &UserId, b: &UserId) -> Option<ConversationId> {
        let same = |log: &&Log| {
            log.kind == ConversationKind::Direct
                && log.members.contains_key(a)
                && log.peer(a).as_ref() == Some(b)
        };
        self.logs.values().find(same).map(|log| log.id)
    }

    pub(super) fn member(&self, user: &UserId, role: Option<Role>) -> Member {
        Member { user_id: user.clone(), display_name: user.0.clone(), role }
    }
}
