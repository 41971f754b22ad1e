//! The model server's reads: resume, pages, comparison. Its bounds are tiny, so that slices and gaps are common.

use crate::id::{ConversationId, Seq, UserId};
use crate::model::{Account, Digest};
use crate::sync::tests::server_log::{Data, Log};
use crate::wire::{
    CommonPrefix, Compare, Compared, ConversationDelta, Epoch, Page, Position, Resume, ResumeKind, Resumed,
};

/// Conversations in one answer to a resume.
const RESUME_CONVERSATIONS: usize = 2;
/// Entries in the page that a resume attaches.
const RESUME_ENTRIES: usize = 6;
/// Entries in a page of history.
const PAGE_ENTRIES: usize = 9;

impl Data {
    pub(super) fn resume(&self, user: &UserId, resume: &Resume) -> Resumed {
        let epoch = Epoch(self.epoch);
        let known: Option<Position> = match &resume.position {
            None => None,
            Some(text) => match text.parse() {
                Ok(position) => Some(position),
                Err(_) => return self.reset(),
            },
        };
        if known.is_some_and(|known| known.epoch != epoch || known.at > self.position) {
            return self.reset();
        }
        // where a part is missing, everything since its start is told again: more than needed, never less
        let base = known.map_or(0, |known| known.missing.map_or(known.at, |(from, _)| from));
        let missing = |position: u64| match known {
            None => true,
            Some(Position { at, missing: None, .. }) => position > at,
            Some(Position { at, missing: Some((from, below)), .. }) => {
                position > at || (position > from && position <= below)
            }
        };
        let changed_at = |log: &Log| match &log.members[user] {
            row if row.role.is_none() => row.position.max(row.receipt_position),
            _ => log.position,
        };
        let theirs = self.logs.values().filter(|log| log.members.contains_key(user));
        let mut changed: Vec<&Log> = theirs.filter(|log| missing(changed_at(log))).collect();
        changed.sort_by_key(|log| std::cmp::Reverse(changed_at(log)));
        let rest = changed.split_off(changed.len().min(RESUME_CONVERSATIONS));
        let position = match rest.first() {
            None => Position::complete(epoch, self.position),
            Some(newest) => Position { epoch, at: self.position, missing: Some((base, changed_at(newest))) },
        };
        Resumed {
            kind: if rest.is_empty() { ResumeKind::Delta } else { ResumeKind::Slice },
            position,
            account: known.is_none().then(|| self.account(user)),
            profiles: self
                .profiles
                .values()
                .filter(|(_, changed)| *changed > base)
                .map(|(profile, _)| profile.clone())
                .collect(),
            conversations: changed.into_iter().map(|log| self.delta(user, log, Some(base), true)).collect(),
        }
    }

    fn reset(&self) -> Resumed {
        Resumed {
            kind: ResumeKind::Reset,
            position: Position::complete(Epoch(self.epoch), 0),
            account: None,
            profiles: Vec::new(),
            conversations: Vec::new(),
        }
    }

    pub(super) fn account(&self, user: &UserId) -> Account {
        Account { user_id: user.clone(), display_name: user.0.clone(), blocked: Vec::new() }
    }

    /// What `user` is told of a conversation: what changed after `base`; without it, all.
    pub(super) fn delta(
        &self,
        user: &UserId,
        log: &Log,
        base: Option<u64>,
        with_page: bool,
    ) -> ConversationDelta {
        let base = base.unwrap_or(0);
        let is_in = log.members[user].role.is_some();
        let others = log.members.iter().filter(|(member, _)| is_in || *member == user);
        let head = log.head(user);
        let news = with_page && log.entry(head.seq).is_some_and(|entry| entry.position > base);
        // one who is back after a while knows nothing of what happened meanwhile, whatever their position says
        let rejoined = log.members[user].position > base;
        let base = if rejoined { 0 } else { base };
        ConversationDelta {
            conversation_id: log.id,
            kind: log.kind,
            peer: log.peer(user),
            title: log.title.clone(),
            history: log.history,
            head,
            own: log.own(user),
            members: others
                .clone()
                .filter(|(_, row)| row.position > base)
                .map(|(member, row)| self.member(member, row.role))
                .collect(),
            receipts: others
                .filter(|(_, row)| row.receipt_position > base)
                .map(|(member, _)| log.receipt(member))
                .collect(),
            page: (news || (rejoined && with_page))
                .then(|| log.page(user, Some(head.seq + 1), None, RESUME_ENTRIES)),
        }
    }

    pub(super) fn compare(&self, user: &UserId, compare: &Compare) -> Compared {
        let conversations = compare.conversations.iter().map(|asked| {
            let log = self.logs.get(&asked.conversation_id).filter(|log| log.members.contains_key(user));
            let equal = |seq: Seq, digest: Digest| {
                let row = log.and_then(|log| log.members.get(user));
                row.is_some_and(|row| row.intervals.iter().any(|interval| interval.contains(seq)))
                    && log.and_then(|log| log.entry(seq)).is_some_and(|entry| entry.stored.digest == digest)
            };
            let common =
                asked.points.iter().filter(|point| equal(point.seq, point.digest)).map(|point| point.seq);
            CommonPrefix {
                conversation_id: asked.conversation_id,
                common_seq: common.max().unwrap_or(0),
                known: log.is_some(),
            }
        });
        Compared { conversations: conversations.collect() }
    }

    pub(super) fn history(
        &self,
        user: &UserId,
        id: ConversationId,
        bounds: (Option<Seq>, Option<Seq>),
        limit: Option<u32>,
    ) -> Option<Page> {
        let log = self.logs.get(&id).filter(|log| log.members.contains_key(user))?;
        let limit = limit.map_or(PAGE_ENTRIES, |limit| PAGE_ENTRIES.min(limit as usize));
        Some(log.page(user, bounds.0, bounds.1, limit))
    }
}

impl Log {
    /// A stretch without a hole: the newest entries below `before`, or the oldest above `after`, within one interval.
    pub(super) fn page(&self, user: &UserId, before: Option<Seq>, after: Option<Seq>, limit: usize) -> Page {
        let row = &self.members[user];
        let (head, limit) = (self.visible_head(user), limit as Seq);
        let bounds = match after {
            Some(after) => row.intervals.iter().find_map(|interval| {
                let from = interval.from.max(after + 1);
                let to = interval.to.unwrap_or(head).min(head);
                (from <= to).then(|| (from, to.min(from + limit - 1)))
            }),
            None => row.intervals.iter().rev().find_map(|interval| {
                let to = interval
                    .to
                    .unwrap_or(head)
                    .min(head)
                    .min(before.map_or(head, |before| before.saturating_sub(1)));
                (interval.from <= to).then(|| (interval.from.max((to + 1).saturating_sub(limit)), to))
            }),
        };
        let Some((from, to)) = bounds else {
            return Page { digest_before: Digest::default(), entries: Vec::new() };
        };
        let digest_before = self.entry(from - 1).map_or(Digest::default(), |entry| entry.stored.digest);
        let entries = (from..=to).filter_map(|seq| self.entry(seq)).map(|entry| entry.stored.entry.clone());
        Page { digest_before, entries: entries.collect() }
    }
}
